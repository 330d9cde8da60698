"""The tones of states: each has a word or a shape beside its colour."""

from typing import Final, Literal

Tone = Literal["good", "warning", "bad", "info", "neutral", ""]

TONES: Final = ("good", "warning", "bad", "info", "neutral")

ICON_OF_TONE: Final = {
    "good": "check-circle-fill",
    "warning": "exclamation-triangle-fill",
    "bad": "x-octagon-fill",
    "info": "info-circle-fill",
    "neutral": "circle",
}
"""Each tone has a shape of its own, so that it can be told without colour."""


def tone_of(value: object) -> str:
    """Return the tone, «neutral» for anything unknown."""
    text = str(value or "")
    return text if text in ICON_OF_TONE else "neutral"

"""Drawing a component's template from Python."""

from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from mayak.kernel.ui.tones import ICON_OF_TONE, tone_of


def draw(template: str, values: dict[str, Any]) -> SafeString:
    """Return a component without the blanks around it, so that it can stand inside a sentence."""
    return SafeString(render_to_string(template, values).strip())


def badge_html(tone: str, text: Any) -> SafeString:
    """Return a status: a word, a colour and a shape."""
    known = tone_of(tone)
    return draw("ui/badge.html", {"tone": known, "text": text, "icon": ICON_OF_TONE[known]})

"""Colours of charts: names of CSS variables, so that light and dark follow the page.

Categorical: eight colours that stay apart for the usual kinds of colour blindness (after Okabe and Ito, tuned to the
identity). Sequential: one hue of deep water from light to dark.
"""

from typing import Final

CATEGORICAL: Final = tuple(f"var(--chart-{number})" for number in range(1, 9))
SEQUENTIAL: Final = tuple(f"var(--water-{number})" for number in range(1, 8))
GOOD, WARNING, BAD, NEUTRAL, INFO = (
    "var(--good)",
    "var(--warning)",
    "var(--bad)",
    "var(--chart-neutral)",
    "var(--deep)",
)
SURFACE: Final = "var(--surface)"
OF_TONE: Final = {"good": GOOD, "warning": WARNING, "bad": BAD, "info": INFO, "neutral": NEUTRAL}
SYMBOLS: Final = ("circle", "rect", "triangle", "diamond", "roundRect", "pin", "arrow", "emptyCircle")
"""Shapes beside the colours."""
DASHES: Final = ("solid", "dashed", "dotted", (8, 4, 2, 4))

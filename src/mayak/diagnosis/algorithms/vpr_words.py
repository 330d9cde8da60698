"""Whether a text names ВПР: in letters of either alphabet, with dots or gaps, or in full."""

import re

PLAIN = ("ВПР", "впр")
"""How it is mostly written; the database refuses these."""

_VPR = re.compile(
    r"(?<![а-яёa-z])в[\s.\-]{0,2}п[\s.\-]{0,2}р(?![а-яёa-z])"
    r"|всеросс\w*\s+провер\w*\s+работ"
    r"|(?<![а-яёa-z])[vw][\s.\-]{0,2}p[\s.\-]{0,2}r(?![а-яёa-z])",
    re.IGNORECASE,
)
_INVISIBLE = str.maketrans("\u00a0", " ", "\u00ad\u200b")
_LOOKALIKES = str.maketrans({"B": "В", "b": "в", "P": "Р", "p": "р"})


def names_vpr(text: object) -> bool:
    """Whether the text names ВПР; Latin letters that look like Cyrillic ones do not hide it."""
    plain = str(text or "").translate(_INVISIBLE)
    return bool(_VPR.search(plain) or _VPR.search(plain.translate(_LOOKALIKES)))

"""Attributes of the fields by which a question is answered."""

from django import template
from django.utils.safestring import SafeString, mark_safe

from mayak.surveys.selectors.rendering import ShownQuestion
from mayak.surveys.validators import ENDINGS, LIMIT_MB

register = template.Library()


@register.simple_tag
def described(question: ShownQuestion, field: str) -> SafeString:
    """Return the attributes that tie a field to its help and its fault; ``field`` is its id."""
    parts = [name for name, words in (("help", question.help), ("fault", question.fault)) if words]
    attributes = ""
    if parts:
        attributes += ' aria-describedby="' + " ".join(f"{field}-{name}" for name in parts) + '"'
    if question.fault:
        attributes += ' aria-invalid="true"'
    return mark_safe(attributes)  # noqa: S308  # ids are made of codes: Latin letters, digits, «_» and «-»


@register.simple_tag
def answer_file_kinds() -> dict[str, str | int]:
    """Return the kinds of files that an answer takes, as the field of a browser names them, and the largest size."""
    return {"endings": ",".join(ENDINGS), "limit": LIMIT_MB}

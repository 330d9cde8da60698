"""Differences between two versions in words."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mayak.surveys.algorithms.definition import QuestionKind
from mayak.surveys.algorithms.differences import Change, ChangeKind
from mayak.surveys.selectors.rendering import kind_label

FIELDS = {
    "text.ru": gettext_lazy("text"),
    "text.en": gettext_lazy("text in English"),
    "title.ru": gettext_lazy("title"),
    "title.en": gettext_lazy("title in English"),
    "help.ru": gettext_lazy("help"),
    "help.en": gettext_lazy("help in English"),
    "required": gettext_lazy("an answer is required"),
    "kind": gettext_lazy("kind of answer"),
    "minimum": gettext_lazy("least value"),
    "maximum": gettext_lazy("greatest value or limit"),
    "whole": gettext_lazy("whole numbers only"),
    "many_lines": gettext_lazy("several lines"),
    "place": gettext_lazy("place"),
    "section": gettext_lazy("section"),
    "options.order": gettext_lazy("order of options"),
    "rows.order": gettext_lazy("order of rows"),
}
_ROW = re.compile(r"^(options|rows)\.([^.]+)\.(.+)$")


@dataclass(frozen=True, slots=True)
class ShownChange:
    """One line of the comparison."""

    what: str
    name: str
    field: str
    before: str
    after: str
    tone: str


def shown_changes(changes: Iterable[Change]) -> list[ShownChange]:
    """Return the differences in words, in their order."""
    words = {
        ChangeKind.ADDED: (_("added"), "good"),
        ChangeKind.REMOVED: (_("removed"), "bad"),
        ChangeKind.CHANGED: (_("changed"), "info"),
        ChangeKind.MOVED: (_("moved"), "neutral"),
    }
    return [
        ShownChange(
            what=words[change.kind][0],
            name=_("Section «%(text)s»") % {"text": change.text or change.code}
            if change.is_section
            else _("Question «%(text)s»") % {"text": change.text or change.code},
            field=_field(change.field),
            before=_value(change.field, change.before),
            after=_value(change.field, change.after),
            tone=words[change.kind][1],
        )
        for change in changes
    ]


def _field(field: str) -> str:
    if field in FIELDS:
        return str(FIELDS[field])
    if found := _ROW.match(field):
        part = _("option «%(code)s»") if found.group(1) == "options" else _("row «%(code)s»")
        inner = {"value": _("points")}.get(found.group(3)) or str(FIELDS.get(found.group(3), found.group(3)))
        return f"{part % {'code': found.group(2)}}: {inner}"
    if field.startswith("show_if"):
        return _("condition")
    if field.startswith("scale"):
        return _("scale")
    if field.startswith("meaning"):
        return _("what the answer means")
    return field


def _value(field: str, value: Any) -> str:
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if field == "kind":
        return kind_label(QuestionKind(value))
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return str(value)

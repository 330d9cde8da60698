"""Names of procedures, subjects and indicators as people say them, read once for a page."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from mayak.registry.models import Subject
from mayak.results.enums import AssessmentKind, Moment
from mayak.results.models import ContextIndicator

CONTEXT = "context"
"""Stands in place of the kind where an item is an indicator of the context."""


@dataclass(frozen=True, slots=True)
class Names:
    """Code -> name of subjects and indicators; what is unknown shows its code."""

    subjects: Mapping[str, str] = field(default_factory=dict)
    indicators: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def load(cls) -> Self:
        """Read both dictionaries (two queries)."""
        english = (get_language() or "").startswith("en")
        subjects = Subject.objects.values_list("code", "name", "name_en")
        indicators = ContextIndicator.objects.values_list("code", "name", "name_en")
        return cls(
            {code: name_en if english and name_en else name for code, name, name_en in subjects},
            {code: name_en if english and name_en else name for code, name, name_en in indicators},
        )

    def kind(self, code: str) -> str:
        """«ВПР», «ОГЭ», «regional test»."""
        return str(AssessmentKind(code).label) if code in AssessmentKind.values else code

    def subject(self, code: str) -> str:
        """The name of a subject."""
        return self.subjects.get(code, code)

    def indicator(self, code: str) -> str:
        """The name of an indicator of the social passport."""
        return self.indicators.get(code, code)

    def procedure(self, kind: str, subject: str, grade: int | None, label: str = "") -> str:
        """«ВПР, русский язык, 5 класс»."""
        if kind == CONTEXT:
            return self.indicator(subject)
        parts = [self.kind(kind), inside_sentence(self.subject(subject))]
        if grade:
            parts.append(_("grade %(grade)s") % {"grade": grade})
        if label:
            moments = {str(moment.value): str(moment.label) for moment in Moment}
            parts.append(" ".join(moments.get(word, word) for word in label.split()))
        return ", ".join(parts)

    def item(self, row: Mapping[str, Any]) -> str:
        """The same from a reason or a step of a decision."""
        return self.procedure(row["kind"], row["subject"], row["grade"], row.get("label", ""))


def inside_sentence(name: str) -> str:
    """«Русский язык» -> «русский язык»; «ОБЖ» stays."""
    return name[:1].lower() + name[1:] if name[1:2].islower() else name

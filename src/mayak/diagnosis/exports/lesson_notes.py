"""The note of analysis of a lesson («справка по результатам посещения урока») as a .docx file.

Papers are Russian whatever the interface speaks; the words of the paper stand in its template.
"""

import io
import re
from collections.abc import Iterable
from typing import Any, Final

from django.utils import translation
from django.utils.translation import gettext as _
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from mayak.diagnosis.models import LessonObservation
from mayak.diagnosis.selectors.agreement_words import agreement_rows
from mayak.diagnosis.selectors.lesson_results import CriterionResult, LessonResults
from mayak.diagnosis.services.lesson_note_template import TEMPLATE
from mayak.kernel.ui.tables import number_text

EXAMPLES: Final = 3
"""So many examples from the lesson stand behind a criterion."""
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def render_note(results: LessonResults) -> bytes:
    """Return the note of a finished lesson."""
    paper = DocxTemplate(str(TEMPLATE))
    env = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    with translation.override("ru"):
        paper.render(note_fields(results), jinja_env=env, autoescape=True)
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()


def note_name(lesson: LessonObservation) -> str:
    """Return the name of the file: the day and the number, no name of a person."""
    return f"lesson-note-{lesson.held_on:%Y-%m-%d}-{lesson.pk}.docx"


def note_fields(results: LessonResults) -> dict[str, Any]:
    """Return what the template needs, in the language that is active."""
    lesson = results.lesson
    grade = _("grade %(grade)s") % {"grade": lesson.grade} if lesson.grade else ""
    observers = [str(sheet.observer) for sheet in results.sheets]
    fields: dict[str, Any] = {
        "day": f"{lesson.held_on:%d.%m.%Y}",
        "school": lesson.organisation,
        "teacher": lesson.teacher,
        "subject": ", ".join(part for part in (str(lesson.subject), grade) if part),
        "topic": lesson.topic or "—",
        "kind": lesson.get_kind_display(),
        "form": lesson.form,
        "observers": ", ".join(observers),
        "rows": [_row(one) for one in results.criteria],
        "rating_note": _rating_note(results),
        "strong": _told(results, results.strong),
        "weak": _told(results, results.weak),
        "advice": _advice(results),
        "agreement": _agreement(results),
        "reflection": lesson.reflection or "—",
        "signatures": observers,
    }
    return {name: _plain(value) for name, value in fields.items()}


def _row(one: CriterionResult) -> dict[str, Any]:
    share = one.result.share
    return {
        "number": one.part.number,
        "title": one.part.title,
        "competence": one.competence or "—",
        "percent": "—" if share is None else number_text(share * 100, 0),
        "level": one.level.title if one.level else "—",
    }


def _rating_note(results: LessonResults) -> str:
    count = len(results.sheets)
    words = _("The mean over %(count)s observers; items that were not observed do not count.") % {
        "count": count
    }
    if not results.is_rating:
        words += " " + _(
            "A rating needs at least %(needed)s observers: these are the impressions of one."
        ) % {"needed": results.needed}
    return words


def _told(results: LessonResults, found: Iterable[CriterionResult]) -> list[str]:
    evidence = {one.item.code: one.evidence for one in results.items}
    lines = []
    for one in found:
        examples = [text for item in one.part.all_items() for _observer, text in evidence[item.code]][
            :EXAMPLES
        ]
        told = f"{one.part.title} ({_percent(one.result.share or 0)})"
        lines.append(f"{told}: {'; '.join(examples)}" if examples else told)
    return lines


def _advice(results: LessonResults) -> list[str]:
    typical = [one.part.advice for one in results.weak if one.part.advice]
    return [*typical, *(f"{text} ({observer})" for observer, text in results.advice)]


def _agreement(results: LessonResults) -> list[str]:
    lines = []
    for row in agreement_rows(results.agreement):
        parts = [_("scores %(scale)s, items: %(count)s") % {"scale": row.scale, "count": row.agreement.units}]
        if row.agreement.exact is not None:
            parts.append(_("the same score: %(share)s") % {"share": _percent(row.agreement.exact)})
        if row.agreement.adjacent is not None:
            parts.append(
                _("at most one point apart: %(share)s") % {"share": _percent(row.agreement.adjacent)}
            )
        if row.agreement.alpha is not None:
            parts.append(
                _("Krippendorff's alpha: %(alpha)s") % {"alpha": number_text(row.agreement.alpha, 2)}
            )
        words = f"{row.word}: {row.note}" if row.note else row.word
        lines.append(f"{'; '.join(parts)} – {words}.")
    return lines


def _percent(share: float) -> str:
    return f"{number_text(share * 100, 0)} %"


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return " ".join(_FORBIDDEN.sub("", str(value)).split())

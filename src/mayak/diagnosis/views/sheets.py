"""Scoring: a plain form that works alone, and the address to which the telephone sends in the background."""

import json
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from mayak.diagnosis.algorithms.rubric import Item, Part
from mayak.diagnosis.filters.lessons import SheetFilter
from mayak.diagnosis.forms.lessons import ReasonForm
from mayak.diagnosis.models import ObservationSheet
from mayak.diagnosis.models.lessons import ADVICE
from mayak.diagnosis.permissions.lessons import may_fill_sheet, may_observe, may_reopen_sheet
from mayak.diagnosis.selectors.lessons import lessons_seen, own_sheets
from mayak.diagnosis.services.sheets import (
    EVIDENCE_LENGTH,
    ItemChange,
    Saved,
    answered,
    finish_sheet,
    read_changes,
    reopen_sheet,
    save_answers,
)
from mayak.diagnosis.tables.lessons import SHEET_TONES, SheetTable
from mayak.diagnosis.views.lesson_common import form_response, lesson_crumbs, show_errors, user_of
from mayak.kernel.access.requests import request_actor, request_scope
from mayak.kernel.ui.lists import ListPage

NOT_OBSERVED: Final = "n"
BODY_AT_MOST: Final = 512 * 1024
NO_FILL = gettext_lazy("Sheets are filled in by observers. Choose the role in which you observe lessons.")


@dataclass(frozen=True, slots=True)
class SheetItem:
    """An item as the sheet shows it; ``kept`` is what another device saved in between."""

    item: Item
    chosen: str
    evidence: str
    kept: str = ""


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A part as the sheet shows it: flat, in the order of the page."""

    part: Part
    items: list[SheetItem]


class MySheets(ListPage):
    """The sheets of the user."""

    title = gettext_lazy("My observations")
    lead = gettext_lazy("The lessons that you observe. A sheet is open until you finish it.")
    table_class = SheetTable
    filter_class = SheetFilter
    export_name = "observations"
    empty_title = gettext_lazy("You observe no lesson")
    empty_text = gettext_lazy("Plan a visit yourself, or wait until somebody asks you to observe.")
    empty_url_name = "diagnosis:lessons"
    empty_label = gettext_lazy("To the lessons")
    template_name = "diagnosis/my_sheets.html"

    def get_queryset(self) -> QuerySet[ObservationSheet]:
        """Return the own sheets."""
        return own_sheets(user_of(self.request))

    def get_breadcrumbs(self) -> list[tuple[Any, str]]:
        """The lessons stand before."""
        return lesson_crumbs()


@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the own sheet; a POST saves all of it and, where asked, finishes it."""
    found = _own_sheet(request, pk)
    if request.method != "POST" or found.is_finished:
        return _page(request, found, Saved(found.version))
    saved = Saved(found.version)
    errors: list[str] = []
    try:
        saved = save_answers(found, _posted(request, found), actor=request_actor(request))
        if request.POST.get("do") == "finish" and not saved.conflicts:
            finish_sheet(found, actor=request_actor(request))
    except ValidationError as error:
        errors = error.messages
    if saved.conflicts:
        errors.append(
            _("Another device has saved other scores in between: look at the marked items and save again.")
        )
    if errors:
        return _page(request, found, saved, errors)
    if found.is_finished:
        messages.success(request, _("The sheet is finished. Thank you."))
        return redirect("diagnosis:lesson", pk=found.lesson_id)
    messages.success(request, _("The sheet is saved."))
    return redirect("diagnosis:lesson-sheet", pk=pk)


@require_POST
def sheet_save(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the changes of a device; the answer says for each item what became of it."""
    found = _own_sheet(request, pk)
    if len(request.body) > BODY_AT_MOST:
        return JsonResponse({"error": _("Too much at once.")}, status=413)
    try:
        sent = json.loads(request.body)
        changes = read_changes(sent.get("changes") if isinstance(sent, dict) else None)
    except ValueError:
        return JsonResponse({"error": _("The scores could not be read.")}, status=400)
    device = str(sent.get("device") or "")[:40]
    try:
        saved = save_answers(found, changes, actor=request_actor(request), device=device)
    except ValidationError as error:
        return JsonResponse({"error": " ".join(error.messages), "state": found.state}, status=409)
    conflicts = {code: _shown(found, code, kept) for code, kept in saved.conflicts.items()}
    return JsonResponse(
        {"version": saved.version, "saved": saved.saved, "conflicts": conflicts, "refused": saved.refused}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def sheet_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a finished sheet again, with a reason."""
    scope, user = request_scope(request), user_of(request)
    seen = lessons_seen(scope, user)
    found = get_object_or_404(
        ObservationSheet.objects.select_related(
            "lesson__organisation__territory", "lesson__teacher", "lesson__subject", "observer"
        ),
        pk=pk,
        lesson__in=seen.values("pk"),
    )
    if not may_reopen_sheet(scope, found.lesson):
        raise PermissionDenied(_("A finished sheet is opened again by who oversees the school."))
    form = ReasonForm(request.POST if request.method == "POST" else None)
    back = reverse("diagnosis:lesson", args=[found.lesson_id])
    if form.is_valid():
        try:
            reopen_sheet(found, actor=request_actor(request), reason=form.cleaned_data["reason"])
        except ValidationError as error:
            show_errors(form, error)
        else:
            messages.success(request, _("The sheet is open again."))
            return redirect(back)
    trail = lesson_crumbs((found.lesson, back))
    title = _("Open the sheet again")
    return form_response(
        request, form, title=title, back=back, trail=trail, lead=found.observer, submit=title
    )


def _own_sheet(request: HttpRequest, pk: int) -> ObservationSheet:
    user = user_of(request)
    found = get_object_or_404(own_sheets(user), pk=pk)
    if not may_fill_sheet(request_scope(request), user, found):
        raise PermissionDenied(NO_FILL)
    return found


def _posted(request: HttpRequest, found: ObservationSheet) -> dict[str, ItemChange]:
    base = request.POST.get("version", "")
    version = int(base) if base.isdecimal() and len(base) < 10 else 0  # noqa: PLR2004  # a number of the database
    changes = {ADVICE: ItemChange({"evidence": _lines(request.POST.get(f"e-{ADVICE}", ""))}, version)}
    for item in found.lesson.form.rubric.items():
        values: dict[str, Any] = {"evidence": _lines(request.POST.get(f"e-{item.code}", ""))}
        chosen = request.POST.get(f"s-{item.code}", "")
        if chosen == NOT_OBSERVED:
            values["score"] = None
        elif chosen.isdecimal() and len(chosen) < 3:  # noqa: PLR2004  # two figures
            values["score"] = int(chosen)
        changes[item.code] = ItemChange(values, version)
    return changes


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n")


def _page(
    request: HttpRequest, found: ObservationSheet, saved: Saved, errors: list[str] | None = None
) -> HttpResponse:
    rubric = found.lesson.form.rubric
    posted = request.POST if errors and request.method == "POST" else None
    parts = [
        SheetPart(part, [_item(found, item, saved, posted) for item in part.items]) for part in rubric.parts()
    ]
    codes = [item.code for item in rubric.items()]
    context = {
        "sheet": found,
        "lesson": found.lesson,
        "tone": SHEET_TONES[found.state],  # type: ignore[index]  # a value of the enumeration
        "parts": parts,
        "advice": posted.get(f"e-{ADVICE}", "") if posted is not None else found.advice,
        "advice_kept": saved.conflicts.get(ADVICE, {}).get("evidence", ""),
        "errors": errors or [],
        "answered": answered(codes, found),
        "total": len(codes),
        "evidence_length": EVIDENCE_LENGTH,
        "may_observe": may_observe(request_scope(request)),
        "breadcrumbs": lesson_crumbs(
            (_("My observations"), reverse("diagnosis:my-sheets")), (found.lesson, "")
        ),
    }
    return render(request, "diagnosis/sheet.html", context, status=400 if errors else 200)


def _item(found: ObservationSheet, item: Item, saved: Saved, posted: Any) -> SheetItem:
    stored = found.answers.get(item.code, {})
    chosen = "" if "score" not in stored else _value(stored["score"])
    evidence = str(stored.get("evidence", ""))
    if posted is not None:
        chosen, evidence = posted.get(f"s-{item.code}", ""), posted.get(f"e-{item.code}", "")
    kept = saved.conflicts.get(item.code)
    return SheetItem(
        item, chosen, evidence, _shown(found, item.code, kept)["words"] if kept is not None else ""
    )


def _shown(found: ObservationSheet, code: str, kept: dict[str, Any]) -> dict[str, Any]:
    """What is kept of an item, with words for the person who has to choose."""
    item = found.lesson.form.rubric.by_code.get(code)
    words = []
    if item is not None and "score" in kept:
        score = kept["score"]
        words.append(_("not observed") if score is None else f"{score} – {item.level_text(score)}")
    if kept.get("evidence"):
        words.append(f"«{kept['evidence']}»")
    shown: dict[str, Any] = {"words": "; ".join(words), "evidence": str(kept.get("evidence", ""))}
    if "score" in kept:
        shown["score"] = _value(kept["score"])
    return shown


def _value(score: int | None) -> str:
    return NOT_OBSERVED if score is None else str(score)

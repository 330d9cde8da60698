"""Pages of observed lessons: the list, planning, observers, what was found, the teacher's words, the note."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mayak.diagnosis.exports.lesson_notes import note_name, render_note
from mayak.diagnosis.filters.lessons import LessonFilter
from mayak.diagnosis.forms.lessons import LessonForm, NewLessonForm, ObserverForm, ReflectionForm
from mayak.diagnosis.models import LessonObservation, ObservationSheet
from mayak.diagnosis.permissions.lessons import (
    is_own_lesson,
    may_observe,
    may_organise_lesson,
    may_read_lesson,
    may_reopen_sheet,
)
from mayak.diagnosis.selectors.agreement_words import agreement_rows
from mayak.diagnosis.selectors.lesson_results import lesson_readings, lesson_results
from mayak.diagnosis.selectors.lessons import lessons_seen, sheets_of
from mayak.diagnosis.services.lesson_guard import log_lesson
from mayak.diagnosis.services.lesson_personal import note_lesson_reading
from mayak.diagnosis.services.lessons import (
    add_observer,
    delete_lesson,
    plan_lesson,
    remove_observer,
    set_reflection,
    update_lesson,
)
from mayak.diagnosis.tables.lessons import LESSON_TONES, LessonTable
from mayak.diagnosis.views.lesson_common import form_response, lesson_crumbs, show_errors, user_of
from mayak.kernel.access.requests import request_actor, request_scope
from mayak.kernel.exporting.responses import attachment
from mayak.kernel.ui.lists import Action, ListPage

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
NO_PLAN = gettext_lazy("Lessons are planned by those who observe lessons in the school.")
NO_ORGANISE = gettext_lazy("A planned lesson is changed by who planned it or oversees the school.")
NO_READ = gettext_lazy(
    "What was said of a lesson is read by the teacher, the observers and those who may read the deficits of teachers."
)


class LessonList(ListPage):
    """The lessons of which the user may know; in the order of the days, never of results."""

    title = gettext_lazy("Lesson observation")
    lead = gettext_lazy(
        "Which lessons are observed, by how many, and what is finished. Lessons are never ranked."
    )
    table_class = LessonTable
    filter_class = LessonFilter
    export_name = "lessons"
    empty_title = gettext_lazy("No lessons yet")
    empty_text = gettext_lazy("Your own observed lessons appear here, and those that you observe or oversee.")

    def get_queryset(self) -> QuerySet[LessonObservation]:
        """Return the lessons of the user."""
        return lessons_seen(request_scope(self.request), user_of(self.request))

    def get_breadcrumbs(self) -> list[tuple[Any, str]]:
        """Diagnosis stands before."""
        return lesson_crumbs()[:1]

    def get_actions(self) -> list[Action]:
        """Plan a lesson, see the own sheets."""
        if not may_observe(request_scope(self.request)):
            return []
        return [
            Action(_("Plan a lesson"), reverse("diagnosis:lesson-new"), primary=True),
            Action(_("My observations"), reverse("diagnosis:my-sheets")),
        ]


@require_http_methods(["GET", "HEAD", "POST"])
def lesson_new(request: HttpRequest) -> HttpResponse:
    """Plan the observation of a lesson."""
    scope = request_scope(request)
    if not may_observe(scope):
        raise PermissionDenied(NO_PLAN)
    initial = {"round": request.GET.get("round") or None} if request.GET.get("round", "").isdecimal() else {}
    form = NewLessonForm(request.POST if request.method == "POST" else None, scope=scope, initial=initial)
    if form.is_valid():
        values = dict(form.cleaned_data)
        observes = values.pop("observe")
        try:
            lesson = plan_lesson(actor=request_actor(request), **values)
            if observes:
                add_observer(lesson, user_of(request), actor=request_actor(request))
        except ValidationError as error:
            show_errors(form, error)
        else:
            messages.success(request, _("The lesson is planned. Ask the other observers now."))
            return redirect("diagnosis:lesson", pk=lesson.pk)
    back = reverse("diagnosis:lessons")
    return form_response(request, form, title=_("Plan a lesson"), back=back, trail=lesson_crumbs())


@require_http_methods(["GET", "HEAD", "POST"])
def lesson_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a planned lesson."""
    lesson = _organised(request, pk)
    form = LessonForm(
        request.POST if request.method == "POST" else None,
        instance=_fresh(lesson),
        scope=request_scope(request),
    )
    if form.is_valid():
        try:
            update_lesson(lesson, actor=request_actor(request), **form.cleaned_data)
        except ValidationError as error:
            show_errors(form, error)
        else:
            messages.success(request, _("The lesson is changed."))
            return redirect("diagnosis:lesson", pk=pk)
    back = reverse("diagnosis:lesson", args=[pk])
    trail = lesson_crumbs((lesson, back))
    return form_response(request, form, title=_("Change the lesson"), back=back, trail=trail)


@require_POST
def lesson_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a lesson of which nothing is said."""
    lesson = _organised(request, pk)
    try:
        delete_lesson(lesson, actor=request_actor(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("diagnosis:lesson", pk=pk)
    messages.success(request, _("The lesson is deleted."))
    return redirect("diagnosis:lessons")


@require_GET
def lesson(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a lesson: that and when to whoever may know of it, what was said to whoever may read it."""
    found = _seen(request, pk)
    return render(request, "diagnosis/lesson.html", _context(request, found))


@require_POST
def observer_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask somebody to observe."""
    found = _organised(request, pk)
    form = _observer_form(request, found)
    if form.is_valid():
        try:
            add_observer(found, form.cleaned_data["person"], actor=request_actor(request))
        except ValidationError as error:
            show_errors(form, error)
        else:
            messages.success(request, _("The observer has a sheet now."))
            return redirect("diagnosis:lesson", pk=pk)
    return render(request, "diagnosis/lesson.html", _context(request, found, observer_form=form), status=400)


@require_POST
def observer_remove(request: HttpRequest, pk: int, sheet_pk: int) -> HttpResponse:
    """Take back that somebody observes."""
    found = _organised(request, pk)
    sheet = get_object_or_404(
        ObservationSheet.objects.select_related("lesson__organisation__territory"), lesson=found, pk=sheet_pk
    )
    try:
        remove_observer(sheet, actor=request_actor(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The observer is taken off the lesson."))
    return redirect("diagnosis:lesson", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def reflection(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the teacher put the own words beside what was said."""
    found = _seen(request, pk)
    if not is_own_lesson(user_of(request), found):
        raise PermissionDenied(_("The words of the teacher are written by the teacher alone."))
    form = ReflectionForm(
        request.POST if request.method == "POST" else None, initial={"text": found.reflection}
    )
    back = reverse("diagnosis:lesson", args=[pk])
    if form.is_valid():
        set_reflection(found, actor=request_actor(request), text=form.cleaned_data["text"])
        messages.success(request, _("Your words are saved; the observers see them."))
        return redirect(back)
    trail = lesson_crumbs((found, back))
    return form_response(request, form, title=_("My view of the lesson"), back=back, trail=trail)


@require_GET
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the note of analysis of a finished lesson as a .docx file."""
    found = _seen(request, pk)
    if not _reads(request, found, sheets_of(found)):
        raise PermissionDenied(NO_READ)
    if not found.is_finished:
        messages.error(request, _("The note is made when every observer has finished."))
        return redirect("diagnosis:lesson", pk=pk)
    _note_reading(request, found)
    log_lesson(found, actor=request_actor(request), action="download")
    response = HttpResponse(render_note(lesson_results(found)), content_type=DOCX)
    response["Content-Disposition"] = attachment(note_name(found))
    return response


def _seen(request: HttpRequest, pk: int) -> LessonObservation:
    return get_object_or_404(lessons_seen(request_scope(request), user_of(request)), pk=pk)


def _organised(request: HttpRequest, pk: int) -> LessonObservation:
    found = _seen(request, pk)
    if not may_organise_lesson(request_scope(request), user_of(request), found):
        raise PermissionDenied(NO_ORGANISE)
    return found


def _fresh(found: LessonObservation) -> LessonObservation:
    return LessonObservation.objects.get(pk=found.pk)  # the form writes its values into the instance


def _observer_form(request: HttpRequest, found: LessonObservation) -> ObserverForm:
    given = list(found.sheets.values_list("observer_id", flat=True))
    data = request.POST if request.method == "POST" else None
    return ObserverForm(data, school=found.organisation, without=given)


def _reads(request: HttpRequest, found: LessonObservation, sheets: list[ObservationSheet]) -> bool:
    user = user_of(request)
    observes = any(sheet.observer_id == user.pk for sheet in sheets)
    return may_read_lesson(request_scope(request), user, found, observes=observes)


def _note_reading(request: HttpRequest, found: LessonObservation) -> None:
    if not is_own_lesson(user_of(request), found):
        note_lesson_reading(found, actor=request_actor(request))


def _context(
    request: HttpRequest, found: LessonObservation, observer_form: ObserverForm | None = None
) -> dict[str, Any]:
    scope, user = request_scope(request), user_of(request)
    sheets = sheets_of(found)
    organises = may_organise_lesson(scope, user, found) and not found.is_finished
    reads = _reads(request, found, sheets)
    context: dict[str, Any] = {
        "lesson": found,
        "tone": LESSON_TONES[found.state],  # type: ignore[index]  # a value of the enumeration
        "sheets": sheets,
        "own_sheet": next((sheet for sheet in sheets if sheet.observer_id == user.pk), None),
        "organises": organises,
        "may_reopen": may_reopen_sheet(scope, found),
        "is_own": is_own_lesson(user, found),
        "reads": reads,
        "rows": _facts(found),
        "breadcrumbs": lesson_crumbs((found, "")),
        "observer_form": observer_form or (_observer_form(request, found) if organises else None),
    }
    if found.is_finished and reads:
        _note_reading(request, found)
        results = lesson_results(found)
        context |= {"results": results, "agreement": agreement_rows(results.agreement)}
    if context["is_own"]:
        context["readings"] = lesson_readings(found)
    return context


def _facts(found: LessonObservation) -> list[tuple[Any, Any]]:
    return [
        (_("Teacher"), found.teacher),
        (_("School"), found.organisation),
        (_("Subject"), found.subject),
        (_("Grade"), found.grade),
        (_("Topic of the lesson"), found.topic),
        (_("Date of the lesson"), found.held_on),
        (_("Kind of visit"), found.get_kind_display()),
        (_("Festival"), found.round),
        (_("Form of analysis"), found.form),
        (_("Planned by"), found.planned_by_label),
    ]

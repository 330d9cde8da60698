"""Pages of festivals: the list, a festival with its table by criterion, the list of lessons from a file."""

from typing import Any, Final

from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mayak.diagnosis.exports.lesson_rounds import round_columns, round_rows
from mayak.diagnosis.filters.lessons import LessonRoundFilter
from mayak.diagnosis.forms.lessons import LessonListForm, RoundForm
from mayak.diagnosis.imports.lessons import read_lesson_list, template_columns, template_example
from mayak.diagnosis.models import LessonRound
from mayak.diagnosis.permissions.lessons import may_keep_round, may_keep_rounds, may_observe, may_read_round
from mayak.diagnosis.selectors.agreement_words import agreement_rows
from mayak.diagnosis.selectors.lesson_rounds import round_table
from mayak.diagnosis.selectors.lessons import rounds_seen
from mayak.diagnosis.services.lesson_lists import (
    KNOWN,
    NEW,
    REJECTED,
    apply_lesson_list,
    plan_lesson_list,
    rows_from_plain,
    rows_to_plain,
)
from mayak.diagnosis.services.lesson_rounds import create_round, set_round_closed, update_round
from mayak.diagnosis.tables.lessons import LessonRoundTable
from mayak.diagnosis.views.lesson_common import Crumbs, crumbs, form_response, show_errors
from mayak.kernel.access.requests import request_actor, request_scope
from mayak.kernel.exporting.responses import table_response
from mayak.kernel.importing import ImportProblem
from mayak.kernel.ui.lists import Action, ListPage

SALT: Final = "mayak.diagnosis.lesson_list"
LIST_AGE: Final = 24 * 60 * 60
NO_ROUNDS = gettext_lazy(
    "Festivals are held by coordinators and methodists of the territory, or by the school for itself."
)
NO_TABLE = gettext_lazy(
    "The table of a festival stays inside the network: it is read by those who observe or oversee lessons."
)
OUTCOMES = {
    NEW: ("good", gettext_lazy("will be planned")),
    KNOWN: ("neutral", gettext_lazy("is planned already")),
    REJECTED: ("bad", gettext_lazy("is left out")),
}


class LessonRoundList(ListPage):
    """The festivals of the user's territory."""

    title = gettext_lazy("Festivals of lessons")
    lead = gettext_lazy("Lessons that are observed by one form; summed up by criterion, never by person.")
    table_class = LessonRoundTable
    filter_class = LessonRoundFilter
    export_name = "lesson-festivals"
    empty_title = gettext_lazy("No festivals yet")

    def get_queryset(self) -> QuerySet[LessonRound]:
        """Return the festivals of the scope."""
        return rounds_seen(request_scope(self.request))

    def get_breadcrumbs(self) -> list[tuple[Any, str]]:
        """Diagnosis stands before."""
        return crumbs()

    def get_actions(self) -> list[Action]:
        """Begin a festival."""
        if not may_keep_rounds(request_scope(self.request)):
            return []
        return [Action(_("Begin a festival"), reverse("diagnosis:lesson-round-new"), primary=True)]


@require_http_methods(["GET", "HEAD", "POST"])
def round_new(request: HttpRequest) -> HttpResponse:
    """Begin a festival."""
    scope = request_scope(request)
    if not may_keep_rounds(scope):
        raise PermissionDenied(NO_ROUNDS)
    form = RoundForm(request.POST if request.method == "POST" else None, scope=scope)
    if form.is_valid():
        if not may_keep_round(scope, LessonRound(**form.cleaned_data)):
            raise PermissionDenied(NO_ROUNDS)
        try:
            made = create_round(actor=request_actor(request), **form.cleaned_data)
        except ValidationError as error:
            show_errors(form, error)
        else:
            messages.success(request, _("The festival is begun. Add its lessons."))
            return redirect("diagnosis:lesson-round", pk=made.pk)
    return form_response(
        request,
        form,
        title=_("Begin a festival"),
        back=reverse("diagnosis:lesson-rounds"),
        trail=round_crumbs(),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def round_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a festival."""
    found = _kept(request, pk)
    fresh = LessonRound.objects.get(pk=pk)  # the form writes its values into the instance
    form = RoundForm(
        request.POST if request.method == "POST" else None, instance=fresh, scope=request_scope(request)
    )
    if form.is_valid():
        try:
            update_round(found, actor=request_actor(request), **form.cleaned_data)
        except ValidationError as error:
            show_errors(form, error)
        else:
            messages.success(request, _("The festival is changed."))
            return redirect("diagnosis:lesson-round", pk=pk)
    back = reverse("diagnosis:lesson-round", args=[pk])
    trail = round_crumbs((found, back))
    return form_response(request, form, title=_("Change the festival"), back=back, trail=trail)


@require_POST
def round_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a festival, or open a closed one again."""
    found = _kept(request, pk)
    set_round_closed(found, actor=request_actor(request), closed=not found.is_closed)
    done = _("The festival is closed.") if found.is_closed else _("The festival is open again.")
    messages.success(request, done)
    return redirect("diagnosis:lesson-round", pk=pk)


@require_GET
def round_page(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Show the table of a festival by criterion; «export=xlsx» gives it as a file."""
    found, scope = _seen(request, pk), request_scope(request)
    if not may_read_round(scope):
        raise PermissionDenied(NO_TABLE)
    table = round_table(found)
    if request.GET.get("export") == "xlsx":
        return table_response(
            round_columns(table), round_rows(table), file_format="xlsx", name=f"festival-{found.pk}"
        )
    context = {
        "round": found,
        "table": table,
        "agreement": agreement_rows(table.agreement),
        "may_keep": may_keep_round(scope, found),
        "may_observe": may_observe(scope),
        "rows": _facts(found),
        "breadcrumbs": round_crumbs((found, "")),
    }
    return render(request, "diagnosis/round.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def round_import(request: HttpRequest, pk: int) -> HttpResponse:
    """Try a list of lessons: show what would become of each row; nothing is written."""
    found = _kept(request, pk)
    form = LessonListForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
    )
    back = reverse("diagnosis:lesson-round", args=[pk])
    trail = round_crumbs((found, back))
    title = _("Load a list of lessons")
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            rows = read_lesson_list(file.name, file.read())
        except ImportProblem as problem:
            form.add_error("file", problem.message)
        else:
            report = plan_lesson_list(found, rows, scope=request_scope(request), actor=request_actor(request))
            context = {
                "round": found,
                "report": [(one, *OUTCOMES[one.outcome]) for one in report],
                "new_count": sum(1 for one in report if one.outcome == NEW),
                "signed": signing.dumps(rows_to_plain(rows), salt=SALT, compress=True),
                "breadcrumbs": [*trail, (title, "")],
            }
            return render(request, "diagnosis/round_trial.html", context)
    context = {
        "form": form,
        "round": found,
        "title": title,
        "cancel_url": back,
        "breadcrumbs": [*trail, (title, "")],
    }
    return render(request, "diagnosis/round_import.html", context, status=400 if form.errors else 200)


@require_POST
def round_apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Plan the lessons of the list that was tried."""
    found = _kept(request, pk)
    try:
        rows = rows_from_plain(signing.loads(request.POST.get("signed", ""), salt=SALT, max_age=LIST_AGE))
        report = apply_lesson_list(found, rows, scope=request_scope(request), actor=request_actor(request))
    except signing.BadSignature:
        messages.error(request, _("The trial is too old. Load the file again."))
        return redirect("diagnosis:lesson-round-import", pk=pk)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("diagnosis:lesson-round", pk=pk)
    counts = {"new": 0, "out": 0}
    for one in report:
        counts["new"] += one.outcome == NEW
        counts["out"] += one.outcome == REJECTED
    messages.success(request, _("Planned lessons: %(new)s; rows left out: %(out)s.") % counts)
    return redirect("diagnosis:lesson-round", pk=pk)


@require_GET
def import_template(request: HttpRequest) -> HttpResponseBase:
    """Give an empty list of lessons with one example row."""
    return table_response(template_columns(), [template_example()], file_format="xlsx", name="lessons")


def round_crumbs(*rest: tuple[Any, str]) -> Crumbs:
    """The way to a festival."""
    return crumbs((_("Festivals of lessons"), reverse("diagnosis:lesson-rounds")), *rest)


def _seen(request: HttpRequest, pk: int) -> LessonRound:
    return get_object_or_404(rounds_seen(request_scope(request)), pk=pk)


def _kept(request: HttpRequest, pk: int) -> LessonRound:
    found = _seen(request, pk)
    if not may_keep_round(request_scope(request), found):
        raise PermissionDenied(NO_ROUNDS)
    return found


def _facts(found: LessonRound) -> list[tuple[Any, Any]]:
    return [
        (_("Territory"), found.territory),
        (_("Only for the school"), found.organisation),
        (_("Days"), f"{found.starts_on:%d.%m.%Y} – {found.ends_on:%d.%m.%Y}"),
        (_("Form of analysis"), found.form),
        (_("Observers at least"), found.min_observers),
        (_("Groups of fewer teachers are hidden"), found.min_group),
        (_("State"), _("closed") if found.is_closed else _("open")),
    ]

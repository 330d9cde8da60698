"""Pages of the forms of lesson observation: the list, a form with its trial, the editor."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mayak.diagnosis.algorithms import rubric_edit
from mayak.diagnosis.algorithms.rubric import DEPTH, problems_of
from mayak.diagnosis.enums.lessons import ItemKind, ObservationFormState
from mayak.diagnosis.filters.lessons import ObservationFormFilter
from mayak.diagnosis.forms.observation_forms import CopyForm, FormHeadForm, ItemForm, NewFormForm, PartForm
from mayak.diagnosis.models import ObservationForm
from mayak.diagnosis.permissions.lessons import may_edit_form, may_keep_forms
from mayak.diagnosis.selectors.lesson_results import competence_names
from mayak.diagnosis.selectors.lessons import forms_seen
from mayak.diagnosis.services.lesson_guard import problem_text
from mayak.diagnosis.services.observation_forms import (
    change_definition,
    copy_form,
    create_form,
    delete_form,
    new_form_version,
    put_form_in_use,
    retire_form,
    update_form,
    withdraw_form,
)
from mayak.diagnosis.tables.lessons import FORM_TONES, ObservationFormTable
from mayak.diagnosis.views.lesson_common import Crumbs, crumbs, form_response, show_errors
from mayak.kernel.access.requests import request_actor, request_scope
from mayak.kernel.ui.lists import Action, ListPage

NO_FORMS = gettext_lazy(
    "Forms of lesson observation are made by coordinators and methodists of the territory."
)
DEEDS: dict[str, tuple[Callable[..., Any], Any]] = {
    "use": (put_form_in_use, gettext_lazy("The form is in use: lessons may be observed by it.")),
    "withdraw": (withdraw_form, gettext_lazy("The form is a draft again.")),
    "retire": (
        retire_form,
        gettext_lazy("The form is out of use; lessons that were observed by it keep it."),
    ),
}


class ObservationFormList(ListPage):
    """The forms by which lessons may be observed here."""

    title = gettext_lazy("Sheets for lessons")
    lead = gettext_lazy(
        "By what a lesson is looked at: sections, criteria, items with levels. A used version never changes."
    )
    table_class = ObservationFormTable
    filter_class = ObservationFormFilter
    export_name = "observation-forms"
    empty_title = gettext_lazy("No forms yet")

    def get_queryset(self) -> QuerySet[ObservationForm]:
        """Return the forms of the scope."""
        return forms_seen(request_scope(self.request))

    def get_breadcrumbs(self) -> list[tuple[Any, str]]:
        """Diagnosis stands before."""
        return crumbs()

    def get_actions(self) -> list[Action]:
        """Make a form."""
        if not may_keep_forms(request_scope(self.request)):
            return []
        return [Action(_("Make a form"), reverse("diagnosis:lesson-form-new"), primary=True)]


@require_http_methods(["GET", "HEAD", "POST"])
def form_new(request: HttpRequest) -> HttpResponse:
    """Make an empty form."""
    scope = request_scope(request)
    if not may_keep_forms(scope):
        raise PermissionDenied(NO_FORMS)
    form = NewFormForm(request.POST if request.method == "POST" else None, scope=scope)
    if form.is_valid():
        made = create_form(actor=request_actor(request), **form.cleaned_data)
        messages.success(request, _("The form is made. Add its sections, criteria and items."))
        return redirect("diagnosis:lesson-form", pk=made.pk)
    return form_response(
        request, form, title=_("Make a form"), back=reverse("diagnosis:lesson-forms"), trail=form_crumbs()
    )


@require_GET
def form(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a form as its observers will see it, with the trial: why it cannot be put in use."""
    found = _seen(request, pk)
    scope = request_scope(request)
    rubric = found.rubric
    may_edit = may_edit_form(scope, found)
    names = competence_names({part.competence for part in rubric.parts()})
    context = {
        "form": found,
        "tone": FORM_TONES[found.state],  # type: ignore[index]  # a value of the enumeration
        "rubric": rubric,
        "parts": [(part, names.get(part.competence, part.competence)) for part in rubric.parts()],
        "problems": [problem_text(one) for one in problems_of(rubric)],
        "is_draft": found.state == ObservationFormState.DRAFT,
        "is_in_use": found.state == ObservationFormState.IN_USE,
        "may_edit": may_edit,
        "may_copy": may_keep_forms(scope),
        "deepest": DEPTH - 1,
        "breadcrumbs": [*form_crumbs(), (found, "")],
    }
    return render(request, "diagnosis/observation_form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def form_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the head of a draft."""
    found = _editable(request, pk)
    kept = ObservationForm.objects.get(pk=pk)  # the form writes its values into the instance
    form = FormHeadForm(request.POST if request.method == "POST" else None, instance=kept)
    if form.is_valid():
        changes = {name: form.cleaned_data[name] for name in FormHeadForm.Meta.fields}
        try:
            update_form(found, actor=request_actor(request), **changes, definition=form.new_definition())
        except ValidationError as error:
            show_errors(form, error)
        else:
            messages.success(request, _("The form is changed."))
            return redirect("diagnosis:lesson-form", pk=pk)
    return _form_page(request, found, form, _("Change the form"))


@require_http_methods(["GET", "HEAD", "POST"])
def form_copy(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a form of one's own from any form."""
    found, scope = _seen(request, pk), request_scope(request)
    if not may_keep_forms(scope):
        raise PermissionDenied(NO_FORMS)
    form = CopyForm(request.POST if request.method == "POST" else None, scope=scope)
    if form.is_valid():
        made = copy_form(found, actor=request_actor(request), territory=form.cleaned_data["territory"])
        messages.success(request, _("The copy is a draft of your own."))
        return redirect("diagnosis:lesson-form", pk=made.pk)
    return _form_page(request, found, form, _("Copy the form"))


@require_POST
def form_version(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the next version as a draft."""
    found = _editable(request, pk)
    try:
        made = new_form_version(found, actor=request_actor(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("diagnosis:lesson-form", pk=pk)
    messages.success(
        request, _("The new version is a draft; the old one stays in use until you put this one in use.")
    )
    return redirect("diagnosis:lesson-form", pk=made.pk)


@require_POST
def form_deed(request: HttpRequest, pk: int, deed: str) -> HttpResponse:
    """Put a form in use, make it a draft again, retire it."""
    found = _editable(request, pk)
    if deed not in DEEDS:
        raise Http404
    service, done = DEEDS[deed]
    try:
        service(found, actor=request_actor(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, done)
    return redirect("diagnosis:lesson-form", pk=pk)


@require_POST
def form_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a draft."""
    found = _editable(request, pk)
    try:
        delete_form(found, actor=request_actor(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("diagnosis:lesson-form", pk=pk)
    messages.success(request, _("The draft is deleted."))
    return redirect("diagnosis:lesson-forms")


@require_http_methods(["GET", "HEAD", "POST"])
def part_add(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Add a section, or a criterion or an item inside the part that the address names («in»)."""
    found = _editable(request, pk)
    parent = request.GET.get("in", "")
    if kind not in {"part", "item"} or (kind == "item" and not parent):
        raise Http404
    data = request.POST if request.method == "POST" else None
    if kind == "item":
        form: Any = ItemForm(data, initial={"levels": _usual_levels(found)})
    else:
        form = PartForm(data, is_section=not parent)
    if form.is_valid():
        values = dict(form.values) if kind == "item" else dict(form.cleaned_data)
        add = rubric_edit.add_item if kind == "item" else rubric_edit.add_part
        return _apply(request, found, form, lambda: add(found.definition, parent, values)[0], _("Added."))
    titles = {"item": _("Add an item"), "part": _("Add a criterion") if parent else _("Add a section")}
    if parent:
        _node(found, parent)
    return _form_page(request, found, form, titles[kind])


@require_http_methods(["GET", "HEAD", "POST"])
def part_edit(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Change a section, a criterion or an item."""
    found = _editable(request, pk)
    node = _node(found, code)
    data = request.POST if request.method == "POST" else None
    is_item = rubric_edit.is_item(node)
    form: Any = (
        ItemForm(data, initial=dict(node))
        if is_item
        else PartForm(data, initial=dict(node), is_section=rubric_edit.depth_of(found.definition, code) == 0)
    )
    if form.is_valid():
        values = dict(form.values if is_item else form.cleaned_data)
        return _apply(
            request, found, form, lambda: rubric_edit.change(found.definition, code, values), _("Changed.")
        )
    return _form_page(request, found, form, node.get("title") or node.get("text") or code)


@require_POST
def part_deed(request: HttpRequest, pk: int, code: str, deed: str) -> HttpResponse:
    """Move a part or an item up or down, or remove it."""
    found = _editable(request, pk)
    node = _node(found, code)
    changes = {
        "up": lambda: rubric_edit.move(found.definition, code, -1),
        "down": lambda: rubric_edit.move(found.definition, code, 1),
        "remove": lambda: rubric_edit.remove(found.definition, code),
    }
    if deed not in changes:
        raise Http404
    try:
        what = str(node.get("title") or node.get("text") or code)
        change_definition(found, changes[deed](), actor=request_actor(request), what=what)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(f"{reverse('diagnosis:lesson-form', args=[pk])}#part-{code}")


@require_POST
def form_sums(request: HttpRequest, pk: int) -> HttpResponse:
    """Set every maximum to what lies under it adds up to."""
    found = _editable(request, pk)
    try:
        definition = rubric_edit.with_sums(found.definition)
        change_definition(found, definition, actor=request_actor(request), what=_("maxima"))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("All maxima are added up anew."))
    return redirect("diagnosis:lesson-form", pk=pk)


def form_crumbs() -> Crumbs:
    """The way to a form."""
    return crumbs((_("Sheets for lessons"), reverse("diagnosis:lesson-forms")))


def _seen(request: HttpRequest, pk: int) -> ObservationForm:
    return get_object_or_404(forms_seen(request_scope(request)), pk=pk)


def _editable(request: HttpRequest, pk: int) -> ObservationForm:
    found = _seen(request, pk)
    if not may_edit_form(request_scope(request), found):
        raise PermissionDenied(_("This form is not yours to change. Copy it and change the copy."))
    return found


def _node(found: ObservationForm, code: str) -> dict[str, Any]:
    try:
        return rubric_edit.find(found.definition, code)
    except rubric_edit.UnknownPart as error:
        raise Http404 from error


def _apply(
    request: HttpRequest, found: ObservationForm, form: Any, change: Callable[[], dict[str, Any]], done: str
) -> HttpResponse:
    what = str(form.cleaned_data.get("title") or form.cleaned_data.get("text"))
    try:
        change_definition(found, change(), actor=request_actor(request), what=what)
    except rubric_edit.UnknownPart as error:
        raise Http404 from error
    except ValidationError as error:
        show_errors(form, error)
        return _form_page(request, found, form, what)
    messages.success(request, done)
    return redirect("diagnosis:lesson-form", pk=found.pk)


def _usual_levels(found: ObservationForm) -> list[dict[str, Any]]:
    """The levels of the last scale of the form: most items of a form are scored alike."""
    scales = [item for item in found.rubric.items() if item.kind == ItemKind.SCALE and item.levels]
    if scales:
        return [{"score": level.score, "text": level.text} for level in scales[-1].levels]
    words = [
        _("not shown"),
        _("shown in part and not regularly"),
        _("shown in full, but not regularly"),
        _("shown in full and regularly"),
    ]
    return rubric_edit.default_levels(ItemKind.SCALE, len(words) - 1, [str(word) for word in words])


def _form_page(request: HttpRequest, found: ObservationForm, form: Any, title: Any) -> HttpResponse:
    back = reverse("diagnosis:lesson-form", args=[found.pk])
    return form_response(request, form, title=title, back=back, trail=[*form_crumbs(), (found, back)])

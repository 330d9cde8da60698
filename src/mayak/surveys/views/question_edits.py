"""Forms of sections and questions of a draft; one that is out of date is refused, and what was typed stays."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mayak.kernel.access.requests import request_actor
from mayak.surveys.algorithms.definition import Definition, Question, QuestionKind, Section, Words
from mayak.surveys.algorithms.editing import (
    GoneError,
    home_of,
    next_code,
    put_question,
    put_section,
    section_of,
)
from mayak.surveys.forms.conditions import ShowIfForms, questions_before
from mayak.surveys.forms.questionnaires import SectionForm, section_initial
from mayak.surveys.forms.questions import QuestionForms, with_more_rows
from mayak.surveys.models import QuestionnaireVersion
from mayak.surveys.selectors.rendering import kind_label
from mayak.surveys.services.versions import change_version, stamp_of
from mayak.surveys.views.common_questionnaires import STAMP, get_own_version, show_refusal, version_crumbs
from mayak.surveys.views.versions import tell_new_draft

MORE = ("options", "rows", "conditions")


@require_http_methods(["GET", "POST"])
def edit_section(request: HttpRequest, pk: int, code: str = "") -> HttpResponse:
    """Change a section, or add one at the end."""
    found = get_own_version(request, pk)
    definition = found.definition
    section = _find(definition, code, request)
    data = request.POST if request.method == "POST" else None
    more = _asks_for_rows(request)
    grown = with_more_rows(data, more) if data is not None and more else data
    form = SectionForm(grown, initial=section_initial(section) if section else {})
    before = questions_before(definition, section=code)
    conditions = ShowIfForms(before, section.show_if if section else None, grown)
    if data is not None and not more and form.is_valid() & conditions.is_valid():
        answer = _save(request, found, form, lambda old: _with_section(old, code, form, conditions))
        if answer is not None:
            return answer
    context = {
        "title": _("Section") if section else _("New section"),
        "version": found,
        "form": form,
        "conditions": conditions,
        "error_forms": [] if more else [form, *conditions.rows],
        "stamp": stamp_of(_fresh(found).document),
        "breadcrumbs": version_crumbs(found, (_("Section"), "")),
    }
    status = 400 if data is not None and not more else 200
    return render(request, "surveys/edit_section.html", context, status=status)


def _find(definition: Definition, code: str, request: HttpRequest) -> Section | None:
    """Return the section; one that a colleague removed meanwhile is none, so that what was typed can be kept."""
    if not code:
        return None
    try:
        return section_of(definition, code)
    except GoneError as error:
        if request.method == "POST":
            return None
        raise Http404 from error


def _with_section(old: Definition, code: str, form: SectionForm, conditions: ShowIfForms) -> Definition:
    known = {section.code: section for section in old.sections}
    before = known.get(code)
    section = Section(
        code=form.cleaned_data["code"] or (before.code if before else next_code("s", known)),
        title=form.words("title"),
        text=form.words("text"),
        questions=before.questions if before else (),
        show_if=conditions.show_if(),
    )
    return put_section(old, section, instead_of=code if before else "")


@require_http_methods(["GET", "POST"])
def add_question(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Add a question at the end of a section; its kind stands in the address."""
    found = get_own_version(request, pk)
    asked = request.GET.get("kind", "")
    kind = next((one for one in QuestionKind if one.value == asked), QuestionKind.SINGLE)
    try:
        section_of(found.definition, code)
    except GoneError as error:
        if request.method == "GET":
            raise Http404 from error
    return _question_page(request, found, kind=kind, home=code, question=None)


@require_http_methods(["GET", "POST"])
def edit_question(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Change a question; another kind is chosen in the address and keeps what both kinds have."""
    found = get_own_version(request, pk)
    definition = found.definition
    question = definition.question(code)
    asked = request.GET.get("kind") or request.POST.get("kind", "")
    if question is None:
        if request.method == "GET":
            raise Http404
        home = definition.sections[-1].code if definition.sections else ""
        kind = next((one for one in QuestionKind if one.value == asked), QuestionKind.TEXT)
        return _question_page(request, found, kind=kind, home=home, question=None, lost=code)
    kind = next((one for one in QuestionKind if one.value == asked), question.kind)
    home = home_of(definition, code).code
    return _question_page(request, found, kind=kind, home=home, question=question)


def _question_page(
    request: HttpRequest,
    found: QuestionnaireVersion,
    *,
    kind: QuestionKind,
    home: str,
    question: Question | None,
    lost: str = "",
) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    more = _asks_for_rows(request)
    grown = with_more_rows(data, more) if data is not None and more else data
    parts = QuestionForms(kind, found.definition, section=home, question=question, data=grown)
    if data is not None and not more and parts.is_valid():
        instead_of = question.code if question else ""

        def change(old: Definition) -> Definition:
            return put_question(_with_home(old, home), parts.read(), section=home, instead_of=instead_of)

        answer = _save(request, found, parts.form, change, again="again" in data)
        if answer is not None:
            return answer
    if lost and data is not None:
        parts.form.add_error(
            None, _("A colleague removed this question meanwhile: saving puts it at the end.")
        )
    context = {
        "title": _("Question") if question else _("New question"),
        "version": found,
        "parts": parts,
        "form": parts.form,
        "conditions": parts.conditions,
        "error_forms": [] if more else parts.single_forms(),
        "kind": kind.value,
        "kind_label": kind_label(kind),
        "kinds": [(one.value, kind_label(one)) for one in QuestionKind],
        "is_new": question is None,
        "opens_technical": bool(parts.form["code"].errors or parts.form["meaning"].errors),
        "stamp": stamp_of(_fresh(found).document),
        "breadcrumbs": version_crumbs(found, (_("Question"), "")),
    }
    status = 400 if data is not None and not more else 200
    return render(request, "surveys/edit_question.html", context, status=status)


def _with_home(old: Definition, home: str) -> Definition:
    """Return the questionnaire with the section to which the question belongs, should somebody have removed it."""
    known = [section.code for section in old.sections]
    return old if home in known else Definition((*old.sections, Section(home or "s1", Words())))


def _save(
    request: HttpRequest, found: QuestionnaireVersion, form: forms.Form, change: Any, *, again: bool = False
) -> HttpResponse | None:
    """Apply the change and go back to the outline; None where the form has to be shown again."""
    try:
        changed = change_version(
            found, change, actor=request_actor(request), stamp=request.POST.get(STAMP, "")
        )
    except ValidationError as error:
        show_refusal(form, error)
        return None
    tell_new_draft(request, found, changed)
    messages.success(request, _("Saved."))
    if again:
        return redirect(request.get_full_path().replace(f"/{found.pk}/", f"/{changed.pk}/", 1))
    return redirect(reverse("surveys:version", args=[changed.pk]))


def _asks_for_rows(request: HttpRequest) -> str:
    """Which rows of the form should grow; the button says so, and nothing is saved then."""
    asked = request.POST.get("more", "")
    return asked if asked in MORE else ""


def _fresh(found: QuestionnaireVersion) -> QuestionnaireVersion:
    """The version as it is now: after a refusal the form carries the mark of what it would now change."""
    return QuestionnaireVersion.objects.get(pk=found.pk)

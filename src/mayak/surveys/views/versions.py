"""A version of a questionnaire: its content, its problems, preview, and every change of a draft that is one button."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mayak.kernel.access.requests import request_actor, request_scope
from mayak.surveys.algorithms.answering import clean_answers
from mayak.surveys.algorithms.definition import LANGUAGES, Definition, Fault, QuestionKind
from mayak.surveys.algorithms.editing import (
    GoneError,
    move_question,
    move_section,
    remove_question,
    remove_section,
    section_of,
)
from mayak.surveys.enums import VersionState
from mayak.surveys.forms.questionnaires import InsertBlockForm, NoteForm, SaveBlockForm
from mayak.surveys.models import QuestionnaireVersion
from mayak.surveys.permissions.questionnaires import may_edit_questionnaire, may_write_questionnaires
from mayak.surveys.selectors.outline import outline
from mayak.surveys.selectors.questionnaires import (
    block_list,
    minutes_shown,
    missing_english,
    problems_of_version,
    shown_problems,
)
from mayak.surveys.selectors.rendering import form_sections, kind_label
from mayak.surveys.services.questionnaires import add_block, save_block
from mayak.surveys.services.reading_form import read_answers
from mayak.surveys.services.versions import change_version, describe_version, drop_draft, stamp_of
from mayak.surveys.views.common_questionnaires import (
    STAMP,
    get_own_version,
    get_version,
    owner_for,
    show_refusal,
    version_crumbs,
    words_language,
)

STEPS = {"up": -1, "down": 1}


@require_GET
def version(request: HttpRequest, pk: int) -> HttpResponse:
    """The content of a version; a draft with everything that changes it."""
    found = get_version(request, pk)
    return render(request, "surveys/version.html", version_context(request, found))


def version_context(request: HttpRequest, found: QuestionnaireVersion) -> dict[str, Any]:
    """What the page of a version shows."""
    scope = request_scope(request)
    definition = found.definition
    problems = problems_of_version(found)
    may_edit = may_edit_questionnaire(scope, found.questionnaire)
    is_draft = found.state == VersionState.DRAFT
    return {
        "version": found,
        "questionnaire": found.questionnaire,
        "stamp": stamp_of(found.document),
        "sections": outline(definition, words_language(request)),
        "problems": shown_problems(problems, definition),
        "minutes": minutes_shown(definition),
        "count": sum(1 for _question in definition.questions()),
        "missing_english": missing_english(definition),
        "kinds": [(kind.value, kind_label(kind)) for kind in QuestionKind],
        "is_draft": is_draft,
        "can_edit": may_edit and is_draft,
        "may_edit": may_edit,
        "may_write": may_write_questionnaires(scope),
        "blocks": list(block_list(scope)) if may_edit and is_draft else [],
        "breadcrumbs": version_crumbs(found),
    }


@require_http_methods(["GET", "POST"])
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The questionnaire as the answerer sees it; nothing that is typed here is kept."""
    found = get_version(request, pk)
    definition = found.definition
    language = words_language(request)
    answers: dict[str, Any] = {}
    faults: list[Fault] = []
    is_checked = is_complete = False
    if request.method == "POST":
        answers = read_answers(definition, request.POST, request.FILES)
        is_checked = "check" in request.POST
        _cleaned, faults = clean_answers(definition, answers, complete=is_checked)
        is_complete = is_checked and not faults
    context = {
        "version": found,
        "questionnaire": found.questionnaire,
        "title": found.questionnaire.title_en or found.questionnaire.title_ru
        if language == "en"
        else found.questionnaire.title_ru,
        "sections": form_sections(definition, answers, faults, language),
        "faults": shown_problems(faults, definition, language),
        "language": language,
        "document_languages": LANGUAGES,
        "minutes": minutes_shown(definition),
        "is_complete": is_complete,
        "breadcrumbs": version_crumbs(found, (_("Preview"), "")),
    }
    return render(request, "surveys/preview.html", context, status=400 if faults else 200)


@require_POST
def edit_move(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Move a section or a question one place up or down."""
    step = STEPS.get(request.POST.get("step", ""))
    if step is None:
        raise Http404
    is_section = request.POST.get("part") == "section"

    def change(old: Definition) -> Definition:
        return move_section(old, code, step) if is_section else move_question(old, code, step)

    return _button(request, pk, change, code if is_section else f"q-{code}")


@require_POST
def edit_remove(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Remove a section with its questions, or a question."""
    if request.POST.get("part") == "section":
        return _button(request, pk, lambda old: remove_section(old, code), "")
    return _button(request, pk, lambda old: remove_question(old, code), "")


def _button(
    request: HttpRequest, pk: int, change: Callable[[Definition], Definition], anchor: str
) -> HttpResponse:
    found = get_own_version(request, pk)
    try:
        changed = change_version(
            found, change, actor=request_actor(request), stamp=request.POST.get(STAMP, "")
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("surveys:version", pk=pk)
    tell_new_draft(request, found, changed)
    url = reverse("surveys:version", args=[changed.pk])
    return redirect(f"{url}#{anchor}" if anchor else url)


def tell_new_draft(request: HttpRequest, opened: QuestionnaireVersion, changed: QuestionnaireVersion) -> None:
    """Say that the change went into another version than the form was opened from."""
    if opened.pk != changed.pk:
        text = _(
            "Version %(old)s came into use and is frozen. Your change went into the next draft, version %(new)s."
        )
        messages.warning(request, text % {"old": opened.number, "new": changed.number})


@require_POST
def edit_insert(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a copy of a block at the end."""
    found = get_own_version(request, pk)
    form = InsertBlockForm(request.POST, blocks=block_list(request_scope(request)))
    if not form.is_valid():
        messages.error(request, _("Choose a block."))
        return redirect("surveys:version", pk=pk)
    try:
        changed = add_block(
            found,
            form.cleaned_data["block"],
            actor=request_actor(request),
            stamp=request.POST.get(STAMP, ""),
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("surveys:version", pk=pk)
    tell_new_draft(request, found, changed)
    messages.success(request, _("The block is inserted at the end."))
    return redirect("surveys:version", pk=changed.pk)


@require_http_methods(["GET", "POST"])
def edit_block(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Save a section as a block."""
    found = get_own_version(request, pk)
    try:
        section = section_of(found.definition, code)
    except GoneError as error:
        raise Http404 from error
    form = SaveBlockForm(
        request.POST if request.method == "POST" else None, initial={"title_ru": section.title.ru}
    )
    if request.method == "POST" and form.is_valid():
        try:
            save_block(
                section,
                actor=request_actor(request),
                owner=owner_for(request),
                title_ru=form.cleaned_data["title_ru"],
            )
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("The section is saved as a block."))
            return redirect("surveys:version", pk=pk)
    context = {
        "title": _("Save the section as a block"),
        "form": form,
        "submit": _("Save as a block"),
        "back": reverse("surveys:version", args=[pk]),
        "breadcrumbs": version_crumbs(found, (_("Save as a block"), "")),
    }
    return render(request, "surveys/questionnaire_form.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def edit_note(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what is new in a version."""
    found = get_own_version(request, pk)
    form = NoteForm(
        request.POST if request.method == "POST" else None, instance=QuestionnaireVersion.objects.get(pk=pk)
    )
    if request.method == "POST" and form.is_valid():
        describe_version(found, actor=request_actor(request), note=form.cleaned_data["note"])
        return redirect("surveys:version", pk=pk)
    context = {
        "title": _("What is new in this version"),
        "form": form,
        "submit": _("Save"),
        "back": reverse("surveys:version", args=[pk]),
        "breadcrumbs": version_crumbs(found, (_("What is new"), "")),
    }
    return render(request, "surveys/questionnaire_form.html", context, status=400 if form.errors else 200)


@require_POST
def edit_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw a draft away."""
    found = get_own_version(request, pk)
    try:
        drop_draft(found, actor=request_actor(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("surveys:version", pk=pk)
    messages.success(request, _("The draft is thrown away."))
    return redirect("surveys:questionnaire", pk=found.questionnaire_id)

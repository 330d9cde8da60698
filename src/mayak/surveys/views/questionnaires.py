"""Questionnaires: the list, one with its versions, new ones, their description, the archive, blocks."""

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

from mayak.kernel.access.requests import request_actor, request_scope
from mayak.kernel.ui.lists import Action, ListPage
from mayak.surveys.algorithms.definition import Definition, DefinitionError
from mayak.surveys.algorithms.differences import differences
from mayak.surveys.algorithms.parsing import section_from_dict
from mayak.surveys.enums import VersionState
from mayak.surveys.filters.questionnaires import BlockFilter, QuestionnaireFilter
from mayak.surveys.forms.questionnaires import NewQuestionnaireForm, QuestionnaireForm
from mayak.surveys.models import Block, Questionnaire, QuestionnaireVersion
from mayak.surveys.permissions.questionnaires import (
    may_edit_block,
    may_edit_questionnaire,
    may_write_questionnaires,
)
from mayak.surveys.selectors.change_words import shown_changes
from mayak.surveys.selectors.questionnaires import block_list, minutes_shown, questionnaire_list
from mayak.surveys.selectors.rendering import form_sections
from mayak.surveys.services.questionnaires import (
    archive_questionnaire,
    create_questionnaire,
    remove_block,
    update_questionnaire,
)
from mayak.surveys.services.versions import make_draft
from mayak.surveys.tables.questionnaires import BlockTable, QuestionnaireTable
from mayak.surveys.views.common_questionnaires import (
    crumbs,
    get_own_questionnaire,
    get_questionnaire,
    owner_for,
    require_read,
    require_write,
    show_refusal,
    words_language,
)


class QuestionnaireList(ListPage):
    """Supplied and own questionnaires."""

    title = gettext_lazy("Questionnaires")
    lead = gettext_lazy(
        "What surveys ask. Those that come with Mayak are ready to use; copy one to change it, or compose your own."
    )
    table_class = QuestionnaireTable
    filter_class = QuestionnaireFilter
    export_name = "questionnaires"
    empty_title = gettext_lazy("No questionnaires here")
    empty_text = gettext_lazy("Compose one, take one from a file, or look into the archive.")

    def get_queryset(self) -> QuerySet[Questionnaire]:
        """Return the questionnaires of the scope."""
        require_read(self.request)
        return questionnaire_list(request_scope(self.request))

    def get_breadcrumbs(self) -> list[tuple[Any, str]]:
        """The step stands before."""
        return [(_("Surveys"), reverse("surveys:list"))]

    def get_actions(self) -> list[Action]:
        """Make one, take one from a file, look at the blocks."""
        blocks = Action(_("Blocks of questions"), reverse("surveys:blocks"))
        if not may_write_questionnaires(request_scope(self.request)):
            return [blocks]
        return [
            Action(_("New questionnaire"), reverse("surveys:new"), primary=True),
            Action(_("From a file"), reverse("surveys:import")),
            blocks,
        ]


class BlockList(ListPage):
    """Blocks of questions."""

    title = gettext_lazy("Blocks of questions")
    lead = gettext_lazy(
        "Sections that are used again. A questionnaire takes a copy: whoever removes a block changes no questionnaire."
    )
    table_class = BlockTable
    filter_class = BlockFilter
    export_name = "blocks"
    empty_title = gettext_lazy("No blocks yet")
    empty_text = gettext_lazy("A section of a questionnaire can be saved as a block: open its draft.")

    def get_queryset(self) -> QuerySet[Block]:
        """Return the blocks of the scope."""
        require_read(self.request)
        return block_list(request_scope(self.request))

    def get_breadcrumbs(self) -> list[tuple[Any, str]]:
        """The questionnaires stand before."""
        return crumbs(("", ""))[:2]


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Make a questionnaire, empty or as a copy."""
    require_write(request)
    scope = request_scope(request)
    choices = Questionnaire.objects.within(scope).order_by("title_ru", "pk")
    form = NewQuestionnaireForm(
        request.POST if request.method == "POST" else None,
        questionnaires=choices,
        initial=_copy_initial(request, choices),
    )
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        try:
            made = create_questionnaire(actor=request_actor(request), owner=owner_for(request), **values)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("The questionnaire is made. Now its questions."))
            return redirect("surveys:version", pk=made.versions.get().pk)
    context = {
        "title": _("New questionnaire"),
        "form": form,
        "submit": _("Make the questionnaire"),
        "back": reverse("surveys:questionnaires"),
        "breadcrumbs": crumbs((_("New questionnaire"), "")),
    }
    return render(request, "surveys/questionnaire_form.html", context, status=400 if form.errors else 200)


def _copy_initial(request: HttpRequest, choices: QuerySet[Questionnaire]) -> dict[str, Any]:
    wanted = request.GET.get("copy", "")
    source = choices.filter(pk=wanted).first() if wanted.isdigit() else None
    if source is None:
        return {}
    return {
        "copy_of": source,
        "title_ru": _("%(name)s (copy)") % {"name": source.title_ru},
        "title_en": source.title_en,
        "purpose": source.purpose,
        "source": source.source,
        "is_short": source.is_short,
        "for_students": source.for_students,
    }


@require_GET
def questionnaire(request: HttpRequest, pk: int) -> HttpResponse:
    """One questionnaire: what it is and its versions."""
    found = get_questionnaire(request, pk)
    scope = request_scope(request)
    versions = list(found.versions.order_by("-number"))
    may_edit = may_edit_questionnaire(scope, found)
    context = {
        "questionnaire": found,
        "versions": [(version, *_measures(version)) for version in versions],
        "has_draft": any(version.state == VersionState.DRAFT for version in versions),
        "may_edit": may_edit,
        "may_write": may_write_questionnaires(scope),
        "rows": [
            (_("Purpose"), found.purpose),
            (_("Source"), found.source),
            (_("Owner"), found.owner or _("comes with Mayak")),
            (_("Title in English"), found.title_en),
            (_("Short"), _("yes, fits in two minutes") if found.is_short else ""),
            (
                _("For students"),
                _("yes: no free text, no file, only by a link") if found.for_students else "",
            ),
            (_("Code"), found.code),
        ],
        "breadcrumbs": crumbs((found, "")),
    }
    return render(request, "surveys/questionnaire.html", context)


def _measures(version: QuestionnaireVersion) -> tuple[int, int]:
    try:
        definition = version.definition
    except DefinitionError:
        return 0, 0
    return sum(1 for _question in definition.questions()), minutes_shown(definition)


@require_http_methods(["GET", "POST"])
def edit_questionnaire(request: HttpRequest, pk: int) -> HttpResponse:
    """Change title, purpose, source and what is promised."""
    found = get_own_questionnaire(request, pk)
    form = QuestionnaireForm(
        request.POST if request.method == "POST" else None, instance=Questionnaire.objects.get(pk=pk)
    )
    if request.method == "POST" and form.is_valid():
        try:
            update_questionnaire(found, actor=request_actor(request), **form.cleaned_data)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("The questionnaire is saved."))
            return redirect("surveys:questionnaire", pk=pk)
    own = reverse("surveys:questionnaire", args=[pk])
    context = {
        "title": _("Describe the questionnaire"),
        "form": form,
        "submit": _("Save"),
        "back": own,
        "breadcrumbs": crumbs((found, own), (_("Change"), "")),
    }
    return render(request, "surveys/questionnaire_form.html", context, status=400 if form.errors else 200)


@require_POST
def archive(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a questionnaire away or take it back."""
    found = get_own_questionnaire(request, pk)
    archive_questionnaire(found, actor=request_actor(request), is_archived=not found.is_archived)
    text = (
        _("The questionnaire is archived.") if found.is_archived else _("The questionnaire is in use again.")
    )
    messages.success(request, text)
    return redirect("surveys:questionnaire", pk=pk)


@require_POST
def edit_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the draft of a questionnaire; where there is none, the next version begins as a copy of the last."""
    draft = make_draft(get_own_questionnaire(request, pk), actor=request_actor(request))
    return redirect("surveys:version", pk=draft.pk)


@require_GET
def show_differences(request: HttpRequest, pk: int) -> HttpResponse:
    """Two versions side by side: only what differs."""
    found = get_questionnaire(request, pk)
    versions = list(found.versions.order_by("-number"))
    old = _chosen(request.GET.get("old", ""), versions, versions[1] if len(versions) > 1 else None)
    new_one = _chosen(request.GET.get("new", ""), versions, versions[0] if versions else None)
    changes = None
    if old is not None and new_one is not None:
        changes = shown_changes(differences(old.definition, new_one.definition))
    context = {
        "questionnaire": found,
        "versions": versions,
        "old": old,
        "new": new_one,
        "changes": changes,
        "breadcrumbs": crumbs((found, reverse("surveys:questionnaire", args=[pk])), (_("Differences"), "")),
    }
    return render(request, "surveys/differences.html", context)


def _chosen(
    number: str, versions: list[QuestionnaireVersion], otherwise: QuestionnaireVersion | None
) -> QuestionnaireVersion | None:
    return next((version for version in versions if str(version.number) == number), otherwise)


@require_GET
def block(request: HttpRequest, pk: int) -> HttpResponse:
    """A block as the answerer would see it."""
    found = _block(request, pk)
    try:
        sections = form_sections(
            Definition((section_from_dict(found.document),)), {}, (), words_language(request)
        )
    except DefinitionError:
        sections = []
    context = {
        "kept": found,
        "sections": sections,
        "may_edit": may_edit_block(request_scope(request), found),
        "breadcrumbs": crumbs((_("Blocks of questions"), reverse("surveys:blocks")), (found, "")),
    }
    return render(request, "surveys/block.html", context)


@require_POST
def drop_block(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a block; questionnaires keep their copies."""
    require_write(request)
    found = _block(request, pk)
    if not may_edit_block(request_scope(request), found):
        raise PermissionDenied(_("This block is changed by its owner; those of Mayak stay."))
    remove_block(found, actor=request_actor(request))
    messages.success(request, _("The block is removed. Questionnaires that took a copy keep it."))
    return redirect("surveys:blocks")


def _block(request: HttpRequest, pk: int) -> Block:
    require_read(request)
    found: Block = get_object_or_404(block_list(request_scope(request)), pk=pk)
    return found

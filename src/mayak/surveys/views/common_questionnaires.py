"""What the pages of questionnaires share."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import BaseForm
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from mayak.accounts.selectors.users import request_role
from mayak.kernel.access.requests import request_scope
from mayak.registry.models import Organisation
from mayak.surveys.algorithms.definition import LANGUAGES
from mayak.surveys.models import Questionnaire, QuestionnaireVersion
from mayak.surveys.permissions.questionnaires import (
    may_edit_questionnaire,
    may_read_questionnaires,
    may_write_questionnaires,
)
from mayak.surveys.selectors.questionnaires import questionnaire_list, version_list

STAMP = "stamp"


def crumbs(*rest: tuple[Any, str]) -> list[tuple[Any, str]]:
    """The way to a page of the questionnaires."""
    return [
        (_("Surveys"), reverse("surveys:list")),
        (_("Questionnaires"), reverse("surveys:questionnaires") if rest else ""),
        *rest,
    ]


def version_crumbs(version: QuestionnaireVersion, *rest: tuple[Any, str]) -> list[tuple[Any, str]]:
    """The way to a page of one version."""
    questionnaire = version.questionnaire
    own = reverse("surveys:version", args=[version.pk]) if rest else ""
    return crumbs(
        (questionnaire, reverse("surveys:questionnaire", args=[questionnaire.pk])),
        (_("Version %(number)s") % {"number": version.number}, own),
        *rest,
    )


def require_read(request: HttpRequest) -> None:
    """Refuse with words who has nothing to do with surveys."""
    if not may_read_questionnaires(request_scope(request)):
        raise PermissionDenied(_("Questionnaires are kept by those who hold surveys and read their results."))


def require_write(request: HttpRequest) -> None:
    """Refuse with words who may not make questionnaires."""
    if not may_write_questionnaires(request_scope(request)):
        raise PermissionDenied(_("Questionnaires are made by those who hold surveys."))


def get_questionnaire(request: HttpRequest, pk: int) -> Questionnaire:
    """The questionnaire, 404 where it is not visible."""
    require_read(request)
    found: Questionnaire = get_object_or_404(questionnaire_list(request_scope(request)), pk=pk)
    return found


def get_own_questionnaire(request: HttpRequest, pk: int) -> Questionnaire:
    """The questionnaire for somebody who may change it."""
    require_write(request)
    found = get_questionnaire(request, pk)
    _require_edit(request, found)
    return found


def get_version(request: HttpRequest, pk: int) -> QuestionnaireVersion:
    """The version, 404 where it is not visible."""
    require_read(request)
    found: QuestionnaireVersion = get_object_or_404(version_list(request_scope(request)), pk=pk)
    return found


def get_own_version(request: HttpRequest, pk: int) -> QuestionnaireVersion:
    """The version for somebody who may change its questionnaire."""
    require_write(request)
    found = get_version(request, pk)
    _require_edit(request, found.questionnaire)
    return found


def _require_edit(request: HttpRequest, questionnaire: Questionnaire) -> None:
    if may_edit_questionnaire(request_scope(request), questionnaire):
        return
    if questionnaire.is_supplied:
        raise PermissionDenied(
            _("A questionnaire that comes with Mayak is not changed. Make a copy of it and change that.")
        )
    raise PermissionDenied(_("This questionnaire is changed by its owner."))


def owner_for(request: HttpRequest) -> Organisation:
    """The organisation in whose name the visitor acts: it keeps what the visitor makes.

    Raises:
        PermissionDenied: there is none (a role without an organisation).
    """
    held = request_role(request)
    organisation = held.organisation if held else None
    if organisation is None:
        raise PermissionDenied(_("A questionnaire belongs to an organisation, and your role has none."))
    return organisation


def words_language(request: HttpRequest) -> str:
    """In which language the questionnaire is shown: chosen in the address, else that of the page."""
    asked = request.GET.get("language") or request.POST.get("language") or get_language() or ""
    return next((code for code in LANGUAGES if asked.startswith(code)), LANGUAGES[0])


def show_refusal(form: BaseForm, error: ValidationError) -> None:
    """Put what a service says at the form; a field that the form lacks goes to its top."""
    if hasattr(error, "error_dict"):
        for name, errors in error.error_dict.items():
            form.add_error(name if name in form.fields else None, errors)
    else:
        form.add_error(None, error)

"""Questionnaires as files: exports of a version, the template, and imports with a trial run."""

import json
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from mayak.kernel.access.requests import request_actor, request_scope
from mayak.kernel.exporting.responses import XLSX_TYPE, attachment
from mayak.surveys.algorithms.checking import problems_of
from mayak.surveys.algorithms.definition import Definition
from mayak.surveys.algorithms.parsing import definition_to_dict
from mayak.surveys.exports.plain_table import plain_template, plain_workbook
from mayak.surveys.exports.workbooks import workbook
from mayak.surveys.exports.xlsform import xlsform_sheets
from mayak.surveys.forms.files import LONGEST_DOCUMENT, ConfirmForm, FileForm
from mayak.surveys.imports.questionnaires import read_questionnaire_file
from mayak.surveys.imports.remarks import Imported
from mayak.surveys.models import Questionnaire, QuestionnaireVersion
from mayak.surveys.permissions.questionnaires import may_edit_questionnaire
from mayak.surveys.selectors.outline import outline
from mayak.surveys.selectors.questionnaires import minutes_shown, shown_problems
from mayak.surveys.services.questionnaires import create_questionnaire, import_version
from mayak.surveys.views.common_questionnaires import (
    crumbs,
    get_version,
    owner_for,
    require_read,
    require_write,
    show_refusal,
)


@require_GET
def export_xlsform(request: HttpRequest, pk: int) -> HttpResponse:
    """A version as XLSForm; one that cannot be answered would be refused by every program, so it is here too."""
    found = get_version(request, pk)
    definition = found.definition
    if problems_of(definition):
        messages.error(
            request,
            _("XLSForm is for questionnaires without problems. Mend those below, or take the table .xlsx."),
        )
        return redirect("surveys:version", pk=pk)
    questionnaire = found.questionnaire
    sheets = xlsform_sheets(
        definition, title=questionnaire.title_ru, code=questionnaire.code, version=found.number
    )
    return _file(workbook(sheets.tables()), _name(found, "xlsform"))


@require_GET
def export_xlsx(request: HttpRequest, pk: int) -> HttpResponse:
    """A version as a plain table: one row a question."""
    found = get_version(request, pk)
    return _file(plain_workbook(found.definition), _name(found, ""))


@require_GET
def export_template(request: HttpRequest) -> HttpResponse:
    """The plain table with an example and how to fill it in."""
    require_read(request)
    return _file(plain_template(), f"{_('Template of a questionnaire')}.xlsx")


def _name(version: QuestionnaireVersion, suffix: str) -> str:
    return "-".join(filter(None, [version.questionnaire.code, str(version.number), suffix])) + ".xlsx"


def _file(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=XLSX_TYPE)
    response["Content-Disposition"] = attachment(name)
    return response


@require_http_methods(["GET", "POST"])
def import_file(request: HttpRequest) -> HttpResponse:
    """Choose a file and see what it would give; then write it."""
    require_write(request)
    own = _own(request)
    if request.method == "POST" and "document" in request.POST:
        return _confirm(request, own)
    wanted = request.GET.get("questionnaire", "")
    form = FileForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        questionnaires=own,
        initial={"questionnaire": wanted if wanted.isdigit() else None},
    )
    if form.is_valid():
        file = form.cleaned_data["file"]
        read = read_questionnaire_file(file.name or "file", file.read())
        return _trial(request, own, read, form)
    context = {"form": form, "breadcrumbs": crumbs((_("From a file"), ""))}
    return render(request, "surveys/import.html", context, status=400 if form.errors else 200)


def _own(request: HttpRequest) -> QuerySet[Questionnaire]:
    """The questionnaires that the visitor may change."""
    scope = request_scope(request)
    rows = Questionnaire.objects.within(scope).filter(is_supplied=False).select_related("owner__territory")
    kept = [row.pk for row in rows if may_edit_questionnaire(scope, row)]
    return Questionnaire.objects.filter(pk__in=kept)


def _trial(
    request: HttpRequest, own: QuerySet[Questionnaire], read: Imported, form: FileForm
) -> HttpResponse:
    file_name = str(form.cleaned_data["file"].name or "")[:200]
    confirm = None
    if read.definition is not None:
        document = json.dumps(definition_to_dict(read.definition), ensure_ascii=False)
        if len(document) > LONGEST_DOCUMENT:
            read.remarks.error("", 0, _("The questionnaire is too long. Divide it into two."))
            return _report(request, None, None, {"read": read, "file_name": file_name})
        chosen = form.cleaned_data["questionnaire"]
        confirm = ConfirmForm(
            questionnaires=own,
            has_losses=bool(read.left_out),
            initial={
                "document": document,
                "file_name": file_name,
                "questionnaire": chosen,
                "title_ru": read.title_ru or (chosen.title_ru if chosen else file_name.rpartition(".")[0]),
            },
        )
    return _report(request, confirm, read.definition, {"read": read, "file_name": file_name})


def _report(
    request: HttpRequest, confirm: ConfirmForm | None, definition: Definition | None, more: dict[str, Any]
) -> HttpResponse:
    context: dict[str, Any] = {
        "confirm": confirm,
        "breadcrumbs": crumbs((_("From a file"), reverse("surveys:import")), (_("Trial run"), "")),
        **more,
    }
    if definition is not None:
        context |= {
            "sections": outline(definition),
            "problems": shown_problems(problems_of(definition), definition),
            "count": sum(1 for _question in definition.questions()),
            "minutes": minutes_shown(definition),
        }
    is_wrong = confirm is None or confirm.is_bound
    return render(request, "surveys/import_trial.html", context, status=400 if is_wrong else 200)


def _confirm(request: HttpRequest, own: QuerySet[Questionnaire]) -> HttpResponse:
    form = ConfirmForm(request.POST, questionnaires=own, has_losses="has_losses" in request.POST)
    if form.is_valid():
        values = form.cleaned_data
        try:
            version = _write(request, values)
        except ValidationError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("The questionnaire is imported. Look at it once more below."))
            return redirect("surveys:version", pk=version.pk)
    definition = form.cleaned_data.get("document")
    return _report(
        request,
        form,
        definition if isinstance(definition, Definition) else None,
        {"file_name": request.POST.get("file_name", "")[:200]},
    )


def _write(request: HttpRequest, values: dict[str, Any]) -> QuestionnaireVersion:
    actor, definition = request_actor(request), values["document"]
    note = _("from the file %(name)s") % {"name": values["file_name"]} if values["file_name"] else ""
    if values["questionnaire"] is not None:
        return import_version(values["questionnaire"], definition, actor=actor, note=note)
    made = create_questionnaire(
        actor=actor,
        owner=owner_for(request),
        title_ru=values["title_ru"],
        document=definition_to_dict(definition),
        action="import",
    )
    return made.versions.get()

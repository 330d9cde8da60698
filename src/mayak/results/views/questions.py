"""Schools of a file that a person must decide on: join once, refuse, or create."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from mayak.kernel.access.requests import request_actor, request_scope
from mayak.registry.forms.fields import ReferenceField, ReferenceInput
from mayak.registry.models import Organisation, Territory
from mayak.results.imports.words import issue_text
from mayak.results.jobs import ask_trial
from mayak.results.models import ImportBatch, ImportIssue
from mayak.results.selectors.batches import questions_of
from mayak.results.services.batches import save_settings
from mayak.results.services.deciding import Decision, decide_schools
from mayak.results.services.new_schools import NEW
from mayak.results.views.common import batch_crumbs, get_own_batch

PAGE = 25
FIELD, OTHER = "school-", "-other"


@require_http_methods(["GET", "HEAD", "POST"])
def questions(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide on the schools of one page; then the trial run is repeated."""
    batch = get_own_batch(request, pk)
    if request.method == "POST":
        return _decide(request, batch)
    paginator = Paginator(questions_of(batch), PAGE)
    page = paginator.get_page(request.GET.get("page"))
    context = {
        "batch": batch,
        "page": page,
        "paginator": paginator,
        "questions": _shown(list(page.object_list), request),
        "new_count": batch.report.get("questions", {}).get("new_schools", 0),
        "breadcrumbs": batch_crumbs(batch, (_("Schools of the files"), "")),
    }
    return render(request, "results/questions.html", context)


def _decide(request: HttpRequest, batch: ImportBatch) -> HttpResponse:
    """Keep the answers that were given; a question without an answer stays."""
    try:
        given = _given(request)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("results:questions", pk=batch.pk)
    issues = {issue.pk: issue for issue in questions_of(batch).filter(pk__in=given)}
    decisions = [Decision(issues[key], choice) for key, choice in given.items() if key in issues and choice]
    if not decisions:
        messages.warning(request, _("Choose an answer for at least one school."))
        return redirect("results:questions", pk=batch.pk)
    try:
        counts = decide_schools(batch, decisions, actor=request_actor(request), scope=request_scope(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("results:questions", pk=batch.pk)
    ImportIssue.objects.filter(pk__in=issues).delete()
    messages.success(
        request,
        _("Decided: %(joined)s joined, %(refused)s not ours, %(created)s created.") % counts,
    )
    if questions_of(batch).exists():
        return redirect("results:questions", pk=batch.pk)
    _retry(request, batch)
    return redirect("results:batch", pk=batch.pk)


def _given(request: HttpRequest) -> dict[int, str]:
    """Return the answer to each question; a school that was typed counts even if its circle was not chosen.

    Raises:
        ValidationError: a typed name or code means no school of the scope, or several.
    """
    named = ReferenceField(Organisation, required=False)
    named.scope = request_scope(request)
    given: dict[int, str] = {}
    for name, value in request.POST.items():
        key = name.removeprefix(FIELD).removesuffix(OTHER)
        if not (name.startswith(FIELD) and key.isdigit() and value):
            continue
        if not name.endswith(OTHER):
            if value != "other":
                given[int(key)] = str(value)
        elif request.POST.get(f"{FIELD}{key}", "other") == "other" and (school := named.clean(value)):
            given[int(key)] = str(school.pk)
    return given


def _retry(request: HttpRequest, batch: ImportBatch) -> None:
    job = ask_trial(batch, actor=request_actor(request))
    ImportBatch.objects.filter(pk=batch.pk).update(job_id=job.pk)


@require_POST
def create_all(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the creation of all schools that are like no school of the registry; shown by the next trial run."""
    batch = get_own_batch(request, pk)
    options = {
        "create_schools": NEW,
        "create_territories": True,
        "create_subjects": bool(batch.settings.get("options", {}).get("create_subjects")),
    }
    try:
        save_settings(batch, actor=request_actor(request), options=options)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        _retry(request, batch)
    return redirect("results:batch", pk=batch.pk)


def _shown(issues: list[ImportIssue], request: HttpRequest) -> list[dict[str, Any]]:
    scope = request_scope(request)
    wanted = {int(key) for issue in issues for key, _score in issue.params.get("suggestions", ())}
    rows = Organisation.objects.within(scope).filter(pk__in=wanted).select_related("territory")
    schools = {row.pk: row for row in rows}
    places = {issue.params.get("territory") for issue in issues} - {None}
    territories = {row.pk: row for row in Territory.objects.within(scope).filter(pk__in=places)}
    return [
        {
            "issue": issue,
            "field": f"{FIELD}{issue.pk}",
            "ref": issue.params["ref"],
            "title": issue.params["ref"].get("name") or issue.value or "—",
            "rows": issue.params["rows"],
            "is_new": issue.params["new"],
            "territory": territories.get(issue.params.get("territory")),
            "reasons": [issue_text(code, params) for code, params in issue.params.get("reasons", ())],
            "other": ReferenceInput(Organisation).render(
                f"{FIELD}{issue.pk}{OTHER}",
                "",
                {
                    "id": f"{FIELD}{issue.pk}{OTHER}-name",
                    "class": "form-control",
                    "aria-label": _("Name or code of the school"),
                },
            ),
            "suggestions": [
                (schools[int(key)], score)
                for key, score in issue.params.get("suggestions", ())
                if int(key) in schools
            ],
        }
        for issue in issues
    ]

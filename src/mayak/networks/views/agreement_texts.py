"""Pages of the text of an agreement: parties, clauses, versions."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mayak.kernel.access.requests import request_actor, request_scope
from mayak.networks.algorithms.comparing import Change
from mayak.networks.forms.agreements import (
    ClauseForm,
    CompareForm,
    NewClauseForm,
    NoteForm,
    PartyAddForm,
    PartyForm,
)
from mayak.networks.models import AgreementClause
from mayak.networks.selectors.agreement_texts import field_values, paper_of
from mayak.networks.selectors.agreement_versions import compare as compare_texts
from mayak.networks.services import agreement_clauses as clauses
from mayak.networks.services import agreement_parties as parties
from mayak.networks.views.agreement_common import (
    agreement_or_404,
    crumbs,
    do_post,
    form_page,
    kept_agreement,
    kept_clause,
    kept_party,
    posted,
)


@require_http_methods(["GET", "POST"])
def party_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a party."""
    row = kept_agreement(request, pk)
    form = PartyAddForm(posted(request), scope=request_scope(request))
    actor = request_actor(request)
    return form_page(
        request,
        form,
        lambda values: parties.add_party(row, values["organisation"], actor=actor, role=values["role"]),
        title=_("Add a party"),
        success=_("The party is added."),
        agreement=row,
        lead=_("Requisites and head are taken from the registry; for a branch its legal person signs."),
    )


@require_http_methods(["GET", "POST"])
def party_edit(request: HttpRequest, pk: int, party_pk: int) -> HttpResponse:
    """Change requisites and representative."""
    party = kept_party(request, pk, party_pk)
    row = agreement_or_404(request, pk)
    actor = request_actor(request)
    return form_page(
        request,
        PartyForm(posted(request), instance=party),
        lambda values: parties.update_party(party, actor=actor, **values),
        title=_("Requisites of the party"),
        success=_("The requisites are kept."),
        agreement=row,
    )


@require_POST
def party_refresh(request: HttpRequest, pk: int, party_pk: int) -> HttpResponse:
    """Take the requisites from the registry again."""
    party = kept_party(request, pk, party_pk)
    row, actor = agreement_or_404(request, pk), request_actor(request)
    return do_post(
        request,
        row,
        lambda: parties.refresh_party(party, actor=actor),
        success=_("The requisites are those of the registry now."),
    )


@require_POST
def party_drop(request: HttpRequest, pk: int, party_pk: int) -> HttpResponse:
    """Take a party out."""
    party = kept_party(request, pk, party_pk)
    row, actor = agreement_or_404(request, pk), request_actor(request)
    return do_post(
        request, row, lambda: parties.drop_party(party, actor=actor), success=_("The party is taken out.")
    )


@require_http_methods(["GET", "POST"])
def clause_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a clause, at the end or behind another one."""
    row = kept_agreement(request, pk)
    asked = request.GET.get("after", "")
    after = (
        AgreementClause.objects.filter(version__agreement=row, pk=asked).first()
        if asked.isdecimal()
        else None
    )
    actor = request_actor(request)
    return form_page(
        request,
        NewClauseForm(posted(request)),
        lambda values: clauses.add_clause(row, actor=actor, after=after, **values),
        title=_("Add a clause"),
        success=_("The clause is added."),
        agreement=row,
        context={"fields": field_values(row, list(row.parties.all()))},
    )


@require_http_methods(["GET", "POST"])
def clause_edit(request: HttpRequest, pk: int, clause_pk: int) -> HttpResponse:
    """Change a clause."""
    clause = kept_clause(request, pk, clause_pk)
    row, actor = agreement_or_404(request, pk), request_actor(request)
    return form_page(
        request,
        ClauseForm(posted(request), instance=clause),
        lambda values: clauses.update_clause(clause, actor=actor, **values),
        title=_("Clause %(number)s") % {"number": clause.number},
        success=_("The clause is changed."),
        agreement=row,
        context={"fields": field_values(row, list(row.parties.all()))},
    )


@require_POST
def clause_drop(request: HttpRequest, pk: int, clause_pk: int) -> HttpResponse:
    """Take a clause out."""
    clause = kept_clause(request, pk, clause_pk)
    row, actor = agreement_or_404(request, pk), request_actor(request)
    return do_post(
        request, row, lambda: clauses.drop_clause(clause, actor=actor), success=_("The clause is taken out.")
    )


@require_POST
def renumber(request: HttpRequest, pk: int) -> HttpResponse:
    """Number the clauses anew."""
    row, actor = kept_agreement(request, pk), request_actor(request)
    return do_post(
        request,
        row,
        lambda: clauses.renumber_clauses(row, actor=actor),
        success=_("The clauses are numbered anew."),
    )


@require_POST
def add_missing(request: HttpRequest, pk: int) -> HttpResponse:
    """Add what the template has and the text lacks."""
    row, actor = kept_agreement(request, pk), request_actor(request)
    return do_post(
        request,
        row,
        lambda: clauses.add_missing_clauses(row, actor=actor),
        success=_("The missing clauses are added from the template: read them."),
    )


@require_http_methods(["GET", "POST"])
def version_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the present text as a version and go on with a copy."""
    row, actor = kept_agreement(request, pk), request_actor(request)
    return form_page(
        request,
        NoteForm(posted(request)),
        lambda values: clauses.begin_version(row, actor=actor, **values),
        title=_("New version"),
        success=_("The earlier text is kept; you change the new version now."),
        agreement=row,
        lead=_("The present text is frozen and can be compared later."),
        submit=_("Begin"),
    )


@require_GET
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """Show two versions beside each other."""
    row = agreement_or_404(request, pk)
    versions = list(row.versions.all())
    last, before = versions[0], versions[1] if len(versions) > 1 else versions[0]
    asked = {"old": request.GET.get("old", before.pk), "new": request.GET.get("new", last.pk)}
    form = CompareForm(asked, agreement=row)
    changes = []
    if form.is_valid():
        changes = compare_texts(row, form.cleaned_data["old"], form.cleaned_data["new"])
    context = {
        "agreement": row,
        "form": form,
        "changes": changes,
        "changed": sum(1 for one in changes if one.change != Change.SAME),
        "breadcrumbs": [*crumbs(row), (_("Versions beside each other"), "")],
    }
    return render(request, "networks/agreement_compare.html", context, status=200 if form.is_valid() else 400)


@require_GET
def version(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Show the text of one version."""
    row = agreement_or_404(request, pk)
    found = get_object_or_404(row.versions, number=number)
    title = _("Version %(number)s") % {"number": number}
    context = {
        "agreement": row,
        "version": found,
        "paper": paper_of(row, found),
        "title": title,
        "breadcrumbs": [*crumbs(row), (title, "")],
    }
    return render(request, "networks/agreement_version.html", context)

"""Pages of agreements: the list, one of them, a new one, all of a year."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from mayak.kernel.access.requests import request_actor, request_scope
from mayak.kernel.ui.lists import Action, ListPage
from mayak.networks.enums.agreements import UNSIGNED, AgreementState, ApprovalDecision
from mayak.networks.filters.agreements import AgreementFilter
from mayak.networks.forms.agreements import (
    AgreementForm,
    FreeAgreementForm,
    MassForm,
    PairAgreementForm,
)
from mayak.networks.models import Agreement, AgreementApproval, Partnership
from mayak.networks.permissions.agreements import (
    can_decide_approval,
    can_keep_agreement,
    can_keep_agreements,
    can_prepare_agreement,
)
from mayak.networks.permissions.partnerships import OWN
from mayak.networks.selectors.agreement_findings import findings_of
from mayak.networks.selectors.agreement_texts import paper_of
from mayak.networks.selectors.agreements import agreement_list, partnerships_without_agreement
from mayak.networks.services.agreement_mass import ask_for_agreements
from mayak.networks.services.agreements import create_agreement, create_for_partnership, update_agreement
from mayak.networks.tables.agreements import AgreementTable, state_tone
from mayak.networks.views.agreement_common import (
    NO_RIGHT,
    agreement_or_404,
    crumbs,
    form_page,
    kept_agreement,
    own_person_id,
    posted,
)
from mayak.registry.models import Organisation, SchoolYear
from mayak.registry.selectors.school_years import current_start_year

_DECISION_TONES = {
    ApprovalDecision.WAITING: "neutral",
    ApprovalDecision.AGREED: "good",
    ApprovalDecision.RETURNED: "warning",
}


class AgreementList(ListPage):
    """The agreements that the user may see."""

    title = gettext_lazy("Agreements")
    lead = gettext_lazy("Who has agreed with whom, on what, until when, and in which state the paper is.")
    table_class = AgreementTable
    filter_class = AgreementFilter
    export_name = "agreements"
    empty_title = gettext_lazy("No agreements yet")
    empty_text = gettext_lazy("Prepare one for a network pair or for all pairs of a year at once.")
    empty_url_name = "networks:list"
    empty_label = gettext_lazy("To the network pairs")

    def get_queryset(self) -> QuerySet[Agreement]:
        """Return the agreements of the scope."""
        return agreement_list(request_scope(self.request))

    def get_breadcrumbs(self) -> list[tuple[Any, str]]:
        """Return the way here."""
        return [(_("Network pairs"), reverse("networks:list"))]

    def get_actions(self) -> list[Action]:
        """Prepare one, or all."""
        scope = request_scope(self.request)
        found = []
        if can_keep_agreements(scope):
            found.append(
                Action(_("Prepare for all pairs"), reverse("networks:agreements-mass"), primary=True)
            )
            found.append(Action(_("Agreement of other parties"), reverse("networks:agreement-free")))
        if can_keep_agreements(scope) or scope.allows(OWN):
            found.append(Action(_("Prepare for one pair"), reverse("networks:agreement-new")))
        return found


@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the text, what is wrong with it, the chain, the versions and the files."""
    row = agreement_or_404(request, pk)
    scope = request_scope(request)
    versions = list(row.versions.all())
    keeps = can_keep_agreement(scope, row)
    paper = paper_of(row, versions[0], parties=row.parties.all())
    approvals = list(row.approvals.select_related("party", "person", "version"))
    context = {
        "agreement": row,
        "tone": state_tone(row),
        "paper": paper,
        "is_intact": not row.is_signed or paper.content_hash == row.content_hash,
        "findings": findings_of(row, timezone.localdate()) if row.state != AgreementState.ENDED else [],
        "approvals": _chain(request, row, approvals),
        "versions": versions,
        "clauses": versions[0].clauses.all() if row.is_draft and keeps else (),
        "files": row.files.select_related("party"),
        "amendments": row.amendments.all(),
        "reminders": row.reminders.all(),
        "rows": _rows(row),
        "keeps": keeps,
        "may_reopen": keeps and row.state in UNSIGNED and not row.is_draft,
        "may_end": keeps and row.state != AgreementState.ENDED,
        "may_amend": keeps and row.is_signed and row.state != AgreementState.ENDED and row.amends_id is None,
        "breadcrumbs": [*crumbs(), (str(row), "")],
    }
    return render(request, "networks/agreement_detail.html", context)


@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """Prepare an agreement of a network pair."""
    scope = request_scope(request)
    if not (can_keep_agreements(scope) or scope.allows(OWN)):
        raise PermissionDenied(NO_RIGHT)
    form = PairAgreementForm(
        posted(request), scope=scope, initial={"partnership": request.GET.get("partnership", "")}
    )

    def act(values: dict[str, Any]) -> Agreement:
        pair: Partnership = values.pop("partnership")
        if not can_prepare_agreement(scope, pair):
            raise PermissionDenied(NO_RIGHT)
        return create_for_partnership(pair, actor=request_actor(request), **values)

    return form_page(
        request,
        form,
        act,
        title=_("Prepare an agreement"),
        success=_("The draft is ready: look through its clauses."),
        lead=_("Parties, term and subject are taken from the pair; the text from the template of the kind."),
        submit=_("Prepare"),
        target=_page_of,
    )


@require_http_methods(["GET", "POST"])
def create_free(request: HttpRequest) -> HttpResponse:
    """Prepare an agreement, or rules, of other parties than a pair."""
    scope = request_scope(request)
    if not can_keep_agreements(scope):
        raise PermissionDenied(NO_RIGHT)
    form = FreeAgreementForm(posted(request), scope=scope)

    def act(values: dict[str, Any]) -> Agreement:
        sides: list[tuple[Organisation, str]] = [(values.pop("lead"), values.pop("lead_role"))]
        other, role = values.pop("other"), values.pop("other_role")
        if other is not None:
            sides.append((other, role))
        network = values["network"]
        territory = network.territory if network else sides[0][0].territory
        if not scope.covers_territory(territory.path or ""):
            raise ValidationError({"lead": _("The first party lies outside your territory.")})
        return create_agreement(actor=request_actor(request), sides=sides, territory=territory, **values)

    return form_page(
        request,
        form,
        act,
        title=_("Agreement of other parties"),
        success=_("The draft is ready: look through its clauses."),
        lead=_(
            "For a network, a coordination centre or several organisations; further parties are added on its page."
        ),
        submit=_("Prepare"),
        target=_page_of,
    )


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change title, subject, term, payment of a draft."""
    row = kept_agreement(request, pk)
    form = AgreementForm(posted(request), instance=row, scope=request_scope(request))
    actor = request_actor(request)
    return form_page(
        request,
        form,
        lambda values: update_agreement(row, actor=actor, **values),
        title=_("Change the agreement"),
        success=_("The agreement is changed."),
        agreement=row,
    )


@require_http_methods(["GET", "POST"])
def mass(request: HttpRequest) -> HttpResponse:
    """Prepare agreements for all pairs of a year that have none."""
    scope = request_scope(request)
    if not can_keep_agreements(scope):
        raise PermissionDenied(NO_RIGHT)
    year = SchoolYear.objects.filter(start_year=current_start_year(), is_closed=False).first()
    form = MassForm(posted(request), scope=scope, initial={"school_year": year})
    if request.method == "POST" and form.is_valid():
        try:
            job = ask_for_agreements(actor=request_actor(request), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The agreements are being prepared."))
            return redirect("jobs:detail", pk=job.pk)
    context = {
        "form": form,
        "title": _("Prepare for all pairs"),
        "lead": _(
            "Each pair of the year that has no agreement gets a draft; pairs that have one stay as they are."
        ),
        "submit": _("Prepare"),
        "cancel_url": reverse("networks:agreements"),
        "count": partnerships_without_agreement(scope, year).count() if year else 0,
        "year": year,
        "breadcrumbs": [*crumbs(), (_("Prepare for all pairs"), "")],
    }
    return render(request, "networks/agreement_mass.html", context, status=400 if form.errors else 200)


def _chain(
    request: HttpRequest, row: Agreement, approvals: list[AgreementApproval]
) -> list[tuple[AgreementApproval, str, bool]]:
    """Return each link with its tone and whether this user may decide now."""
    scope, person = request_scope(request), own_person_id(request)
    open_steps = [one.step for one in approvals if one.decision != ApprovalDecision.AGREED]
    now = min(open_steps, default=0)
    return [
        (
            one,
            _DECISION_TONES[ApprovalDecision(one.decision)],
            row.state == AgreementState.IN_APPROVAL
            and one.decision == ApprovalDecision.WAITING
            and one.step == now
            and can_decide_approval(scope, row, one, person),
        )
        for one in approvals
    ]


def _rows(row: Agreement) -> list[tuple[Any, Any]]:
    return [
        (_("Kind"), row.get_kind_display()),
        (_("Number"), row.number),
        (_("School year"), row.school_year),
        (_("Network pair"), row.partnership),
        (_("Network"), row.network),
        (_("Programme"), row.programme),
        (_("Changes the agreement"), row.amends),
        (_("Valid from"), row.starts_on),
        (_("Valid until"), row.ends_on),
        (_("Payment"), row.get_payment_display()),
        (_("Agreed on"), row.agreed_on),
        (_("Agreed without the chain"), row.agreed_note),
        (_("Signed on"), row.signed_on),
        (_("Ended on"), row.ended_on),
        (_("How it ended"), row.get_end_kind_display() if row.end_kind else ""),
        (_("Why it ended"), row.end_reason),
    ]


def _page_of(row: Agreement) -> str:
    return reverse("networks:agreement", args=[row.pk])

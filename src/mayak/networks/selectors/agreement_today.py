"""What the first screen says of agreements: what waits for one's approval, what ends soon, what is missing."""

import datetime as dt
from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mayak.accounts.models import User
from mayak.kernel.access import Scope
from mayak.kernel.access.requests import request_scope
from mayak.kernel.ui.today import TodayTask
from mayak.networks.enums.agreements import AgreementState, ApprovalDecision
from mayak.networks.models import AgreementApproval
from mayak.networks.selectors.agreements import REMIND_DAYS, ending_soon, unsecured_partnerships

EDIT, OWN = "networks.edit", "networks.own_school"


def agreement_tasks(request: HttpRequest) -> Iterator[TodayTask]:
    """Yield what is to be done with agreements (at most three queries)."""
    scope = request_scope(request)
    yield from _approvals(request, scope)
    if not (scope.allows(EDIT) or scope.allows(OWN)):
        return
    yield from _ending(scope)
    if scope.allows(EDIT) and scope.territory_paths:
        yield from _missing(scope)


def _approvals(request: HttpRequest, scope: Scope) -> Iterator[TodayTask]:
    user = request.user
    person = user.person_id if isinstance(user, User) else None
    mine = Q(person=person) if person is not None else Q(pk__in=[])
    if scope.allows(OWN) and scope.organisation_ids:
        mine |= Q(party__organisation__in=scope.organisation_ids)
        mine |= Q(party__legal_person__in=scope.organisation_ids)
    earlier = AgreementApproval.objects.filter(
        agreement=OuterRef("agreement"), step__lt=OuterRef("step")
    ).exclude(decision=ApprovalDecision.AGREED)
    waiting = (
        AgreementApproval.objects.filter(
            mine,
            ~Exists(earlier),
            decision=ApprovalDecision.WAITING,
            agreement__state=AgreementState.IN_APPROVAL,
        )
        .select_related("agreement")
        .order_by("pk")
    )
    for one in waiting[:10]:
        yield TodayTask(
            _("Approve the agreement"),
            _("%(agreement)s: %(names)s. Agree or return it with remarks.")
            % {"agreement": one.agreement, "names": one.agreement.party_names},
            reverse("networks:agreement-decide", args=[one.agreement_id, one.pk]),
            "warning",
            order=49,
        )


def _ending(scope: Scope) -> Iterator[TodayTask]:
    day = timezone.localdate()
    count = ending_soon(scope, day).count()
    if count:
        text = ngettext(
            "%(count)s agreement ends within %(days)s days: prolong it or conclude a new one.",
            "%(count)s agreements end within %(days)s days: prolong them or conclude new ones.",
            count,
        )
        last = day + dt.timedelta(days=max(REMIND_DAYS))
        url = f"{reverse('networks:agreements')}?state={AgreementState.IN_FORCE}&ends_by={last:%Y-%m-%d}"
        yield TodayTask(
            _("Prolong agreements"),
            text % {"count": count, "days": max(REMIND_DAYS)},
            url,
            "warning",
            order=52,
        )


def _missing(scope: Scope) -> Iterator[TodayTask]:
    count = unsecured_partnerships(scope, timezone.localdate()).count()
    if count:
        text = ngettext(
            "%(count)s pair works without a signed agreement that holds today.",
            "%(count)s pairs work without a signed agreement that holds today.",
            count,
        )
        yield TodayTask(
            _("Prepare agreements"),
            text % {"count": count},
            reverse("networks:agreements-mass"),
            "warning",
            order=51,
        )

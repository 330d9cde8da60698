"""What the first screen says to a school of its pairs."""

from collections.abc import Iterator

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mayak.kernel.access.requests import request_scope
from mayak.kernel.ui.today import TodayTask
from mayak.networks.enums import PartnershipState, Side
from mayak.networks.models import Partnership
from mayak.networks.permissions import can_renew
from mayak.networks.selectors.partnership_life import overdue_answers, refused_without_next, waiting_answers
from mayak.registry.selectors.school_years import current_start_year

_SHOWN = 10


def pair_tasks(request: HttpRequest) -> Iterator[TodayTask]:
    """Yield the proposals that wait for the own school's answer, and its pairs of this year; two queries."""
    own = request_scope(request).organisation_ids
    if not own:
        return
    yield from _answers(request, own)
    pairs = (
        Partnership.objects.within(request_scope(request))
        .current()
        .exclude(state=PartnershipState.PROPOSED)
        .filter(Q(mentee__in=own) | Q(lead__in=own), school_year__start_year=current_start_year())
        .select_related("mentee", "lead")
    )
    for pair in pairs.order_by("pk")[:_SHOWN]:
        is_helped = pair.mentee_id in own
        title = _("Work with the lead school") if is_helped else _("Help a school")
        words = {"lead": pair.lead, "mentee": pair.mentee}
        text = (
            _("%(lead)s helps you. Look why you were paired and agree on the first meeting.") % words
            if is_helped
            else _("%(mentee)s waits for your help. Look why you were paired and agree on the first meeting.")
            % words
        )
        yield TodayTask(title, text, reverse("networks:detail", args=[pair.pk]), tone="info", order=50)


def _answers(request: HttpRequest, own: frozenset[int]) -> Iterator[TodayTask]:
    scope = request_scope(request)
    if not scope.allows("networks.own_school"):
        return
    rows = waiting_answers(scope, sides_of=own).select_related("mentee", "lead").order_by("consent_due", "pk")
    for row in rows[:_SHOWN]:
        side = Side.MENTEE if row.mentee_id in own else Side.LEAD
        due = f"{row.consent_due:%d.%m.%Y}" if row.consent_due else ""
        text = _("%(lead)s is proposed to help %(mentee)s.") % {"lead": row.lead, "mentee": row.mentee}
        if due:
            text += " " + _("Answer until %(day)s: a refusal needs a reason.") % {"day": due}
        late = row.consent_due is not None and row.consent_due < timezone.localdate()
        yield TodayTask(
            _("Consent to a network pair or refuse"),
            text,
            reverse("networks:answer", args=[row.pk, side.value]),
            tone="bad" if late else "warning",
            order=45,
        )


def keeper_tasks(request: HttpRequest) -> Iterator[TodayTask]:
    """Yield what a coordinator has to do about answers: those that are late, refusals without a next proposal."""
    scope = request_scope(request)
    if not can_renew(scope):
        return
    late = overdue_answers(scope, timezone.localdate()).count()
    if late:
        text = ngettext(
            "%(count)s proposal has no answer of both schools in time.",
            "%(count)s proposals have no answer of both schools in time.",
            late,
        ) % {"count": late}
        url = reverse("networks:proposal-letters")
        yield TodayTask(_("Ask the schools that have not answered"), text, url, tone="warning", order=50)
    refused = refused_without_next(scope).count()
    if refused:
        text = ngettext(
            "%(count)s school is without a lead school after a refusal.",
            "%(count)s schools are without a lead school after a refusal.",
            refused,
        ) % {"count": refused}
        url = f"{reverse('networks:list')}?state={PartnershipState.REFUSED}"
        yield TodayTask(_("Propose another lead school"), text, url, tone="bad", order=48)

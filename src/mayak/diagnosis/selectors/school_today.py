"""What the first screen says of passports, needs and risk profiles."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mayak.diagnosis.enums.passports import PassportState
from mayak.diagnosis.models import LeadProfile, MentorProfile, RiskLine
from mayak.diagnosis.permissions.schools import EDIT, OWN, can_see_mentors
from mayak.diagnosis.selectors.roles import reference_day
from mayak.diagnosis.selectors.school_readiness import open_gaps
from mayak.kernel.access import Scope
from mayak.kernel.access.requests import request_scope
from mayak.kernel.ui.today import TodayTask
from mayak.registry.models import SchoolYear
from mayak.registry.selectors.school_years import current_start_year
from mayak.results.enums import StatusRole
from mayak.results.models import SchoolStatus


def tasks(request: HttpRequest) -> Iterator[TodayTask]:
    """Yield what schools and coordinators have to do before pairing (a fixed number of queries)."""
    scope = request_scope(request)
    year = SchoolYear.objects.filter(start_year=current_start_year()).first()
    if year is None or not can_see_mentors(scope):
        return
    yield from _nominations(scope)
    if scope.allows(EDIT):
        yield _readiness(scope, year)
    elif scope.allows(OWN) and scope.organisation_ids:
        yield from _own_school(scope, year)


def _nominations(scope: Scope) -> Iterator[TodayTask]:
    schools = LeadProfile.objects.within(scope).filter(state=PassportState.SUBMITTED)
    count = schools.count() if scope.allows(EDIT) else 0
    if count:
        text = ngettext(
            "%(count)s school nominated itself as a lead school.",
            "%(count)s schools nominated themselves as lead schools.",
            count,
        )
        url = reverse("diagnosis:profiles") + f"?state={PassportState.SUBMITTED}"
        yield TodayTask(
            _("Decide on nominations of schools"), text % {"count": count}, url, "warning", order=36
        )
    count = MentorProfile.objects.within(scope).filter(state=PassportState.SUBMITTED).count()
    if count:
        text = ngettext(
            "%(count)s teacher waits for a confirmation as a mentor.",
            "%(count)s teachers wait for a confirmation as mentors.",
            count,
        )
        url = reverse("diagnosis:mentors") + f"?state={PassportState.SUBMITTED}"
        yield TodayTask(_("Confirm mentors"), text % {"count": count}, url, "warning", order=37)


def _readiness(scope: Scope, year: SchoolYear) -> TodayTask:
    count = open_gaps(scope, year)
    url = reverse("diagnosis:readiness")
    if not count:
        return TodayTask(
            _("Check the readiness for pairing"), _("Nothing is missing."), url, tone="good", order=38
        )
    text = ngettext("%(count)s line has something to mend.", "%(count)s lines have something to mend.", count)
    return TodayTask(
        _("Check the readiness for pairing"), text % {"count": count}, url, tone="warning", order=38
    )


def _own_school(scope: Scope, year: SchoolYear) -> Iterator[TodayTask]:
    school = min(scope.organisation_ids)
    statuses = SchoolStatus.objects.held_on(reference_day(year)).filter(
        organisation=school, kind__role=StatusRole.NEEDS_HELP
    )
    if not statuses.exists():  # a profile is asked of schools that are helped, others may make one
        return
    lines = RiskLine.objects.filter(profile__organisation=school, profile__school_year=year).exclude(level="")
    known, chosen = lines.count(), lines.filter(is_chosen=True).count()
    url = reverse("diagnosis:risk-school", args=[school])
    if not known:
        yield TodayTask(
            _("Fill in the risk profile of the school"),
            _("Compute it from data, then choose the factors on which the school works."),
            url,
            tone="warning",
            order=35,
        )
    elif not chosen:
        yield TodayTask(
            _("Choose the risk factors on which the school works"),
            _("Only chosen factors become needs that the pairing takes."),
            url,
            tone="warning",
            order=35,
        )

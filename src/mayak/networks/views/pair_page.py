"""The page of a pair."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from mayak.kernel.access.requests import request_actor
from mayak.kernel.readings.services import log_reading
from mayak.networks.enums.mentor_pairs import PAIR_FORMED, PAIR_OVER, PairLoop, PairState
from mayak.networks.forms.pair_work import MeetingLogForm
from mayak.networks.models import MentorPair
from mayak.networks.permissions.mentor_pairs import PairAccess
from mayak.networks.selectors.pair_page import PairPage, pair_page
from mayak.networks.services.pair_personal import READING
from mayak.networks.tables.mentor_pairs import about, pair_tone
from mayak.networks.views.pair_common import crumbs, pair_of, title_of


@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a pair: private words of others are not even read; a look at levels is logged for the mentee."""
    pair, access = pair_of(request, pk)
    page = pair_page(pair, access)
    _log_levels(request, page)
    context = {
        "page": page,
        "pair": pair,
        "access": access,
        "title": title_of(pair),
        "tone": pair_tone(pair),
        "rows": _rows(pair, access),
        "steps": _steps(pair, access),
        "can_log": access.may_work and pair.state in PAIR_FORMED,
        "can_plan": access.takes_part or access.reads_levels,
        "log_form": MeetingLogForm(),
        "breadcrumbs": crumbs(pair),
    }
    return render(request, "networks/pair_page.html", context)


def _log_levels(request: HttpRequest, page: PairPage) -> None:
    """The mentee sees who looked at the levels; the mentor and the mentee work with them and are not logged."""
    if page.access.takes_part or not page.levels:
        return
    for person in {level.person_id: level.person for level in page.levels}.values():
        log_reading(
            actor=request_actor(request),
            subject=f"registry.person:{person.pk}",
            name=str(person),
            what=READING,
            instance=page.pair,
            territory_path=page.pair.first_school.territory.path or "",
            organisation_id=page.pair.first_school_id,
        )


def _rows(pair: MentorPair, access: PairAccess) -> list[tuple[Any, Any]]:
    rows = [
        (_("Goal of the pair"), pair.goal),
        (_("In what"), about(pair)),
        (_("Kind"), pair.get_kind_display()),
        (_("Who helps whom"), pair.get_form_display()),
        (_("Loop"), _loop_words(pair)),
        (_("School of the mentor"), pair.mentor_school),
        (_("School of the mentee"), ", ".join(dict.fromkeys(str(one.school) for one in pair.mentees.all()))),
        (_("School year"), pair.school_year),
        (pgettext("act", "Order"), pair.order),
        (_("From"), f"{pair.starts_on:%d.%m.%Y}" if pair.starts_on else ""),
        (_("Until"), f"{pair.ends_on:%d.%m.%Y}" if pair.ends_on else ""),
        (_("Network pair of the schools"), pair.partnership),
        (_("Why paused"), pair.pause_reason if pair.state == PairState.PAUSED else ""),
        (_("Ended on"), f"{pair.ended_on:%d.%m.%Y}" if pair.ended_on else ""),
        (_("Why it ended"), pair.end_reason),
        (_("What remains"), pair.remains),
    ]
    if pair.state == PairState.RETURNED and access.keeps:
        rows += [
            (_("Refused by"), pair.get_refused_by_display()),
            (_("Why refused"), pair.refusal_reason),
        ]
    if pair.loop == PairLoop.INTERNAL and access.keeps:
        terms = pair.terms
        rows.append((_("Supplement on mentoring (art. 351.8)"), terms or _("not tied yet")))
        if terms is not None:
            rows += [
                (_("Number of the supplement"), terms.number),
                (_("Written consent of"), f"{terms.consented_on:%d.%m.%Y}" if terms.consented_on else ""),
                (_("Term"), f"{terms.starts_on:%d.%m.%Y} – {terms.ends_on:%d.%m.%Y}"),
                (_("Paid"), _("yes") if terms.is_paid else _("no")),
            ]
    return rows


def _loop_words(pair: MentorPair) -> str:
    if pair.loop == PairLoop.INTERNAL:
        return _("internal: mentor and mentee have one employer (art. 351.8 of the Labour Code)")
    return _("external: mentor and mentee have different employers")


def _steps(pair: MentorPair, access: PairAccess) -> list[tuple[str, str, bool]]:
    """Return label, address and whether it is the main one, of the steps that the user may take now."""
    if not access.keeps:
        return []
    found = {
        PairState.PROPOSED: [("paper", _("Consent on paper"), False)],
        PairState.RETURNED: [
            ("change", _("Propose another mentor"), True),
            ("again", _("Propose again"), False),
        ],
        PairState.CONSENTED: [("form", _("Form by an order"), True)],
        PairState.FORMED: [("start", _("Begin the work"), True)],
        PairState.ACTIVE: [("pause", _("Pause"), False)],
        PairState.PAUSED: [("resume", _("Go on"), True)],
    }.get(PairState(pair.state), [])
    if pair.state not in PAIR_OVER:
        if pair.state in PAIR_FORMED:
            found.append(("change", _("The mentor leaves"), False))
        found.append(("end", _("End the pair"), False))
    return [
        (label, reverse("networks:pair-step", args=[pair.pk, step]), is_main)
        for step, label, is_main in found
    ]

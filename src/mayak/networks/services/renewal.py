"""A partnership passes into the next school year, with what changes, or ends with a reason."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mayak.kernel.access import Actor
from mayak.networks.enums import PartnershipState, RenewalChoice
from mayak.networks.models import Partnership
from mayak.networks.services.consents import consent_day
from mayak.networks.services.guard import held, log, write
from mayak.networks.services.partnerships import end_partnership_row
from mayak.registry.models import SchoolYear

RENEWABLE = frozenset({PartnershipState.ACTIVE, PartnershipState.PAUSED, PartnershipState.AGREED})


@dataclass(frozen=True, slots=True)
class Renewal:
    """What is decided about one partnership. ``note``: what changes and why, or why it does not go on."""

    partnership: Partnership
    choice: RenewalChoice
    note: str = ""


@transaction.atomic
def renew_partnerships(
    decisions: Iterable[Renewal], *, school_year: SchoolYear, actor: Actor
) -> list[Partnership]:
    """Propose partnerships for the next year, or end those that do not go on; all together or none.

    The proposal needs the consent of both schools again, as the list is approved anew each year (final report of the
    Kirovsk district: orders № 263 of 12.10.2021 and № 354 of 18.10.2022).

    Raises:
        ValidationError: a change or an end without words, a year that does not follow, a partnership that is not at
            work, or one that has been renewed already. The message names the pair.
    """
    return [made for one in decisions if (made := _renew(one, school_year, actor)) is not None]


def _renew(one: Renewal, school_year: SchoolYear, actor: Actor) -> Partnership | None:
    row = held(one.partnership)
    note = one.note.strip()
    _refuse(row, one.choice, note, school_year)
    if one.choice == RenewalChoice.STOP:
        _stop(row, note, actor)
        return None
    made = Partnership(
        school_year=school_year,
        mentee=row.mentee,
        lead=row.lead,
        network=row.network if row.network and row.network.school_year_id == school_year.pk else None,
        content=row.content,
        consent_due=consent_day(),
        renewed_from=row,
        renewal_note=note,
    )
    made.full_clean()
    made.save()
    log(made, actor=actor, action="renew")
    return made


def _stop(row: Partnership, note: str, actor: Actor) -> None:
    """The work goes on to the end of the school year; where the year is over it ends at once."""
    last = row.school_year.ends_on
    if timezone.localdate() > last:
        end_partnership_row(row, actor=actor, reason=note, ended_on=last)
    else:
        write(row, actor=actor, action="not_renew", not_renewed=True, renewal_note=note)


def _refuse(row: Partnership, choice: str, note: str, school_year: SchoolYear) -> None:
    words = {"pair": f"{row.mentee} ← {row.lead}"}
    if school_year.start_year <= row.school_year.start_year:
        raise ValidationError(_("%(pair)s: the new school year does not follow on the old one.") % words)
    if row.state not in RENEWABLE:
        raise ValidationError(_("%(pair)s: only a partnership at work is renewed.") % words, code="state")
    if choice != RenewalChoice.KEEP and not note:
        raise ValidationError(_("%(pair)s: say what changes and why, or why it does not go on.") % words)
    same = Partnership.objects.current().filter(school_year=school_year, mentee=row.mentee, lead=row.lead)
    if hasattr(row, "renewal") or row.not_renewed or (choice != RenewalChoice.STOP and same.exists()):
        raise ValidationError(
            _("%(pair)s: it is decided already what becomes of this partnership next year.") % words
        )

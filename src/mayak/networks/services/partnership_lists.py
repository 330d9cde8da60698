"""Ready partnerships from a table: a trial run that writes nothing, then all rows together."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from mayak.kernel.access import Actor
from mayak.kernel.audit.services import record_bulk
from mayak.matching.services.pair_rows import GivenPair, find_schools
from mayak.networks.enums import OVER, PartnershipState
from mayak.networks.models import Partnership
from mayak.networks.services.consents import consent_day
from mayak.networks.services.partnership_rows import (
    KNOWN,
    NEW,
    REJECTED,
    PlannedPartnership,
    RowError,
    RowReader,
)
from mayak.registry.models import Organisation, SchoolYear, Territory


def plan_partnerships(
    territory: Territory, school_year: SchoolYear, rows: Sequence[GivenPair]
) -> list[PlannedPartnership]:
    """Say what each row would do; reads only. ``school_year``: of the rows that name none."""
    schools = find_schools([row.text(side) for row in rows for side in ("mentee", "lead")], territory)
    reader = RowReader(territory, school_year, schools)
    present = _present(schools.values())
    planned: list[PlannedPartnership] = []
    for row in rows:
        who = f"{row.text('mentee') or '—'} ← {row.text('lead') or '—'}"
        try:
            one = reader.read(row, who)
        except RowError as wrong:
            refused = PlannedPartnership(row.row, REJECTED, who, column=wrong.column, problem=wrong.problem)
            planned.append(refused)
            continue
        key = (one.year, one.mentee, one.lead, one.state in OVER)
        planned.append(replace(one, outcome=KNOWN if key in present else NEW))
        present.add(key)
    return planned


def to_plain(rows: Iterable[PlannedPartnership]) -> list[dict[str, Any]]:
    """The rows that would be written, as plain data without names, to be signed and sent back."""
    return [
        {
            name: value
            for name, value in asdict(row).items()
            if name not in {"who", "column", "problem", "outcome"}
        }
        for row in rows
        if row.outcome == NEW
    ]


@transaction.atomic
def import_partnerships(
    territory: Territory, rows: Iterable[Mapping[str, Any]], *, actor: Actor
) -> list[Partnership]:
    """Write the rows of a report, all or none; the schools must still lie in the territory.

    Raises:
        ValidationError: a school or a year is gone, or a pair stands twice.
    """
    given = list(rows)
    years = {one.start_year: one for one in SchoolYear.objects.all()}
    keys = {int(row[side]) for row in given for side in ("mentee", "lead")}
    inside = set(
        Organisation.objects.filter(
            pk__in=keys, territory__path__startswith=territory.path or "-"
        ).values_list("pk", flat=True)
    )
    if keys - inside or any(row["year"] not in years for row in given):
        raise ValidationError(_("The registry has changed since the report. Load the file again."))
    due = consent_day()
    made = [_made(row, years[row["year"]], due) for row in given]
    named = [(one.school_year.start_year, one.mentee_id, one.lead_id, one.is_over) for one in made]
    if len(set(named)) < len(named) or set(named) & _present(keys):
        raise ValidationError(_("These schools are partners in this year already."))
    stored = Partnership.objects.bulk_create(made, batch_size=1000)
    record_bulk(
        Partnership,
        actor=actor,
        action="import",
        row_count=len(stored),
        row_first=stored[0].pk if stored else None,
        row_last=stored[-1].pk if stored else None,
        territory_path=territory.path or "",
    )
    return stored


def _made(row: Mapping[str, Any], year: SchoolYear, due: dt.date) -> Partnership:
    state = PartnershipState(row["state"])
    starts, ends = _iso(row["starts_on"]), _iso(row["ends_on"])
    is_over = state == PartnershipState.ENDED
    return Partnership(
        school_year=year,
        mentee_id=row["mentee"],
        lead_id=row["lead"],
        state=state,
        content=[{"name": name, "grade": grade} for name, grade in row["content"]],
        basis_id=row["basis"],
        starts_on=starts,
        ends_on=ends,
        began_on=starts if state != PartnershipState.PROPOSED else None,
        consent_due=due if state == PartnershipState.PROPOSED else None,
        ended_on=(ends or year.ends_on) if is_over else None,
        end_reason=row["reason"] if is_over else "",
    )


def _iso(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _present(schools: Iterable[int | None]) -> set[tuple[int, int, int, bool]]:
    """Year, mentee, lead and «is over» of what is there already."""
    rows = Partnership.objects.filter(mentee__in={key for key in schools if key})
    found = rows.values_list("school_year__start_year", "mentee_id", "lead_id", "state")
    return {(year, mentee, lead, state in OVER) for year, mentee, lead, state in found}

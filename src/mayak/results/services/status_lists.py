"""A list of statuses from outside: a trial run that writes nothing, then everything at once; undone as a whole."""

import datetime as dt
import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from mayak.kernel.access import Actor, Scope
from mayak.kernel.audit.services import record_bulk
from mayak.registry.models import LegalAct, Organisation, OrganisationName
from mayak.registry.selectors.linking import Codes, LinkResult, LinkStatus, NameQuery, build_index, link_names
from mayak.results.enums import StatusLevel, StatusSource
from mayak.results.models import SchoolStatus, StatusKind
from mayak.results.services.statuses import overlapping, set_status

NEW, UNCHANGED, REJECTED = "new", "unchanged", "rejected"


@dataclass(frozen=True, slots=True)
class ListRow:
    """A row of the file: texts as they stand, dates read, ``problem`` where a cell cannot be read."""

    row: int
    login: str = ""
    code: str = ""
    ogrn: str = ""
    inn: str = ""
    name: str = ""
    status: str = ""
    level: str = ""
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    act_number: str = ""
    act_date: dt.date | None = None
    reason: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class ListDefaults:
    """What holds for rows that do not say it themselves."""

    kind: str = ""
    level: str = StatusLevel.REGIONAL
    valid_from: dt.date | None = None
    source: str = StatusSource.IMPORT


@dataclass(frozen=True, slots=True)
class PlannedStatus:
    """What becomes of one row: new, unchanged (borne already) or rejected with the reason."""

    row: int
    outcome: str
    text: str
    organisation_id: int | None = None
    school: str = ""
    kind_id: int | None = None
    kind: str = ""
    level: str = ""
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    basis_id: int | None = None
    reason: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class ListPlan:
    """The report of a trial run."""

    rows: tuple[PlannedStatus, ...]
    source: str

    def with_outcome(self, outcome: str) -> list[PlannedStatus]:
        """Rows of one outcome."""
        return [row for row in self.rows if row.outcome == outcome]


def plan_list(rows: Iterable[ListRow], *, scope: Scope, defaults: ListDefaults) -> ListPlan:
    """Say what each row would do; reads only.

    A school is found by code or an exactly equal name of the scope; a similar name is never taken.
    """
    given = list(rows)
    links = link_names([_query(row) for row in given], build_index(scope))
    by_name = _schools_by_name(scope)
    found_keys = [_found(row, link, by_name) for row, link in zip(given, links, strict=True)]
    schools = Organisation.objects.within(scope).in_bulk([key for key in found_keys if key is not None])
    kinds = _kinds()
    acts = {(act.number, act.date): act.pk for act in LegalAct.objects.within(scope).exclude(number="")}
    seen: set[tuple[Any, ...]] = set()
    planned = []
    for row, link, school_key in zip(given, links, found_keys, strict=True):
        found = schools.get(school_key) if school_key is not None else None
        one = _planned(row, found, kinds, acts, defaults)
        if one.outcome == NEW and found is None:
            one = replace(one, outcome=REJECTED, problem=_why_not(link.status))
        if one.outcome == NEW:
            key = (one.organisation_id, one.kind_id, one.level)
            if key in seen:
                one = replace(one, outcome=REJECTED, problem=_("the list names this school and status twice"))
            seen.add(key)
        planned.append(_against_stored(one))
    return ListPlan(tuple(planned), defaults.source)


@transaction.atomic
def apply_list(plan: ListPlan, *, scope: Scope, actor: Actor) -> str:
    """Write the new statuses of a plan; return the key under which the list can be taken back.

    Raises:
        ValidationError: nothing is new, or a status was given meanwhile; then nothing is written.
    """
    rows = plan.with_outcome(NEW)
    if not rows:
        raise ValidationError(_("There is nothing new in this list."))
    key = str(uuid.uuid4())
    schools = Organisation.objects.within(scope).in_bulk([row.organisation_id for row in rows])
    kinds = StatusKind.objects.in_bulk()
    acts = LegalAct.objects.within(scope).in_bulk([row.basis_id for row in rows if row.basis_id])
    for row in rows:
        school = schools.get(row.organisation_id or 0)
        if school is None or row.kind_id is None or row.valid_from is None:
            raise ValidationError(_("Row %(row)s can no longer be written: try again.") % {"row": row.row})
        set_status(
            school, kinds[row.kind_id], actor=actor, level=row.level, valid_from=row.valid_from, valid_to=row.valid_to,
            basis=acts.get(row.basis_id or 0), reason=row.reason, source=plan.source, list_key=key,
        )  # fmt: skip
    return key


@transaction.atomic
def undo_list(key: str, *, scope: Scope, actor: Actor) -> int:
    """Take back the statuses of an imported list that nobody has ended since.

    Raises:
        ValidationError: there is nothing to take back.
    """
    rows = SchoolStatus.objects.within(scope).filter(list_key=key, end_reason="").exclude(list_key="")
    keys = list(rows.values_list("pk", flat=True))
    if not keys:
        raise ValidationError(_("There is nothing to take back: the statuses of this list have been ended."))
    record_bulk(
        SchoolStatus, actor=actor, action="undo", row_count=len(keys), row_first=min(keys), row_last=max(keys),
        object_id=key, changes={"statuses": keys},
        territory_path=str(rows.values_list("organisation__territory__path", flat=True).first() or ""),
    )  # fmt: skip
    SchoolStatus.objects.filter(pk__in=keys).delete()
    return len(keys)


def plan_to_plain(plan: ListPlan) -> dict[str, Any]:
    """The plan as plain data, to be signed and sent back with the confirmation."""
    rows = [
        {
            name: value.isoformat() if isinstance(value, dt.date) else value
            for name, value in asdict(row).items()
        }
        for row in plan.rows
    ]
    return {"source": plan.source, "rows": rows}


def plan_from_plain(data: Mapping[str, Any]) -> ListPlan:
    """Read what ``plan_to_plain`` wrote."""
    rows = []
    for row in data["rows"]:
        days = {
            name: dt.date.fromisoformat(row[name]) if row[name] else None
            for name in ("valid_from", "valid_to")
        }
        rows.append(PlannedStatus(**{**row, **days}))
    return ListPlan(tuple(rows), data["source"])


def _query(row: ListRow) -> NameQuery:
    codes = Codes(login=row.login.lower(), rcoi=row.code, ogrn=row.ogrn, inn=row.inn)
    return NameQuery(name=row.name, codes=codes)


def _schools_by_name(scope: Scope) -> dict[str, set[int]]:
    """Every name that a school of the scope bears or bore, letter by letter (case, quotes and spaces apart)."""
    found: dict[str, set[int]] = {}
    schools = Organisation.objects.within(scope).schools()
    rows = [(pk, name) for pk, *names in schools.values_list("pk", "short_name", "name") for name in names]
    rows += OrganisationName.objects.filter(organisation__in=schools.values("pk")).values_list(
        "organisation_id", "name"
    )
    for pk, name in rows:
        found.setdefault(_plain(name), set()).add(pk)
    return found


def _found(row: ListRow, link: LinkResult, by_name: Mapping[str, set[int]]) -> int | None:
    if isinstance(link.chosen, int):
        return link.chosen
    same = by_name.get(_plain(row.name), set()) if row.name and link.status != LinkStatus.CONFLICT else set()
    return next(iter(same)) if len(same) == 1 else None


def _kinds() -> dict[str, StatusKind]:
    """Every name of a status in lower case."""
    found: dict[str, StatusKind] = {}
    for kind in StatusKind.objects.all():
        for name in (kind.code, kind.name, kind.abbreviation, *kind.synonyms):
            if name:
                found.setdefault(_plain(name), kind)
    return found


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[«»\"“”„']", " ", text.lower().replace("ё", "е")).split())


def _planned(
    row: ListRow,
    school: Organisation | None,
    kinds: Mapping[str, StatusKind],
    acts: Mapping[tuple[str, dt.date], int],
    defaults: ListDefaults,
) -> PlannedStatus:
    kind = kinds.get(_plain(row.status or defaults.kind))
    begins = row.valid_from or defaults.valid_from
    basis, act_text = _basis(row, acts)
    reason = " ".join(part for part in (row.reason, act_text) if part)
    problems: Sequence[tuple[bool, str]] = (
        (bool(row.problem), row.problem),
        (kind is None and bool(row.status), _("the status “%(name)s” is unknown") % {"name": row.status}),
        (kind is None, _("no status is given")),
        (begins is None, _("no date is given from which the status holds")),
        (
            begins is not None and row.valid_to is not None and row.valid_to < begins,
            _("the end lies before the beginning"),
        ),
    )
    problem = next((text for is_wrong, text in problems if is_wrong), "")
    return PlannedStatus(
        row=row.row,
        outcome=REJECTED if problem else NEW,
        text=" · ".join(part for part in (row.login or row.code or row.ogrn or row.inn, row.name) if part),
        organisation_id=school.pk if school else None,
        school=str(school) if school else "",
        kind_id=kind.pk if kind else None,
        kind=kind.name if kind else row.status,
        level=row.level or defaults.level,
        valid_from=begins,
        valid_to=row.valid_to,
        basis_id=basis,
        reason=reason,
        problem=problem,
    )


def _basis(row: ListRow, acts: Mapping[tuple[str, dt.date], int]) -> tuple[int | None, str]:
    """The registered act, or its number and date in words where the registry does not hold it."""
    if not row.act_number:
        return None, ""
    if row.act_date is not None and (row.act_number, row.act_date) in acts:
        return acts[row.act_number, row.act_date], ""
    day = f"{row.act_date:%d.%m.%Y}" if row.act_date else ""
    return None, _("Act № %(number)s %(day)s, not in the registry.") % {"number": row.act_number, "day": day}


def _why_not(status: LinkStatus) -> str:
    if status == LinkStatus.NONE:
        return _("no school of your territory has this code or name")
    return _("the school is not recognised for certain: write its login or code")


def _against_stored(row: PlannedStatus) -> PlannedStatus:
    if row.outcome != NEW or row.organisation_id is None or row.kind_id is None or row.valid_from is None:
        return row
    other = overlapping(row.organisation_id, row.kind_id, row.level, row.valid_from, row.valid_to)
    if other is None:
        return row
    text = _("borne already from %(day)s") % {"day": f"{other.valid_from:%d.%m.%Y}"}
    return replace(row, outcome=UNCHANGED, problem=text)

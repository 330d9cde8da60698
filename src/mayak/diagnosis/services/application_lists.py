"""A list of applications that the coordinator loads: a trial run that writes nothing, then everything at once."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from mayak.diagnosis.enums.contests import ApplicationOrigin
from mayak.diagnosis.models import Contest
from mayak.diagnosis.services.contest_applications import begin_application, submit_application
from mayak.kernel.access import Actor, Scope
from mayak.registry.models import Organisation, OrganisationName

NEW, UNCHANGED, REJECTED = "new", "unchanged", "rejected"


@dataclass(frozen=True, slots=True)
class ApplicationRow:
    """A row of the file."""

    row: int
    login: str
    code: str
    name: str
    reasons: str
    done: str
    plans: str


@dataclass(frozen=True, slots=True)
class PlannedApplication:
    """What becomes of one row."""

    row: int
    outcome: str
    text: str
    organisation_id: int | None = None
    school: str = ""
    reasons: str = ""
    done: str = ""
    plans: str = ""
    problem: str = ""


def plan_applications(
    contest: Contest, rows: Iterable[ApplicationRow], *, scope: Scope
) -> list[PlannedApplication]:
    """Say what each row would do; reads only. A school is found by its login, code or exact name of the territory."""
    inside = (
        Organisation.objects.within(scope)
        .schools()
        .filter(territory__path__under=contest.territory.path or "-")
    )
    schools = {row.pk: row for row in inside.only("pk", "short_name", "name", "fis_oko_login", "rcoi_code")}
    logins = {row.fis_oko_login.lower(): row.pk for row in schools.values() if row.fis_oko_login}
    codes: dict[str, set[int]] = defaultdict(set)
    names: dict[str, set[int]] = defaultdict(set)
    for row in schools.values():
        if row.rcoi_code:
            codes[row.rcoi_code].add(row.pk)
        for name in (row.short_name, row.name):
            names[_plain(name)].add(row.pk)
    for pk, name in OrganisationName.objects.filter(organisation__in=schools).values_list(
        "organisation_id", "name"
    ):
        names[_plain(name)].add(pk)
    known = set(contest.applications.values_list("organisation_id", flat=True))
    planned = []
    for one in rows:
        keys = (
            {logins[one.login.lower()]}
            if one.login.lower() in logins
            else codes.get(one.code) or names.get(_plain(one.name), set())
        )
        found = _planned(one, keys, known)
        if found.outcome == NEW and found.organisation_id is not None:
            known.add(found.organisation_id)
            found = PlannedApplication(**{**asdict(found), "school": str(schools[found.organisation_id])})
        planned.append(found)
    return planned


@transaction.atomic
def apply_applications(
    contest: Contest, plan: Iterable[PlannedApplication], *, scope: Scope, actor: Actor
) -> int:
    """Enter the new applications of a plan as submitted ones; all or none.

    Raises:
        ValidationError: nothing is new, or the contest takes no applications.
    """
    rows = [row for row in plan if row.outcome == NEW]
    if not rows:
        raise ValidationError(_("There is nothing new in this list."))
    schools = (
        Organisation.objects.within(scope)
        .select_related("territory")
        .in_bulk([row.organisation_id for row in rows if row.organisation_id])
    )
    for row in rows:
        school = schools.get(row.organisation_id or 0)
        if school is None:
            raise ValidationError(_("Row %(row)s can no longer be written: try again.") % {"row": row.row})
        made = begin_application(
            contest,
            school,
            actor=actor,
            origin=ApplicationOrigin.IMPORT,
            reasons=row.reasons,
            done=row.done,
            plans=row.plans,
        )
        submit_application(made, actor=actor)
    return len(rows)


def plan_to_plain(plan: Iterable[PlannedApplication]) -> list[dict[str, Any]]:
    """The plan as plain data, to be signed and sent back with the confirmation."""
    return [asdict(row) for row in plan]


def plan_from_plain(data: Iterable[Mapping[str, Any]]) -> list[PlannedApplication]:
    """Read what ``plan_to_plain`` wrote."""
    return [PlannedApplication(**row) for row in data]


def _planned(row: ApplicationRow, keys: set[int], known: set[int]) -> PlannedApplication:
    problem, outcome = "", NEW
    if not keys:
        problem = _("no school of the contest's territory has this code or name")
    elif len(keys) > 1:
        problem = _("several schools have this name: write the login or the code")
    elif not row.reasons:
        problem = _("no reasons why the school takes part")
    key = next(iter(keys)) if len(keys) == 1 else None
    if problem:
        outcome = REJECTED
    elif key in known:
        outcome, problem = UNCHANGED, _("has an application already")
    return PlannedApplication(
        row=row.row,
        outcome=outcome,
        text=" · ".join(part for part in (row.login or row.code, row.name) if part),
        organisation_id=key,
        reasons=row.reasons,
        done=row.done,
        plans=row.plans,
        problem=problem,
    )


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[«»\"“”„']", " ", text.lower().replace("ё", "е")).split())

"""Schools that a file names and the registry lacks: counted in a trial, created when the import is written."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from mayak.kernel.access import Actor
from mayak.kernel.bulk import portions
from mayak.registry.enums import OrganisationKind
from mayak.registry.models import Organisation, Territory
from mayak.registry.selectors.names import place_key
from mayak.registry.services.bulk import create_organisations
from mayak.results.algorithms.records import SchoolRef
from mayak.results.services.schools import SchoolAnswer, Schools, remember, save_links

#: Which schools are created: none; only those unlike any school of the registry; besides those with a code of their own
#: where only schools with codes of another numbering are like them (never joined by machine, so created as separate);
#: all that may be created.
NONE, NEW, CODED, ALL = "", "new", "coded", "all"
#: A person said so for these very schools.
FORCED = "forced"
MODES = (NEW, CODED, ALL)
_PORTION = 200


def chosen_for_creation(answers: Iterable[SchoolAnswer], mode: str) -> list[list[SchoolAnswer]]:
    """Groups of references that mean one school each; only those that the mode allows."""
    groups: dict[tuple[object, ...], list[SchoolAnswer]] = {}
    numbered: dict[tuple[object, ...], SchoolAnswer] = {}
    for answer in answers:
        if _is_chosen(answer, mode):
            place = _numbered_place(answer)
            first = numbered.setdefault(place, answer) if place else answer
            if _identity(answer) == _identity(first) or _same_name(answer, first):
                groups.setdefault(_identity(first), []).append(answer)
            elif mode in {ALL, FORCED}:
                groups.setdefault(_identity(answer), []).append(answer)
    return list(groups.values())


def _is_chosen(answer: SchoolAnswer, mode: str) -> bool:
    if mode == FORCED:
        return answer.is_open and answer.territory is not None and bool(answer.school.name)
    if mode == NONE or not answer.may_be_created:
        return False
    return mode == ALL or answer.is_new or (mode == CODED and answer.has_other_numbering)


def _best(group: list[SchoolAnswer]) -> SchoolAnswer:
    """The reference that says most of where the school lies (a heading of a list names no municipality)."""
    return max(group, key=lambda answer: (answer.territory.path or "").count("/") if answer.territory else 0)


def _identity(answer: SchoolAnswer) -> tuple[object, ...]:
    school, territory = answer.school, answer.territory
    place = territory.pk if territory else None
    if school.login:
        return ("login", school.login)
    if school.code:
        return ("code", place, school.code_system, school.code)
    return ("name", place, place_key(school.settlement or ""), " ".join((school.name or "").lower().split()))


def _numbered_place(answer: SchoolAnswer) -> tuple[object, ...] | None:
    """Code, region and settlement: equal ones under two municipalities are one school, or a question for a person."""
    school = answer.school
    if school.login or not (school.code and school.region and school.settlement):
        return None
    return (school.code_system, school.code, place_key(school.region), place_key(school.settlement))


def _same_name(one: SchoolAnswer, two: SchoolAnswer) -> bool:
    return place_key(one.school.name or "") == place_key(two.school.name or "")


def pretend_schools(schools: Schools, mode: str) -> int:
    """Give keys below zero to schools that would be created; nothing is written. Return how many."""
    groups = chosen_for_creation(schools.answers(), mode)
    for number, group in enumerate(groups, 1):
        for answer in group:
            answer.organisation_id = -number
        territory = _best(group).territory
        schools.paths[-number] = (territory.path or "") if territory else ""
    return len(groups)


def create_schools(
    schools: Schools, mode: str, *, territory: Territory, actor: Actor, source: str
) -> list[Organisation]:
    """Create them in portions and remember which reference means which; safe to repeat."""
    created: list[Organisation] = []
    for portion in portions(chosen_for_creation(schools.answers(), mode), _PORTION):
        with transaction.atomic():
            rows = [_organisation(_best(group)) for group in portion]
            _drop_taken_codes(rows)
            create_organisations(rows, actor=actor, territory_path=territory.path or "", source=source)
            links = []
            for group, row in zip(portion, rows, strict=True):
                for answer in group:
                    reason = _reason(answer, source)
                    links += remember(
                        answer, territory=territory, organisation_id=row.pk, reason=reason, label=actor.label
                    )
                    answer.organisation_id = row.pk
                schools.paths[row.pk] = row.territory.path or ""
            save_links(links)
        created += rows
    return created


def _reason(answer: SchoolAnswer, source: str) -> str:
    reason = _("created from the file %(file)s") % {"file": source}
    if answer.is_new:
        return reason
    return _(
        "%(created)s as a school of its own: like others by name, but with a code of another numbering"
    ) % {"created": reason}


def remember_codes(schools: Schools, *, territory: Territory, actor: Actor, source: str) -> None:
    """Keep the codes of schools that were found by their exact name: the next file may spell the name otherwise."""
    for portion in portions(schools.learned(), _PORTION):
        with transaction.atomic():
            links = []
            for answer in portion:
                reason = _("stood beside the exact name of the school in %(file)s") % {"file": source}
                links += remember(
                    answer,
                    territory=territory,
                    organisation_id=answer.organisation_id,
                    reason=reason,
                    label=actor.label,
                )
            save_links(links)


def _organisation(answer: SchoolAnswer) -> Organisation:
    school = answer.school
    if answer.territory is None:  # pragma: no cover - may_be_created asked for it
        raise ValueError("a new school needs a territory")
    name = school.name or ""
    return Organisation(
        territory=answer.territory,
        kind=OrganisationKind.SCHOOL,
        name=name[:500],
        short_name=name[:200],
        fis_oko_login=_login(school),
        rcoi_code=(school.code or "")[:20],
        ogrn=_digits(school.ogrn, (13, 15)),
        inn=_digits(school.inn, (10, 12)),
        settlement=(school.settlement or "")[:150],
    )


def _drop_taken_codes(rows: list[Organisation]) -> None:
    """A code that another school bears already is not given twice; the reference is remembered all the same."""
    logins = {row.fis_oko_login for row in rows if row.fis_oko_login}
    codes = {row.rcoi_code for row in rows if row.rcoi_code}
    taken_logins = set(
        Organisation.objects.filter(fis_oko_login__in=logins).values_list("fis_oko_login", flat=True)
    )
    taken = set(Organisation.objects.filter(rcoi_code__in=codes).values_list("territory_id", "rcoi_code"))
    for row in rows:
        if row.fis_oko_login in taken_logins:
            row.fis_oko_login = ""
        if (row.territory_id, row.rcoi_code) in taken:
            row.rcoi_code = ""


def _login(school: SchoolRef) -> str:
    login = (school.login or "").lower()
    return login[:20] if login.startswith("edu") and login[3:].isdigit() else ""


def _digits(text: str | None, lengths: tuple[int, int]) -> str:
    return text if text and text.isdigit() and len(text) in lengths else ""

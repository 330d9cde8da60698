"""Which school a row means: a remembered answer, else the linking of the registry, else a person."""

import hashlib
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from mayak.kernel.access import Scope
from mayak.registry.enums import LinkVerdict
from mayak.registry.models import Organisation, Territory
from mayak.registry.selectors.linking import (
    NOT_A_SCHOOL,
    Codes,
    LinkIndex,
    LinkResult,
    LinkStatus,
    NameQuery,
    build_index,
    link_names,
)
from mayak.results.algorithms.keys import school_ref_key
from mayak.results.algorithms.records import SchoolRef
from mayak.results.models import SchoolLink
from mayak.results.services.places import Places

_CLEARLY_OTHER = ("code_differs", "number_differs")
_CODE_SPEAKS = ("code_elsewhere", "code_without_region")


@dataclass(slots=True)
class SchoolAnswer:
    """What is known of a reference: a school, «not a school of ours», or a question for a person."""

    school: SchoolRef
    key: str
    territory: Territory | None
    organisation_id: int | None = None
    is_foreign: bool = False
    link: LinkResult | None = None
    code: str = ""
    rows: int = 0
    other_numbering: frozenset[object] = frozenset()

    @property
    def is_open(self) -> bool:
        """Whether a person must decide."""
        return self.organisation_id is None and not self.is_foreign

    @property
    def is_new(self) -> bool:
        """Whether nothing in the registry is like it, so that it may be created without a doubt.

        A school is new beside schools with another number, or with another code of the same numbering.
        """
        if not self.may_be_created or self.link is None:
            return False
        if self.link.status == LinkStatus.NONE:
            return True
        if self.link.status != LinkStatus.ASK:
            return False
        return all(
            any(reason.code in _CLEARLY_OTHER for reason in suggestion.reasons)
            for suggestion in self.link.suggestions
        )

    @property
    def has_other_numbering(self) -> bool:
        """Whether the row has a code of its own and all that is like it is numbered otherwise or clearly another."""
        if not self.school.code or self.link is None or self.link.status != LinkStatus.ASK:
            return False
        return all(
            suggestion.id in self.other_numbering
            or any(reason.code in _CLEARLY_OTHER for reason in suggestion.reasons)
            for suggestion in self.link.suggestions
        )

    @property
    def is_doubtful(self) -> bool:
        """Whether a code speaks for a school of the registry: only a person may say that it is another one."""
        link = self.link
        return link is not None and (
            link.status == LinkStatus.CONFLICT or any(reason.code in _CODE_SPEAKS for reason in link.reasons)
        )

    @property
    def may_be_created(self) -> bool:
        """Whether it could be created at all, even if a person must say that it is another school."""
        return self.is_open and self.territory is not None and bool(self.school.name) and not self.is_doubtful


class Schools:
    """Answers for the references of one import, asked once each."""

    def __init__(self, territory: Territory, places: Places) -> None:
        self.territory, self.places = territory, places
        self.paths: dict[int, str] = {}
        self._answers: dict[SchoolRef, SchoolAnswer] = {}

    def resolve(self, schools: Iterable[SchoolRef]) -> None:
        """Find all that are not known yet, with few queries."""
        fresh = [school for school in dict.fromkeys(schools) if school not in self._answers]
        if not fresh:
            return
        asked: list[SchoolAnswer] = []
        answers = [SchoolAnswer(school, school_ref_key(school), self.places.find(school)) for school in fresh]
        links = _remembered(
            self.territory, {answer.key for answer in answers} | {code_key(a) for a in answers}
        )
        for answer in answers:
            self._answers[answer.school] = answer
            link = links.get(answer.key)
            if link is not None:
                answer.organisation_id, answer.is_foreign = link.organisation_id, link.organisation_id is None
            elif answer.territory is None and not answer.school.login:
                answer.code = "territory_unknown"
            else:
                asked.append(answer)
        self._ask(asked, links)
        self._load_paths()

    def answer(self, school: SchoolRef) -> SchoolAnswer:
        """The answer for a reference that was resolved."""
        return self._answers[school]

    def answers(self) -> list[SchoolAnswer]:
        """All answers in the order of the file."""
        return list(self._answers.values())

    def open_questions(self) -> list[SchoolAnswer]:
        """References that wait for a person, in the order of the file."""
        return [answer for answer in self._answers.values() if answer.is_open]

    def _ask(self, asked: Sequence[SchoolAnswer], links: dict[str, SchoolLink]) -> None:
        if not asked:
            return
        index = build_index(Scope(territory_paths=(self.territory.path or "",)))
        results = link_names([self._query(answer, index) for answer in asked], index)
        suggested = {s.id for result in results for s in result.suggestions}
        codes = {entry_id: _rcoi(index, entry_id) for entry_id in suggested}
        for answer, result in zip(asked, results, strict=True):
            answer.link = result
            answer.other_numbering = frozenset(
                s.id for s in result.suggestions if is_other_numbering(answer.school.code or "", codes[s.id])
            )
            by_code = links.get(code_key(answer))
            if result.is_joined and result.chosen is NOT_A_SCHOOL:
                answer.is_foreign = True
            elif result.is_joined:
                answer.organisation_id = int(str(result.chosen))
            elif by_code is not None and result.status in (LinkStatus.ASK, LinkStatus.NONE):
                answer.organisation_id = by_code.organisation_id
            else:
                answer.code = "school_unknown" if result.status == LinkStatus.NONE else "school_unclear"

    def _query(self, answer: SchoolAnswer, index: LinkIndex) -> NameQuery:
        school, territory = answer.school, answer.territory
        return NameQuery(
            name=school.name or "",
            territory_id=territory.pk if territory else None,
            territory_names=self.places.names(territory) if territory else (),
            settlement=school.settlement or "",
            region_id=index.region_of(territory.path) if territory else None,
            codes=Codes(
                login=school.login or "", rcoi=school.code or "", ogrn=school.ogrn or "", inn=school.inn or ""
            ),
        )

    def learned(self) -> list[SchoolAnswer]:
        """References with a code whose school was found by its name: from now on the code means it too."""
        found = []
        for answer in self._answers.values():
            link = answer.link
            if (
                link is not None
                and link.status in (LinkStatus.NAME, LinkStatus.DECISION)
                and answer.school.code
            ):
                found.append(answer)
        return [answer for answer in found if (answer.organisation_id or 0) > 0]

    def _load_paths(self) -> None:
        wanted = {answer.organisation_id for answer in self._answers.values() if answer.organisation_id}
        if wanted - self.paths.keys():
            inside = Organisation.objects.filter(territory__path__under=self.territory.path)
            self.paths |= {pk: path or "" for pk, path in inside.values_list("pk", "territory__path")}


def is_other_numbering(one: str, two: str) -> bool:
    """«100-02» and «100020»: both are codes, but not of one list."""
    return bool(one and two) and one.isdigit() != two.isdigit()


def _rcoi(index: LinkIndex, organisation_id: Hashable) -> str:
    entry = index.names.get(organisation_id)
    return entry.candidate.codes.rcoi if entry else ""


def code_key(answer: SchoolAnswer) -> str:
    """Under what a code of a file is remembered: the code, its numbering, the territory of the row."""
    school = answer.school
    if not school.code or answer.territory is None:
        return ""
    text = f"code\x1f{school.code_system}\x1f{school.code}\x1f{answer.territory.pk}"
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _remembered(territory: Territory, keys: set[str]) -> dict[str, SchoolLink]:
    """Answers given before, in this territory or above it; the nearest wins."""
    parts = (territory.path or "").strip("/").split("/")
    paths = ["/" + "/".join(parts[:count]) + "/" for count in range(1, len(parts) + 1)]
    rows = SchoolLink.objects.filter(territory__path__in=paths).order_by("territory__path")
    return {row.key: row for row in rows.iterator() if row.key in keys}


def remember(
    answer: SchoolAnswer, *, territory: Territory, organisation_id: int | None, reason: str, label: str
) -> list[SchoolLink]:
    """Unsaved links for the reference and, where it has one, for its code."""
    verdict = LinkVerdict.JOINED if organisation_id else LinkVerdict.NOT_A_SCHOOL
    school = answer.school
    text = " ".join(part for part in (school.raw_code or school.login, school.name) if part)[:500]
    keys = [answer.key]
    if organisation_id and code_key(answer):
        keys.append(code_key(answer))
    return [
        SchoolLink(
            territory=territory,
            key=key,
            text=text,
            verdict=verdict,
            organisation_id=organisation_id,
            reason=reason[:300],
            decided_by_label=label[:200],
        )
        for key in keys
    ]


def save_links(links: Iterable[SchoolLink]) -> None:
    """Write links; a later answer replaces an earlier one."""
    unique = {(link.territory_id, link.key): link for link in links}
    SchoolLink.objects.bulk_create(
        list(unique.values()),
        update_conflicts=True,
        unique_fields=["territory", "key"],
        update_fields=["text", "verdict", "organisation", "reason", "decided_by_label", "decided_at"],
        batch_size=300,
    )


def ref_data(school: SchoolRef) -> dict[str, Any]:
    """The reference as JSON, without empty parts."""
    return {
        name: value for name in SchoolRef.__dataclass_fields__ if (value := getattr(school, name)) is not None
    }

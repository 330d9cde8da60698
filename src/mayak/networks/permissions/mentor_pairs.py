"""Who keeps mentor pairs, who sees them, and who works in one."""

from dataclasses import dataclass

from mayak.kernel.access import Scope
from mayak.networks.models import MentorPair

EDIT, OWN_SCHOOL = "networks.edit", "networks.own_school"


@dataclass(frozen=True, slots=True)
class PairAccess:
    """What one user is in a pair.

    Attributes:
        person_id: the person of the user, None where the account is tied to nobody.
        is_mentor: works in the pair as the mentor.
        is_mentee: works in it as a mentee.
        keeps: forms, pauses and ends it: a coordinator of the territory, a head of one of the schools.
        reads_levels: may read the levels of the mentee that the diagnosis of deficits gave.
    """

    person_id: int | None
    is_mentor: bool
    is_mentee: bool
    keeps: bool
    reads_levels: bool

    @property
    def takes_part(self) -> bool:
        """Whether the user is one of the pair."""
        return self.is_mentor or self.is_mentee

    @property
    def side(self) -> str:
        """The side of the user, empty for who does not take part."""
        if self.is_mentor:
            return "mentor"
        return "mentee" if self.is_mentee else ""

    @property
    def may_work(self) -> bool:
        """Whether plan, meetings and materials may be written."""
        return self.takes_part or self.keeps


def keeping_scope(scope: Scope) -> Scope:
    """Return the part of the scope in which pairs are kept: territories by one right, schools by either."""
    edits = scope.allows(EDIT)
    return Scope(
        territory_paths=scope.territory_paths if edits else (),
        organisation_ids=scope.organisation_ids if edits or scope.allows(OWN_SCHOOL) else frozenset(),
        everything=scope.everything,
        rights=scope.rights,
    )


def can_keep_pairs(scope: Scope) -> bool:
    """Whether the person keeps any pairs at all."""
    return scope.allows(EDIT) or scope.allows(OWN_SCHOOL)


def can_edit_pair_rules(scope: Scope) -> bool:
    """Whether numbers and holidays may be changed."""
    return scope.allows(EDIT)


def access_to(scope: Scope, person_id: int | None, pair: MentorPair) -> PairAccess:
    """Return what the user is in the pair; the mentees with their schools are read once."""
    mentees = list(pair.mentees.all())
    kept = keeping_scope(scope)
    schools = [pair.mentor_school, *(one.school for one in mentees)]
    keeps = any(kept.covers_organisation(one.pk, one.territory.path or "") for one in schools)
    reads = scope.allows("diagnosis.people") and all(
        kept.covers_organisation(one.school_id, one.school.territory.path or "") for one in mentees
    )
    return PairAccess(
        person_id=person_id,
        is_mentor=person_id is not None and pair.mentor_id == person_id,
        is_mentee=person_id is not None and any(one.person_id == person_id for one in mentees),
        keeps=keeps,
        reads_levels=reads,
    )

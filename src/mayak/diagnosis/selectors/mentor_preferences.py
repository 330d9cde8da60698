"""With whom mentors and mentees want to work after the first meeting: a hint for matching that refuses nothing.

Read from named rounds only. A name is found among the other side of the same round; where it fits nobody or several
people it is shown as it was written.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from mayak.diagnosis.algorithms.survey_meanings import meanings_in, named_preferences
from mayak.diagnosis.enums.survey_meanings import Meaning
from mayak.kernel.access import Scope
from mayak.registry.models import Person, SchoolYear
from mayak.surveys.enums import CampaignMode
from mayak.surveys.models import Campaign, SurveyInvitation
from mayak.surveys.selectors.campaigns import audiences_of, definition_of

MENTOR, MENTEE = "mentor", "mentee"


@dataclass(frozen=True, slots=True)
class PreferredPair:
    """A mentor and a mentee of whom at least one named the other; the rank is 1, 2 or 3, None where not named."""

    mentor: Person
    mentee: Person
    mentor_rank: int | None = None
    mentee_rank: int | None = None

    @property
    def is_mutual(self) -> bool:
        """Whether both named each other."""
        return self.mentor_rank is not None and self.mentee_rank is not None

    @property
    def order(self) -> tuple[bool, int]:
        """Mutual wishes first, then the higher ones."""
        return not self.is_mutual, (self.mentor_rank or 4) + (self.mentee_rank or 4)


@dataclass(slots=True)
class Preferences:
    """What a round says: wished pairs, the best first, and names that were not found."""

    pairs: list[PreferredPair] = field(default_factory=list)
    not_found: list[tuple[Person, str]] = field(default_factory=list)

    @property
    def authors(self) -> list[Person]:
        """Whose named answers stand here: whoever shows them logs the reading of each."""
        found = {person.pk: person for person, _name in self.not_found}
        for pair in self.pairs:
            said = ((pair.mentor, pair.mentor_rank), (pair.mentee, pair.mentee_rank))
            found |= {person.pk: person for person, rank in said if rank is not None}
        return [person for _key, person in sorted(found.items())]


def preferred_pairs(scope: Scope, school_year: SchoolYear) -> list[PreferredPair]:
    """Return the wished pairs of a school year within the scope, the best first: what matching may take as a hint."""
    rounds = (
        Campaign.objects.within(scope).filter(school_year=school_year, mode=CampaignMode.NAMED).order_by("pk")
    )
    return sorted((pair for one in rounds for pair in preferences_of(one).pairs), key=lambda pair: pair.order)


def preferences_of(campaign: Campaign) -> Preferences:
    """Return what the answers of a named round wish; nothing for an anonymous one."""
    found = Preferences()
    if campaign.is_anonymous:
        return found
    sides, answers = _sides(campaign)
    ranks: dict[tuple[int, int], dict[str, int]] = defaultdict(dict)
    people = {person.pk: person for side in sides.values() for person in side}
    for side, person, names in answers:
        others = sides[MENTEE if side == MENTOR else MENTOR]
        for rank, name in enumerate(names, start=1):
            other = _named(name, others)
            if other is None:
                found.not_found.append((person, name))
                continue
            pair = (person.pk, other.pk) if side == MENTOR else (other.pk, person.pk)
            ranks[pair].setdefault(side, rank)
    found.pairs = sorted(
        (
            PreferredPair(people[mentor], people[mentee], said.get(MENTOR), said.get(MENTEE))
            for (mentor, mentee), said in ranks.items()
        ),
        key=lambda pair: (*pair.order, pair.mentor.sort_key, pair.mentee.sort_key),
    )
    return found


Said = tuple[str, Person, list[str]]


def _sides(campaign: Campaign) -> tuple[dict[str, list[Person]], list[Said]]:
    sides: dict[str, list[Person]] = {MENTOR: [], MENTEE: []}
    answers: list[Said] = []
    for audience in audiences_of(campaign):
        definition = definition_of(audience)
        if Meaning.PREFERENCE not in meanings_in(definition):
            continue
        for invitation, person, side in _invited(audience.pk):
            sides[side].append(person)
            response = getattr(invitation, "response", None)
            if response is not None and response.is_submitted:
                answers.append((side, person, named_preferences(definition, response.answers)))
    return sides, answers


def _invited(audience: int) -> Iterator[tuple[SurveyInvitation, Person, str]]:
    rows = SurveyInvitation.objects.filter(audience=audience).select_related(
        "person", "user__person", "response"
    )
    for invitation in rows.order_by("pk"):
        person = invitation.person or (invitation.user.person if invitation.user else None)
        side = invitation.groups.get("role")
        if person is not None and side in {MENTOR, MENTEE}:
            yield invitation, person, side


def _named(text: str, people: Iterable[Person]) -> Person | None:
    """Return the one person whom the words name: the family name whole, the others whole or as initials."""
    words = text.lower().replace("ё", "е").replace(".", " ").split()
    fitting = {person.pk: person for person in people if words and _fits(words, person)}
    return next(iter(fitting.values())) if len(fitting) == 1 else None


def _fits(words: list[str], person: Person) -> bool:
    parts = [
        part.lower().replace("ё", "е") for part in (person.family_name, person.given_name, person.patronymic)
    ]
    if words[0] != parts[0] or len(words) > len(parts):
        return False
    return all(part.startswith(word) for word, part in zip(words[1:], parts[1:], strict=False))

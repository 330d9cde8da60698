"""Which lines a plan could have: typical measures for the deficits and needs of the mentees."""

from dataclasses import dataclass

from mayak.diagnosis.enums.measures import AddresseeKind, TriggerKind, TriggerLevel
from mayak.diagnosis.enums.needs import NeedState
from mayak.diagnosis.models import Competence
from mayak.diagnosis.selectors.deficits import needs_of_person
from mayak.diagnosis.selectors.level_sources import LevelTrigger
from mayak.diagnosis.selectors.measures import proposed_measures
from mayak.networks.enums.mentor_pairs import PairForm
from mayak.networks.models import MentorPair

COMPETENCES_AT_MOST = 5
HEADS = frozenset({PairForm.HEAD_HEAD, PairForm.DEPUTY_DEPUTY})
"""Forms whose mentees lead a school: what is recommended to its administration is theirs too."""


@dataclass(frozen=True, slots=True)
class ProposedItem:
    """A line of the plan that could be: for a competence, by a typical measure."""

    competence_id: int | None
    content: str
    result: str
    days: int
    template_id: int | None


def proposed_items(pair: MentorPair) -> list[ProposedItem]:
    """Return lines for the competences of the pair and the greatest needs of its mentees.

    First come the competences that the pair names, then what the diagnosis says of the mentees of the year; each with
    the measure of the bank that fits it best. Results of pupils are not among the sources.
    """
    competences = _competences(pair)
    triggers = [
        LevelTrigger(
            kind=TriggerKind.COMPETENCE,
            code=one.code,
            level=TriggerLevel.LOW,
            label=one.name,
            group=one.group.code,
        )
        for one in competences
    ]
    keys = {one.code: one.pk for one in competences}
    addressees = {AddresseeKind.TEACHER}
    if pair.form in HEADS:
        addressees.add(AddresseeKind.SCHOOL_ADMIN)
    found = []
    for proposal in proposed_measures(triggers):
        if proposal.template.addressee not in addressees:
            continue
        found.append(
            ProposedItem(
                competence_id=keys.get(proposal.trigger.code),
                content=proposal.template.text[:1000],
                result=proposal.template.evidence[:500],
                days=proposal.template.days,
                template_id=proposal.template.pk,
            )
        )
    return found


def _competences(pair: MentorPair) -> list[Competence]:
    """Return the competences of the pair, then the open needs of its mentees up to a readable number."""
    own = list(pair.competences.select_related("group"))
    found = {one.pk: one for one in own}
    for mentee in pair.mentees.select_related("person"):
        for need in needs_of_person(mentee.person, pair.school_year):
            if need.state == NeedState.OPEN and len(found) < COMPETENCES_AT_MOST:
                found.setdefault(need.competence_id, need.competence)
    return list(found.values())

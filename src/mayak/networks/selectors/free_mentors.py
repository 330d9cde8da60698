"""Who could take the place of a mentor that leaves: what the pairing knows first, else the accepted passports."""

from dataclasses import dataclass

from django.db.models import Q

from mayak.diagnosis.models import MentorProfile
from mayak.kernel.access import Scope
from mayak.matching.models import TeacherPair
from mayak.matching.selectors.teacher_candidates import candidates_of_need
from mayak.networks.models import MentorPair
from mayak.networks.selectors.mentor_pairs import taken_places

SHOWN = 5


@dataclass(frozen=True, slots=True)
class FreeMentor:
    """A mentor with free places; ``score`` (0..1) by the rules of the pairing, None where it does not know."""

    profile: MentorProfile
    taken: int
    score: float | None
    fits: tuple[str, ...]

    @property
    def free(self) -> int:
        """Places that are left."""
        return self.profile.pairs - self.taken


def free_mentors(pair: MentorPair, scope: Scope) -> list[FreeMentor]:
    """Return the best free mentors for the mentees of a pair.

    The pairing that made the pair scores them; beside it count the strengths of passports: a competence of the pair,
    then its subject, then the same municipality. People of the pair are left out.
    """
    mentees = list(pair.mentees.all())
    busy = {pair.mentor_id, *(one.person_id for one in mentees)}
    profiles = list(
        MentorProfile.objects.accepted()
        .within(scope)
        .filter(school_year=pair.school_year_id, person__archived_at__isnull=True)
        .exclude(person__in=busy)
        .select_related("person", "organisation__territory")
        .prefetch_related("strengths__subject")
    )
    taken = taken_places([one.person_id for one in profiles], pair.school_year)
    scores = _scores_of_pairing(pair)
    codes = {one.code: one.name for one in pair.competences.all()}
    found = [
        FreeMentor(
            one, taken.get(one.person_id, 0), scores.get(one.person_id), _fits(one, codes, pair.subject_id)
        )
        for one in profiles
        if one.pairs - taken.get(one.person_id, 0) >= len(mentees)
    ]
    wanted = [one for one in found if one.score is not None or one.fits] or found
    place = pair.first_school.territory_id
    return sorted(
        wanted,
        key=lambda one: (
            -(one.score or 0),
            -len(one.fits),
            one.profile.organisation.territory_id != place,
            -one.free,
            one.profile.person.sort_key,
        ),
    )[:SHOWN]


def _scores_of_pairing(pair: MentorPair) -> dict[int, float]:
    """Return mentor -> mean score over the needs of the pair, of mentors whom no limit keeps away."""
    if pair.run is None or pair.run.solved_at is None:
        return {}
    people = [one.person_id for one in pair.mentees.all()]
    needs = TeacherPair.objects.filter(
        Q(mentee__in=people), run=pair.run_id, mentor=pair.mentor_id
    ).values_list("mentee_id", "need_key")
    sums: dict[int, list[float]] = {}
    keys = list(needs)
    for mentee, need in keys:
        try:
            candidates = candidates_of_need(pair.run, mentee, need)
        except KeyError:  # the person left the input of the pairing meanwhile
            continue
        for one in candidates:
            if not one.why_not and not one.is_current and not one.is_forbidden:
                sums.setdefault(one.mentor_id, []).append(one.score)
    return {mentor: sum(found) / len(keys) for mentor, found in sums.items() if len(found) == len(keys)}


def _fits(profile: MentorProfile, codes: dict[str, str], subject_id: int | None) -> tuple[str, ...]:
    named = []
    for strength in profile.strengths.all():
        if strength.competence in codes:
            named.append(codes[strength.competence])
        elif subject_id is not None and strength.subject_id == subject_id:
            named.append(str(strength.subject))
    return tuple(dict.fromkeys(named))

"""Mentor pairs that an approved pairing of teachers brings about, and what becomes of them afterwards."""

from collections import defaultdict
from collections.abc import Sequence
from typing import TypeAlias

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mayak.accounts.selectors.deadlines import deadline
from mayak.kernel.access import Actor
from mayak.kernel.audit.services import record_bulk
from mayak.matching.models import MatchingRun, TeacherPair
from mayak.networks.enums.mentor_pairs import PAIR_OVER, PairKind, PairLoop, PairState
from mayak.networks.models import MentorPair, PairMentee, Partnership
from mayak.networks.services.mentor_pairs import CONSENT, MenteeGiven, rows_of_mentees
from mayak.networks.services.pair_log import have_one_employer
from mayak.registry.models import Organisation

Team: TypeAlias = tuple[int, tuple[int, ...]]
"""A mentor and the mentees, by key: what makes two pairs the same."""


@transaction.atomic
def open_pairs_of_run(run: MatchingRun, *, actor: Actor) -> int:
    """Propose a pair for each mentor and mentee of an approved pairing, a group for each group of it.

    The needs of one mentee with the same mentor make one pair. Teams that are a pair of the year already stay as they
    are, so calling it twice changes nothing. Returns how many were proposed.
    """
    teams = _teams(run)
    present = set(_present(run))
    wanted = {team: rows for team, rows in teams.items() if team not in present}
    if not wanted:
        return 0
    today = timezone.localdate()
    until = deadline(CONSENT, today).day
    partners = _partnerships(run)
    made, mentees, competences = [], [], []
    for (mentor, _people), rows in wanted.items():
        given = _mentees(rows)
        subjects = {row.subject_id for row in rows}
        lead, school = rows[0].mentor_school, given[0].school
        pair = MentorPair(
            kind=_kind(rows, given),
            loop=PairLoop.INTERNAL
            if have_one_employer(lead, [one.school for one in given])
            else PairLoop.EXTERNAL,
            school_year=run.school_year,
            mentor_id=mentor,
            mentor_school=lead,
            first_school=school,
            subject_id=next(iter(subjects)) if len(subjects) == 1 else None,
            goal=_("Overcome together: %(needs)s.")
            % {"needs": "; ".join(dict.fromkeys(row.need_title for row in rows))},
            partnership_id=partners.get((_employer(lead), _employer(school))),
            run=run,
            proposed_on=today,
            consent_until=until,
        )
        pair.goal = pair.goal[:1000]
        made.append(pair)
        mentees.append(given)
        competences.append({row.competence_id for row in rows if row.competence_id is not None})
    MentorPair.objects.bulk_create(made)
    PairMentee.objects.bulk_create(
        [row for pair, given in zip(made, mentees, strict=True) for row in rows_of_mentees(pair, given)]
    )
    link = MentorPair.competences.through
    link.objects.bulk_create(
        [
            link(mentorpair_id=pair.pk, competence_id=key)
            for pair, keys in zip(made, competences, strict=True)
            for key in sorted(keys)
        ]
    )
    _record(run, made, actor=actor, action="open")
    return len(made)


@transaction.atomic
def end_pairs_of_run(run: MatchingRun, *, actor: Actor, reason: str) -> int:
    """End the pairs that a pairing brought about, when it is archived; return how many."""
    rows = MentorPair.objects.current().filter(run=run)
    return _end(list(rows.order_by("pk")), run, actor=actor, reason=reason)


@transaction.atomic
def replace_pairs_of_run(
    old: MatchingRun, new: MatchingRun, *, actor: Actor, reason: str
) -> tuple[int, int, int]:
    """Exchange the pairs of two pairings; return how many were kept, ended and proposed.

    A team that is in both stays as it is, with its consents, plan and meetings, and is now one of the new pairing.
    """
    stays = set(_teams(new))
    rows = MentorPair.objects.current().filter(run=old).prefetch_related("mentees").order_by("pk")
    kept: list[MentorPair] = []
    gone: list[MentorPair] = []
    for pair in rows:
        (kept if _team_of(pair) in stays else gone).append(pair)
    if kept:
        MentorPair.objects.filter(pk__in=[pair.pk for pair in kept]).update(run=new)
        _record(new, kept, actor=actor, action="replace")
    ended = _end(gone, new, actor=actor, reason=reason)
    return len(kept), ended, open_pairs_of_run(new, actor=actor)


def _end(pairs: Sequence[MentorPair], run: MatchingRun, *, actor: Actor, reason: str) -> int:
    text = reason.strip()[:500] or _("The pairing was put away.")
    MentorPair.objects.filter(pk__in=[pair.pk for pair in pairs]).exclude(state__in=PAIR_OVER).update(
        state=PairState.ENDED, ended_on=timezone.localdate(), end_reason=text
    )
    if pairs:
        _record(run, pairs, actor=actor, action="end")
    return len(pairs)


def _record(run: MatchingRun, pairs: Sequence[MentorPair], *, actor: Actor, action: str) -> None:
    keys = sorted(pair.pk for pair in pairs)
    record_bulk(
        MentorPair,
        actor=actor,
        action=action,
        row_count=len(keys),
        row_first=keys[0],
        row_last=keys[-1],
        territory_path=run.territory.path or "",
        cause=run,
    )


def _teams(run: MatchingRun) -> dict[Team, list[TeacherPair]]:
    """Return the pairs of a pairing by team: a group by its number, else by mentor and mentee."""
    found: dict[tuple[int, str], list[TeacherPair]] = defaultdict(list)
    rows = run.teacher_pairs.select_related("mentee", "mentee_school", "mentor_school").order_by("pk")
    for row in rows:
        part = f"group-{row.group}" if row.group is not None else f"mentee-{row.mentee_id}"
        found[row.mentor_id, part].append(row)
    return {
        (mentor, tuple(sorted({row.mentee_id for row in rows}))): rows
        for (mentor, _part), rows in found.items()
    }


def _present(run: MatchingRun) -> list[Team]:
    mentors = run.teacher_pairs.order_by().values("mentor")
    rows = MentorPair.objects.current().filter(school_year=run.school_year, mentor__in=mentors)
    return [_team_of(pair) for pair in rows.prefetch_related("mentees")]


def _team_of(pair: MentorPair) -> Team:
    return pair.mentor_id, tuple(sorted(one.person_id for one in pair.mentees.all()))


def _mentees(rows: Sequence[TeacherPair]) -> list[MenteeGiven]:
    by_person: dict[int, list[TeacherPair]] = defaultdict(list)
    for row in rows:
        by_person[row.mentee_id].append(row)
    return [
        MenteeGiven(own[0].mentee, own[0].mentee_school, "; ".join(row.need_title for row in own))
        for own in by_person.values()
    ]


def _kind(rows: Sequence[TeacherPair], mentees: Sequence[MenteeGiven]) -> str:
    if len(mentees) > 1:
        return PairKind.GROUP
    return PairKind.VIRTUAL if all(row.is_remote for row in rows) else PairKind.TRADITIONAL


def _partnerships(run: MatchingRun) -> dict[tuple[int, int], int]:
    """Return (employer of the lead, employer of the mentee) -> current network pair of the year."""
    rows = Partnership.objects.current().filter(school_year=run.school_year).select_related("lead", "mentee")
    near = rows.filter(mentee__territory__path__under=run.territory.path or "")
    return {(_employer(row.lead), _employer(row.mentee)): row.pk for row in near.order_by("-pk")}


def _employer(school: Organisation) -> int:
    return school.parent_id if school.is_branch and school.parent_id is not None else school.pk

"""What pairs hold on a person: shown to the person, hidden in the log, taken away by an erasure."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mayak.kernel.personal.erasing import Effect, Left, Target, register_eraser
from mayak.kernel.personal.holdings import Holding, Subjects, register_holdings
from mayak.kernel.personal.registry import register_personal, subject_of
from mayak.kernel.readings.services import WORDS
from mayak.networks.models import DiaryEntry, MentorPair, PairLevel, PairMentee, PairNote, PairRating

PERSON = "registry.person"
READING = "pair-levels"


def held_in_pairs(subjects: Subjects) -> Iterable[Holding]:
    """Yield the pairs of the person, the own words in them, levels and answers."""
    person = subjects.person_id
    if person is None:
        return
    yield _pairs(person)
    yield Holding(
        "pair-diary",
        _("My success diary"),
        {"date": _("Date"), "text": _("Text"), "shared": _("Shared")},
        [
            [one.written_on, one.text, _("yes") if one.is_shared else _("no")]
            for one in DiaryEntry.objects.filter(author=person).order_by("pk")
        ],
    )
    yield Holding(
        "pair-notes",
        _("My notes in pairs"),
        {"date": _("Date"), "text": _("Text")},
        [[one.written_on, one.text] for one in PairNote.objects.filter(author=person).order_by("pk")],
    )
    yield Holding(
        "pair-ratings",
        _("My satisfaction with pairs"),
        {"date": _("Date"), "score": _("From 1 to 10"), "word": _("In a word")},
        [
            [one.rated_on, one.score, one.word]
            for one in PairRating.objects.filter(person=person).order_by("pk")
        ],
    )
    levels = PairLevel.objects.filter(person=person).select_related("competence").order_by("pk")
    yield Holding(
        "pair-levels",
        _("My progress in pairs"),
        {"competence": _("Competence"), "entry": _("At the entry"), "exit": _("At the exit")},
        [[str(one.competence), one.entry, one.exit] for one in levels],
    )


def erase_pairs(target: Target) -> Iterable[Effect | Left]:
    """Delete the person's own words and levels; the pair stays under the pseudonym, for the lists of orders."""
    person = target.subjects.person_id
    if person is None:
        return
    yield Effect(
        _("entries of a success diary that are deleted"), DiaryEntry.objects.filter(author=person).delete()[0]
    )
    yield Effect(_("notes in pairs that are deleted"), PairNote.objects.filter(author=person).delete()[0])
    words = PairRating.objects.filter(person=person).exclude(word="").update(word="")
    yield Effect(_("words on the satisfaction with a pair that are deleted"), words)
    yield Effect(
        _("levels of competences in pairs that are deleted"),
        PairLevel.objects.filter(person=person).delete()[0],
    )
    needs = PairMentee.objects.filter(person=person).exclude(need="").update(need="")
    yield Effect(_("needs of a mentee that are deleted"), needs)
    MentorPair.objects.filter(mentor=person).update(mentor_consent_paper="")
    PairMentee.objects.filter(person=person).update(consent_paper="")


def register() -> None:
    """Tell the kernel all of it."""
    WORDS[READING] = gettext_lazy("levels of competences in a pair")
    register_personal(
        "networks.mentorpair",
        ["goal", "refusal_reason", "end_reason", "pause_reason", "reason", "mentor", "mentees"],
        subject=lambda row: subject_of(PERSON, row.mentor_id),
    )
    register_personal("networks.pairmentee", ["need"], subject=lambda row: subject_of(PERSON, row.person_id))
    register_personal("networks.pairplanitem", ["content"], subject=_mentor_of, text=True)
    register_personal("networks.pairmeeting", ["summary"], subject=_mentor_of, text=False)
    register_personal("networks.pairnote", ["text"], subject=_author_of, text=False)
    register_personal("networks.diaryentry", ["text"], subject=_author_of, text=False)
    register_personal(
        "networks.pairrating", ["word"], subject=lambda row: subject_of(PERSON, row.person_id), text=False
    )
    register_personal(
        "networks.pairlevel",
        ["entry", "exit"],
        subject=lambda row: subject_of(PERSON, row.person_id),
        text=False,
    )
    register_holdings(held_in_pairs)
    register_eraser(erase_pairs, order=65)


def _mentor_of(row: Any) -> str | None:
    return subject_of(PERSON, row.pair.mentor_id)


def _author_of(row: Any) -> str | None:
    return subject_of(PERSON, row.author_id)


def _pairs(person: int) -> Holding:
    rows = (
        MentorPair.objects.filter(Q(mentor=person) | Q(mentees__person=person))
        .distinct()
        .select_related("school_year", "mentor_school", "first_school")
        .order_by("pk")
    )
    return Holding(
        "mentor-pairs",
        _("My mentor pairs"),
        {
            "year": _("School year"),
            "side": _("Side"),
            "kind": _("Kind"),
            "goal": _("Goal of the pair"),
            "state": _("State"),
            "refusal": _("Why refused"),
        },
        [
            [
                str(one.school_year),
                _("mentor") if one.mentor_id == person else _("mentee"),
                one.get_kind_display(),
                one.goal,
                one.get_state_display(),
                one.refusal_reason,
            ]
            for one in rows
        ],
    )

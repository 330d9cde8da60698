"""What observed lessons hold on a teacher: shown to the teacher, hidden in the log, taken away by an erasure."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mayak.diagnosis.models import LessonObservation, ObservationSheet
from mayak.diagnosis.selectors.lesson_results import lesson_results
from mayak.kernel.access import Actor
from mayak.kernel.personal.erasing import Effect, Left, Target, register_eraser
from mayak.kernel.personal.holdings import Holding, Subjects, register_holdings
from mayak.kernel.personal.registry import register_personal, subject_of
from mayak.kernel.readings.services import WORDS, log_reading
from mayak.kernel.ui.tables import number_text

PERSON = "registry.person"
READING = "lesson"


def note_lesson_reading(lesson: LessonObservation, *, actor: Actor) -> None:
    """Write that somebody read what was said of a lesson; the teacher sees it. The caller knows that it is another."""
    log_reading(
        actor=actor,
        subject=f"{PERSON}:{lesson.teacher_id}",
        name=str(lesson.teacher),
        what=READING,
        instance=lesson,
        territory_path=lesson.organisation.territory.path or "",
        organisation_id=lesson.organisation_id,
    )


def held_in_lessons(subjects: Subjects) -> Iterable[Holding]:
    """Yield the observed lessons of the person with their results, and the lessons that the person observed."""
    if subjects.person_id is not None:
        yield _taught(subjects.person_id)
    if subjects.user_id is not None:
        sheets = ObservationSheet.objects.filter(observer_id=subjects.user_id)
        columns = {"date": _("Date of the lesson"), "school": _("School"), "state": _("State")}
        rows = [
            [one.lesson.held_on, str(one.lesson.organisation), one.get_state_display()]
            for one in sheets.select_related("lesson__organisation").order_by("-lesson__held_on", "pk")
        ]
        yield Holding("observed", _("Lessons that I observed"), columns, rows)


def erase_lessons(target: Target) -> Iterable[Effect | Left]:
    """Take away the words on the person's lessons; scores stay without the name, for the tables of festivals."""
    if target.subjects.person_id is None:
        return
    mine = LessonObservation.objects.filter(teacher_id=target.subjects.person_id)
    yield Effect(
        _("words of the teacher on lessons that are deleted"),
        mine.exclude(reflection="").update(reflection=""),
    )
    links = mine.exclude(video_url="").update(video_url="")
    yield Effect(_("links to videos of lessons that are deleted"), links)
    count = 0
    for sheet in ObservationSheet.objects.filter(lesson__in=mine):
        kept = {code: {**one, "evidence": ""} for code, one in sheet.answers.items()}
        if kept != sheet.answers:
            sheet.answers = kept
            sheet.save(update_fields=["answers"])
            count += 1
    yield Effect(_("sheets of lessons that lose their examples and recommendations"), count)


def register() -> None:
    """Tell the kernel all of it."""
    WORDS[READING] = gettext_lazy("results of an observed lesson")
    register_personal(
        "diagnosis.lessonobservation",
        ["reflection", "topic", "video_url"],
        subject=lambda row: subject_of(PERSON, row.teacher_id),
    )
    register_personal(
        "diagnosis.observationsheet",
        ["answers"],
        subject=lambda row: subject_of(PERSON, row.lesson.teacher_id),
    )
    register_holdings(held_in_lessons)
    register_eraser(erase_lessons, order=60)


def _taught(person_id: int) -> Holding:
    lessons = LessonObservation.objects.filter(teacher_id=person_id).select_related(
        "organisation", "subject", "form", "round"
    )
    columns = {
        "date": _("Date of the lesson"),
        "school": _("School"),
        "subject": _("Subject"),
        "topic": _("Topic of the lesson"),
        "state": _("State"),
        "results": _("Results by criterion, per cent of the maximum"),
        "words": _("What the observers wrote"),
        "reflection": _("Words of the teacher"),
    }
    rows = [
        [
            one.held_on,
            str(one.organisation),
            str(one.subject),
            one.topic,
            one.get_state_display(),
            *(_told(one) if one.is_finished else ("", "")),
            one.reflection,
        ]
        for one in lessons
    ]
    return Holding("lessons", _("My observed lessons"), columns, rows)


def _told(lesson: LessonObservation) -> tuple[str, str]:
    found = lesson_results(lesson)
    results = "; ".join(
        f"{one.part.title}: {number_text(one.result.share * 100, 0)}"
        for one in found.criteria
        if one.result.share is not None
    )
    words = [text for item in found.items for _observer, text in item.evidence]
    return results, "; ".join([*words, *(text for _observer, text in found.advice)])

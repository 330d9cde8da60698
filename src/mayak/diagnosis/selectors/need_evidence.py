"""Further sources of needs of schools: topics in which tasks fail, scales of questionnaires at the level «low»."""

from collections import defaultdict
from collections.abc import Collection

from django.utils.translation import gettext as _

from mayak.diagnosis.enums.needs import NeedKind
from mayak.diagnosis.selectors.need_sources import NeedDraft, register_need_source
from mayak.diagnosis.selectors.school_tasks import school_task_deficits
from mayak.diagnosis.selectors.strengths import window
from mayak.diagnosis.selectors.survey_scales import low_scales, scale_word
from mayak.kernel.ui.tables import number_text
from mayak.registry.models import Organisation, SchoolYear, Subject
from mayak.results.models import SchoolResult


@register_need_source
def from_tasks(schools: Collection[int], school_year: SchoolYear) -> dict[int, list[NeedDraft]]:
    """Return the topics of papers that fall behind, the newest paper of a topic; weight = the share of points lost."""
    first, last = window(school_year)
    subjects = {subject.code: subject for subject in Subject.objects.all()}
    drafts: dict[int, list[NeedDraft]] = defaultdict(list)
    for school in _with_tasks(schools, first, last):
        for paper in school_task_deficits(school):
            if not first <= paper.year <= last or paper.subject_code not in subjects:
                continue
            subject = subjects[paper.subject_code]
            for topic in paper.weak_topics:
                words = {
                    "paper": paper.title,
                    "percent": number_text(100 * topic.share, 1),
                    "count": topic.participants,
                    "tasks": ", ".join(topic.codes),
                }
                drafts[school.pk].append(
                    NeedDraft(
                        key=f"task:{subject.code}:{paper.grade or ''}:{topic.words}"[:200],
                        kind=NeedKind.TASK,
                        title=_("%(subject)s: %(topic)s") % {"subject": subject.name, "topic": topic.words},
                        weight=1 - topic.share,
                        evidence=[
                            _(
                                "%(paper)s: %(percent)s per cent of the points; "
                                "participants: %(count)s; tasks: %(tasks)s."
                            )
                            % words
                        ],
                        subject_id=subject.pk,
                        grade=paper.grade,
                    )
                )
    return drafts


@register_need_source
def from_surveys(schools: Collection[int], school_year: SchoolYear) -> dict[int, list[NeedDraft]]:
    """Return the scales of closed rounds at the level «low»; weight = the points that are missing to 100."""
    drafts: dict[int, list[NeedDraft]] = defaultdict(list)
    for row in low_scales(schools, school_year):
        words = {"campaign": row.campaign, "score": number_text(row.score, 1), "count": row.count}
        drafts[row.organisation_id or 0].append(
            NeedDraft(
                key=f"survey:{row.code}",
                kind=NeedKind.SURVEY,
                title=_("Survey: %(scale)s") % {"scale": scale_word(row)},
                weight=1 - row.score / 100,
                evidence=[_("«%(campaign)s»: %(score)s points of 100, answers: %(count)s.") % words],
            )
        )
    return drafts


def _with_tasks(schools: Collection[int], first: int, last: int) -> list[Organisation]:
    """Return those of the schools that have rows of participants with points by task."""
    rows = SchoolResult.objects.visible().filter(
        organisation__in=list(schools), assessment__year__range=(first, last), participant_rows__tasks__gt=""
    )
    return list(Organisation.objects.filter(pk__in=rows.values("organisation")).order_by("pk"))

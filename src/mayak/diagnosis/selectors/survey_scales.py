"""On which scales of questionnaires a school stands low: a source of measures and of needs."""

from collections import defaultdict
from collections.abc import Collection, Iterator

from django.utils.formats import number_format
from django.utils.text import Truncator
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from mayak.diagnosis.enums.measures import SCALE_LOW, TriggerKind, TriggerLevel
from mayak.diagnosis.enums.survey_meanings import Meaning, ScoreKind
from mayak.diagnosis.models import SurveyScore
from mayak.diagnosis.models.survey_scores import SurveyScoreQuerySet
from mayak.diagnosis.selectors.level_sources import LevelTrigger
from mayak.diagnosis.selectors.measure_thresholds import threshold
from mayak.registry.models import Organisation, SchoolYear
from mayak.surveys.algorithms.definition import Definition, Words
from mayak.surveys.enums import CampaignState

SCALES = {
    "satisfaction": gettext_lazy("satisfaction with the joint work"),
    "joint_work": gettext_lazy("how often the schools work together"),
}
"""Words of the scales of the supplied questionnaires; another one is called by its first question."""
_LETTERS = 150


def closed_scores() -> SurveyScoreQuerySet:
    """Return the numbers of rounds that are closed now; one that was opened again says nothing until it closes."""
    return SurveyScore.objects.filter(campaign__state=CampaignState.CLOSED)


def low_limit(school_year: SchoolYear) -> float:
    """Return under which number of points a scale is at the level «low» in this year."""
    return threshold(SCALE_LOW, school_year.start_year)


def low_scales(schools: Collection[int], school_year: SchoolYear) -> list[SurveyScore]:
    """Return the scales on which each school stands at the level «low»; two queries.

    Of several rounds of the year the last one counts for each audience. Of several audiences that stand low the lowest
    number stands for the scale.
    """
    rows = closed_scores().filter(
        organisation__in=list(schools), campaign__school_year=school_year, kind=ScoreKind.SCALE
    )
    newest: dict[tuple[int, str, str], list[SurveyScore]] = defaultdict(list)
    for row in rows.select_related("campaign", "audience__version").order_by(
        "-campaign__closes_on", "-campaign", "pk"
    ):
        found = newest[row.organisation_id or 0, row.code, row.audience.provider if row.audience else ""]
        if not found or found[0].campaign_id == row.campaign_id:
            found.append(row)
    limit = low_limit(school_year)
    low: dict[tuple[int, str], list[SurveyScore]] = defaultdict(list)
    for (school, code, _provider), scores in newest.items():
        low[school, code] += [row for row in scores if row.score < limit]
    return [min(found, key=lambda row: (row.score, row.pk)) for _key, found in sorted(low.items()) if found]


def levels_of_surveys(school: Organisation, school_year: SchoolYear) -> Iterator[LevelTrigger]:
    """Yield the scales on which the school stands at the level «low»."""
    for row in low_scales([school.pk], school_year):
        words = ngettext(
            "%(score)s points of 100, %(count)d answer. %(evidence)s",
            "%(score)s points of 100, %(count)d answers. %(evidence)s",
            row.count,
        )
        yield LevelTrigger(
            kind=TriggerKind.QUESTIONNAIRE,
            code=row.code,
            level=TriggerLevel.LOW,
            label=_("Survey: %(scale)s") % {"scale": scale_word(row)},
            evidence=words
            % {"score": number_format(row.score, 1), "count": row.count, "evidence": row.evidence},
        )


def scale_word(row: SurveyScore) -> str:
    """Return what the scale is called: that of a questionnaire of one's own by its first question."""
    if row.code in SCALES:
        return str(SCALES[row.code])
    found = _first_question(row.audience.version.definition, row.code) if row.audience else None
    words = found.of(get_language() or "") if found else ""
    return Truncator(words).chars(_LETTERS) or row.code


def _first_question(definition: Definition, code: str) -> Words | None:
    for question in definition.questions():
        if question.meaning.get(Meaning.SCALE) == code:
            return question.text
        for line in question.rows:
            if line.meaning.get(Meaning.SCALE) == code:
                return line.text
    return None

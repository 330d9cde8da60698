"""Automatic check of surveys (domain.md A5, CH-21): satisfaction below its target."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext, gettext_lazy, ngettext

from mayak.diagnosis.enums.survey_meanings import TARGET_SOURCE
from mayak.diagnosis.selectors.survey_scores import satisfaction_lines
from mayak.kernel.access import Scope
from mayak.kernel.findings.registry import FindingDraft, register
from mayak.registry.enums import SCHOOL_KINDS


@register("CH-21S", title=gettext_lazy("Satisfaction is below its target"), source=TARGET_SOURCE)
def satisfaction_below(scope: Scope) -> Iterator[FindingDraft]:
    """Yield the audiences of closed rounds whose share of satisfied people misses the target."""
    for line in satisfaction_lines(scope):
        if not line.is_below:
            continue
        score, campaign = line.score, line.score.campaign
        reason = ngettext(
            "Satisfied: %(share)s per cent of %(count)d answer; the target is %(target)d per cent (%(source)s).",
            "Satisfied: %(share)s per cent of %(count)d answers; the target is %(target)d per cent (%(source)s).",
            score.count,
        )
        owner = campaign.owner
        yield FindingDraft(
            object_key=f"satisfaction:{score.audience_id}",
            place=f"{campaign}: {score.audience}",
            reason=reason
            % {
                "share": number_format(score.score, 1),
                "count": score.count,
                "target": line.target,
                "source": line.source,
            },
            way_out=gettext(
                "Look which side and which questions pull it down, talk it over with both sides "
                "and repeat the survey."
            ),
            link=reverse("diagnosis:survey-round", args=[campaign.pk]),
            territory_path=owner.territory.path or "",
            organisation_id=owner.pk if owner.kind in SCHOOL_KINDS else None,
            group_key="CH-21S",
        )

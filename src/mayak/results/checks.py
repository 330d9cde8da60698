"""Quality signs: what in the results deserves a second look. Signs, never proof, never guilt (domain.md B1.4, B7.4)."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mayak.kernel.access import Scope
from mayak.kernel.findings.registry import FindingDraft, register
from mayak.results.algorithms import quality
from mayak.results.algorithms.scales import Asked
from mayak.results.enums import AssessmentKind, DecisionChange, ResultBasis, RunState
from mayak.results.models import IdentificationRun, SchoolDecision, SchoolResult, SchoolStatus
from mayak.results.models.scores import SchoolResultQuerySet
from mayak.results.selectors.scales import QualityLimits, Scales
from mayak.results.services.values import scores_of

STATUS_SOURCE = "CH-19: статус - это срок, уровень и документ-основание; приказ № 237 от 08.06.2023"
SOURCE = "ФИОКО, рекомендации по анализу результатов ВПР, 2026; числа - страница «Шкалы и правила»"
GROUP_SIZE = "group-size"
_NAMED_AT_MOST = 5
_CHUNK = 2000


def _rows(scope: Scope) -> SchoolResultQuerySet:
    """The visible results of the scope with what a finding needs to name them."""
    rows = SchoolResult.objects.visible().within(scope)
    return rows.select_related("organisation__territory", "assessment__subject").only(
        "organisation__short_name",
        "organisation__name",
        "organisation__territory__path",
        "assessment__kind",
        "assessment__subject__name",
        "assessment__grade",
        "assessment__year",
        "basis",
        "participants",
        "declared_participants",
        "journal_lowered",
        "journal_confirmed",
        "journal_raised",
        "percents",
        "distribution",
        "scale_max",
        "extra",
    )


def _draft(row: SchoolResult, reason: str) -> FindingDraft:
    return FindingDraft(
        object_key=f"{row.organisation_id}:{row.assessment_id}",
        place=f"{row.organisation}: {row.assessment}",
        reason=reason,
        way_out=gettext(
            "This is a sign, not a proof. Look at the file and ask the school; if there is an explanation, "
            "waive the finding with that reason."
        ),
        link=reverse("results:result", args=[row.pk]),
        territory_path=row.organisation.territory.path or "",
        organisation_id=row.organisation_id,
        group_key=f"results:{row.assessment.year}",
    )


def _number(value: float, digits: int = 1) -> str:
    return number_format(round(value, digits), digits, use_l10n=True)  # number_format itself cuts


@register("results.journal", title=_("Marks differ from the journal"), source=SOURCE)
def journal(scope: Scope) -> Iterator[FindingDraft]:
    """More marks than usual are lower or higher than in the journal."""
    limits = QualityLimits()
    rows = _rows(scope).filter(journal_confirmed__isnull=False)
    for row in rows.iterator(chunk_size=_CHUNK):
        limit = limits.limit(quality.JOURNAL, row.assessment.year)
        if limit is None:
            continue
        gap = quality.journal_gap(
            row.journal_lowered, row.journal_confirmed, row.journal_raised, limit_percent=limit
        )
        if gap is not None:
            text = gettext(
                "%(percent)s %% of marks differ from the journal (lower: %(lowered)s, equal: %(confirmed)s, higher: "
                "%(raised)s); the sign begins above %(limit)s %%."
            )
            yield _draft(
                row,
                text
                % {
                    "percent": _number(gap.percent),
                    "lowered": gap.lowered,
                    "confirmed": gap.confirmed,
                    "raised": gap.raised,
                    "limit": _number(limit, 0),
                },
            )


@register("results.declared", title=_("Declared and listed participants differ"), source=SOURCE)
def declared(scope: Scope) -> Iterator[FindingDraft]:
    """The file declares more or fewer participants than it lists."""
    limits = QualityLimits()
    rows = (
        _rows(scope)
        .filter(declared_participants__isnull=False)
        .exclude(declared_participants=F("participants"))
    )
    for row in rows.iterator(chunk_size=_CHUNK):
        limit = limits.limit(quality.DECLARED, row.assessment.year)
        if limit is None:
            continue
        gap = quality.count_gap(row.declared_participants, row.participants, limit=limit)
        if gap is not None:
            text = gettext("The file declares %(declared)s participants and has results of %(listed)s.")
            yield _draft(row, text % {"declared": row.declared_participants, "listed": row.participants})


@register("results.percents", title=_("Per cents do not sum to 100"), source=SOURCE)
def percents(scope: Scope) -> Iterator[FindingDraft]:
    """The shares of the marks 2 to 5 do not make a whole."""
    limits = QualityLimits()
    for row in _rows(scope).exclude(percents={}).iterator(chunk_size=_CHUNK):
        limit = limits.limit(quality.PERCENT_SUM, row.assessment.year)
        given = [row.percents[mark] for mark in ("2", "3", "4", "5") if mark in row.percents]
        if limit is None or len(given) < 4:  # noqa: PLR2004 - marks 2 to 5
            continue
        total = quality.percent_sum(given, limit=limit)
        if total is not None:
            text = gettext("The per cents of the marks sum to %(total)s instead of 100.")
            yield _draft(row, text % {"total": _number(total, 2)})


@register("results.border-peak", title=_("A peak at the border of a mark"), source=SOURCE)
def border_peak(scope: Scope) -> Iterator[FindingDraft]:
    """Many more participants than around have exactly the least score of a mark."""
    limits, scales = QualityLimits(), Scales()
    for row in _rows(scope).exclude(distribution={}).iterator(chunk_size=_CHUNK):
        assessment = row.assessment
        times = limits.limit(quality.BORDER_PEAK, assessment.year)
        fewest = limits.limit(quality.BORDER_PEAK_PARTICIPANTS, assessment.year)
        if times is None or row.extra.get("distribution_is_percent"):
            continue
        maximum = None if row.scale_max is None else float(row.scale_max)
        path = row.organisation.territory.path or ""
        scale = scales.find(
            Asked(assessment.kind, assessment.subject_id, assessment.grade, assessment.year, path, maximum)
        )
        if scale is None:
            continue
        for peak in quality.border_peaks(
            scores_of(row.distribution), scale.marks(), times=times, fewest=fewest or 0
        ):
            text = gettext(
                "%(count)s participants have exactly %(score)s points, where the mark “%(mark)s” begins; "
                "around it %(usual)s on average."
            )
            yield _draft(
                row,
                text
                % {"count": peak.count, "score": peak.score, "mark": peak.mark, "usual": _number(peak.usual)},
            )


@register("results.jump", title=_("A sudden jump between years"), source=SOURCE)
def jump(scope: Scope) -> Iterator[FindingDraft]:
    """The share below the threshold rose sharply from one year to the next."""
    limits = QualityLimits()
    rows = (
        _rows(scope)
        .filter(below_share__isnull=False)
        .exclude(basis=ResultBasis.JOURNAL)
        .order_by(
            "organisation_id",
            "assessment__kind",
            "assessment__subject_id",
            "assessment__grade",
            "assessment__year",
        )
    )

    def series(row: SchoolResult) -> tuple[Any, ...]:
        return (row.organisation_id, row.assessment.kind, row.assessment.subject_id, row.assessment.grade)

    for _key, group in groupby(rows.defer("distribution").iterator(chunk_size=_CHUNK), series):
        yield from _jumps(group, limits)


def _jumps(group: Iterable[SchoolResult], limits: QualityLimits) -> Iterator[FindingDraft]:
    before: SchoolResult | None = None
    for row in group:
        year = row.assessment.year
        limit = limits.limit(quality.JUMP, year)
        fewest = limits.limit(GROUP_SIZE, year) or 0
        if before is not None and limit is not None and year == before.assessment.year + 1:
            enough = min(row.participants or 0, before.participants or 0) >= fewest
            found = quality.sudden_jump(_share(before), _share(row), limit_points=limit)
            if found is not None and enough:
                text = gettext(
                    "Below the threshold were %(before)s %% (of %(n_before)s) in %(year_before)s and %(after)s %% "
                    "(of %(n)s) in %(year)s: %(points)s percentage points more."
                )
                yield _draft(
                    row,
                    text
                    % {
                        "before": _number(found.before),
                        "n_before": before.participants,
                        "year_before": before.assessment.year,
                        "after": _number(found.after),
                        "n": row.participants,
                        "year": year,
                        "points": _number(found.points),
                    },
                )
        before = row


def _share(row: SchoolResult) -> float | None:
    return None if row.below_share is None else float(row.below_share)


@register("results.few", title=_("Too few participants"), source=SOURCE)
def few(scope: Scope) -> Iterator[FindingDraft]:
    """So few took part that shares say little; one finding for a school and year."""
    limits = QualityLimits()
    rows = (
        _rows(scope)
        .filter(participants__isnull=False)
        .exclude(basis=ResultBasis.JOURNAL)
        .order_by("organisation_id", "assessment__year", "pk")
        .defer("distribution", "percents", "extra")
    )
    highest = limits.highest(quality.FEW)
    shown = rows.filter(participants__lt=highest).iterator(chunk_size=_CHUNK) if highest else iter(())
    for (_organisation, year), group in groupby(
        shown, lambda row: (row.organisation_id, row.assessment.year)
    ):
        limit = limits.limit(quality.FEW, year)
        small = [row for row in group if limit is not None and quality.is_few(row.participants, limit=limit)]
        if not small or limit is None:
            continue
        named = [f"{_name(row)} — {row.participants}" for row in small[:_NAMED_AT_MOST]]
        more = len(small) - len(named)
        text = gettext(
            "Fewer than %(limit)s participants: %(named)s%(more)s. A share of so few says little."
        ) % {
            "limit": _number(limit, 0),
            "named": "; ".join(named),
            "more": gettext(" and %(count)s more") % {"count": more} if more else "",
        }
        first = small[0]
        yield FindingDraft(
            object_key=f"{first.organisation_id}:{year}",
            place=f"{first.organisation}, {year}",
            reason=text,
            way_out=gettext("Look at several years together before you decide anything."),
            link=reverse("results:result", args=[first.pk]),
            territory_path=first.organisation.territory.path or "",
            organisation_id=first.organisation_id,
            group_key=f"results:{year}",
        )


def _name(row: SchoolResult) -> str:
    grade = f", {row.assessment.grade}" if row.assessment.grade else ""
    return f"{AssessmentKind(row.assessment.kind).label} {row.assessment.subject}{grade}"


CHECK_IDS = (
    "results.journal",
    "results.declared",
    "results.percents",
    "results.border-peak",
    "results.jump",
    "results.few",
)


@register("CH-19", title=_("A status without a basis document"), source=STATUS_SOURCE)
def status_without_basis(scope: Scope) -> Iterator[FindingDraft]:
    """Statuses that hold and name no act: one finding for a whole list of a run, one for each other status."""
    rows = SchoolStatus.objects.within(scope).held_on(timezone.localdate()).filter(basis__isnull=True)
    way_out = gettext(
        "Register the act that assigns the status and name it as the basis, or end the status with a reason."
    )
    runs = IdentificationRun.objects.filter(pk__in=rows.filter(run__isnull=False).values("run"))
    for run in runs.within(scope).select_related("rule_set", "territory"):
        yield FindingDraft(
            object_key=f"run:{run.pk}",
            place=str(run),
            reason=gettext(
                "The list was approved without an act: the statuses of its schools have no basis."
            ),
            way_out=way_out,
            link=reverse("identification:run", args=[run.pk]),
            territory_path=run.territory.path or "",
            group_key="statuses",
        )
    for status in rows.filter(run__isnull=True).select_related("organisation__territory", "kind"):
        yield FindingDraft(
            object_key=f"status:{status.pk}",
            place=str(status),
            reason=gettext("The status has no basis document."),
            way_out=way_out,
            link=f"{reverse('identification:statuses')}?now=holds&basis=false",
            territory_path=status.organisation.territory.path or "",
            organisation_id=status.organisation_id,
            group_key="statuses",
        )


@register("CH-19-relapse", title=_("A school came back to the list"), source=STATUS_SOURCE)
def relapse(scope: Scope) -> Iterator[FindingDraft]:
    """Schools of an approved list that had left it before."""
    rows = SchoolDecision.objects.within(scope).filter(
        run__state=RunState.APPROVED, change=DecisionChange.RELAPSED, is_listed=True
    )
    for row in rows.select_related("organisation__territory", "run__rule_set").defer(
        "evidence", "reasons", "way_out"
    ):
        yield FindingDraft(
            object_key=f"decision:{row.run_id}:{row.organisation_id}",
            place=f"{row.organisation}: {row.run}",
            reason=gettext("The school had left the list and is on it again in %(year)s.")
            % {"year": row.run.year},
            way_out=gettext(
                "Look at what helped it then and what ended: the help may have stopped too early."
            ),
            link=reverse("identification:decision", args=[row.pk]),
            territory_path=row.organisation.territory.path or "",
            organisation_id=row.organisation_id,
            group_key="statuses",
        )

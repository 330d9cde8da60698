"""Shares below the threshold counted again where a scale has changed."""

from collections.abc import Callable
from decimal import Decimal

from django.db import transaction

from mayak.kernel.bulk import portions
from mayak.results.algorithms.scales import Asked, Scale, count_below
from mayak.results.models import SchoolResult
from mayak.results.selectors.scales import Scales
from mayak.results.services.values import FROM_SCALE, scores_of

_PORTION = 500
_STEP = Decimal("0.000001")


def recompute_below(*, progress: Callable[[int], None] | None = None) -> int:
    """Compute anew what came from a scale or could now come from one; return how many rows changed."""
    scales = Scales()
    rows = (
        SchoolResult.objects.exclude(distribution={})
        .filter(marks_2__isnull=True)
        .select_related("assessment", "organisation__territory")
        .order_by("pk")
    )
    changed = done = 0
    for portion in portions(rows.iterator(chunk_size=_PORTION), _PORTION):
        fresh = [row for row in portion if _update(row, scales)]
        if fresh:
            with transaction.atomic():
                SchoolResult.objects.bulk_update(fresh, ["below", "below_share", "extra"])
        changed += len(fresh)
        done += len(portion)
        if progress:
            progress(done)
    return changed


def _update(row: SchoolResult, scales: Scales) -> bool:
    """Set the values; true if they differ. What a file or the marks say stays."""
    if row.extra.get("below_from") not in (None, FROM_SCALE) or "2" in row.percents:
        return False
    assessment = row.assessment
    maximum = None if row.scale_max is None else float(row.scale_max)
    scale = scales.find(
        Asked(
            assessment.kind,
            assessment.subject_id,
            assessment.grade,
            assessment.year,
            row.organisation.territory.path or "",
            maximum,
        )
    )
    below, share = _count(row, scale)
    extra = {name: value for name, value in row.extra.items() if name != "below_from"}
    if share is not None:
        extra["below_from"] = FROM_SCALE
    if (below, share, extra) == (row.below, row.below_share, row.extra):
        return False
    row.below, row.below_share, row.extra = below, share, extra
    return True


def _count(row: SchoolResult, scale: Scale | None) -> tuple[int | None, Decimal | None]:
    if scale is None or scale.pass_score is None:
        return None, None
    scores = scores_of(row.distribution)
    found, total = count_below(scores, scale.pass_score), sum(scores.values())
    if row.extra.get("distribution_is_percent"):
        return None, Decimal(repr(min(found / 100, 1.0))).quantize(_STEP)
    return int(found), Decimal(repr(found / total)).quantize(_STEP) if total else None

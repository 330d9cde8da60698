"""Scales and quality rules as values."""

from functools import lru_cache

from django.db.models import Q, QuerySet

from mayak.kernel.access import Scope
from mayak.registry.models import Organisation
from mayak.results.algorithms.scales import Asked, Scale, choose_scale
from mayak.results.models import QualityRule, ScoreScale


def scales_seen_by(scope: Scope) -> QuerySet[ScoreScale]:
    """Scales that hold for the scope: common ones, its own, those of the territories above it; not a neighbour's."""
    rows = ScoreScale.objects.select_related("subject", "territory")
    if scope.everything:
        return rows
    schools = Organisation.objects.filter(pk__in=scope.organisation_ids)
    paths = {*scope.territory_paths, *schools.values_list("territory__path", flat=True)}
    visible = Q(territory__isnull=True) | Q(
        territory__path__in={up for path in paths for up in _upward(path or "")}
    )
    for path in scope.territory_paths:
        visible |= Q(territory__path__under=path)
    return rows.filter(visible)


def _upward(path: str) -> list[str]:
    """«/1/7/» -> «/1/», «/1/7/»."""
    parts = path.strip("/").split("/")
    return ["/" + "/".join(parts[:count]) + "/" for count in range(1, len(parts) + 1)]


class Scales:
    """All scales, read once; answers are remembered for as long as the object lives."""

    def __init__(self) -> None:
        self._rows = [_scale(row) for row in ScoreScale.objects.select_related("territory")]
        self.find = lru_cache(maxsize=65536)(self._find)

    def _find(self, asked: Asked) -> Scale | None:
        return choose_scale(self._rows, asked)


def _scale(row: ScoreScale) -> Scale:
    return Scale(
        kind=row.kind,
        subject_id=row.subject_id,
        grade=row.grade,
        territory_path=(row.territory.path or "") if row.territory else "",
        year_from=row.year_from,
        year_to=row.year_to,
        max_score=_number(row.max_score),
        pass_score=_number(row.pass_score),
        bounds=(_number(row.bound_3), _number(row.bound_4), _number(row.bound_5)),
    )


def _number(value: object) -> float | None:
    return None if value is None else float(str(value))


class QualityLimits:
    """Thresholds of the quality signs by year; a sign without an enabled rule is not looked for."""

    def __init__(self) -> None:
        self._rows: dict[str, list[tuple[int, float, bool, str]]] = {}
        for row in QualityRule.objects.order_by("code", "-year_from"):
            rule = (row.year_from, float(row.value), row.is_enabled, row.source)
            self._rows.setdefault(row.code, []).append(rule)

    def limit(self, code: str, year: int) -> float | None:
        """The threshold that holds in the year; None where there is none or it is switched off."""
        for year_from, value, is_enabled, _ in self._rows.get(code, ()):
            if year_from <= year:
                return value if is_enabled else None
        return None

    def highest(self, code: str) -> float:
        """The highest threshold of any year, 0 where there is none."""
        return max((value for _, value, is_enabled, _ in self._rows.get(code, ()) if is_enabled), default=0.0)

    def source(self, code: str, year: int) -> str:
        """Where the threshold of the year comes from."""
        return next((rule[3] for rule in self._rows.get(code, ()) if rule[0] <= year), "")


def small_cell_limit(default: int = 5) -> int:
    """The least number of pupils that a context cell may show outside its school."""
    found = QualityRule.objects.filter(code="small-cell", is_enabled=True).order_by("-year_from").first()
    return int(found.value) if found else default


def few_limit(default: int = 20) -> int:
    """Under how many participants a share says little."""
    found = (
        QualityRule.objects.filter(code="few-participants", is_enabled=True).order_by("-year_from").first()
    )
    return int(found.value) if found else default

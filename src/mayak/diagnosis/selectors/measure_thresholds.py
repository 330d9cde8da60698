"""The thresholds of measures: as the database has them, else as the product brings them."""

from functools import lru_cache
from pathlib import Path

import yaml

from mayak.diagnosis.models import MeasureThreshold
from mayak.registry.selectors.school_years import current_start_year

DATA = Path(__file__).resolve().parent.parent / "data" / "measure_thresholds.yaml"


def threshold(code: str, year: int | None = None) -> float:
    """Return the number of a threshold as it holds in a school year.

    Args:
        code: of the threshold.
        year: in which the school year begins; left out, the present one.

    Raises:
        LookupError: there is no such threshold.
    """
    rows = MeasureThreshold.objects.filter(
        code=code, year_from__lte=current_start_year() if year is None else year
    )
    found = rows.order_by("-year_from").values_list("value", flat=True).first()
    return float(found) if found is not None else _supplied()[code]


@lru_cache(maxsize=1)
def _supplied() -> dict[str, float]:
    rows = yaml.safe_load(DATA.read_text(encoding="utf-8"))["thresholds"]
    return {row["code"]: float(row["value"]) for row in rows}

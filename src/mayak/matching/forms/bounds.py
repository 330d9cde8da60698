"""Least and greatest numbers of the rules at the fields themselves, so that a wrong one is named by its field."""

from collections.abc import Mapping
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator


def bound_fields(fields: Mapping[str, Any], bounds: Mapping[str, tuple[float, float]]) -> None:
    """Give the number fields that stand in `bounds` their least and greatest value."""
    for name, (low, high) in bounds.items():
        field: Any = fields.get(name)
        if field is None:
            continue
        field.min_value, field.max_value = low, high
        field.validators += [MinValueValidator(low), MaxValueValidator(high)]
        field.widget.attrs.update(field.widget_attrs(field.widget))


def in_percent(
    bounds: Mapping[str, tuple[float, float]], names: Mapping[str, str]
) -> dict[str, tuple[float, float]]:
    """Return the bounds of shares as those of their fields in per cent; `names`: field -> setting."""
    return {name: (bounds[share][0] * 100, bounds[share][1] * 100) for name, share in names.items()}

"""Comparing names of territories, for other apps."""

from mayak.registry.algorithms.territory_names import bare_key, place_key

__all__ = ["bare_key", "place_key"]

"""The combined severities of many people at once: what matching takes beside the weights of needs."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from mayak.diagnosis.algorithms.packing import unpack_many
from mayak.diagnosis.models import DeficitSummary


def severities_of(people: Any, pairs: Iterable[tuple[int, int]]) -> dict[tuple[int, int], float]:
    """Return (person, competence) -> severity 0..3 where something is known of it; one query.

    Args:
        people: keys of people, or a query that gives them.
        pairs: which people and competences are asked for.
    """
    wanted = sorted(set(pairs))
    if not wanted:
        return {}
    summaries = DeficitSummary.objects.filter(person__in=people).values_list("person_id", "packed")
    rows = list(summaries.order_by("person_id"))
    found = unpack_many([packed for _person, packed in rows], sorted({one for _person, one in wanted}))
    if not len(found.person):
        return {}
    width = max(found.competences) + 1
    keys = np.array([person for person, _packed in rows], dtype=np.int64)
    known = keys[found.person] * width + np.array(found.competences, dtype=np.int64)[found.column]
    order = np.argsort(known)
    asked = np.array([person * width + competence for person, competence in wanted], dtype=np.int64)
    place = np.minimum(np.searchsorted(known[order], asked), len(known) - 1)
    hit = known[order][place] == asked
    values = found.severity[order][place]
    return {pair: float(value) for pair, value, is_known in zip(wanted, values, hit, strict=True) if is_known}

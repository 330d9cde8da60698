"""Reading the answers of an audience: in portions, in the order of their random keys."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from mayak.kernel.bulk import portions
from mayak.surveys.algorithms.hiding import MOST_ATTRIBUTES, Key, weights_of
from mayak.surveys.algorithms.tallying import classes_of_rows, item_classes
from mayak.surveys.models import Answer, Audience

NumberT = TypeVar("NumberT", bound=Hashable)
ORGANISATION = "organisation"
PORTION = 2000


@dataclass(frozen=True, slots=True)
class Portion:
    """Some answers with their keys (values of the attributes; None where none is kept)."""

    keys: list[Key]
    answers: list[dict[str, Any]]


def attributes_of(audience: Audience) -> tuple[str, ...]:
    """Return the breakdowns of an audience; the organisation is the last."""
    return (*sorted(audience.breakdown_labels)[: MOST_ATTRIBUTES - 1], ORGANISATION)


def read_portions(audience: Audience, attributes: tuple[str, ...]) -> Iterator[Portion]:
    """Yield all submitted answers; equal keys are one object."""
    rows = (
        Answer.objects.filter(audience=audience)
        .order_by("key")
        .values_list("organisation_id", "groups", "answers")
    )
    known: dict[Key, Key] = {}
    for portion in portions(rows.iterator(chunk_size=PORTION), PORTION):
        keys = [key_of(organisation, groups, attributes) for organisation, groups, _answers in portion]
        yield Portion([known.setdefault(key, key) for key in keys], [answers for *_rest, answers in portion])


def key_of(organisation: int | None, groups: Mapping[str, Any], attributes: tuple[str, ...]) -> Key:
    """Return the true values of the attributes of one answer."""
    return tuple(
        (None if organisation is None else str(organisation)) if name == ORGANISATION else groups.get(name)
        for name in attributes
    )


def weights(keys: list[Key], attributes: tuple[str, ...]) -> list[float]:
    """Return what it costs to hide each attribute of these answers: the organisation is hidden first."""
    different = set(keys)
    counts = [len({key[at] for key in different}) for at in range(len(attributes))]
    return weights_of(counts, [name == ORGANISATION for name in attributes])


def whole_organisations(
    keys: list[Key],
    answered: Mapping[NumberT, Sequence[int]],
    *,
    attributes: tuple[str, ...],
    limit: int,
) -> dict[NumberT, frozenset[int]]:
    """Return for each number the organisations of which it may be told, computed of all their own answers.

    They are those whose classes (docs/adr/0017) hold all of their answers to it and nobody else's: the page of results
    shows the same sum. Another one would give away, less what the page shows, who was put elsewhere.

    Args:
        keys: of all answers of the audience, in the order of ``read_portions``.
        answered: number -> places of the answers that say something of it.
        attributes: of the audience.
        limit: the threshold of the round.
    """
    costs = weights(keys, attributes)
    numbers, whole = classes_of_rows(keys, limit=limit, weights=costs)
    found = {}
    for number, places in answered.items():
        rows = np.array(places, dtype=np.int64)
        classes = item_classes(whole[rows], numbers, limit=limit, weights=costs)
        own = [keys[row][-1] for row in places]
        shown = [key[-1] for key in numbers]
        moved = (
            set(own)
            if classes is None
            else {one for one, at in zip(own, classes.tolist(), strict=True) if shown[at] != one}
        )
        found[number] = frozenset(int(one) for one in set(own) - moved if one is not None)
    return found

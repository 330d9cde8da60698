"""Numbers of clauses: «1», «1.1», «1.2», «2»; the same order, no gap."""

from collections.abc import Sequence


def depth_of(number: str) -> int:
    """Return how deep a number stands: «1» is 1, «1.2» is 2."""
    return len(number.strip().rstrip(".").split("."))


def numbered(numbers: Sequence[str]) -> list[str]:
    """Return new numbers in the order of the old ones, each as deep as before but never without a parent."""
    counts: list[int] = []
    found = []
    for number in numbers:
        depth = min(depth_of(number), len(counts) + 1)
        counts = [*counts[: depth - 1], (counts[depth - 1] if len(counts) >= depth else 0) + 1]
        found.append(".".join(str(part) for part in counts))
    return found

"""The lines of a report, kept up to a limit and counted beyond it."""

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from django.db import transaction

from mayak.kernel.bulk import portions
from mayak.results.algorithms.records import Place
from mayak.results.enums import IssueKind
from mayak.results.models import ImportBatch, ImportIssue

#: A report with more lines helps nobody; the counts stay exact.
LIMIT: Final = 50_000
_PORTION: Final = 1000


class IssueSink:
    """Collects lines; ``counts`` is exact by kind and code, ``lines`` holds the first ``LIMIT``."""

    def __init__(self) -> None:
        self.lines: list[ImportIssue] = []
        self.counts: Counter[tuple[str, str]] = Counter()

    def add(
        self,
        kind: str,
        place: Place,
        code: str,
        *,
        value: object = "",
        column: str = "",
        params: Mapping[str, Any] | None = None,
    ) -> None:
        """Add a line; the value is cut."""
        self.counts[kind, code] += 1
        if len(self.lines) >= LIMIT:
            return
        self.lines.append(
            ImportIssue(
                kind=kind,
                file=place.file[:255],
                sheet=place.sheet[:120],
                row=place.row,
                column=(column or str(place.column or ""))[:200],
                value=str(value)[:300],
                code=code,
                params=dict(params or {}),
            )
        )

    def reject(self, place: Place, code: str, **more: Any) -> None:
        """A row or cell that is not taken."""
        self.add(IssueKind.REJECTED, place, code, **more)

    def warn(self, place: Place, code: str, **more: Any) -> None:
        """Something that is taken, but worth a look."""
        self.add(IssueKind.WARNING, place, code, **more)

    def skip(self, place: Place, code: str, **more: Any) -> None:
        """A row that adds nothing."""
        self.add(IssueKind.SKIPPED, place, code, **more)

    def count(self, kind: str) -> int:
        """How many lines of the kind there are, also beyond the limit."""
        return sum(number for (own, _), number in self.counts.items() if own == kind)

    def summary(self) -> dict[str, Any]:
        """Counts for the report."""
        by_code: dict[str, dict[str, int]] = {}
        for (kind, code), number in sorted(self.counts.items()):
            by_code.setdefault(str(kind), {})[code] = number
        return {"by_code": by_code, "lines": len(self.lines), "all": sum(self.counts.values())}

    def save(self, batch: ImportBatch) -> None:
        """Replace the lines of the batch's report, in portions that let others write."""
        while True:
            with transaction.atomic():
                keys = list(ImportIssue.objects.filter(batch=batch).values_list("pk", flat=True)[:_PORTION])
                ImportIssue.objects.filter(pk__in=keys).delete()
            if not keys:
                break
        for portion in portions(self.lines, _PORTION):
            for line in portion:
                line.batch = batch
            with transaction.atomic():
                ImportIssue.objects.bulk_create(portion)

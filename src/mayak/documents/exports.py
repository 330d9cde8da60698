"""Lists of the registry and of results as rows: what ``mayak export`` writes besides papers."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias

from django.utils.translation import gettext as _

from mayak.kernel.access import Scope
from mayak.registry.models import Organisation
from mayak.results.models import ContextValue
from mayak.results.selectors.results import counted_results

_CHUNK: Final = 2000

Table: TypeAlias = tuple[Sequence[Any], Iterator[Sequence[Any]]]
"""Titles of the columns, and the rows."""


def _schools(scope: Scope, _year: int | None) -> Table:
    columns = [
        _("Territory"), _("Name"), _("Short name"), _("Kind"), _("ФИС ОКО login"), _("Code at the РЦОИ"), _("ОГРН"),
        _("ИНН"), _("Settlement"), _("Address"), _("Pupils"),
    ]  # fmt: skip
    rows = Organisation.objects.within(scope).schools().select_related("territory")

    def values() -> Iterator[Sequence[Any]]:
        for row in rows.iterator(chunk_size=_CHUNK):
            yield (
                row.territory.name, row.name, row.short_name, row.get_kind_display(), row.fis_oko_login, row.rcoi_code,
                row.ogrn, row.inn, row.settlement, row.address, row.pupils,
            )  # fmt: skip

    return columns, values()


def _results(scope: Scope, year: int | None) -> Table:
    columns = [
        _("Territory"), _("School"), _("ФИС ОКО login"), _("Code at the РЦОИ"), _("Kind"), _("Subject"), _("Grade"),
        _("Year"), _("Date"), _("Participants"), "2", "3", "4", "5", _("Mean score"), _("Maximum score"),
        _("Below the threshold"), _("Share below the threshold"), _("Made from"), _("File"), _("Sheet"), _("Row"),
    ]  # fmt: skip
    found = counted_results(scope).select_related("file", "organisation__territory", "assessment__subject")
    if year:
        found = found.filter(assessment__year=year)

    def values() -> Iterator[Sequence[Any]]:
        for row in found.order_by("pk").iterator(chunk_size=_CHUNK):
            school, test = row.organisation, row.assessment
            yield (
                school.territory.name, school.name, school.fis_oko_login, school.rcoi_code, test.get_kind_display(),
                test.subject.name, test.grade, test.year, test.held_on, row.participants, row.marks_2, row.marks_3,
                row.marks_4, row.marks_5, row.mean, row.scale_max, row.below, row.below_share, row.get_basis_display(),
                row.file.name if row.file else "", row.sheet, row.row,
            )  # fmt: skip

    return columns, values()


def _context(scope: Scope, year: int | None) -> Table:
    columns = [
        _("Territory"), _("School"), _("School year"), _("Indicator"), _("Pupils"), _("Of"), _("Share"), _("Value"),
    ]  # fmt: skip
    found = ContextValue.objects.visible().within(scope)
    found = found.select_related("organisation__territory", "school_year", "indicator")
    if year:
        found = found.filter(school_year__start_year=year)

    def values() -> Iterator[Sequence[Any]]:
        for row in found.order_by("pk").iterator(chunk_size=_CHUNK):
            school = row.organisation
            yield (
                school.territory.name, school.name, str(row.school_year), row.indicator.name, row.count, row.total,
                row.share, row.value,
            )  # fmt: skip

    return columns, values()


TABLES: Final[Mapping[str, Callable[[Scope, int | None], Table]]] = {
    "schools": _schools,
    "results": _results,
    "context": _context,
}
"""Lists by the name that the command line gives them; each takes the scope and the year."""

"""Pages of wide rows: the same rows in the same order as ever, read by their keys."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mayak.kernel.ui.paging import WideRowsPaginator
from mayak.kernel.ui.tables import MayakTable
from mayak.registry.models import Organisation
from tests.factories.registry import OrganisationFactory

pytestmark = pytest.mark.django_db


class SchoolTable(MayakTable):
    """Schools by name."""

    class Meta(MayakTable.Meta):
        model = Organisation
        fields = ("short_name",)


def test_pages_hold_the_rows_of_the_order_and_cost_three_queries() -> None:
    for name in "ГБДАВ":
        OrganisationFactory(short_name=name)
    shown = []
    for number in (1, 2, 3):
        table = SchoolTable(data=Organisation.objects.order_by("short_name", "pk"))
        with CaptureQueriesContext(connection) as queries:
            table.paginate(WideRowsPaginator, page=number, per_page=2)
            shown.append([row.get_cell_value("short_name") for row in table.page.object_list])
        assert len(queries) == 3  # how many, which, the rows
    assert shown == [["А", "Б"], ["В", "Г"], ["Д"]]

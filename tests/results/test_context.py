"""The social passport: small cells are hidden outside the school itself, on every page and in every export."""

from collections.abc import Callable

import pytest
from django.test import Client

from mayak.accounts.enums import Role
from mayak.kernel.access import Scope
from mayak.results.models import ContextValue
from mayak.results.selectors.context import show_values, territory_sums
from tests.factories.accounts import RoleAssignmentFactory, UserFactory
from tests.factories.registry import MunicipalityFactory, OrganisationFactory, SchoolYearFactory
from tests.factories.results import ContextFactory, IndicatorFactory, QualityRuleFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def values() -> dict[int, ContextValue]:
    """One municipality: 3, 7, 20 and 40 pupils of 100 each."""
    district, year, indicator = MunicipalityFactory(), SchoolYearFactory(), IndicatorFactory()
    return {
        count: ContextFactory(
            organisation=OrganisationFactory(territory=district),
            school_year=year,
            indicator=indicator,
            count=count,
        )
        for count in (3, 7, 20, 40)
    }


def everyone(values: dict[int, ContextValue]) -> Scope:
    return Scope(territory_paths=(values[3].organisation.territory.path,))


def test_a_small_cell_and_what_would_reveal_it_are_hidden_from_the_coordinator(
    values: dict[int, ContextValue],
) -> None:
    shown = {one.value.count: one.is_hidden for one in show_values(values.values(), everyone(values))}
    assert shown == {3: True, 7: True, 20: True, 40: False}


def test_the_school_sees_its_own_cell(values: dict[int, ContextValue]) -> None:
    own = Scope(organisation_ids=frozenset({values[3].organisation_id}))
    assert [one.count for one in show_values([values[3]], own)] == [3]
    assert [one.count for one in show_values([values[7]], own)] == [None]


def test_a_filter_does_not_reveal_what_the_whole_table_hides(values: dict[int, ContextValue]) -> None:
    assert show_values([values[7]], everyone(values))[0].is_hidden


def test_the_sum_of_the_municipality_leaves_no_small_rest(values: dict[int, ContextValue]) -> None:
    row = values[3]
    sums = territory_sums(row.indicator_id, row.school_year_id, everyone(values))
    assert sums[row.organisation.territory_id] == 70
    hidden = [one for one in show_values(values.values(), everyone(values)) if one.is_hidden]
    assert sum(one.value.count or 0 for one in hidden) >= 5


def test_the_limit_is_data(values: dict[int, ContextValue]) -> None:
    QualityRuleFactory(code="small-cell", value=2)
    assert not any(one.is_hidden for one in show_values(values.values(), everyone(values)))


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ([60, 300, 812], [60, 300, 812]),  # nobody is left beside the number of all: nothing to hide
        ([4, 60, 300, 812], [None, None, None, 812]),  # the sum of the district would tell the small one
    ],
)
def test_the_number_of_all_pupils_is_hidden_only_where_it_is_small(
    counts: list[int], shown: list[int | None]
) -> None:
    district, year = MunicipalityFactory(), SchoolYearFactory()
    indicator = IndicatorFactory(counts_everyone=True)
    rows = [
        ContextFactory(
            organisation=OrganisationFactory(territory=district, pupils=count),
            school_year=year,
            indicator=indicator,
            count=count,
            total=None,
        )
        for count in counts
    ]
    scope = Scope(territory_paths=(district.path,))
    assert [one.count for one in show_values(rows, scope)] == shown


def test_a_share_of_a_small_school_is_hidden_too() -> None:
    school = OrganisationFactory(pupils=30)
    row = ContextFactory(organisation=school, count=None, total=None, share="0.1")
    assert show_values([row], Scope(territory_paths=(school.territory.path,)))[0].is_hidden


@pytest.mark.parametrize("query", ["", "?_export=csv", "?q=школа"])
def test_pages_and_exports_hide_the_cell(
    values: dict[int, ContextValue], coordinator_client: Callable[..., Client], query: str
) -> None:
    school = values[3].organisation
    client = coordinator_client(school.territory)
    response = client.get(f"/results/context/{query}")
    page = (b"".join(response.streaming_content) if response.streaming else response.content).decode()
    assert response.status_code == 200
    assert "(3 " not in page
    detail = client.get(f"/results/context/{school.pk}/").content.decode()
    assert "(3 " not in detail


def test_the_school_coordinator_sees_the_cell_on_the_page(
    values: dict[int, ContextValue], client: Client
) -> None:
    school = values[3].organisation
    user = UserFactory()
    RoleAssignmentFactory(user=user, role=Role.SCHOOL_COORDINATOR, organisation=school)
    client.force_login(user)
    page = client.get(f"/results/context/{school.pk}/").content.decode()
    assert "3,0" in page
    assert client.get(f"/results/context/{values[7].organisation_id}/").status_code == 404

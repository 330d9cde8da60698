"""The card of a school's dynamics: from which data, what the school adds, what a difference means, CH-22."""

import io
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import translation
from openpyxl import load_workbook

from mayak.diagnosis.checks.measures import no_second_measurement
from mayak.diagnosis.enums.dynamics import (
    Direction,
    IndicatorGroup,
    IndicatorSource,
    IndicatorUnit,
    MeasureMoment,
    ValueOrigin,
)
from mayak.diagnosis.models import DynamicsCard, DynamicsIndicator, DynamicsValue, MeasureThreshold
from mayak.diagnosis.selectors.dynamics import amount, card_parts
from mayak.diagnosis.selectors.measure_thresholds import threshold
from mayak.diagnosis.services import dynamics as services
from mayak.diagnosis.services.measure_reference import load_measure_reference
from mayak.kernel.access import Actor, Scope
from mayak.registry.services.reference import load_registry_reference
from mayak.results.enums import AssessmentKind, BatchState, Moment, ResultBasis
from mayak.results.models import ImportBatch
from mayak.results.services.reference import load_results_reference
from tests.factories.measures import CardFactory, IndicatorFactory, head_of, methodist, teacher_of
from tests.factories.registry import SchoolFactory, SchoolYearFactory, StaffingFactory, SubjectFactory
from tests.factories.results import AssessmentFactory, ContextFactory, SchoolResultFactory
from tests.factories.results import IndicatorFactory as ContextIndicatorFactory

pytestmark = pytest.mark.django_db
ACTOR = Actor(user_id=7, label="anna@example.org")
EVERYTHING = Scope.of_everything()


@pytest.fixture(autouse=True)
def _english():
    with override_settings(LANGUAGE_CODE="en"), translation.override("en"):
        yield


@pytest.fixture
def card() -> DynamicsCard:
    for year in (2022, 2023, 2024):
        SchoolYearFactory(start_year=year)
    return CardFactory(
        entry_year=SchoolYearFactory(start_year=2022), exit_year=SchoolYearFactory(start_year=2024)
    )


def result(card: DynamicsCard, year: int, *, below: int, of: int = 100, **fields):
    """Store a result of the school in ВПР of the calendar year."""
    kind = fields.pop("kind", AssessmentKind.VPR)
    moment = fields.pop("moment", "")
    subject = fields.pop("subject", None) or SubjectFactory(code="mathematics", name="Математика")
    assessment = AssessmentFactory(
        key=f"{kind}-{subject.code}-{year}-{moment}-{fields.get('quarter')}",
        kind=kind,
        subject=subject,
        year=year,
        moment=moment,
        quarter=fields.pop("quarter", None),
    )
    return SchoolResultFactory(
        organisation=card.organisation, assessment=assessment, participants=of, below=below, below_share=None,
        **fields,
    )  # fmt: skip


def values(card: DynamicsCard) -> list[tuple[str, str, float, int | None]]:
    """Return what the card holds."""
    rows = card.values.order_by("measured", "moment")
    return [(row.moment, row.measured, float(row.value), row.n) for row in rows]


def test_results_are_pooled_by_participants_into_the_years_of_the_card(card) -> None:
    IndicatorFactory()
    result(card, 2023, below=40)
    result(card, 2023, below=10, of=50, subject=SubjectFactory(code="russian", name="Русский язык"))
    result(card, 2024, below=30)
    result(card, 2025, below=20)
    result(card, 2022, below=90)  # before the entry
    assert services.fill_card(card, actor=ACTOR) == 3
    assert values(card) == [
        ("entry", "2022/23", 0.333333, 150),
        ("interim", "2023/24", 0.3, 100),
        ("exit", "2024/25", 0.2, 100),
    ]


def test_the_best_basis_counts_and_an_undone_import_does_not(card) -> None:
    IndicatorFactory()
    result(card, 2023, below=40)
    result(card, 2023, below=10, basis=ResultBasis.INDIVIDUAL)
    services.fill_card(card, actor=ACTOR)
    assert values(card) == [("entry", "2022/23", 0.1, 100)]
    ImportBatch.objects.update(state=BatchState.UNDONE)
    assert services.fill_card(card, actor=ACTOR) == 0


def test_marks_means_and_the_journal(card) -> None:
    marks = {"marks_2": 10, "marks_3": 40, "marks_4": 30, "marks_5": 20}
    result(card, 2023, below=10, mean="14.5", **marks)
    result(
        card, 2023, below=0, of=0, basis=ResultBasis.JOURNAL, journal_lowered=10, journal_confirmed=80,
        journal_raised=10,
    )  # fmt: skip
    for source, unit in (
        (IndicatorSource.QUALITY, IndicatorUnit.SHARE),
        (IndicatorSource.MARK, IndicatorUnit.MARK),
        (IndicatorSource.MEAN, IndicatorUnit.POINTS),
        (IndicatorSource.JOURNAL, IndicatorUnit.SHARE),
    ):
        IndicatorFactory(code=source, data_source=source, unit=unit)
    services.fill_card(card, actor=ACTOR)
    found = {row.indicator.code: float(row.value) for row in card.values.select_related("indicator")}
    assert found == {"quality": 0.5, "mark": 3.6, "mean": 14.5, "journal": 0.8}


def test_entry_and_final_diagnostics_of_the_exit_year(card) -> None:
    IndicatorFactory(assessment_kind="", is_within_year=True)
    kind = AssessmentKind.MUNICIPAL_DIAGNOSTIC
    result(card, 2024, below=60, kind=kind, moment=Moment.ENTRY)  # of the year before
    result(card, 2025, below=50, kind=kind, moment=Moment.ENTRY)
    result(card, 2025, below=20, kind=kind, moment=Moment.FINAL)
    services.fill_card(card, actor=ACTOR)
    assert values(card) == [
        ("entry", "2024/25, entry", 0.5, 100),
        ("exit", "2024/25, final", 0.2, 100),
    ]


def test_quarter_marks_stand_between(card) -> None:
    IndicatorFactory(
        assessment_kind="quarter_mark", is_within_year=True, data_source=IndicatorSource.QUALITY,
        direction=Direction.UP,
    )  # fmt: skip
    for quarter, good in ((1, 30), (2, 35), (4, 50)):
        result(
            card, 2025, below=0, kind=AssessmentKind.QUARTER_MARK, quarter=quarter,
            marks_2=0, marks_3=100 - good, marks_4=good, marks_5=0,
        )  # fmt: skip
    services.fill_card(card, actor=ACTOR)
    assert [(row[0], row[2]) for row in values(card)] == [("entry", 0.3), ("interim", 0.35), ("exit", 0.5)]


def test_context_and_staffing_are_read_by_school_year(card) -> None:
    indicator = ContextIndicatorFactory()
    ContextFactory(
        organisation=card.organisation, school_year=card.entry_year, indicator=indicator, count=20, total=80
    )
    StaffingFactory(
        organisation=card.organisation, school_year=card.exit_year, teachers=20, vacancies=2, with_category=15
    )
    IndicatorFactory(
        code="ctx",
        data_source=IndicatorSource.CONTEXT,
        context_indicator=indicator,
        group=IndicatorGroup.CONTEXT,
    )
    IndicatorFactory(code="cat", data_source=IndicatorSource.STAFFING, staffing_field="with_category")
    IndicatorFactory(
        code="vac",
        data_source=IndicatorSource.STAFFING,
        staffing_field="vacancies",
        unit=IndicatorUnit.NUMBER,
    )
    services.fill_card(card, actor=ACTOR)
    found = {row.indicator.code: (row.moment, float(row.value), row.n) for row in card.values.all()}
    assert found == {"ctx": ("entry", 0.25, 80), "cat": ("exit", 0.75, 20), "vac": ("exit", 2.0, None)}


def test_what_the_school_states_is_kept_when_the_card_is_filled_anew(card) -> None:
    indicator = IndicatorFactory()
    result(card, 2023, below=40)
    services.fill_card(card, actor=ACTOR)
    with pytest.raises(ValidationError, match="comes from data"):
        services.state_value(
            card, indicator, actor=ACTOR, moment="entry", measured="2022/23", value=Decimal("0.35")
        )
    services.state_value(
        card,
        indicator,
        actor=ACTOR,
        moment="entry",
        measured="2022/23",
        value=Decimal("0.35"),
        n=99,
        note="Акт",
    )
    services.fill_card(card, actor=ACTOR)
    row = card.values.get()
    assert (row.origin, float(row.value), row.note) == (ValueOrigin.SCHOOL, 0.35, "Акт")
    services.state_value(card, indicator, actor=ACTOR, moment="entry", measured="2022/23", value=None)
    assert card.values.count() == 0


def test_a_share_lies_within_its_bounds(card) -> None:
    indicator = IndicatorFactory()
    with pytest.raises(ValidationError, match="between 0 and 100"):
        services.state_value(card, indicator, actor=ACTOR, moment="exit", value=Decimal("1.2"))
    number = IndicatorFactory(unit=IndicatorUnit.NUMBER)
    with pytest.raises(ValidationError, match="below zero"):
        services.state_value(card, number, actor=ACTOR, moment="exit", value=Decimal(-1))


def test_the_card_says_in_words_what_the_difference_means(card) -> None:
    IndicatorFactory(name_en="Below")
    result(card, 2023, below=400, of=1000)
    result(card, 2025, below=200, of=1000)
    services.fill_card(card, actor=ACTOR)
    services.state_value(
        card, DynamicsIndicator.objects.get(), actor=ACTOR, moment="forecast", value=Decimal("0.25")
    )
    [part] = card_parts(card)
    [line] = part.lines
    assert (line.name, line.entry.text, line.exit.text) == ("Below", "40.0\u202f%", "20.0\u202f%")
    assert (line.delta_text, line.words, line.tone) == ("−20.0 p. p.", "better", "good")
    assert line.forecast_words == "the forecast is reached"


def test_a_small_group_allows_no_conclusion(card) -> None:
    IndicatorFactory()
    result(card, 2023, below=4, of=8)
    result(card, 2025, below=1, of=9)
    services.fill_card(card, actor=ACTOR)
    [line] = card_parts(card)[0].lines
    assert (line.words, line.tone, line.entry.is_small) == (
        "better, small group: no conclusion",
        "neutral",
        True,
    )


@pytest.mark.parametrize(
    ("unit", "value", "text"),
    [
        ("share", 0.125, "12.5\u202f%"),
        ("mark", 3.615, "3.62"),
        ("number", 3.0, "3"),
        ("points", 54.25, "54.2"),
    ],
)
def test_values_are_shown_in_their_unit(unit: str, value: float, text: str) -> None:
    assert amount(unit, value) == text


def test_the_supplied_indicators_are_loaded_once_and_what_people_edit_stays() -> None:
    load_registry_reference(actor=ACTOR)
    load_results_reference(actor=ACTOR)
    counts = {row.model: row for row in load_measure_reference(actor=ACTOR)}
    assert counts[DynamicsIndicator].created == 23
    assert counts[MeasureThreshold].created == 12
    row = DynamicsIndicator.objects.get(code="vpr-below")
    services.save_indicator(row, actor=ACTOR, values={"name": "Своё имя"})
    again = {row.model: row for row in load_measure_reference(actor=ACTOR)}
    assert (again[DynamicsIndicator].created, again[DynamicsIndicator].kept) == (0, 1)
    assert threshold("small-group") == 10


def test_a_threshold_is_that_of_the_database_else_of_the_product() -> None:
    assert threshold("contest-spread") == 34
    MeasureThreshold.objects.create(code="contest-spread", name="-", value=50, source="-")
    assert threshold("contest-spread") == 50
    with pytest.raises(LookupError):
        threshold("unknown")


def test_cards_are_made_once(card) -> None:
    other = SchoolFactory()
    made = services.create_cards(
        [card.organisation, other], actor=ACTOR, entry_year=card.entry_year, exit_year=card.exit_year
    )
    assert made == (1, 1)
    with pytest.raises(ValidationError, match="exit cannot lie before"):
        services.create_card(other, actor=ACTOR, entry_year=card.exit_year, exit_year=card.entry_year)


def test_no_second_measurement_is_a_finding_once_the_exit_year_is_over(card) -> None:
    indicator = IndicatorFactory()
    assert list(no_second_measurement(EVERYTHING)) == []
    services.state_value(card, indicator, actor=ACTOR, moment="entry", value=Decimal("0.4"))
    [found] = no_second_measurement(EVERYTHING)
    assert (found.object_key, found.group_key) == (f"dynamics:{card.pk}", "CH-22")
    assert "2024/25" in found.reason
    services.state_value(card, indicator, actor=ACTOR, moment="exit", value=Decimal("0.3"))
    assert list(no_second_measurement(EVERYTHING)) == []


def client_of(user) -> Client:
    """Return a signed-in client."""
    client = Client()
    client.force_login(user)
    return client


def test_the_card_through_the_pages(card) -> None:
    indicator = IndicatorFactory(name="Доля", name_en="Share")
    head = client_of(head_of(card.organisation))
    url = reverse("diagnosis:dynamics-value", args=[card.pk, indicator.pk])
    assert head.get(f"{url}?moment=entry").status_code == 200
    head.post(url, {"moment": "entry", "value": "40", "n": "50", "note": "Журнал"})
    row = DynamicsValue.objects.get()
    assert (row.measured, float(row.value), row.moment) == ("2022/23", 0.4, MeasureMoment.ENTRY)
    here = reverse("diagnosis:dynamics-card", args=[card.pk])
    page = head.get(here).content.decode()
    assert "40.0\u202f%" in page
    assert "no second measurement" in page
    assert head.get(reverse("diagnosis:dynamics-print", args=[card.pk])).status_code == 200
    book = load_workbook(io.BytesIO(head.get(f"{here}?format=xlsx").content))
    assert [cell.value for cell in book.active[2]][1:4] == ["Share", "40.0\u202f%", 50]
    head.post(reverse("diagnosis:dynamics-note", args=[card.pk]), {"note": "Вывод"})
    card.refresh_from_db()
    assert card.note == "Вывод"
    assert client_of(teacher_of(card.organisation)).get(here).status_code == 403
    assert client_of(head_of(SchoolFactory())).get(here).status_code == 404


def test_indicators_are_changed_by_who_keeps_the_catalogue() -> None:
    school = SchoolFactory()
    row = IndicatorFactory()
    url = reverse("diagnosis:dynamics-indicator", args=[row.pk])
    assert client_of(head_of(school)).get(url).status_code == 403
    keeper = client_of(methodist(school.territory))
    form = {
        "code": row.code, "name": "Новое", "group": "results", "unit": "share", "direction": "down",
        "data_source": "below", "position": "5", "is_active": "on", "source": "приказ",
    }  # fmt: skip
    assert keeper.post(url, form).status_code == 400  # which procedure?
    keeper.post(url, {**form, "assessment_kind": "vpr"})
    row.refresh_from_db()
    assert row.name == "Новое"


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_any_number(count, django_assert_max_num_queries) -> None:
    school = SchoolFactory()
    for _number in range(count):
        CardFactory(organisation=SchoolFactory(territory=school.territory))
    keeper = client_of(methodist(school.territory))
    keeper.get("/")
    with django_assert_max_num_queries(12):
        assert keeper.get(reverse("diagnosis:dynamics")).status_code == 200

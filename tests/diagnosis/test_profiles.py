"""Passports of lead schools: needs and strengths from results, what people state, who may change it."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from mayak.accounts.enums import Role
from mayak.diagnosis.models import LeadProfile, LeadStrength
from mayak.diagnosis.selectors import needs_of, reference_day, schools_in_role, strengths_of
from mayak.diagnosis.services import build_lead_profiles, remove_strength, set_strength, update_lead_profile
from mayak.kernel.access import Actor
from mayak.kernel.models import AuditEntry
from mayak.results.enums import BatchState, ResultBasis, StatusRole
from mayak.results.models import ImportBatch
from tests.factories.accounts import RoleAssignmentFactory
from tests.factories.matching import (
    LeadProfileFactory,
    StatusFactory,
    lead,
    mentee,
    result,
    school,
    school_year,
)
from tests.factories.registry import AuthorityFactory, MunicipalityFactory, SubjectFactory

pytestmark = pytest.mark.django_db
ACTOR = Actor(user_id=7, label="anna@example.org")


@pytest.fixture(autouse=True)
def _english():
    with override_settings(LANGUAGE_CODE="en"), translation.override("en"):
        yield


@pytest.fixture
def maths():
    return SubjectFactory(code="math", name="Математика")


def test_the_day_of_a_past_year_is_its_last_and_of_a_future_one_its_first() -> None:
    year = school_year()
    assert reference_day(year) == min(max(dt.datetime.now(tz=dt.UTC).date(), year.starts_on), year.ends_on)


def test_a_status_counts_on_its_days_only() -> None:
    territory = MunicipalityFactory()
    now = mentee(territory, "Сейчас")
    StatusFactory(
        organisation=school(territory, "Раньше"),
        valid_from=dt.date(2022, 9, 1),
        valid_to=dt.date(2023, 8, 31),
    )
    found = schools_in_role(territory.path, StatusRole.NEEDS_HELP, dt.date(2024, 10, 1))
    assert list(found) == [now]


def test_a_need_is_a_subject_where_enough_participants_are_below(maths) -> None:
    one = mentee(MunicipalityFactory(), "Школа")
    other = SubjectFactory(code="russian", name="Русский язык")
    result(one, maths, below=6, participants=20)
    result(one, maths, below=12, participants=20, year=2024)
    result(one, other, below=5, participants=20)
    needs = needs_of([one.pk], school_year(), share_from=0.30)
    assert [(n.subject_id, n.grade, n.share, n.participants) for n in needs[one.pk]] == [
        (maths.pk, 9, 0.45, 40)
    ]


def test_a_result_before_the_two_years_or_undone_does_not_count(maths) -> None:
    one = mentee(MunicipalityFactory(), "Школа")
    result(one, maths, below=20, year=2023)
    assert needs_of([one.pk], school_year(), share_from=0.30) == {}
    result(one, maths, below=20)
    ImportBatch.objects.update(state=BatchState.UNDONE)
    assert needs_of([one.pk], school_year(), share_from=0.30) == {}


def test_the_best_basis_counts_once(maths) -> None:
    one = mentee(MunicipalityFactory(), "Школа")
    result(one, maths, below=10, basis=ResultBasis.INDIVIDUAL)
    result(one, maths, below=2, basis=ResultBasis.AGGREGATE)
    assert needs_of([one.pk], school_year(), share_from=0.30)[one.pk][0].share == 0.5


def test_a_strength_is_the_share_above_the_threshold_where_few_can_be_compared(maths) -> None:
    one = lead(MunicipalityFactory(), "Лицей")
    result(one, maths, below=2, participants=20, mean=15)
    found = strengths_of([one.pk], school_year(), among_path=one.territory.path)
    assert [(s.level, s.participants, s.is_percentile) for s in found[one.pk]] == [(0.9, 20, False)]


def test_a_strength_is_the_percentile_among_ten_schools(maths) -> None:
    territory = MunicipalityFactory()
    best = lead(territory, "Лицей")
    result(best, maths, below=0, mean=30)
    for number in range(9):
        result(school(territory, f"Школа {number}"), maths, below=5, mean=10 + number)
    found = strengths_of([best.pk], school_year(), among_path=territory.path)
    assert [(s.level, s.is_percentile) for s in found[best.pk]] == [(1.0, True)]


def test_fewer_than_ten_participants_show_no_strength(maths) -> None:
    one = lead(MunicipalityFactory(), "Лицей")
    result(one, maths, below=0, participants=9)
    assert strengths_of([one.pk], school_year(), among_path=one.territory.path) == {}


def test_building_keeps_what_people_stated(maths) -> None:
    territory = MunicipalityFactory()
    one = lead(territory, "Лицей", capacity=None)
    other = SubjectFactory(code="russian", name="Русский язык")
    for subject in (maths, other):
        result(one, subject, below=2)
    first = build_lead_profiles(territory, school_year(), actor=ACTOR)
    assert (first.schools, first.created, first.strengths, first.without_results) == (1, 1, 2, ())
    profile = LeadProfile.objects.get(organisation=one)
    update_lead_profile(profile, actor=ACTOR, capacity=5, note="по договорённости")
    set_strength(profile, actor=ACTOR, subject=maths, level=0.5, grade_from=9)
    second = build_lead_profiles(territory, school_year(), actor=ACTOR)
    assert (second.created, second.strengths) == (0, 1)
    profile.refresh_from_db()
    assert (profile.capacity, profile.note) == (5, "по договорённости")
    assert sorted(profile.strengths.values_list("subject__code", "level", "from_results")) == [
        ("math", 0.5, False),
        ("russian", 0.9, True),
    ]


def test_a_lead_school_without_results_is_named() -> None:
    territory = MunicipalityFactory()
    lead(territory, "Лицей", capacity=None)
    assert build_lead_profiles(territory, school_year(), actor=ACTOR).without_results == ("Лицей",)


def test_a_closed_year_is_read_only(maths) -> None:
    year = school_year()
    year.is_closed = True
    year.save()
    profile = LeadProfileFactory(school_year=year)
    for change in (
        lambda: build_lead_profiles(profile.organisation.territory, year, actor=ACTOR),
        lambda: update_lead_profile(profile, actor=ACTOR, capacity=1),
        lambda: set_strength(profile, actor=ACTOR, subject=maths, level=1.0),
    ):
        with pytest.raises(ValidationError, match=r"The school year 2024/25 is closed for changes\."):
            change()


def test_a_computed_strength_is_restated_and_not_removed(maths) -> None:
    territory = MunicipalityFactory()
    result(lead(territory, "Лицей", capacity=None), maths, below=0)
    build_lead_profiles(territory, school_year(), actor=ACTOR)
    computed = LeadStrength.objects.get()
    with pytest.raises(ValidationError, match="This strength comes from results"):
        remove_strength(computed, actor=ACTOR)
    stated = set_strength(computed.profile, actor=ACTOR, subject=maths, level=0.2, grade_from=9)
    assert LeadStrength.objects.get() == stated
    remove_strength(stated, actor=ACTOR)
    assert LeadStrength.objects.count() == 0
    assert AuditEntry.objects.get(action="remove_strength").changes == {"math 9": [0.2, None]}


def test_an_impossible_level_is_refused(maths) -> None:
    with pytest.raises(ValidationError):
        set_strength(LeadProfileFactory(), actor=ACTOR, subject=maths, level=1.2)


def client_of(organisation, role: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(RoleAssignmentFactory(organisation=organisation, role=role).user)
    return client


def test_a_lead_school_reads_its_passport_and_cannot_change_it() -> None:
    profile = LeadProfileFactory()
    client = client_of(profile.organisation, Role.SCHOOL_COORDINATOR)
    assert client.get(reverse("diagnosis:profile", args=[profile.pk])).status_code == 200
    assert client.post(reverse("diagnosis:edit", args=[profile.pk]), {"capacity": 9}).status_code == 403
    assert client.get(reverse("diagnosis:build")).status_code == 403


def test_a_foreign_passport_is_not_there() -> None:
    profile = LeadProfileFactory()
    client = client_of(AuthorityFactory(territory=MunicipalityFactory()), Role.MUNICIPAL_COORDINATOR)
    for name in ("profile", "edit"):
        assert client.get(reverse(f"diagnosis:{name}", args=[profile.pk])).status_code == 404


def test_the_pages_of_a_coordinator(maths) -> None:
    profile = LeadProfileFactory(school_year=school_year())
    territory = profile.organisation.territory
    client = client_of(AuthorityFactory(territory=territory), Role.MUNICIPAL_COORDINATOR)
    assert client.get(reverse("diagnosis:profiles")).status_code == 200
    client.post(
        reverse("diagnosis:edit", args=[profile.pk]), {"capacity": 7, "note": "", "works_remotely": "on"}
    )
    profile.refresh_from_db()
    assert profile.capacity == 7
    url = reverse("diagnosis:add-strength", args=[profile.pk])
    assert client.post(url, {"subject": maths.pk, "percent": 101}).status_code == 400
    assert client.post(url, {"subject": maths.pk, "percent": 80, "grade_to": 9}).status_code == 400
    client.post(url, {"subject": maths.pk, "percent": 80})
    strength = LeadStrength.objects.get()
    assert (strength.level, strength.grade_from) == (0.8, None)
    client.post(reverse("diagnosis:drop-strength", args=[profile.pk, strength.pk]))
    assert LeadStrength.objects.count() == 0
    answer = client.post(
        reverse("diagnosis:build"), {"territory": territory.pk, "school_year": profile.school_year_id}
    )
    assert answer.headers["Location"] == reverse("diagnosis:profiles")


def test_the_list_costs_the_same_with_more_rows() -> None:
    territory = MunicipalityFactory()
    client = client_of(AuthorityFactory(territory=territory), Role.MUNICIPAL_COORDINATOR)
    LeadProfileFactory(organisation__territory=territory)
    counts = []
    for _round in range(2):
        client.get(reverse("diagnosis:profiles"))
        with CaptureQueriesContext(connection) as seen:
            client.get(reverse("diagnosis:profiles"))
        counts.append(len(seen))
        for _number in range(3):
            LeadProfileFactory(organisation__territory=territory)
    assert counts[0] == counts[1]

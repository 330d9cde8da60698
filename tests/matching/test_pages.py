"""Pages: what each role sees and may do, the number of queries, the words on the page."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import reverse

from mayak.accounts.enums import Role
from mayak.accounts.models import User
from mayak.kernel.access import Scope
from mayak.kernel.jobs.models import Job, JobState
from mayak.kernel.jobs.services import run_now
from mayak.matching.enums import MatchingState, PairOrigin
from mayak.matching.models import MatchingRun, MatchPair
from mayak.matching.services import approve_run, solve_run
from mayak.registry.models import Organisation
from tests.factories.accounts import RoleAssignmentFactory
from tests.factories.matching import MatchPairFactory, mentee
from tests.factories.registry import AuthorityFactory, MunicipalityFactory
from tests.matching.conftest import ACTOR, District

pytestmark = pytest.mark.django_db


def client_of(organisation: Organisation, role: str = Role.MUNICIPAL_COORDINATOR) -> Client:
    user: User = RoleAssignmentFactory(organisation=organisation, role=role).user
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


@pytest.fixture(autouse=True)
def _english() -> Any:
    with override_settings(LANGUAGE_CODE="en"):
        yield


@pytest.fixture
def coordinator(district: District) -> Client:
    return client_of(AuthorityFactory(territory=district.territory))


@pytest.fixture
def solved(district: District) -> MatchingRun:
    return solve_run(district.run, actor=ACTOR)


PAGES = ["readiness", "rules", "review", "demands", "comparison", "approve", "archive"]


@pytest.mark.parametrize("page", PAGES)
def test_the_coordinator_of_the_territory_sees_every_page(
    coordinator: Client, solved: MatchingRun, page: str
) -> None:
    assert coordinator.get(reverse(f"matching:{page}", args=[solved.pk])).status_code == 200


@pytest.mark.parametrize("page", [*PAGES, "school"])
def test_a_foreign_pairing_is_not_there(solved: MatchingRun, district: District, page: str) -> None:
    stranger = client_of(AuthorityFactory(territory=MunicipalityFactory()))
    arguments = [solved.pk, district.north.pk] if page == "school" else [solved.pk]
    assert stranger.get(reverse(f"matching:{page}", args=arguments)).status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_a_school_never_sees_a_draft(solved: MatchingRun, district: District, page: str) -> None:
    school = client_of(district.north, Role.SCHOOL_COORDINATOR)
    assert school.get(reverse(f"matching:{page}", args=[solved.pk])).status_code == 404


def test_a_school_sees_its_own_pairs_only_after_the_approval(solved: MatchingRun, district: District) -> None:
    scope = Scope(organisation_ids=frozenset({district.north.pk}))
    assert not MatchPair.objects.within(scope).exists()
    approve_run(solved, actor=ACTOR)
    assert [pair.mentee for pair in MatchPair.objects.within(scope)] == [district.north]


def test_a_methodist_looks_and_changes_nothing(solved: MatchingRun, district: District) -> None:
    methodist = client_of(AuthorityFactory(territory=district.territory), Role.METHODIST)
    assert methodist.get(reverse("matching:review", args=[solved.pk])).status_code == 200
    for name in ("solve", "approve"):
        assert methodist.post(reverse(f"matching:{name}", args=[solved.pk])).status_code == 403
    assert methodist.get(reverse("matching:create")).status_code == 403


def test_readiness_names_what_is_missing(coordinator: Client, district: District) -> None:
    mentee(district.territory, "Школа без всего")
    page = coordinator.get(reverse("matching:readiness", args=[district.run.pk])).content.decode()
    assert "4 schools need help." in page
    assert "2 schools can give help." in page
    assert "4 places for 4 schools." in page
    assert page.count("Школа без всего") == 2


def test_the_wizard_from_the_first_page_to_the_approval(coordinator: Client, district: District) -> None:
    answer = coordinator.post(
        reverse("matching:create"),
        {
            "level": "schools",
            "territory": district.territory.pk,
            "school_year": district.run.school_year_id,
            "title": "Пары",
        },
    )
    run = MatchingRun.objects.get(title="Пары")
    assert answer.headers["Location"] == reverse("matching:readiness", args=[run.pk])
    rules = coordinator.get(reverse("matching:rules", args=[run.pk])).context["form"].initial
    values = {name: "" if value is None else value for name, value in rules.items() if value is not False}
    answer = coordinator.post(reverse("matching:rules", args=[run.pk]), {**values, "solve": "1"})
    assert answer.headers["Location"] == reverse("matching:review", args=[run.pk])
    job = run_now(Job.objects.get())
    assert job.result["pairs"] == 3
    page = coordinator.get(reverse("matching:review", args=[run.pk])).content.decode()
    assert "3 of 3" in page
    assert "no better set of pairs exists" in page
    answer = coordinator.post(reverse("matching:approve", args=[run.pk]))
    run.refresh_from_db()
    assert run.state == MatchingState.APPROVED
    assert "network pairs now" in coordinator.get(reverse("matching:approve", args=[run.pk])).content.decode()


def test_a_wrong_weight_comes_back_with_its_words(coordinator: Client, district: District) -> None:
    url = reverse("matching:rules", args=[district.run.pk])
    values = {
        name: "" if value is None else value
        for name, value in coordinator.get(url).context["form"].initial.items()
        if value is not False
    }
    answer = coordinator.post(url, {**values, "weight_needs": "-3"})
    assert answer.status_code == 400
    assert answer.context["form"].errors == {
        "weight_needs": ["Ensure this value is greater than or equal to 0."]
    }


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("max_distance_km", "20001", "Ensure this value is less than or equal to 20000."),
        ("fairness_percent", "0", "Ensure this value is greater than or equal to 1.0."),
        ("need_percent", "1e309", "Enter a number."),
        ("leads_per_school", "6", "Ensure this value is less than or equal to 5."),
    ],
)
def test_a_number_outside_its_bounds_is_named_by_its_field(
    coordinator: Client, district: District, field: str, value: str, words: str
) -> None:
    url = reverse("matching:rules", args=[district.run.pk])
    values = {
        name: "" if given is None else given
        for name, given in coordinator.get(url).context["form"].initial.items()
        if given is not False
    }
    answer = coordinator.post(url, {**values, field: value})
    assert answer.status_code == 400
    assert answer.context["form"].errors == {field: [words]}


def test_the_page_shows_an_overload(coordinator: Client, district: District) -> None:
    for number in range(2):
        mentee(district.territory, f"Школа {number}")
    district.maths_lead.lead_profiles.update(capacity=5)
    district.russian_lead.lead_profiles.update(capacity=0)
    run = solve_run(district.run, actor=ACTOR)
    page = coordinator.get(reverse("matching:review", args=[run.pk])).content.decode()
    assert "Overload: Лицей, 5 : 1" in page


def test_a_school_page_moves_locks_and_forbids(
    coordinator: Client, solved: MatchingRun, district: District
) -> None:
    page = reverse("matching:school", args=[solved.pk, district.middle.pk])
    assert "−50" in coordinator.get(page).content.decode()
    coordinator.post(
        reverse("matching:move", args=[solved.pk, district.middle.pk]),
        {"lead": district.russian_lead.pk, "from_lead": district.maths_lead.pk},
    )
    pair = solved.pairs.get(mentee=district.middle)
    assert (pair.lead, pair.origin) == (district.russian_lead, PairOrigin.HAND)
    review = coordinator.get(reverse("matching:review", args=[solved.pk])).text
    assert "Pairs moved by hand since the computation: 1." in review
    assert "no better set of pairs exists" not in review
    coordinator.post(
        reverse("matching:lock", args=[solved.pk, district.south.pk]), {"lead": district.russian_lead.pk}
    )
    assert solved.pairs.get(mentee=district.south).origin == PairOrigin.LOCKED
    coordinator.post(
        reverse("matching:forbid", args=[solved.pk, district.north.pk]),
        {"lead": district.maths_lead.pk, "reason": "далеко"},
    )
    assert solved.unmatched.get().mentee == district.north


def test_a_move_to_a_school_that_takes_no_part_is_not_there(
    coordinator: Client, solved: MatchingRun, district: District
) -> None:
    other = mentee(MunicipalityFactory(), "Чужая")
    url = reverse("matching:move", args=[solved.pk, district.middle.pk])
    assert coordinator.post(url, {"lead": other.pk}).status_code == 404
    assert coordinator.post(url, {"lead": "x"}).status_code == 404
    assert coordinator.post(url, {"lead": district.maths_lead.pk, "from_lead": other.pk}).status_code == 302


@pytest.mark.parametrize("page", ["move", "lock", "forbid"])
def test_a_pair_has_two_schools_and_a_lead_school_is_not_helped(
    coordinator: Client, solved: MatchingRun, district: District, page: str
) -> None:
    for first, second in [(district.middle, district.middle), (district.maths_lead, district.russian_lead)]:
        url = reverse(f"matching:{page}", args=[solved.pk, first.pk])
        assert coordinator.post(url, {"lead": second.pk, "reason": "так"}).status_code == 404
    assert not solved.rules.exists()


@pytest.mark.parametrize("left", ["²", "9" * 5000, "-1", "x"])
def test_nonsense_for_the_lead_school_that_is_left_breaks_nothing(
    coordinator: Client, solved: MatchingRun, district: District, left: str
) -> None:
    url = reverse("matching:move", args=[solved.pk, district.middle.pk])
    answer = coordinator.post(url, {"lead": district.maths_lead.pk, "from_lead": left})
    assert answer.status_code == 302


def test_the_export_holds_the_pairs_that_are_shown(coordinator: Client, solved: MatchingRun) -> None:
    answer = coordinator.get(reverse("matching:review", args=[solved.pk]), {"_export": "csv", "q": "Южная"})
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0] == 'School that gets help;Lead school;Its schools;"Score, %";Distance;Why'
    assert len(lines) == 2
    assert lines[1].startswith("Южная СОШ;Гимназия;1 of 2;97,0;10,0;")
    assert "Русский язык, grade 9: +50\u202f%" in lines[1]


@pytest.mark.parametrize("page", ["runs", "review"])
def test_a_list_costs_the_same_with_more_rows(coordinator: Client, solved: MatchingRun, page: str) -> None:
    url = reverse("matching:runs") if page == "runs" else reverse("matching:review", args=[solved.pk])

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert coordinator.get(url).status_code == 200
        return len(seen)

    queries()
    before = queries()
    for _number in range(3):
        if page == "runs":
            MatchPairFactory(run__territory=solved.territory)
        else:
            MatchPairFactory(run=solved)
    assert queries() == before


def test_the_page_of_a_computation_reloads_itself_as_a_whole(coordinator: Client, district: District) -> None:
    review = reverse("matching:review", args=[district.run.pk])
    coordinator.post(reverse("matching:solve", args=[district.run.pk]))
    asking = f'hx-get="{review}?part=job"'
    assert asking in coordinator.get(review).text
    htmx = {"HX-Request": "true"}
    waiting = coordinator.get(review, {"part": "job"}, headers=htmx)
    assert asking in waiting.text
    assert "HX-Refresh" not in waiting.headers
    run_now(Job.objects.get())
    finished = coordinator.get(review, {"part": "job"}, headers=htmx)
    assert finished.headers["HX-Refresh"] == "true"
    assert asking not in coordinator.get(review).text


def test_a_failed_computation_can_be_asked_for_again(coordinator: Client, solved: MatchingRun) -> None:
    solve = reverse("matching:solve", args=[solved.pk])
    coordinator.post(solve)
    Job.objects.update(state=JobState.FAILED, error="The disk is full.")
    page = coordinator.get(reverse("matching:review", args=[solved.pk])).text
    assert "The disk is full." in page
    assert f'action="{solve}"' in page

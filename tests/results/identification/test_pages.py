"""The pages: what they say, who sees what, how many queries, forms without a line of code."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from mayak.accounts.models import User
from mayak.kernel.access import SYSTEM
from mayak.kernel.jobs.services import run_now
from mayak.kernel.models import Job
from mayak.results.models import IdentificationRun, RuleSet, SchoolDecision, SchoolStatus
from mayak.results.services.identification_approval import approve_run
from mayak.results.services.rule_sets import copy_rule_set
from mayak.results.views import identification
from tests.factories.registry import MunicipalityFactory, SchoolFactory
from tests.results.identification.world import YEAR, District, kind, make_district

pytestmark = [pytest.mark.django_db]


@pytest.fixture(autouse=True)
def english(settings: Any) -> None:
    """The words of the tests are the source strings."""
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def client(district: District) -> Client:
    """The coordinator of the district has signed in."""
    return signed_in(district.coordinator())


def signed_in(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def text(response: HttpResponse) -> str:
    """The words of the page."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def to(name: str, *args: Any) -> str:
    return reverse(f"identification:{name}", args=args)


def test_without_a_run_the_page_says_what_to_do_first(client: Client) -> None:
    page = client.get(to("overview"))
    assert page.status_code == 200
    assert "Find the schools" in text(page)
    assert "A signal for support, not an evaluation" in text(page)


def test_the_form_runs_the_rule_and_leads_to_the_list(client: Client, district: District) -> None:
    sent = {"rule": district.rule.pk, "year": YEAR, "territory": district.territory.pk}
    page = client.post(to("start"), sent, follow=True)
    words = text(page)
    assert "2 of 5 schools meet the rule" in words
    assert "10 of 25 below the threshold" in words
    assert page.redirect_chain[-1][0] == to("run", IdentificationRun.objects.get().pk)


def test_a_refused_run_says_why_on_the_form(client: Client, district: District) -> None:
    sent = {"rule": district.rule.pk, "year": YEAR - 1, "territory": district.territory.pk}
    page = client.post(to("start"), sent)
    assert page.status_code == 400
    assert "2024" in text(page)
    assert IdentificationRun.objects.count() == 0


def test_a_large_territory_goes_to_the_background(
    client: Client, district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identification, "INLINE_SCHOOLS", 1)
    sent = {"rule": district.rule.pk, "year": YEAR, "territory": district.territory.pk}
    client.post(to("start"), sent)
    job = run_now(Job.objects.get(kind="results.identify"))
    run = IdentificationRun.objects.get()
    assert (job.state, job.result, job.link) == (
        "done",
        {"run": run.pk, "listed": 2, "schools": 5},
        to("run", run.pk),
    )


def test_a_refused_job_says_why(client: Client, district: District, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identification, "INLINE_SCHOOLS", 1)
    sent = {"rule": district.rule.pk, "year": YEAR - 1, "territory": district.territory.pk}
    client.post(to("start"), sent)
    job = run_now(Job.objects.get(kind="results.identify"))
    assert (job.state, "2024" in job.error) == ("failed", True)


def test_schools_stand_by_name_and_cannot_be_sorted_by_need(client: Client, district: District) -> None:
    run = district.run()
    for sort in ("", "?sort=-stability", "?sort=-severity", "?sort=why"):
        page = client.get(to("run", run.pk) + sort)
        names = re.findall(r'/identification/decisions/\d+/">([^<]+)<', page.content.decode())
        assert names == ["А", "Б"]


def test_filters_show_the_others(client: Client, district: District) -> None:
    run = district.run()
    shown = {
        "": {"А", "Б"}, "?decision=all": {"А", "Б", "В", "Г", "Д"}, "?decision=off": {"В", "Г", "Д"},
        "?stability=unstable": {"А", "Б"}, "?decision=no_data": set(), "?few=true": set(), "?q=Б": {"Б"},
    }  # fmt: skip
    for query, names in shown.items():
        page = client.get(to("run", run.pk) + query).content.decode()
        assert set(re.findall(r'/identification/decisions/\d+/">([^<]+)<', page)) == names, query


def test_the_export_says_on_every_row_that_it_is_no_evaluation(client: Client, district: District) -> None:
    run = district.run()
    page = client.get(to("run", run.pk) + "?_export=csv")
    rows = b"".join(page.streaming_content).decode("utf-8-sig").strip().splitlines()  # type: ignore[attr-defined]  # streamed
    assert len(rows) == 3
    assert all("a signal for support, not an evaluation" in row for row in rows[1:])


def test_the_decision_page_says_why_and_what_will_take_the_school_off(
    client: Client, district: District
) -> None:
    run = district.run()
    row = run.decisions.get(organisation__short_name="А")
    words = text(client.get(to("decision", row.pk)))
    for part in ("Why on the list", "What will take it off the list",
                 "1 more participant must reach the threshold", "17–52", "No smaller change would do", "of 100 cases", "A signal for support, not an evaluation"):  # fmt: skip
        assert part in words, part


def test_the_approval_shows_its_effect_first(client: Client, district: District) -> None:
    run = district.run()
    page = client.get(to("approve", run.pk))
    assert page.context["plan"].given == tuple(sorted(school.pk for school in district.schools[:2]))
    assert "Statuses will be given" in text(page)
    assert SchoolStatus.objects.count() == 0
    client.post(to("approve", run.pk), {"valid_from": "2025-09-01"})
    assert SchoolStatus.objects.count() == 2
    assert "approved" in text(client.get(to("run", run.pk)))


def test_years_are_compared_school_by_school(client: Client, district: District) -> None:
    district.run()
    for school in district.schools:
        for subject in ("russian", "mathematics"):
            district.result(school, subject, YEAR + 1, 9 if str(school) == "Д" else 0)
    run = district.run(year=YEAR + 1)
    words = text(client.get(to("changes", run.pk)))
    assert "1 entered the list, 0 came back to it, 2 left it" in words
    assert "Compare the years" in text(client.get(to("run", run.pk)))


def test_a_draft_is_put_away_by_its_button(client: Client, district: District) -> None:
    run = district.run()
    client.post(to("archive", run.pk))
    run.refresh_from_db()
    assert run.state == "archived"


def test_a_rule_is_shown_in_words_with_source_and_assumptions(client: Client, district: District) -> None:
    words = text(client.get(to("rule", district.rule.pk)))
    for part in (
        "at least 30",
        "in at least 2 procedures",
        "any one of the conditions is enough",
        "assumption",
        "приказ",
    ):
        assert part in words, part
    assert "Make a copy" in words


def test_a_methodist_edits_a_rule_by_fields(client: Client, district: District) -> None:
    client.post(to("rule-copy", district.rule.pk), {"name": "Наш", "territory": district.territory.pk})
    rule = RuleSet.objects.get(name="Наш")
    form = edit_form(client, rule)
    form |= {"conditions-0-limit": "40", "joint": "all"}
    page = client.post(to("rule-edit", rule.pk), form)
    assert page.status_code == 302
    rule.refresh_from_db()
    assert rule.definition["conditions"][0]["at_least"] == 0.4
    assert rule.definition["joint"] == "all"
    assert rule.definition["conditions"][1] == district.rule.definition["conditions"][1]


def test_saving_an_untouched_form_changes_nothing(client: Client, district: District) -> None:
    rule = copy_rule_set(district.rule, actor=SYSTEM, territory=district.territory)
    before = dict(rule.definition)
    assert client.post(to("rule-edit", rule.pk), edit_form(client, rule)).status_code == 302
    rule.refresh_from_db()
    assert rule.definition == before


def test_a_condition_is_added_and_taken_away_by_rows(client: Client, district: District) -> None:
    rule = copy_rule_set(district.rule, actor=SYSTEM, territory=district.territory)
    form = edit_form(client, rule)
    form |= {
        "conditions-1-DELETE": "on", "conditions-2-title": "средний балл", "conditions-2-measure": "mean",
        "conditions-2-comparison": "at_most", "conditions-2-limit": "12.5", "conditions-2-count": "any",
        "conditions-2-years": "each", "conditions-2-years_count": "2", "conditions-2-missing": "skip",
    }  # fmt: skip
    assert client.post(to("rule-edit", rule.pk), form).status_code == 302
    rule.refresh_from_db()
    codes = [(row["code"], row.get("at_most", row.get("at_least"))) for row in rule.definition["conditions"]]
    assert codes == [("A", 0.3), ("B", 12.5)]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"conditions-0-limit": "140"}, "lies outside"),
        ({"conditions-0-limit": ""}, "Give the limit"),
        ({"conditions-0-count": "at_least", "conditions-0-count_number": ""}, "Say how many"),
        ({"conditions-0-measure": "context_share"}, "Choose at least one indicator"),
        ({"joint": "at_least", "joint_count": "3"}, "3 conditions are asked for"),
        ({"year_from": "2026", "year_to": "2025"}, "ends"),
    ],
)
def test_a_wrong_rule_is_refused_at_its_field(
    client: Client, district: District, changes: dict[str, str], said: str
) -> None:
    rule = copy_rule_set(district.rule, actor=SYSTEM, territory=district.territory)
    page = client.post(to("rule-edit", rule.pk), edit_form(client, rule) | changes)
    assert page.status_code == 400
    assert said in text(page)


def test_two_rules_are_compared_side_by_side(client: Client, district: District) -> None:
    rule = copy_rule_set(district.rule, actor=SYSTEM, territory=district.territory)
    page = client.get(to("rule-compare"), {"left": district.rule.pk, "right": rule.pk})
    assert "(copy)" in text(page)
    same = client.get(to("rule-compare"), {"left": rule.pk, "right": rule.pk})
    assert "The two rules say the same" in text(same)


def test_a_status_is_set_and_ended_by_hand(client: Client, district: District) -> None:
    sent = {"organisation": "Д", "kind": kind("lead_school").pk, "level": "municipal", "valid_from": "2025-09-01",
            "source": "manual", "reason": "решение совета"}  # fmt: skip
    assert client.post(to("status-create"), sent).status_code == 302
    status = SchoolStatus.objects.get()
    assert (str(status.organisation), status.reason) == ("Д", "решение совета")
    assert "решение совета" in text(client.get(to("statuses")))
    client.post(to("status-end", status.pk), {"valid_to": "2026-05-31", "reason": "срок"})
    status.refresh_from_db()
    assert status.end_reason == "срок"


def test_a_status_without_reason_or_of_an_unknown_school_is_refused(client: Client) -> None:
    sent = {"organisation": "Нет такой", "kind": kind().pk, "level": "municipal", "valid_from": "2025-09-01",
            "source": "manual", "reason": ""}  # fmt: skip
    page = client.post(to("status-create"), sent)
    assert page.status_code == 400
    assert "No school of your territory is called so" in text(page)
    assert SchoolStatus.objects.count() == 0


def test_a_list_is_tried_confirmed_and_taken_back(client: Client, district: District) -> None:
    file = SimpleUploadedFile("list.csv", "Школа;Статус;С\nА;ШНОР;01.09.2025\nНет;ШНОР;01.09.2025\n".encode())
    page = client.post(to("status-import"), {"file": file, "level": "regional", "source": "import"})
    assert "Nothing is written yet" in text(page)
    assert SchoolStatus.objects.count() == 0
    plan = re.search(r'name="plan" value="([^"]+)"', page.content.decode())
    assert plan is not None
    done = client.post(to("status-confirm"), {"plan": plan.group(1)}, follow=True)
    assert SchoolStatus.objects.get().source == "import"
    key = SchoolStatus.objects.get().list_key
    assert "Take the list back" in text(done)
    client.post(to("status-undo", key))
    assert SchoolStatus.objects.count() == 0


def test_a_forged_plan_writes_nothing(client: Client) -> None:
    client.post(to("status-confirm"), {"plan": "forged"})
    assert SchoolStatus.objects.count() == 0


def test_a_file_that_is_no_list_is_refused_with_words(client: Client) -> None:
    file = SimpleUploadedFile("list.csv", b"a;b\n1;2\n")
    page = client.post(to("status-import"), {"file": file, "level": "regional", "source": "import"})
    assert page.status_code == 400
    assert "No table" in text(page)


def test_the_page_of_a_school_shows_its_statuses(client: Client, district: District) -> None:
    approve_run(district.run(), actor=SYSTEM)
    page = client.get(reverse("registry:organisations-detail", args=[district.schools[0].pk]))
    assert "Школа с низкими образовательными результатами" in text(page)


def test_the_first_screen_names_the_task(client: Client, district: District) -> None:
    assert "Find the schools that need help" in text(client.get(reverse("web:today")))
    district.run()
    assert "Approve the list of schools that need help" in text(client.get(reverse("web:today")))


def test_a_school_sees_only_its_own_decision_and_only_when_approved(district: District) -> None:
    run = district.run()
    school = district.schools[0]
    client = signed_in(district.visitor(school))
    own, other = (run.decisions.get(organisation=one) for one in district.schools[:2])
    assert client.get(to("decision", own.pk)).status_code == 404
    approve_run(run, actor=SYSTEM)
    assert client.get(to("decision", own.pk)).status_code == 200
    assert client.get(to("decision", other.pk)).status_code == 404
    page = client.get(to("run", run.pk) + "?decision=all")
    assert re.findall(r'/identification/decisions/\d+/">([^<]+)<', page.content.decode()) == ["А"]


def test_a_neighbour_finds_nothing(district: District) -> None:
    run = district.run()
    neighbour = make_district(region=district.territory.parent)
    client = signed_in(neighbour.coordinator())
    row = SchoolDecision.objects.filter(run=run).first()
    assert row is not None
    status = SchoolStatus.objects.create(
        organisation=district.schools[0],
        kind=kind(),
        level="municipal",
        valid_from="2025-09-01",
        source="rule",
    )
    rule = copy_rule_set(district.rule, actor=SYSTEM, territory=district.territory)
    addresses = [("run", run.pk), ("approve", run.pk), ("changes", run.pk), ("decision", row.pk), ("rule", rule.pk),
                 ("rule-edit", rule.pk), ("rule-copy", rule.pk), ("status-end", status.pk)]  # fmt: skip
    assert {client.get(to(name, pk)).status_code for name, pk in addresses} == {404}
    assert client.post(to("archive", run.pk)).status_code == 404


def test_a_school_coordinator_may_look_but_not_run(district: District) -> None:
    client = signed_in(district.visitor(district.schools[0]))
    sent = {"rule": district.rule.pk, "year": YEAR, "territory": district.territory.pk}
    assert client.post(to("start"), sent).status_code == 403
    assert client.get(to("status-create")).status_code == 403
    assert client.get(to("status-import")).status_code == 403
    assert client.get(to("rule-copy", district.rule.pk)).status_code == 403


def test_a_supplied_rule_cannot_be_edited_and_says_why(client: Client, district: District) -> None:
    page = client.get(to("rule-edit", district.rule.pk))
    assert page.status_code == 403
    assert "Make a copy of it" in text(page)


@pytest.mark.parametrize("name", ["run", "changes"])
def test_ten_schools_cost_as_many_queries_as_one(
    client: Client, district: District, django_assert_max_num_queries: DjangoAssertNumQueries, name: str
) -> None:
    run = district.run()
    counts = []
    for _round in range(2):
        with django_assert_max_num_queries(40) as asked:
            client.get(to(name, run.pk) + "?decision=all")
        counts.append(len(asked))
        for number in range(9):
            district.school(f"Ещё {number}", (9, 9), (9, 9))
        run = district.run()
    assert abs(counts[0] - counts[1]) <= (2 if name == "changes" else 1)


def test_the_list_of_runs_and_statuses_opens_for_everyone(district: District) -> None:
    SchoolFactory.create(territory=MunicipalityFactory.create())
    district.run()
    client = signed_in(district.visitor(district.schools[0]))
    for name in ("overview", "runs", "rules", "statuses", "rule-compare", "start"):
        assert client.get(to(name)).status_code == 200, name


def edit_form(client: Client, rule: RuleSet) -> dict[str, Any]:
    """What a browser would send back for the untouched form."""
    page = client.get(to("rule-edit", rule.pk))
    assert page.status_code == 200
    sent: dict[str, Any] = {}
    forms = [page.context["form"], *page.context["conditions"]]
    management = page.context["conditions"].management_form
    for field in management:
        sent[field.html_name] = field.value()
    for form in forms:
        for field in form:
            value = field.value()
            if value not in (None, "", [], False):
                sent[field.html_name] = getattr(value, "pk", value)
    return sent

"""Files of results and answers: the same numbers as the pages, nothing that subtracting would give away."""

import csv
import io
import re
import zipfile
from collections import Counter
from typing import Any

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from mayak.accounts.enums import Role
from mayak.kernel.audit.models import AuditEntry
from mayak.kernel.jobs.services import run_now
from mayak.kernel.models import Job, JobState
from mayak.surveys.enums import CampaignState, ExportContent, ExportFormat
from mayak.surveys.exports.single_answers import headings, read_table, word_rows
from mayak.surveys.exports.spss import Names
from mayak.surveys.models import Answer, Audience
from mayak.surveys.selectors.results import results_of, shown_of
from mayak.surveys.services.export_files import folder
from mayak.surveys.services.summaries import refresh_results
from tests.factories.surveys_results import add_answers, add_varied, make_audience, make_schools
from tests.surveys.results_help import client_of, owner_client, page

pytestmark = pytest.mark.django_db
FULL = {"help": "yes", "mark": 5}


def taken(audience: Audience, content: str, file_format: str, **values: Any) -> Any:
    address = page("surveys:results-export", audience)
    return owner_client(audience).post(address, {"content": content, "file_format": file_format, **values})


def rows_of(audience: Audience, *, texts: bool = False) -> list[tuple[Any, ...]]:
    return list(word_rows(read_table(audience, refresh_results(audience), with_texts=texts)))


def csv_rows(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))


def test_results_are_a_sheet_for_the_totals_and_one_for_each_breakdown() -> None:
    audience = make_audience()
    schools = make_schools(audience)
    add_answers(audience, 6, schools[0], {"category": "low", "pair_side": "mentee"}, help="yes", mark=5)
    add_answers(audience, 8, schools[1], {"category": "high", "pair_side": "mentee"}, help="no", mark=1)
    response = taken(audience, "results", "xlsx")
    assert response.status_code == 200
    book = load_workbook(io.BytesIO(response.content))
    assert len(book.sheetnames) == 4
    assert book.sheetnames[1:3] == ["Категория школы", "Сторона пары"]
    rows = list(book["Категория школы"].iter_rows(values_only=True))
    assert rows[1] == (
        "Категория школы", "высокие результаты", 8, "help", "Наставник помогает?", None, "да", 0, 8, 0, 1, 1,
    )  # fmt: skip
    assert len(rows[0]) == 12


def test_results_as_csv_hold_all_breakdowns_one_after_another() -> None:
    audience = make_audience()
    add_answers(audience, 6, groups={"category": "low"}, **FULL)
    response = taken(audience, "results", "csv")
    rows = csv_rows(response.content)
    assert [row[7] for row in rows if row[3] == "help" and row[6] == "да"] == ["6", "6"]
    assert "attachment" in response["Content-Disposition"]


def test_single_answers_of_a_closed_anonymous_round_are_in_words() -> None:
    audience = make_audience()
    school = make_schools(audience, 1)[0]
    add_answers(
        audience, 6, school, {"category": "low", "pair_side": "mentee"}, help="yes", mark=5, how=["visit", "call"], times=3,
        each={"plan": "lo", "goal": "hi"}, since="2026-09-03", more="Спасибо",
    )  # fmt: skip
    response = taken(audience, "answers", "csv")
    rows = csv_rows(response.content)
    assert rows[1] == [
        "низкие результаты", "наставляемый", school.short_name, "да", "5", "уроки; созвоны", "3", "мало", "много", "03.09.2026",
    ]  # fmt: skip
    assert len(rows) == 7
    assert "Спасибо" not in response.content.decode()
    assert csv_rows(taken(audience, "answers", "csv", texts="on").content)[1][-1] == "Спасибо"


def test_the_rows_of_a_small_school_bear_no_school() -> None:
    audience = make_audience()
    large, small = make_schools(audience)
    add_answers(audience, 9, large, {"category": "low", "pair_side": "mentee"}, **FULL)
    add_answers(audience, 2, small, {"category": "low", "pair_side": "mentee"}, help="no", mark=1)
    names = Counter(row[2] for row in rows_of(audience))
    assert names[large.short_name] == 6
    assert sorted(names.values()) == [5, 6]
    assert small.short_name not in names


def test_an_answer_to_a_question_of_few_in_a_group_stays_empty_and_the_total_keeps_it() -> None:
    audience = make_audience()
    add_answers(audience, 10, groups={"category": "low", "pair_side": "mentee"}, times=3, **FULL)
    add_answers(audience, 8, groups={"category": "high", "pair_side": "mentee"}, **FULL)
    add_answers(audience, 2, groups={"category": "high", "pair_side": "mentee"}, times=40, **FULL)
    rows = rows_of(audience)
    times = 3 + 3
    shown = [row[times] for row in rows if row[times] is not None]
    assert 40 not in shown
    total = results_of(shown_of(audience, refresh_results(audience))).total[3]  # type: ignore[arg-type]  # there is one
    assert total.n == 12
    assert total.n - len(shown) >= 5


@given(
    st.lists(
        st.tuples(st.sampled_from(["low", "high"]), st.sampled_from(["mentor", "mentee"]), st.booleans(), st.booleans()),
        min_size=5, max_size=40,
    )
)  # fmt: skip
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_rows_taken_from_a_page_leave_nobody_or_a_whole_group(
    rows: list[tuple[str, str, bool, bool]],
) -> None:
    """For each group and question: what the page counts less what the rows show is nothing or at least five answers."""
    audience = make_audience()
    for category, side, times, how in rows:
        more: dict[str, Any] = ({"times": 1} if times else {}) | ({"how": ["visit"]} if how else {})
        add_answers(audience, 1, groups={"category": category, "pair_side": side}, **FULL, **more)
    shown = shown_of(audience, refresh_results(audience))
    assert shown is not None
    table = rows_of(audience)
    for code, words in [
        ("category", {"low": "низкие результаты", "high": "высокие результаты"}),
        ("pair_side", {"mentor": "наставник", "mentee": "наставляемый"}),
    ]:
        column = 0 if code == "category" else 1
        for group in results_of(shown, by=code).groups:
            own = (
                [row for row in table if row[column] == words.get(str(group.code), row[column])]
                if group.code
                else []
            )
            if group.code is None:
                continue
            assert len(own) == group.n
            for at, name in enumerate(["help", "mark", "how", "times"]):
                given_in_rows = sum(row[3 + at] not in (None, "") for row in own)
                difference = group.tallies[at].n - given_in_rows
                assert abs(difference) == 0 or abs(difference) >= 5 or group.tallies[at].n == 0, name
    Answer.objects.filter(audience=audience).delete()


def test_no_row_of_an_anonymous_round_is_given_out_before_its_closing() -> None:
    audience = make_audience(closed=False)
    add_answers(audience, 9, **FULL)
    response = taken(audience, "answers", "xlsx")
    assert response.status_code == 400
    assert response.context["form"].non_field_errors()
    assert taken(audience, "results", "xlsx").status_code == 200


def test_after_a_reopening_rows_come_without_groups_or_not_at_all() -> None:
    audience = make_audience()
    add_answers(audience, 9, groups={"category": "low", "pair_side": "mentee"}, times=2, **FULL)
    refresh_results(audience)
    add_answers(audience, 3, groups={"category": "low", "pair_side": "mentee"}, times=7, **FULL)
    assert taken(audience, "answers", "csv").status_code == 400
    add_answers(audience, 3, groups={"category": "low", "pair_side": "mentee"}, **FULL)
    rows = csv_rows(taken(audience, "answers", "csv").content)
    assert (len(rows), rows[1][:2]) == (16, ["да", "5"])
    assert {row[3] for row in rows[1:]} == {""}  # three more numbers than the page counts: none is given


def test_rows_of_a_named_round_keep_their_groups_and_bear_no_name() -> None:
    audience = make_audience(named=True, closed=False)
    large, small = make_schools(audience)
    add_answers(audience, 6, large, {"category": "low"}, **FULL)
    add_answers(audience, 1, small, {"category": "high"}, **FULL)
    assert Counter(row[2] for row in rows_of(audience)) == {large.short_name: 6, small.short_name: 1}
    assert len(headings(read_table(audience, refresh_results(audience), with_texts=False))) == 10


def test_spss_gets_codes_and_a_syntax_with_all_labels() -> None:
    audience = make_audience()
    add_varied(audience, make_schools(audience, 1), 30)
    response = taken(audience, "answers", "spss")
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        assert archive.namelist() == ["answers.csv", "answers.sps", "README.txt"]
        rows = csv_rows(archive.read("answers.csv"))
        syntax = archive.read("answers.sps").decode("utf-8-sig")
    assert rows[0] == [
        "g_category", "g_pair_side", "g_organisation", "help", "mark", "how_visit", "how_call", "times", "each_plan", "each_goal", "since",
    ]  # fmt: skip
    assert len(rows) == 31
    assert {row[3] for row in rows[1:]} <= {"1", "2"}
    assert {row[4] for row in rows[1:]} <= {"1", "2", "3", "4", "5"}
    assert {row[5] for row in rows[1:]} == {"0", "1"}
    declared = re.findall(r"^  (\w+) (?:A|F|SDATE)[\d.]+\r?$", syntax, re.MULTILINE)
    assert declared == rows[0]
    assert "VALUE LABELS help\r\n  1 'да'\r\n  2 'нет'" in syntax
    assert "  1 '1 – нет'" in syntax
    assert "MRSETS /MDGROUP NAME=$how_set" in syntax
    assert max(len(line) for line in syntax.splitlines()) < 256


def test_a_missing_answer_is_nothing_in_the_data_for_spss() -> None:
    audience = make_audience()
    add_answers(audience, 6, help="yes", mark=2)
    with zipfile.ZipFile(io.BytesIO(taken(audience, "answers", "spss").content)) as archive:
        rows = csv_rows(archive.read("answers.csv"))
    assert rows[1][3:] == ["1", "2", "", "", "", "", "", ""]


def test_names_of_variables_are_such_as_spss_allows() -> None:
    names = Names()
    assert [names.name(one) for one in ["by", "BY", "1a", "вопрос", "x" * 70, "a-b", "a_b"]] == [
        "q_by", "q_BY_2", "q_1a", "q", "x" * 60, "a_b", "a_b_2",
    ]  # fmt: skip


def test_spss_of_results_is_refused_beside_the_field() -> None:
    audience = make_audience()
    add_answers(audience, 6, **FULL)
    response = taken(audience, "results", "spss")
    assert (response.status_code, list(response.context["form"].errors)) == (400, ["file_format"])


def test_texts_that_seem_to_name_somebody_must_be_looked_at_first() -> None:
    audience = make_audience()
    add_answers(audience, 6, more="Спасибо Иванову Петру Сергеевичу", **FULL)
    response = taken(audience, "answers", "csv", texts="on")
    assert (response.status_code, list(response.context["form"].errors)) == (400, ["looked"])
    assert len(response.context["traces"]) == 6
    assert taken(audience, "answers", "csv", texts="on", looked="on").status_code == 200
    assert taken(audience, "answers", "csv").status_code == 200


def test_who_only_reads_results_takes_no_single_answers() -> None:
    audience = make_audience()
    add_answers(audience, 6, **FULL)
    client = client_of(audience.campaign.owner, Role.COUNCIL_MEMBER)
    address = page("surveys:results-export", audience)
    assert client.post(address, {"content": "results", "file_format": "csv"}).status_code == 200
    assert client.post(address, {"content": "answers", "file_format": "csv"}).status_code == 403
    assert "texts" not in client.get(address).context["form"].fields


def test_taking_a_file_is_recorded() -> None:
    audience = make_audience()
    add_answers(audience, 6, **FULL)
    taken(audience, "answers", "csv")
    entry = AuditEntry.objects.filter(action="export").latest("pk")
    assert entry.object_id == str(audience.campaign_id)
    assert entry.changes["rows"] == [None, 6]


def test_a_large_file_is_made_by_a_job_and_given_to_whoever_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mayak.surveys.views.results.AT_ONCE", 5)
    audience = make_audience()
    add_answers(audience, 6, more="Иванов Пётр Сергеевич", **FULL)
    client = owner_client(audience)
    values = {
        "content": ExportContent.ANSWERS,
        "file_format": ExportFormat.XLSX,
        "texts": "on",
        "looked": "on",
    }
    response = client.post(page("surveys:results-export", audience), values)
    job = Job.objects.get(kind="surveys.export")
    assert response["Location"] == job.get_absolute_url()
    done = run_now(job)
    assert (done.state, sorted(done.result.values())) == (JobState.DONE, [6, 6])
    address = reverse("surveys:results-file", args=[job.pk])
    assert done.link == address
    found = client.get(address)
    rows = list(
        load_workbook(io.BytesIO(b"".join(found.streaming_content))).worksheets[0].iter_rows(values_only=True)
    )  # type: ignore[attr-defined]  # a file response
    assert len(rows) == 7
    assert owner_client(audience).get(address).status_code == 404
    next(folder().glob(f"{job.pk}.*")).unlink()
    assert client.get(address).status_code == 404


def test_a_job_makes_nothing_once_the_right_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mayak.surveys.views.results.AT_ONCE", 5)
    audience = make_audience()
    add_answers(audience, 6, **FULL)
    client = client_of(audience.campaign.owner, Role.MUNICIPAL_COORDINATOR)
    client.post(page("surveys:results-export", audience), {"content": "answers", "file_format": "csv"})
    audience.campaign.owner = make_schools(make_audience(), 1)[0]
    audience.campaign.save()
    job = run_now(Job.objects.get(kind="surveys.export"))
    assert job.state == JobState.FAILED


def test_nothing_is_taken_of_too_few() -> None:
    audience = make_audience()
    add_answers(audience, 4, **FULL)
    assert taken(audience, "results", "xlsx").status_code == 400
    assert audience.campaign.state == CampaignState.CLOSED

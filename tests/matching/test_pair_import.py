"""Ready pairs of schools from a file: the trial run writes nothing, the same checks as for computed pairs."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.urls import reverse

from mayak.accounts.enums import Role
from mayak.kernel.exporting.tables import write_xlsx
from mayak.kernel.importing import ImportProblem
from mayak.kernel.models import AuditEntry
from mayak.matching.enums import MatchingLevel, MatchingState, PairOrigin, PairRuleKind, RunPurpose
from mayak.matching.imports.pairs import example_table, read_pairs
from mayak.matching.models import MatchingRun, MatchPair, PairRule
from mayak.matching.selectors.scenarios import changes_in_words
from mayak.matching.services import approve_run, archive_run, problems_of_approval, solve_run
from mayak.matching.services.pair_lists import import_school_pairs, plan_school_pairs
from mayak.matching.services.pair_rows import NEW, REJECTED, PairPlan
from tests.factories.matching import school
from tests.factories.registry import AuthorityFactory, MunicipalityFactory
from tests.matching.conftest import ACTOR, District
from tests.matching.test_pages import client_of

HEADER = "Школа, которой помогают;Школа-лидер;Почему оставить;Примечание\n"


def planned(district: District, text: str) -> PairPlan:
    rows = read_pairs("pairs.csv", (HEADER + text).encode(), of_people=False)
    return plan_school_pairs(district.territory, district.run.school_year, rows)


def imported(district: District, text: str, reason: str = "") -> tuple[MatchingRun, int]:
    return import_school_pairs(
        district.territory,
        district.run.school_year,
        planned(district, text).of(NEW),
        actor=ACTOR,
        reason=reason,
    )


GOOD = "Северная СОШ;Лицей;;Приказ 12\nЮжная СОШ;Гимназия;;\n"


def test_a_trial_run_writes_nothing(district: District) -> None:
    before = MatchingRun.objects.count(), AuditEntry.objects.count()
    plan = planned(district, GOOD)
    assert [row.outcome for row in plan.rows] == [NEW, NEW]
    assert (plan.served, plan.wanted) == (2, 3)
    assert 0 < plan.score < plan.optimal_score
    assert (MatchingRun.objects.count(), AuditEntry.objects.count()) == before
    assert MatchPair.objects.count() == PairRule.objects.count() == 0


def test_schools_are_found_by_code_login_and_inn_too(district: District) -> None:
    for school_, fields in (
        (district.north, {"rcoi_code": "1234"}),
        (district.middle, {"fis_oko_login": "edu500001"}),
        (district.maths_lead, {"inn": "7701234567"}),
    ):
        type(school_).objects.filter(pk=school_.pk).update(**fields)
    plan = planned(district, "1234;7701234567;;\nEDU500001;«Лицей»;;\n")
    assert [(row.mentee, row.lead) for row in plan.of(NEW)] == [
        (district.north.pk, district.maths_lead.pk),
        (district.middle.pk, district.maths_lead.pk),
    ]


def test_each_refused_row_has_its_place_and_reason(district: District) -> None:
    school(district.territory, "Обычная школа")
    plan = planned(
        district,
        "Неизвестная школа;Лицей;;\nОбычная школа;Лицей;;\nСеверная СОШ;Южная СОШ;;\n;Лицей;;\n"
        "Северная СОШ;Лицей;;\nСеверная СОШ;Лицей;;\n",
    )
    assert [(row.row, row.column, row.problem) for row in plan.of(REJECTED)] == [
        (
            2,
            "Школа, которой помогают",
            "no school of the territory has this name or code, or several have it",
        ),
        (
            3,
            "Школа, которой помогают",
            "Обычная школа has no status of a school that needs help in this year",
        ),
        (4, "Школа-лидер", "Южная СОШ has no status of a lead school in this year"),
        (5, "Школа, которой помогают", "the cell is empty"),
        (7, "", "the file names this pair twice"),
    ]


def test_a_school_of_another_territory_is_unknown(district: District) -> None:
    school(MunicipalityFactory(), "Чужая школа")
    assert planned(district, "Чужая школа;Лицей;;\n").of(NEW) == []


def test_places_and_number_of_leads_are_limits_in_the_order_of_the_file(district: District) -> None:
    plan = planned(
        district,
        "Северная СОШ;Лицей;;\nСредняя СОШ;Лицей;;\nЮжная СОШ;Лицей;;\nСеверная СОШ;Гимназия;;\n",
    )
    assert [(row.row, row.limits) for row in plan.breaking] == [
        (4, ("no free place: 3 of 2",)),
        (5, ("more lead schools than the rules allow: 2",)),
    ]


def test_the_draft_stands_beside_the_optimum(district: District) -> None:
    run, left_out = imported(district, "Северная СОШ;Гимназия;;\nЮжная СОШ;Лицей;;\n")
    computed = solve_run(district.run, actor=ACTOR)
    assert (run.purpose, run.level, run.state, left_out) == (
        RunPurpose.IMPORT,
        MatchingLevel.SCHOOLS,
        MatchingState.DRAFT,
        0,
    )
    assert set(run.pairs.values_list("origin", flat=True)) == {PairOrigin.IMPORTED}
    assert run.optimal_score == computed.score
    assert run.score is not None
    assert run.score < run.optimal_score
    assert [str(row.mentee) for row in run.unmatched.all()] == ["Средняя СОШ"]
    scores = {(pair.mentee_id, pair.lead_id): pair.score for pair in computed.pairs.all()}
    same, _left = imported(district, "Южная СОШ;Гимназия;;\n")
    pair = same.pairs.get()
    assert pair.score == scores[pair.mentee_id, pair.lead_id]


def test_a_computation_completes_the_list_and_keeps_it(district: District) -> None:
    run, _left = imported(district, "Северная СОШ;Гимназия;;Приказ 12\n")
    assert [(rule.kind, rule.reason) for rule in run.rules.all()] == [(PairRuleKind.LOCK, "Приказ 12")]
    run = solve_run(run, actor=ACTOR)
    assert run.pairs.count() == 3
    assert run.pairs.get(mentee=district.north).lead == district.russian_lead


def test_a_pair_beyond_a_limit_stays_with_a_reason_and_is_left_out_without(district: District) -> None:
    crowded = "Северная СОШ;Лицей;;\nСредняя СОШ;Лицей;;\nЮжная СОШ;Лицей;;\n"
    run, left_out = imported(district, crowded)
    assert (run.pairs.count(), left_out) == (2, 1)
    run, left_out = imported(district, crowded, reason="так в приказе")
    assert (run.pairs.count(), left_out) == (3, 0)
    assert changes_in_words(run) == [
        "Южная СОШ – Лицей stays although it breaks a limit: так в приказе",
        "Лицей: 1 place more (так в приказе)",
    ]
    assert problems_of_approval(run) == []
    assert approve_run(run, actor=ACTOR).state == MatchingState.APPROVED


def test_a_reason_in_the_row_is_enough(district: District) -> None:
    run, left_out = imported(
        district, "Северная СОШ;Лицей;;\nСредняя СОШ;Лицей;;\nЮжная СОШ;Лицей;едут вместе;\n"
    )
    assert (run.pairs.count(), left_out) == (3, 0)


def test_nothing_to_take_and_a_closed_year_are_refused(district: District) -> None:
    with pytest.raises(ValidationError, match="No pair of this file can be taken"):
        imported(district, "Неизвестная;Лицей;;\n")
    rows = planned(district, GOOD).of(NEW)
    district.run.school_year.is_closed = True
    district.run.school_year.save()
    with pytest.raises(ValidationError, match="is closed for changes"):
        import_school_pairs(district.territory, district.run.school_year, rows, actor=ACTOR)
    assert MatchingRun.objects.filter(purpose=RunPurpose.IMPORT).count() == 0


def test_a_table_without_a_column_for_one_side_is_no_list_of_pairs() -> None:
    with pytest.raises(ImportProblem):
        read_pairs("pairs.csv", "Школа;Число\nСеверная;3\n".encode(), of_people=False)


@pytest.mark.parametrize("of_people", [False, True])
def test_the_template_is_read_back_as_it_was_written(of_people: bool) -> None:
    columns, rows = example_table(of_people=of_people)
    found = read_pairs("template.xlsx", write_xlsx(columns, rows), of_people=of_people)
    assert [row.text("mentee") for row in found] == [rows[0][0]]
    assert [row.text("lead") for row in found] == [rows[0][2 if of_people else 1]]


class TestPages:
    @pytest.fixture(autouse=True)
    def _english(self):
        with override_settings(LANGUAGE_CODE="en"):
            yield

    @pytest.fixture
    def coordinator(self, district: District) -> Client:
        return client_of(AuthorityFactory(territory=district.territory))

    def sent(self, client: Client, district: District, text: str):
        return client.post(
            reverse("matching:import"),
            {
                "territory": district.territory.pk,
                "school_year": district.run.school_year_id,
                "level": "schools",
                "title": "Из приказа",
                "file": SimpleUploadedFile("pairs.csv", (HEADER + text).encode()),
            },
        )

    def test_from_the_file_to_the_draft(self, coordinator: Client, district: District) -> None:
        report = self.sent(coordinator, district, GOOD + "Неизвестная;Лицей;;\n").text
        assert "Row 4, «Школа, которой помогают»: Неизвестная ← Лицей" in report
        assert not MatchingRun.objects.filter(purpose=RunPurpose.IMPORT).exists()
        plan = re.search(r'name="plan" value="([^"]+)"', report)
        assert plan is not None
        answer = coordinator.post(reverse("matching:import-confirm"), {"plan": plan[1]})
        run = MatchingRun.objects.get(title="Из приказа")
        assert answer.headers["Location"] == reverse("matching:review", args=[run.pk])
        assert "Ready pairs from a file" in coordinator.get(answer.headers["Location"]).text
        assert "Only in the optimum" in coordinator.get(reverse("matching:comparison", args=[run.pk])).text

    def test_a_changed_plan_is_not_written(self, coordinator: Client) -> None:
        answer = coordinator.post(reverse("matching:import-confirm"), {"plan": "forged"}, follow=True)
        assert "The report is too old. Load the file again." in answer.text

    def test_a_file_that_is_no_table_comes_back_with_its_words(
        self, coordinator: Client, district: District
    ) -> None:
        answer = coordinator.post(
            reverse("matching:import"),
            {
                "territory": district.territory.pk,
                "school_year": district.run.school_year_id,
                "level": "schools",
                "file": SimpleUploadedFile("pairs.xlsx", b"nothing"),
            },
        )
        assert answer.status_code == 400

    def test_the_template_and_the_rights(self, coordinator: Client, district: District) -> None:
        for level in ("", "?level=teachers"):
            answer = coordinator.get(reverse("matching:import-template") + level)
            assert answer.headers["Content-Disposition"].startswith("attachment")
        methodist = client_of(AuthorityFactory(territory=district.territory), Role.METHODIST)
        for name in ("import", "import-template"):
            assert methodist.get(reverse(f"matching:{name}")).status_code == 403
        assert methodist.post(reverse("matching:import-confirm")).status_code == 403

    def test_a_plan_of_a_foreign_territory_is_not_there(
        self, coordinator: Client, district: District
    ) -> None:
        report = self.sent(coordinator, district, GOOD).text
        plan = re.search(r'name="plan" value="([^"]+)"', report)
        assert plan is not None
        stranger = client_of(AuthorityFactory(territory=MunicipalityFactory()))
        assert stranger.post(reverse("matching:import-confirm"), {"plan": plan[1]}).status_code == 404


def test_a_list_that_is_too_long_is_refused_before_any_name_is_looked_for(district: District) -> None:
    client = client_of(AuthorityFactory(territory=district.territory))
    lines = [HEADER.strip(), *("А;Б;;" for _row in range(2001))]
    file = SimpleUploadedFile("pairs.csv", "\n".join(lines).encode())
    values = {
        "territory": district.territory.pk,
        "school_year": district.run.school_year_id,
        "level": "schools",
    }
    answer = client.post(reverse("matching:import"), {**values, "file": file})
    assert answer.status_code == 400
    assert "A list has 2000 rows at most, this one 2001" in answer.content.decode()


def test_nothing_is_asked_of_an_archived_pairing(district: District) -> None:
    run = archive_run(solve_run(district.run, actor=ACTOR), actor=ACTOR)
    client = client_of(AuthorityFactory(territory=district.territory))
    assert client.get(reverse("matching:scenario", args=[run.pk])).status_code == 403

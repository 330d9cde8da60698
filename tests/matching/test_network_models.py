"""Networks of a model of S2: centres, groups, chains, lines to different leads; through the page and the computation."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from mayak.kernel.models import AuditEntry
from mayak.matching.enums import NetworkModel
from mayak.matching.models import MatchingRun
from mayak.matching.selectors import pair_list, unmatched_texts
from mayak.matching.selectors.network_facts import network_facts
from mayak.matching.services import lock_pair, solve_run, update_run
from mayak.matching.services.replay import replay_run
from mayak.matching.services.runs import set_network
from mayak.matching.validators import MatchingSettings, NetworkRules
from tests.factories.matching import result
from tests.matching.conftest import ACTOR, District
from tests.matching.test_pages import client_of


def pairs_of(run: MatchingRun) -> set[tuple[str, str]]:
    return {(str(pair.mentee), str(pair.lead)) for pair in pair_list(run)}


def planned(district: District, model: str, **rules: Any) -> MatchingRun:
    set_network(district.run, actor=ACTOR, model=model, rules=NetworkRules(**rules))
    district.run.refresh_from_db()
    return solve_run(district.run, actor=ACTOR)


def test_one_centre_serves_all_where_only_one_may_be_chosen(district: District) -> None:
    run = planned(district, NetworkModel.CONCENTRATED_RESOURCE, centres=1)
    # Two places at each lead: the maths lyceum brings more points to the two that lack mathematics.
    assert pairs_of(run) == {("Северная СОШ", "Лицей"), ("Средняя СОШ", "Лицей")}
    assert run.proof["centres"] == [str(district.maths_lead.pk)]
    assert run.proof["is_proven"] is True
    [left] = run.unmatched.all()
    assert (
        unmatched_texts(left)[-1] == "Smallest change: give Гимназия one place more. Then Гимназия will help."
    )


def test_the_lines_of_a_school_may_go_to_different_leads(district: District) -> None:
    result(district.north, district.russian, below=12)
    rules = MatchingSettings(leads_per_school=2, require_common_need=True)
    update_run(district.run, actor=ACTOR, objective=district.run.objective, settings=rules)
    district.run.refresh_from_db()
    run = planned(district, NetworkModel.DISTRIBUTED_INSTRUMENTAL)
    assert pairs_of(run) == {
        ("Северная СОШ", "Лицей"),
        ("Северная СОШ", "Гимназия"),
        ("Средняя СОШ", "Лицей"),
        ("Южная СОШ", "Гимназия"),
    }
    lines = {
        str(pair.lead): [line["line"] for line in pair.lines]
        for pair in run.pairs.filter(mentee=district.north)
    }
    assert lines == {"Лицей": ["math"], "Гимназия": ["russian"]}


def test_a_group_below_the_least_size_is_not_opened(district: District) -> None:
    run = planned(district, NetworkModel.DISTRIBUTED_IDENTICAL, group_min=2)
    assert pairs_of(run) == {("Северная СОШ", "Лицей"), ("Средняя СОШ", "Лицей")}
    assert {pair.group for pair in run.pairs.all()} == {"Лицей: Математика"}
    [left] = run.unmatched.all()
    assert unmatched_texts(left)[-1] == (
        "Smallest change: make the least size of a group smaller by one school. Then Гимназия will help."
    )


def test_locks_that_force_a_group_too_small_give_the_nearest_plan_and_say_so(district: District) -> None:
    lock_pair(district.run, district.south, district.russian_lead, actor=ACTOR)
    run = planned(district, NetworkModel.DISTRIBUTED_IDENTICAL, group_min=2)
    assert ("Южная СОШ", "Гимназия") in pairs_of(run)
    assert run.proof["missing_in_groups"] == 1
    assert run.proof["is_proven"] is False


def test_a_chain_passes_help_on_from_school_to_school(district: District) -> None:
    run = planned(district, NetworkModel.CHAIN, chain_length=3)
    facts = network_facts(run, pair_list(run))
    assert facts is not None
    assert sum(len(chain) - 1 for chain in facts.chains) == 3
    assert run.unmatched.count() == 0


def test_hours_limit_how_many_lines_a_lead_takes(district: District) -> None:
    district.maths_lead.lead_profiles.update(hours_per_month=4)
    run = planned(district, NetworkModel.CONCENTRATED_BOTH, hours_per_line=4.0)
    loads = [lead for _mentee, lead in pairs_of(run)]
    assert sorted(loads) == ["Гимназия", "Гимназия", "Лицей"]


def test_in_a_chain_a_school_takes_the_hours_of_all_its_lines(district: District) -> None:
    result(district.north, district.russian, below=12)
    district.maths_lead.lead_profiles.update(hours_per_month=7, capacity=1)
    district.russian_lead.lead_profiles.update(hours_per_month=7, capacity=1)
    run = planned(district, NetworkModel.CHAIN, chain_length=3, hours_per_line=4.0)
    leads = {"Лицей", "Гимназия"}
    assert {mentee for mentee, lead in pairs_of(run) if lead in leads} == {"Средняя СОШ", "Южная СОШ"}
    assert run.unmatched.count() == 0


def test_locks_that_no_network_can_keep_are_named(district: District) -> None:
    lock_pair(district.run, district.north, district.maths_lead, actor=ACTOR)
    lock_pair(district.run, district.south, district.russian_lead, actor=ACTOR)
    with pytest.raises(ValidationError) as refused:
        planned(district, NetworkModel.CONCENTRATED_COORDINATION, centres=1)
    assert len(refused.value.messages) == 2
    assert "2 fixed pairs cannot all be kept in a network of this model" in refused.value.messages[0]


def test_a_network_is_computed_once_more_from_its_snapshot(district: District) -> None:
    assert replay_run(planned(district, NetworkModel.DISTRIBUTED_INSTRUMENTAL)).is_same is True


def test_saving_other_rules_keeps_the_numbers_of_the_model(district: District) -> None:
    set_network(district.run, actor=ACTOR, model=NetworkModel.CHAIN, rules=NetworkRules(chain_length=7))
    update_run(district.run, actor=ACTOR, objective="best_pairs", settings=MatchingSettings(load_limit=5))
    district.run.refresh_from_db()
    assert district.run.settings["network"]["chain_length"] == 7


def test_the_page_saves_the_model_and_the_audit_log_knows_it(district: District) -> None:
    client = client_of(district.maths_lead)
    address = reverse("matching:network", args=[district.run.pk])
    answer = client.post(
        address,
        {
            "network_model": "concentrated_both",
            "centres": "2",
            "group_min": "3",
            "chain_length": "4",
            "hours_per_line": "0",
        },
    )
    assert answer.status_code == 302
    district.run.refresh_from_db()
    assert (district.run.network_model, district.run.settings["network"]["centres"]) == (
        "concentrated_both",
        2,
    )
    assert AuditEntry.objects.filter(action="set_network").count() == 1


def test_a_group_whose_greatest_size_lies_below_the_least_is_refused(district: District) -> None:
    client = client_of(district.maths_lead)
    address = reverse("matching:network", args=[district.run.pk])
    values = {
        "network_model": "distributed_identical",
        "group_min": "5",
        "group_max": "3",
        "chain_length": "4",
    }
    answer = client.post(address, values | {"hours_per_line": "0"})
    assert answer.status_code == 400
    assert "The greatest size of a group lies below the least." in answer.content.decode()


def test_the_page_of_pairs_shows_centres_and_lines(district: District) -> None:
    run = planned(district, NetworkModel.CONCENTRATED_RESOURCE, centres=1)
    client = client_of(district.maths_lead)
    page = client.get(reverse("matching:review", args=[run.pk])).content.decode()
    assert "Лицей." in page
    assert "Северная СОШ ← Лицей: Математика" in page

"""Rules as data: supplied, copied, edited as versions, compared, refused with the place."""

import copy
from typing import Any

import pytest
import yaml
from django.core.exceptions import ValidationError

from mayak.kernel.access import SYSTEM
from mayak.kernel.audit.models import AuditEntry
from mayak.results.algorithms.identification.parsing import rule_from_dict
from mayak.results.models import RuleSet, StatusKind
from mayak.results.selectors.names import Names
from mayak.results.selectors.rule_words import differences, rule_words
from mayak.results.services.reference import DATA
from mayak.results.services.rule_reference import load_rule_sets, load_status_kinds
from mayak.results.services.rule_sets import (
    RuleInvalidError,
    archive_rule_set,
    copy_rule_set,
    create_rule_set,
    edit_rule_set,
)
from tests.results.identification.world import SHNOR, District

SUPPLIED = {
    "adverse-context", "lead-percentile-3y", "lead-schools", "low-percentile-3y", "risk-of-decline", "shnor-2025",
}  # fmt: skip


@pytest.fixture
def own(district: District) -> RuleSet:
    """A rule of the district."""
    return copy_rule_set(district.rule, actor=SYSTEM, territory=district.territory, name="Наш ШНОР")


def changed(rule: RuleSet, **condition: Any) -> dict[str, Any]:
    """The document of the rule with another first condition."""
    document = copy.deepcopy(rule.definition)
    document["conditions"][0].update(condition)
    return document


@pytest.mark.django_db
def test_the_supplied_rules_load_again_and_again_without_harm() -> None:
    load_status_kinds(DATA, actor=SYSTEM)
    first = load_rule_sets(DATA, actor=SYSTEM)
    again = load_rule_sets(DATA, actor=SYSTEM)
    assert set(RuleSet.objects.values_list("code", flat=True)) == SUPPLIED
    assert (first.created, again.created, again.updated, again.unchanged) == (6, 0, 0, 6)
    assert all(rule.is_supplied and rule.source for rule in RuleSet.objects.all())


@pytest.mark.django_db
def test_a_version_that_a_run_used_stays_as_it_was() -> None:
    load_status_kinds(DATA, actor=SYSTEM)
    load_rule_sets(DATA, actor=SYSTEM)
    rule = RuleSet.objects.get(code="shnor-2025")
    rule.note, rule.is_frozen = "как было", True
    rule.save()
    load_rule_sets(DATA, actor=SYSTEM)
    rule.refresh_from_db()
    assert rule.note == "как было"


@pytest.mark.django_db
def test_the_kinds_of_status_carry_their_synonyms_and_sources() -> None:
    load_status_kinds(DATA, actor=SYSTEM)
    names = {kind.code: {kind.abbreviation, *kind.synonyms} for kind in StatusKind.objects.all()}
    assert {"ШНОР"} <= names["low_results"]
    assert {"ШФЗР"} <= names["risk_of_decline"]
    assert {"ШНСУ", "ШФСОР", "ШССУ"} <= names["adverse_context"]
    assert {"ШВР", "ШСВОР"} <= names["high_results"]
    assert {"lead_school", "resource_site", "internship_site", "growth_potential"} <= set(names)
    assert all(kind.source for kind in StatusKind.objects.all())


def test_the_files_of_the_rules_are_sound() -> None:
    for path in sorted((DATA / "rule_sets").glob("*.yaml")):
        rule = rule_from_dict(yaml.safe_load(path.read_text(encoding="utf-8")))
        assert rule.source, path.name


def test_a_copy_belongs_to_its_territory_and_keeps_the_conditions(district: District, own: RuleSet) -> None:
    assert (own.code, own.version, own.name, own.territory) == ("shnor-2", 1, "Наш ШНОР", district.territory)
    assert own.definition["conditions"] == district.rule.definition["conditions"]
    assert not own.is_supplied


def test_a_supplied_rule_is_not_edited(district: District) -> None:
    with pytest.raises(ValidationError):
        edit_rule_set(district.rule, district.rule.definition, actor=SYSTEM)


def test_an_unused_rule_is_edited_in_place(own: RuleSet) -> None:
    saved = edit_rule_set(own, changed(own, at_least=0.4), actor=SYSTEM)
    assert (saved.pk, saved.version) == (own.pk, 1)
    assert saved.definition["conditions"][0]["at_least"] == 0.4
    entry = AuditEntry.objects.get(object_type="results.ruleset", action="update")
    assert "definition" in entry.changes


def test_a_used_rule_becomes_its_next_version(district: District, own: RuleSet) -> None:
    district.run(rule=own)
    saved = edit_rule_set(own, changed(own, at_least=0.4), actor=SYSTEM)
    own.refresh_from_db()
    assert (saved.version, saved.code, saved.definition["version"]) == (2, own.code, 2)
    assert own.definition["conditions"][0]["at_least"] == 0.3
    with pytest.raises(ValidationError, match="2"):
        edit_rule_set(own, changed(own, at_least=0.5), actor=SYSTEM)


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ({"at_least": 1.4}, "1.4"),
        ({"at_least": 0}, "0.0"),
        ({"years": {"running": [2024, 0]}}, "A"),
        (
            {
                "count": {"at_least": 5},
                "procedures": {"kinds": ["vpr"], "subjects": ["russian"], "grades": [5]},
            },
            "5",
        ),
    ],
)
def test_a_rule_that_contradicts_itself_is_refused_and_nothing_changes(
    own: RuleSet, condition: dict[str, Any], words: str
) -> None:
    with pytest.raises(RuleInvalidError) as refused:
        edit_rule_set(own, changed(own, **condition), actor=SYSTEM)
    assert any("A" in message and words in message for message in refused.value.messages)
    own.refresh_from_db()
    assert own.definition["conditions"][0]["at_least"] == 0.3


def test_two_conditions_that_can_never_hold_together_are_refused(district: District) -> None:
    document = {
        **SHNOR, "code": "never", "joint": "all",
        "conditions": [
            {"code": "A", "title": "много", "measure": "below_share", "at_least": 0.5, "count": "all"},
            {"code": "B", "title": "мало", "measure": "below_share", "at_most": 0.1, "count": "all"},
        ],
    }  # fmt: skip
    with pytest.raises(RuleInvalidError, match="B"):
        create_rule_set(document, actor=SYSTEM, territory=district.territory)
    assert not RuleSet.objects.filter(code="never").exists()


def test_an_unknown_status_is_refused_and_the_known_ones_are_named(district: District) -> None:
    with pytest.raises(ValidationError, match="low_results"):
        create_rule_set({**SHNOR, "status": "bad"}, actor=SYSTEM, territory=district.territory)


def test_an_archived_rule_is_taken_back_but_not_edited(own: RuleSet) -> None:
    archive_rule_set(own, actor=SYSTEM)
    with pytest.raises(ValidationError):
        edit_rule_set(own, own.definition, actor=SYSTEM)
    assert not archive_rule_set(own, actor=SYSTEM, is_archived=False).is_archived


def test_differences_name_only_what_differs(district: District, own: RuleSet) -> None:
    names = Names.load()
    saved = edit_rule_set(own, changed(own, at_least=0.4, min_participants=10), actor=SYSTEM)
    rows = differences(rule_words(district.rule, names), rule_words(saved, names))
    texts = {what: (left, right) for what, left, right in rows}
    assert len(rows) == 3
    assert any("30\u202f%" in left and "40\u202f%" in right for left, right in texts.values())
    assert any(left == "—" and "10" in right for left, right in texts.values())


def test_a_rule_marks_its_assumptions(district: District) -> None:
    words = rule_words(district.rule)
    assert [row.is_assumption for row in words.rows][:1] == [True]
    assert not any(row.is_assumption for condition in words.conditions for row in condition.rows)

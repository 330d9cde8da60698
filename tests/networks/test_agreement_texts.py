"""The text of agreements: what is filled from the data, genitives, versions beside each other, who sees them."""

import datetime as dt

import pytest
from django.test import override_settings
from django.utils import translation

from mayak.kernel.access import Scope
from mayak.networks.algorithms.comparing import Change, compare_words
from mayak.networks.algorithms.declension import genitive_of_name, genitive_of_post
from mayak.networks.models import Agreement
from mayak.networks.selectors.agreement_texts import paper_of
from mayak.networks.selectors.agreement_versions import compare, last_version
from mayak.networks.services.agreement_clauses import (
    add_clause,
    begin_version,
    drop_clause,
    update_clause,
)
from tests.factories.agreements import ACTOR, draft, pair
from tests.factories.matching import PartnershipFactory
from tests.factories.registry import BranchFactory, SchoolYearFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english():
    with override_settings(LANGUAGE_CODE="en"), translation.override("en"):
        yield


def test_a_draft_takes_parties_term_and_subject_from_the_pair() -> None:
    row = draft()
    assert (row.state, row.title, row.starts_on, row.ends_on) == (
        "draft", "Соглашение о сотрудничестве", dt.date(2024, 9, 1), dt.date(2025, 8, 31),
    )  # fmt: skip
    assert row.subjects == "математика (9 класс), русский язык"
    lead, mentee = row.parties.all()
    assert (lead.role, mentee.role) == ("lead", "mentee")
    assert lead.represented_by == "директора Наумова Евгения Геннадьевича"
    paper = paper_of(row, last_version(row))
    assert paper.preamble.endswith(
        f"и {mentee.name}, именуемое в дальнейшем «Школа-участник», в лице директора Савкиной Анны Петровны, "
        "действующей на основании Устава, совместно именуемые «Стороны», заключили настоящее соглашение о нижеследующем:"
    )
    texts = {one.number: one.text for one in paper.clauses}
    assert texts["1.2"] == "Содержание поддержки: математика (9 класс), русский язык."
    assert texts["4.1"].startswith(
        "Соглашение действует с 1\u00a0сентября\u00a02024\u00a0г. по 31\u00a0августа"
    )
    assert "программы" not in texts["1.1"]  # no programme: the optional part falls out
    assert texts["9.3"].startswith("Соглашение составлено в двух экземплярах")
    assert paper.parties[0].signature == "Е.\u00a0Г.\u00a0Наумов"


def test_a_branch_is_a_party_and_its_parent_signs() -> None:
    branch = BranchFactory(name="Красновский филиал")
    partnership = PartnershipFactory(mentee=branch)
    row = draft(pair(mentee=branch, lead=partnership.lead, school_year=SchoolYearFactory(start_year=2025)))
    party = row.parties.get(role="mentee")
    assert (party.organisation, party.legal_person, party.name) == (branch, branch.parent, branch.parent.name)
    assert "в интересах филиала – Красновский филиал" in paper_of(row, last_version(row)).preamble


@pytest.mark.parametrize(
    ("name", "genitive"),
    [
        ("Наумов Евгений Геннадьевич", "Наумова Евгения Геннадьевича"),
        ("Савкина Анна Петровна", "Савкиной Анны Петровны"),
        ("Достоевский Лев Ильич", "Достоевского Льва Ильича"),
        ("Толстая Любовь Игоревна", "Толстой Любови Игоревны"),
        ("Коваленко Мария Олеговна", "Коваленко Марии Олеговны"),
        ("Мельник Ольга Ивановна", "Мельник Ольги Ивановны"),
        ("Мельник Илья Иванович", "Мельника Ильи Ивановича"),
        ("Гоголь Пётр Львович", "Гоголя Петра Львовича"),
        ("Иванова-Петрова Анна Юрьевна", "Ивановой-Петровой Анны Юрьевны"),
        ("Ли Ан", "Ли Ан"),
    ],
)
def test_the_genitive_of_names(name: str, genitive: str) -> None:
    assert genitive_of_name(name) == genitive


def test_the_genitive_of_posts() -> None:
    assert genitive_of_post("исполняющий обязанности директора") == "исполняющего обязанности директора"
    assert genitive_of_post("Заведующий филиалом") == "заведующего филиалом"


def test_versions_are_compared_clause_by_clause_and_word_by_word() -> None:
    row = draft()
    begin_version(row, actor=ACTOR, note="замечания юриста")
    clauses = {one.number: one for one in last_version(row).clauses.all()}
    update_clause(clauses["7.2"], actor=ACTOR, text=clauses["7.2"].text.replace("полугодие", "четверть"))
    drop_clause(clauses["5.2"], actor=ACTOR)
    add_clause(
        row, actor=ACTOR, after=clauses["6.2"], number="6.3", section="personal_data", text="Хранение – год."
    )
    new, old = row.versions.all()
    changes = {one.change: one for one in compare(row, old, new) if one.change != Change.SAME}
    assert {key: (one.old_number, one.new_number) for key, one in changes.items()} == {
        Change.CHANGED: ("7.2", "7.2"),
        Change.REMOVED: ("5.2", ""),
        Change.ADDED: ("", "6.3"),
    }
    words = [
        (one.change.value, one.text) for one in changes[Change.CHANGED].pieces if one.change != Change.SAME
    ]
    assert words == [("removed", "полугодие"), ("added", "четверть")]


def test_words_of_equal_texts_are_one_piece() -> None:
    assert [one.change for one in compare_words("раз два", "раз два")] == [Change.SAME]
    assert (
        "".join(one.text for one in compare_words("раз два", "раз три") if one.change != Change.REMOVED)
        == "раз три"
    )


def test_parties_and_coordinators_see_an_agreement_and_strangers_do_not() -> None:
    row = draft()
    lead, mentee = row.parties.all()
    for scope in (
        Scope(organisation_ids=frozenset({lead.organisation_id})),
        Scope(organisation_ids=frozenset({mentee.organisation_id})),
        Scope(territory_paths=(row.territory.path,)),
    ):
        assert list(Agreement.objects.within(scope)) == [row]
    for scope in (Scope(), Scope(territory_paths=("/999/",)), Scope(organisation_ids=frozenset({1_000_000}))):
        assert not Agreement.objects.within(scope).exists()

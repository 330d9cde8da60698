"""Linking of names: the index of a scope and the decisions that people took."""

import pytest
from django.core.exceptions import ValidationError
from pytest_django import DjangoAssertNumQueries

from mayak.kernel.access import Scope
from mayak.kernel.models import AuditEntry
from mayak.registry.algorithms.candidates import NOT_A_SCHOOL, Codes, LinkStatus, NameQuery
from mayak.registry.models import NameLinkDecision
from mayak.registry.services.linking import build_index, decide_name, forget_decision, link_names
from tests.factories.registry import OrganisationFactory, OrganisationNameFactory, RegionFactory
from tests.registry.conftest import ACTOR, World

pytestmark = pytest.mark.django_db


def test_a_code_a_present_and_a_former_name_join(world: World) -> None:
    OrganisationNameFactory(organisation=world.school, name="Гимназия имени Героя")
    queries = [
        NameQuery("что угодно", world.own.pk, codes=Codes(login="edu203389")),
        NameQuery("МОУ «СОШ № 1»", world.own.pk),
        NameQuery("Гимназия им. Героя", world.own.pk),
    ]
    results = link_names(queries, build_index(world.scope))
    assert [result.chosen for result in results] == [world.school.pk, world.school.pk, world.school.pk]


def test_a_similar_name_waits_for_a_person(world: World) -> None:
    OrganisationFactory(territory=world.own, short_name="МБОУ «Красноборская СОШ»")
    (result,) = link_names([NameQuery("Краснаборская СОШ", world.own.pk)], build_index(world.scope))
    assert (result.status, result.chosen) == (LinkStatus.ASK, None)
    assert result.suggestions


def test_a_decision_is_remembered_for_the_territory(world: World) -> None:
    decide_name(world.own, "Школа у озера", actor=ACTOR, organisation=world.school)
    decide_name(world.own, "Итого по району", actor=ACTOR, organisation=None)
    index = build_index(world.scope)
    queries = [NameQuery("ШКОЛА У ОЗЕРА", world.own.pk), NameQuery("Итого по району", world.own.pk)]
    assert [result.chosen for result in link_names(queries, index)] == [world.school.pk, NOT_A_SCHOOL]


def test_a_decision_is_written_to_the_audit_log_and_can_be_changed(world: World) -> None:
    decide_name(world.own, "Школа у озера", actor=ACTOR, organisation=world.school)
    decide_name(world.own, "Школа у озера", actor=ACTOR, organisation=None)
    assert NameLinkDecision.objects.get().organisation is None
    entry = AuditEntry.objects.filter(action="decide").first()
    assert entry is not None
    assert entry.changes["organisation"] == [world.school.pk, None]
    assert entry.territory_path == world.own.path


def test_a_forgotten_decision_asks_again(world: World) -> None:
    decision = decide_name(world.own, "Школа у озера", actor=ACTOR, organisation=world.school)
    forget_decision(decision, actor=ACTOR)
    (result,) = link_names([NameQuery("Школа у озера", world.own.pk)], build_index(world.scope))
    assert not result.is_joined


def test_a_name_without_letters_and_a_school_of_another_region_are_refused(world: World) -> None:
    with pytest.raises(ValidationError) as refused:
        decide_name(world.own, "— « »", actor=ACTOR, organisation=world.school)
    assert refused.value.messages == ["В названии «— « »» нет ни букв, ни цифр."]
    far = OrganisationFactory(territory__parent=RegionFactory())
    with pytest.raises(ValidationError) as refused:
        decide_name(world.own, "Школа", actor=ACTOR, organisation=far)
    assert refused.value.messages == ["Организация находится в другом регионе."]


def test_the_index_holds_the_scope_only_and_costs_four_queries(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    OrganisationFactory.create_batch(20, territory=world.own)
    with django_assert_num_queries(4):
        index = build_index(world.scope)
    assert len(index.names) == 21
    assert len(build_index(Scope.of_everything()).names) == 22

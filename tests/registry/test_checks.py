"""Findings of the registry: what each check sees, in whose scope."""

import datetime as dt

import pytest

from mayak.kernel.findings.models import Finding
from mayak.kernel.findings.registry import all_checks, get
from mayak.kernel.findings.services import run_checks
from mayak.registry.enums import ActState
from mayak.registry.models import NameLinkDecision, Organisation, Succession
from mayak.registry.services.linking import decide_name
from tests.factories.registry import (
    BranchFactory,
    LegalActFactory,
    OrganisationFactory,
    ProgrammeFactory,
    SchoolYearFactory,
    StaffingFactory,
    WorkingGroupFactory,
)
from tests.registry.conftest import ACTOR, World

pytestmark = pytest.mark.django_db


def places(check_id: str, world: World) -> list[str]:
    """What the check sees in the own municipality."""
    return sorted(draft.place for draft in get(check_id).look(world.scope))


def test_every_check_has_a_title_a_source_and_a_way_out(world: World) -> None:
    own = [check for check in all_checks() if check.id.startswith("REG-")]
    assert [check.id for check in own] == [f"REG-0{number}" for number in range(1, 9)]
    assert all(str(check.source) for check in own)
    assert not any("domain.md" in str(check.source) for check in own)


def test_a_school_without_coordinates(world: World) -> None:
    OrganisationFactory(territory=world.own, latitude="59.1", longitude="30.1")
    OrganisationFactory(territory=world.own, closed_on=dt.date(2020, 1, 1))
    assert places("REG-01", world) == ["МБОУ СОШ № 1"]


def test_a_branch_whose_school_is_closed(world: World) -> None:
    BranchFactory(parent=world.school, short_name="Филиал")
    assert places("REG-02", world) == []
    Organisation.objects.filter(pk=world.school.pk).update(closed_on=dt.date(2024, 8, 31))
    assert places("REG-02", world) == ["Филиал"]


def test_two_schools_of_one_name(world: World) -> None:
    OrganisationFactory(territory=world.own, short_name="МКОУ «СОШ №1»")
    OrganisationFactory(territory=world.own, short_name="МБОУ СОШ № 2")
    assert places("REG-03", world) == ["МБОУ СОШ № 1", "МКОУ «СОШ №1»"]


def test_staffing_figures_are_missing(world: World) -> None:
    assert places("REG-04", world) == []
    StaffingFactory(
        organisation=OrganisationFactory(territory=world.own), school_year=SchoolYearFactory(start_year=2022)
    )
    assert places("REG-04", world) == ["МБОУ СОШ № 1"]


def test_a_basis_that_is_cancelled(world: World) -> None:
    act = LegalActFactory(territory=world.own, state=ActState.CANCELLED)
    ProgrammeFactory(territory=world.own, name="Проект").legal_basis.add(act)
    WorkingGroupFactory(organisation=world.authority, name="Группа", founding_act=act)
    assert places("REG-05", world) == ["Группа", "Проект"]


def test_a_succession_without_a_basis(world: World) -> None:
    successor = OrganisationFactory(territory=world.own, short_name="Преемник")
    Succession.objects.create(
        predecessor=world.school, successor=successor, kind="joining", happened_on=dt.date(2024, 9, 1)
    )
    assert places("REG-06", world) == ["МБОУ СОШ № 1 → Преемник"]


def test_the_legal_form_of_the_name_differs(world: World) -> None:
    OrganisationFactory(territory=world.own, short_name="МКОУ СОШ № 3", legal_form="МБОУ")
    assert places("REG-07", world) == ["МКОУ СОШ № 3"]


def test_a_decision_that_leads_to_a_closed_school(world: World) -> None:
    decide_name(world.own, "Старая школа", actor=ACTOR, organisation=world.school)
    assert places("REG-08", world) == []
    Organisation.objects.filter(pk=world.school.pk).update(closed_on=dt.date(2024, 8, 31))
    assert places("REG-08", world) == ["Старая школа"]
    assert NameLinkDecision.objects.count() == 1


def test_findings_are_kept_with_their_place_and_way_out(world: World) -> None:
    assert run_checks(scope=world.scope, check_ids=["REG-01"]) == 1
    finding = Finding.objects.get()
    assert (finding.organisation_id, finding.territory_path) == (world.school.pk, world.own.path)
    assert finding.way_out == "Укажите населённый пункт и возьмите его координаты или введите их вручную."

"""What the addresses of risk profiles, passports, needs, readiness and tasks lead to, for the table of addresses and roles."""

from typing import Any

from mayak.accounts.models import User
from mayak.diagnosis.enums.passports import PassportState
from mayak.diagnosis.enums.risk import RiskSource
from mayak.diagnosis.models import (
    LeadOffer,
    LeadProof,
    MentorProfile,
    RiskFactor,
    TaskCatalogue,
    TaskCatalogueLoad,
)
from mayak.diagnosis.selectors.exam_tasks import image_of
from mayak.diagnosis.services.risk import set_risk_level
from mayak.kernel.access import SYSTEM
from mayak.registry.models import Organisation, SchoolYear
from mayak.registry.selectors.school_years import current_start_year
from tests.architecture.access_objects import Side, World, provides, shared
from tests.factories.exam_tasks import TaskCatalogueFactory
from tests.factories.matching import LeadProfileFactory
from tests.factories.registry import SchoolFactory, SchoolYearFactory
from tests.factories.schools import (
    CriterionFactory,
    MentorProfileFactory,
    MentorProofFactory,
    MentorStrengthFactory,
    NeedRuleFactory,
    RiskCutoffFactory,
    RiskFactorFactory,
    SchoolNeedFactory,
)


def present_year() -> SchoolYear:
    """Return the school year of today, which the pages show where the address names none."""
    return SchoolYearFactory.create(start_year=current_start_year())


def school_with_factor(world: World, side: Side) -> tuple[Organisation, RiskFactor]:
    """Return the school of the side with a level of the one factor, stated by hand."""
    school, factor = world.place(side).school, RiskFactorFactory.create()
    set_risk_level(
        school,
        factor,
        present_year(),
        level="high",
        source=RiskSource.HAND,
        evidence="3 вакансии",
        actor=SYSTEM,
    )
    return school, factor


@provides(
    "diagnosis:risk-school",
    "diagnosis:risk-school-export",
    "diagnosis:risk-compute",
    "diagnosis:risk-copy",
    "diagnosis:risk-factor",
    "diagnosis:risk-withdraw",
    "diagnosis:needs-school",
    "diagnosis:needs-school-export",
    "diagnosis:needs-compute",
    "diagnosis:need-add",
)
def risk(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a school of the side and a factor of the dictionary."""
    school, factor = school_with_factor(world, side)
    body = {
        "level": "high", "evidence": "3 вакансии", "measures": "",
        "title": "Дроби", "percent": 50, "reason": "педсовет",
    }  # fmt: skip
    return {"pk": school.pk, "factor_pk": factor.pk, "body": body}


@shared("diagnosis:risk-factor-edit")
def factor(_world: World, _side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a factor of the dictionary with its form."""
    row = RiskFactorFactory.create()
    names = ("programme", "year", "code", "name", "position", "source")
    return {"pk": row.pk, "body": {name: getattr(row, name) for name in names} | {"is_active": "on"}}


@shared("diagnosis:risk-cutoff-edit")
def cutoff(_world: World, _side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a cut-off with its form."""
    row = RiskCutoffFactory.create(
        factor=RiskFactorFactory.create(code=f"factor-{RiskFactor.objects.count()}")
    )
    names = ("basis", "year_from", "medium_from", "high_from", "source")
    return {"pk": row.pk, "body": {name: getattr(row, name) for name in names} | {"factor": row.factor_id}}


@shared("diagnosis:need-weight-edit")
def weight(_world: World, _side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a weight with its form."""
    row = NeedRuleFactory.create()
    return {"pk": row.pk, "body": {"name": row.name, "value": 0.7, "source": row.source}}


@provides(
    "diagnosis:add-offer",
    "diagnosis:drop-offer",
    "diagnosis:add-proof",
    "diagnosis:submit-profile",
    "diagnosis:decide-profile",
)
def passport(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a submitted self-nomination of a lead school of the side's municipality, with an offer."""
    lead = SchoolFactory.create(territory=world.place(side).municipality)
    profile = LeadProfileFactory.create(
        organisation=lead, school_year=present_year(), state=PassportState.SUBMITTED, is_self_nominated=True
    )
    line = LeadOffer.objects.create(profile=profile, note="тема")
    body = {
        "note": "Смысловое чтение", "form": "group", "work_format": "mixed", "schools": 2,
        "kind": "document", "title": "Приказ", "decision": "accept",
    }  # fmt: skip
    return {"pk": profile.pk, "line_pk": line.pk, "body": body}


@provides("diagnosis:drop-proof")
def lead_proof(world: World, side: Side, visitor: User | None) -> dict[str, Any]:
    """Return the same passport with a proof."""
    given = passport(world, side, visitor)
    line = LeadProof.objects.create(profile_id=given["pk"], kind="document", title="Приказ")
    return given | {"line_pk": line.pk}


def submitted(world: World, side: Side) -> MentorProfile:
    """Return a submitted passport of a mentor of the side's school."""
    return MentorProfileFactory.create(
        organisation=world.place(side).school, school_year=present_year(), state=PassportState.SUBMITTED
    )


@provides("diagnosis:mentor", "diagnosis:edit-mentor", "diagnosis:submit-mentor", "diagnosis:decide-mentor")
def mentor(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a passport of a mentor."""
    return {"pk": submitted(world, side).pk, "body": {"pairs": 2, "hours_per_month": 4, "decision": "accept"}}


@provides("diagnosis:add-mentor-strength", "diagnosis:drop-mentor-strength")
def mentor_strength(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a passport of a mentor with a strength."""
    line = MentorStrengthFactory.create(profile=submitted(world, side))
    body = {"note": "Дроби", "form": "group", "work_format": "mixed"}
    return {"pk": line.profile_id, "line_pk": line.pk, "body": body}


@provides("diagnosis:add-mentor-proof", "diagnosis:drop-mentor-proof")
def mentor_proof(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a passport of a mentor with a proof."""
    line = MentorProofFactory.create(profile=submitted(world, side))
    return {"pk": line.profile_id, "line_pk": line.pk, "body": {"kind": "award", "title": "Грамота"}}


@provides("diagnosis:mentor-score", "diagnosis:mentor-result")
def candidate(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a candidate and a filled sheet."""
    item = CriterionFactory.create()
    body = {f"points_{item.pk}": 2, f"reason_{item.pk}": "высшая категория"}
    return {"pk": submitted(world, side).pk, "body": body}


@shared(
    "diagnosis:criteria-new",
    "diagnosis:criteria-use",
    "diagnosis:criterion-add",
    "diagnosis:criterion-edit",
    "diagnosis:criterion-drop",
)
def criterion(_world: World, _side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a version of the criteria with a criterion and its form."""
    item = CriterionFactory.create()
    body = {
        "group": "Мотивы",
        "code": f"other-{item.pk}",
        "text": "готовность",
        "max_points": 2,
        "position": 10,
    }
    return {"pk": item.criteria_id, "item_pk": item.pk, "body": body}


@provides("diagnosis:need-weigh", "diagnosis:need-drop", "diagnosis:need-restore")
def need(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a need of the side's school."""
    row = SchoolNeedFactory.create(organisation=world.place(side).school, school_year=present_year())
    return {"pk": row.pk, "body": {"weight": 70, "reason": "педсовет"}}


@shared("diagnosis:exam-catalogue", "diagnosis:exam-catalogue-undo")
def task_catalogue(_world: World, _side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a catalogue of tasks that a file made: it belongs to all."""
    catalogue = TaskCatalogueFactory.create(year=2000 + TaskCatalogue.objects.count())
    TaskCatalogueLoad.objects.create(catalogue=catalogue, file_name="tasks.xlsx", after=image_of(catalogue))
    return {"pk": catalogue.pk}

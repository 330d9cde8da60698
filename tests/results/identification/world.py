"""A district with results that are easy to count in the head."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from mayak.accounts.enums import Role
from mayak.accounts.models import User
from mayak.kernel.access import SYSTEM, Scope
from mayak.registry.models import Organisation, Subject, Territory
from mayak.results.algorithms.identification.parsing import rule_from_dict
from mayak.results.models import IdentificationRun, ImportBatch, RuleSet, SchoolResult, StatusKind
from mayak.results.services.identification import run_identification
from mayak.results.services.reference import DATA
from mayak.results.services.rule_reference import load_status_kinds
from mayak.results.services.rule_sets import rule_set_values
from tests.factories.accounts import RoleAssignmentFactory, UserFactory
from tests.factories.registry import (
    AuthorityFactory,
    MunicipalityFactory,
    RegionFactory,
    SchoolFactory,
    SubjectFactory,
)
from tests.factories.results import AssessmentFactory, BatchFactory, SchoolResultFactory

YEAR = 2025
SUBJECTS = ("russian", "mathematics", "physics")

SHNOR: dict[str, Any] = {
    "code": "shnor", "name": "ШНОР", "status": "low_results", "source": "приказ", "year_from": 2025,
    "assumptions": ["joint"], "joint": "any",
    "conditions": [
        {"code": "A", "title": "в двух и более процедурах", "measure": "below_share", "at_least": 0.3,
         "count": {"at_least": 2}, "years": "current"},
        {"code": "B", "title": "в одной процедуре два года", "measure": "below_share", "at_least": 0.3, "count": "any",
         "years": {"running": 2}},
    ],
}  # fmt: skip


@dataclass
class District:
    """A municipality with schools and results of 25 participants each."""

    territory: Territory
    batch: ImportBatch
    rule: RuleSet
    schools: list[Organisation] = field(default_factory=list)

    def result(
        self, school: Organisation, subject: str, year: int, below: int, n: int = 25, **more: Any
    ) -> SchoolResult:
        """One result of a school: so many of n below the threshold."""
        values = {"mean": Decimal(20 - below), "below_share": f"{below / n:.6f}", **more}
        return SchoolResultFactory.create(
            batch=self.batch,
            organisation=school,
            assessment=AssessmentFactory.create(subject=Subject.objects.get(code=subject), year=year),
            participants=n,
            below=below,
            **values,
        )

    def school(self, name: str, *below: tuple[int, ...]) -> Organisation:
        """A school with results of the years YEAR - 1 and YEAR: for each subject (before, now)."""
        school = SchoolFactory.create(territory=self.territory, short_name=name)
        self.schools.append(school)
        for subject, (before, now) in zip(SUBJECTS, below, strict=False):
            self.result(school, subject, YEAR - 1, before)
            self.result(school, subject, YEAR, now)
        return school

    def run(self, year: int = YEAR, rule: RuleSet | None = None, **more: Any) -> IdentificationRun:
        """Apply the rule."""
        return run_identification(
            rule or self.rule, territory=self.territory, year=year, actor=SYSTEM, **more
        )

    @property
    def scope(self) -> Scope:
        """What its coordinator may see and do."""
        rights = frozenset({"results.identify", "results.rules"})
        return Scope(territory_paths=(self.territory.path or "",), rights=rights)

    def coordinator(self) -> User:
        """The coordinator of the district."""
        user = UserFactory.create()
        RoleAssignmentFactory.create(
            user=user,
            role=Role.MUNICIPAL_COORDINATOR,
            organisation=AuthorityFactory.create(territory=self.territory),
        )
        return user

    def visitor(self, school: Organisation) -> User:
        """The coordinator of a school."""
        user = UserFactory.create()
        RoleAssignmentFactory.create(user=user, role=Role.SCHOOL_COORDINATOR, organisation=school)
        return user


def make_district(region: Territory | None = None) -> District:
    """An empty district with the ШНОР rule."""
    load_status_kinds(DATA, actor=SYSTEM)
    for code in SUBJECTS:
        SubjectFactory.create(code=code, name=code.capitalize())
    territory = MunicipalityFactory.create(parent=region or RegionFactory.create())
    return District(territory, BatchFactory.create(territory=territory), make_rule(SHNOR))


def make_rule(definition: dict[str, Any], territory: Territory | None = None) -> RuleSet:
    """Store a rule; the same document gives the same row."""
    values = rule_set_values(rule_from_dict(definition))
    stored = RuleSet.objects.filter(code=values["code"], version=values["version"]).first()
    return stored or RuleSet.objects.create(territory=territory, is_supplied=territory is None, **values)


def listed(run: IdentificationRun) -> list[str]:
    """Names of the schools on the list, sorted."""
    return sorted(str(row.organisation) for row in run.decisions.filter(is_listed=True))


def kind(code: str = "low_results") -> StatusKind:
    """A kind of status."""
    return StatusKind.objects.get(code=code)

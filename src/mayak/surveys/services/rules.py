"""Rules of surveys: loading those that are supplied, and changing one."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.db import transaction

from mayak.kernel.access import SYSTEM, Actor
from mayak.kernel.audit.services import record, snapshot
from mayak.registry.services.reference import LoadCount, load_rows, read_data
from mayak.surveys.models import SurveyRule

_DATA = Path(__file__).resolve().parent.parent / "data"


def load_rules(*, actor: Actor = SYSTEM) -> LoadCount:
    """Load the supplied rules; what a person changed stays."""
    return load_rows(SurveyRule, read_data(_DATA / "rules.yaml")["rules"], key=["code"], actor=actor)


@transaction.atomic
def change_rule(rule: SurveyRule, values: Mapping[str, Any], *, actor: Actor) -> SurveyRule:
    """Change a rule."""
    before = snapshot(rule)
    for name, value in values.items():
        setattr(rule, name, value)
    rule.full_clean()
    rule.save()
    record(rule, actor=actor, action="update", before=before)
    return rule

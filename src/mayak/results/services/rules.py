"""Changing scales, quality rules and retention: checked, written, logged."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from mayak.kernel.access import Actor
from mayak.kernel.audit.services import record, snapshot
from mayak.kernel.sourced import SourcedRule
from mayak.results.models import ScoreScale

RuleT = TypeVar("RuleT", bound=SourcedRule)


@transaction.atomic
def save_rule(rule: RuleT, *, actor: Actor, values: Mapping[str, Any]) -> RuleT:
    """Write a rule with its source.

    Raises:
        ValidationError: a field says no, or the rule has neither a source nor the mark of an assumption.
    """
    before = snapshot(type(rule)._default_manager.get(pk=rule.pk)) if rule.pk else None
    for name, value in values.items():
        setattr(rule, name, value)
    if not rule.source.strip():
        raise ValidationError(
            {"source": _("Say where the rule comes from; without a document write “assumption”.")}
        )
    rule.full_clean()
    rule.save()
    changes = (
        None
        if before
        else {name: [None, value] for name, value in snapshot(rule).items() if value not in (None, "")}
    )
    record(
        rule,
        actor=actor,
        action="update" if before else "create",
        before=before,
        changes=changes,
        territory_path=_path(rule),
    )
    return rule


@transaction.atomic
def delete_rule(rule: SourcedRule, *, actor: Actor) -> None:
    """Delete a rule; the audit log keeps its values."""
    changes = {name: [value, None] for name, value in snapshot(rule).items() if value not in (None, "")}
    record(rule, actor=actor, action="delete", changes=changes, territory_path=_path(rule))
    rule.delete()


def _path(rule: SourcedRule) -> str:
    return (rule.territory.path or "") if isinstance(rule, ScoreScale) and rule.territory else ""

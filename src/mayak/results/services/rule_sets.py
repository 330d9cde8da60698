"""Identification rules: created, edited as a new version, copied, archived."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify
from django.utils.translation import gettext as _

from mayak.kernel.access import Actor
from mayak.kernel.audit.services import record, snapshot
from mayak.registry.models import Territory
from mayak.results.algorithms.identification import rules as r
from mayak.results.algorithms.identification.messages import RuleError
from mayak.results.algorithms.identification.parsing import rule_from_dict, rule_to_dict
from mayak.results.models import RuleSet, StatusKind
from mayak.results.selectors.rule_words import problem_words


class RuleInvalidError(ValidationError):
    """The rule contradicts itself; ``problems`` keep their places for the form."""

    def __init__(self, error: RuleError, definition: Mapping[str, Any]) -> None:
        self.problems = error.problems
        super().__init__([problem_words(problem, definition) for problem in error.problems])


@transaction.atomic
def create_rule_set(
    definition: Mapping[str, Any], *, actor: Actor, territory: Territory, based_on: RuleSet | None = None
) -> RuleSet:
    """Store a new rule of a territory.

    Raises:
        RuleInvalidError: the rule is wrong; names every place.
        ValidationError: the kind of status is unknown.
    """
    document = {
        **definition,
        "code": _free_code(str(definition.get("code") or definition.get("name") or "rule")),
    }
    document["version"] = 1
    rule = _read(document)
    rule_set = _filled(RuleSet(territory=territory, owner_label=actor.label[:200]), rule)
    rule_set.save(force_insert=True)
    made_from = {"based_on": [None, str(based_on)]} if based_on else {}
    record(
        rule_set, actor=actor, action="create", territory_path=territory.path or "",
        changes={"definition": [None, rule_set.definition], **made_from},
    )  # fmt: skip
    return rule_set


@transaction.atomic
def edit_rule_set(rule_set: RuleSet, definition: Mapping[str, Any], *, actor: Actor) -> RuleSet:
    """Change a rule: in place while no run has used it, else as its next version.

    Raises:
        RuleInvalidError: the rule is wrong; nothing is changed.
        ValidationError: the rule is supplied with the product (copy it first) or archived.
    """
    if rule_set.is_supplied:
        raise ValidationError(
            _("A rule that comes with the product is not edited. Make a copy of it and edit that.")
        )
    if rule_set.is_archived:
        raise ValidationError(_("An archived rule is not edited."))
    latest = RuleSet.objects.filter(code=rule_set.code).aggregate(latest=Max("version"))["latest"] or 0
    if rule_set.is_frozen and latest > rule_set.version:
        raise ValidationError(
            _("There is a later version already: %(version)s. Edit that one.") % {"version": latest}
        )
    version = rule_set.version + 1 if rule_set.is_frozen else rule_set.version
    rule = _read({**definition, "code": rule_set.code, "version": version})
    before = snapshot(rule_set)
    if rule_set.is_frozen:
        fresh = RuleSet(territory=rule_set.territory, owner_label=actor.label[:200])
        _filled(fresh, rule).save(force_insert=True)
        record(
            fresh, actor=actor, action="create", territory_path=_path(fresh),
            changes={"definition": [rule_set.definition, fresh.definition], "version": [rule_set.version, version]},
        )  # fmt: skip
        return fresh
    _filled(rule_set, rule).save()
    record(rule_set, actor=actor, action="update", before=before, territory_path=_path(rule_set))
    return rule_set


@transaction.atomic
def copy_rule_set(rule_set: RuleSet, *, actor: Actor, territory: Territory, name: str = "") -> RuleSet:
    """Make a rule of one's own from another one."""
    title = name.strip() or _("%(name)s (copy)") % {"name": rule_set.name}
    definition = {**rule_set.definition, "name": title}
    return create_rule_set(definition, actor=actor, territory=territory, based_on=rule_set)


@transaction.atomic
def archive_rule_set(rule_set: RuleSet, *, actor: Actor, is_archived: bool = True) -> RuleSet:
    """Put a rule away or take it back; runs that used it keep it."""
    before = snapshot(rule_set, ["is_archived"])
    rule_set.is_archived = is_archived
    rule_set.save(update_fields=["is_archived"])
    action = "archive" if is_archived else "restore"
    changes = {"is_archived": [before["is_archived"], is_archived]}
    record(rule_set, actor=actor, action=action, changes=changes, territory_path=_path(rule_set))
    return rule_set


def _read(document: Mapping[str, Any]) -> r.RuleSet:
    try:
        return rule_from_dict(document)
    except RuleError as error:
        raise RuleInvalidError(error, document) from error


def _filled(rule_set: RuleSet, rule: r.RuleSet) -> RuleSet:
    for name, value in rule_set_values(rule).items():
        setattr(rule_set, name, value)
    return rule_set


def rule_set_values(rule: r.RuleSet) -> dict[str, Any]:
    """Return the columns of a stored rule; the document itself is the whole truth.

    Raises:
        ValidationError: no kind of status has the code that the rule gives.
    """
    kind = StatusKind.objects.filter(code=rule.status).first()
    if kind is None:
        known = ", ".join(StatusKind.objects.values_list("code", flat=True))
        raise ValidationError(
            _("The status “%(code)s” is unknown. Known are: %(known)s.")
            % {"code": rule.status, "known": known}
        )
    year = rule.year_from or rule.source_year
    return {
        "code": rule.code,
        "version": rule.version,
        "name": rule.name,
        "year": year or 2000,
        "status_kind": kind,
        "definition": rule_to_dict(rule),
        "source": rule.source[:300],
        "source_page": rule.page[:40],
        "source_year": rule.source_year,
        "is_assumption": bool(rule.assumptions),
        "note": rule.note,
    }


def _free_code(wanted: str) -> str:
    """A code that no rule has yet."""
    stem = slugify(wanted)[:50].rstrip("-") or "rule"
    taken = set(RuleSet.objects.filter(code__startswith=stem).values_list("code", flat=True))
    number = 1
    code = stem
    while code in taken:
        number += 1
        code = f"{stem}-{number}"
    return code


def _path(rule_set: RuleSet) -> str:
    return (rule_set.territory.path or "") if rule_set.territory else ""

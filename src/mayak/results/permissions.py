"""Who may do what with results: predicates over the scope and the object."""

from mayak.kernel.access import Scope
from mayak.registry.models import Organisation, Territory
from mayak.results.models import ImportBatch, ImportFile, RuleSet, SchoolResult

LOAD, RULES, PARTICIPANTS = "results.load", "results.rules", "participants.read"
IDENTIFY = "results.identify"


def may_load(scope: Scope, territory: Territory | None = None) -> bool:
    """Whether results may be loaded (into this territory)."""
    return scope.allows(LOAD) and (territory is None or scope.covers_territory(territory.path or ""))


def may_change_batch(scope: Scope, batch: ImportBatch) -> bool:
    """Whether the import may be confirmed, undone or thrown away."""
    return may_load(scope, batch.territory)


def may_download(scope: Scope, file: ImportFile, user_id: int | None) -> bool:
    """Whether the kept file may be taken: it shows every cell, so a context file goes only to who loaded it."""
    if not may_load(scope, file.batch.territory):
        return False
    return scope.everything or file.format != "context" or file.batch.owner_id == user_id


def may_edit_rules(scope: Scope) -> bool:
    """Whether scales, signs and retention may be changed."""
    return scope.allows(RULES)


def may_edit_common_rules(scope: Scope) -> bool:
    """Whether rules that hold for every territory may be changed: the region and above decide."""
    depths = [path.strip("/").count("/") + 1 for path in scope.territory_paths]
    return scope.everything or (may_edit_rules(scope) and any(depth <= 2 for depth in depths))  # noqa: PLR2004 - country, region


def may_read_participants(scope: Scope, result: SchoolResult) -> bool:
    """Whether the rows of participants of this result may be read; each reading is logged."""
    school = result.organisation
    return scope.allows(PARTICIPANTS) and scope.covers_organisation(school.pk, school.territory.path or "")


def may_identify(scope: Scope, territory: Territory | None = None) -> bool:
    """Whether rules may be run, lists approved and statuses set (in this territory)."""
    return scope.allows(IDENTIFY) and (territory is None or scope.covers_territory(territory.path or ""))


def may_edit_rule_set(scope: Scope, rule_set: RuleSet | None = None) -> bool:
    """Whether identification rules may be written (this one edited); supplied rules are copied, never edited."""
    if rule_set is None:
        return may_edit_rules(scope)
    territory = rule_set.territory
    return may_edit_rules(scope) and territory is not None and scope.covers_territory(territory.path or "")


def may_set_status(scope: Scope, school: Organisation) -> bool:
    """Whether a status of this school may be set or ended."""
    return may_identify(scope, school.territory)

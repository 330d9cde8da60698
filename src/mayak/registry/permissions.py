"""What a person may change in the registry: predicates over the scope and the object."""

from mayak.kernel.access import Scope
from mayak.registry.models import Organisation, Territory

_REGION_DEPTH = 2
EDIT = "registry.edit"


def can_edit_registry(scope: Scope) -> bool:
    """Whether the person may change something in the registry at all."""
    return scope.allows(EDIT)


def can_edit_territory(scope: Scope, territory: Territory) -> bool:
    """Whether the territory, and what lies directly in it, may be changed."""
    return can_edit_registry(scope) and scope.covers_territory(territory.path or "")


def can_edit_organisation(scope: Scope, organisation: Organisation) -> bool:
    """Whether the organisation and everything of it may be changed."""
    return can_edit_registry(scope) and scope.covers_organisation(
        organisation.pk, organisation.territory.path or ""
    )


def can_load_table(scope: Scope, name: str) -> bool:
    """Whether the person may load files of this table."""
    return can_edit_dictionaries(scope) if name == "subjects" else can_edit_registry(scope)


def can_edit_dictionaries(scope: Scope) -> bool:
    """Whether subjects and school years, which all districts share, may be changed: the region decides."""
    if scope.everything:
        return True
    depths = [path.strip("/").count("/") + 1 for path in scope.territory_paths]
    return can_edit_registry(scope) and any(depth <= _REGION_DEPTH for depth in depths)

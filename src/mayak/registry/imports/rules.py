"""Rules of the services that a single row must obey; table -> check that raises ValidationError."""

from collections.abc import Callable
from typing import Any, Final

from mayak.registry.services.associations import check_level as check_association
from mayak.registry.services.dictionaries import check_aliases
from mayak.registry.services.organisations import check_parent
from mayak.registry.services.programmes import check_participant, check_stage
from mayak.registry.services.staffing import check_staffing
from mayak.registry.services.territories import check_level as check_territory

RULES: Final[dict[str, Callable[[Any], None]]] = {
    "territories": check_territory,
    "organisations": check_parent,
    "staffing": check_staffing,
    "associations": check_association,
    "stages": check_stage,
    "participants": check_participant,
    "subjects": check_aliases,
}

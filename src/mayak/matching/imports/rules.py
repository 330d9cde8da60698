"""The rules of a pairing from files: objective, settings, locked and forbidden pairs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from mayak.matching.enums import Objective
from mayak.matching.imports.errors import FileFault
from mayak.matching.imports.mapping import read_yaml
from mayak.matching.validators import MatchingSettings

_FILE_DEFAULTS: Mapping[str, Any] = {"unknown_distance": "exclude"}
"""In a file a limit of distance leaves out what cannot be measured, unless it says otherwise."""
_PAIR = 2


@dataclass(frozen=True)
class Rules:
    """What a file of rules says."""

    objective: str = Objective.NOBODY_LEFT.value
    settings: MatchingSettings = field(default_factory=MatchingSettings)
    locked: tuple[tuple[str, str], ...] = ()
    forbidden: tuple[tuple[str, str], ...] = ()
    last_year: tuple[tuple[str, str], ...] = ()
    earlier: tuple[tuple[str, str], ...] = ()
    preferred: tuple[tuple[str, str], ...] = ()


def read_rules(path: Path | None, *, objective: str = "") -> Rules:
    """Return the rules; an objective of the command line wins.

    Raises:
        FileFault: no YAML, an unknown name, or a value outside its bounds.
    """
    data = {} if path is None else read_yaml(path)
    file = "" if path is None else path.name
    chosen = objective or data.pop("objective", Objective.NOBODY_LEFT.value)
    data.pop("objective", None)
    if chosen not in Objective.values:
        raise FileFault(
            file,
            _("«%(name)s» must be one of: %(known)s.")
            % {
                "name": "objective",
                "known": ", ".join(Objective.values),
            },
        )
    names = ("locked", "forbidden", "last_year", "earlier", "preferred")
    lists = [_pairs(file, name, data.pop(name, None)) for name in names]
    try:
        settings = MatchingSettings.from_json({**_FILE_DEFAULTS, **data})
    except ValidationError as error:
        raise FileFault(file, " ".join(error.messages)) from error
    return Rules(chosen, settings, *lists)


def _pairs(file: str, name: str, rows: Any) -> tuple[tuple[str, str], ...]:
    if rows is None:
        return ()
    if not isinstance(rows, list) or not all(isinstance(row, list) and len(row) == _PAIR for row in rows):
        raise FileFault(
            file, _("«%(name)s» must be a list of pairs: [school, lead school].") % {"name": name}
        )
    return tuple((str(mentee), str(lead)) for mentee, lead in rows)

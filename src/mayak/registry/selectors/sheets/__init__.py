"""The tables of the registry that can be exported and imported, in the order in which a new territory fills them."""

from mayak.registry.selectors.sheets.base import (
    OWN_ID_COLUMN,
    OWN_ID_KEY,
    REFERENCES,
    RELATED,
    SEPARATOR,
    Column,
    Key,
    Kind,
    Sheet,
    cell_value,
    choice_labels,
)
from mayak.registry.selectors.sheets.organisations import NAMES, ORGANISATIONS, TERRITORIES
from mayak.registry.selectors.sheets.people import ASSOCIATIONS, GROUPS, PEOPLE, POSTS, STAFFING
from mayak.registry.selectors.sheets.programmes import (
    ACTS,
    PARTICIPANTS,
    PROGRAMMES,
    ROLES,
    STAGES,
    SUBJECTS,
)

SHEETS: dict[str, Sheet] = {
    sheet.name: sheet
    for sheet in (
        TERRITORIES,
        ORGANISATIONS,
        NAMES,
        SUBJECTS,
        PEOPLE,
        POSTS,
        STAFFING,
        ASSOCIATIONS,
        ACTS,
        GROUPS,
        PROGRAMMES,
        STAGES,
        ROLES,
        PARTICIPANTS,
    )
}

__all__ = [
    "OWN_ID_COLUMN",
    "OWN_ID_KEY",
    "REFERENCES",
    "RELATED",
    "SEPARATOR",
    "SHEETS",
    "Column",
    "Key",
    "Kind",
    "Sheet",
    "cell_value",
    "choice_labels",
]

"""What the registry derives of an organisation: order, text for searching, rows of its names."""

import datetime as dt
from collections.abc import Iterable

from mayak.registry.algorithms.names import normalise_name
from mayak.registry.algorithms.sort_keys import school_key, search_text
from mayak.registry.enums import NameKind
from mayak.registry.models import Organisation, OrganisationName

DERIVED = ("sort_key", "search_text")
_KEY_LENGTH = 500


def name_key(name: str) -> str:
    """Return the normal form by which a file's name is compared."""
    return normalise_name(name).key[:_KEY_LENGTH]


def set_keys(organisation: Organisation, other_names: Iterable[str] = ()) -> None:
    """Set the order and the searching text of the organisation; ``other_names`` are those it bore."""
    organisation.sort_key = school_key(organisation.short_name or organisation.name)
    organisation.search_text = search_text(
        [
            organisation.short_name,
            organisation.name,
            *other_names,
            organisation.fis_oko_login,
            organisation.rcoi_code,
            organisation.ogrn,
            organisation.inn,
            organisation.settlement,
        ]
    )


def present_names(organisation: Organisation) -> list[OrganisationName]:
    """Return unsaved rows for the names that the organisation bears now."""
    rows = [new_name(organisation, organisation.name, NameKind.OFFICIAL, valid_from=organisation.opened_on)]
    if organisation.short_name and organisation.short_name != organisation.name:
        rows.append(
            new_name(organisation, organisation.short_name, NameKind.SHORT, valid_from=organisation.opened_on)
        )
    return rows


def new_name(
    organisation: Organisation,
    name: str,
    kind: str,
    *,
    valid_from: dt.date | None = None,
    valid_to: dt.date | None = None,
) -> OrganisationName:
    """Return an unsaved row of a name with its key."""
    return OrganisationName(
        organisation=organisation,
        name=name,
        key=name_key(name),
        kind=kind,
        valid_from=valid_from,
        valid_to=valid_to,
    )

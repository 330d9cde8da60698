"""Pages of territories."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mayak.kernel.access import Scope
from mayak.kernel.access.requests import request_scope
from mayak.registry.filters import TerritoryFilter
from mayak.registry.forms.organisations import CloseForm, TerritoryForm
from mayak.registry.models import Territory
from mayak.registry.permissions import can_edit_registry, can_edit_territory
from mayak.registry.selectors.organisations import territories_of
from mayak.registry.services.territories import (
    close_territory,
    create_territory,
    reopen_territory,
    update_territory,
)
from mayak.registry.tables import TerritoryTable
from mayak.registry.views.generic import NounList
from mayak.registry.views.nouns import Cell, Deed, Noun, Section


def _facts(row: Territory) -> Sequence[tuple[Any, Any]]:
    return [
        (_("Kind"), row.get_kind_display()),
        (_("Lies in"), row.parent),
        (_("Code"), row.code),
        (_("Closed"), row.closed_on),
        (_("Open schools and branches"), getattr(row, "school_count", 0)),
    ]


def _sections(request: HttpRequest, row: Territory, can_edit: bool) -> Sequence[Section]:
    scope = request_scope(request)
    below = territories_of(scope).filter(parent=row)
    schools = row.organisations.within(scope).open().order_by("sort_key")[:50]
    more = f"{reverse('registry:organisations-list')}?territory={row.pk}"
    return [
        Section(
            _("Territories in it"),
            [_("Designation"), _("Kind"), _("Open schools and branches")],
            [
                [
                    Cell(one, reverse("registry:territories-detail", args=[one.pk])),
                    one.get_kind_display(),
                    getattr(one, "school_count", 0),
                ]
                for one in below
            ],
        ),
        Section(
            _("Organisations"),
            [_("Designation"), _("Kind"), _("Settlement")],
            [
                [
                    Cell(one, reverse("registry:organisations-detail", args=[one.pk])),
                    one.get_kind_display(),
                    one.settlement,
                ]
                for one in schools
            ],
            note=Cell(_("All organisations of the territory"), more) if schools else "",
        ),
    ]


def may_edit(scope: Scope, row: Territory) -> bool:
    """Whether the territory may be changed."""
    return can_edit_territory(scope, row)


NOUN = Noun(
    name="territories",
    model=Territory,
    title=gettext_lazy("Territories"),
    new_title=gettext_lazy("Add a territory"),
    rows=territories_of,
    form=TerritoryForm,
    create=lambda form, actor: create_territory(actor=actor, **form.values),
    update=lambda row, form, actor: update_territory(row, actor=actor, **form.values),
    facts=_facts,
    sections=_sections,
    may_edit=may_edit,
    may_create=can_edit_registry,
    deeds=(
        Deed(
            "close",
            gettext_lazy("Close"),
            gettext_lazy("Since when does the territory no longer exist?"),
            lambda row, actor, form: close_territory(row, actor=actor, closed_on=form.cleaned_data["day"]),
            lambda row: row.closed_on is None,
            form=CloseForm,
        ),
        Deed(
            "reopen",
            gettext_lazy("Open again"),
            gettext_lazy("Take the closing back?"),
            reopen_territory,
            lambda row: row.closed_on is not None,
            tone="warning",
        ),
    ),
)


class TerritoryList(NounList):
    """All territories of the scope."""

    table_class = TerritoryTable
    filter_class = TerritoryFilter
    export_name = "territories"
    empty_title = gettext_lazy("No territories yet")
    empty_text = gettext_lazy("Load them from a file or add the first one.")

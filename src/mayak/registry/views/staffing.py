"""Pages of the staffing of schools."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mayak.registry.filters import StaffingFilter
from mayak.registry.forms.people import StaffingForm
from mayak.registry.models import StaffingRecord
from mayak.registry.permissions import can_edit_organisation
from mayak.registry.services.staffing import create_staffing, remove_staffing, update_staffing
from mayak.registry.tables import StaffingTable
from mayak.registry.views.generic import NounList
from mayak.registry.views.nouns import Deed, Noun
from mayak.registry.views.organisations import link

_COUNTED = (
    "teachers",
    "vacancies",
    "overloaded_share",
    "with_category",
    "early_career",
    "psychologists",
    "speech_therapists",
    "special_teachers",
    "social_teachers",
    "source",
)


def _facts(row: StaffingRecord) -> Sequence[tuple[Any, Any]]:
    labels = {name: row._meta.get_field(name).verbose_name for name in _COUNTED}  # type: ignore[union-attr]  # columns
    own = [(str(labels[name])[:1].upper() + str(labels[name])[1:], getattr(row, name)) for name in _COUNTED]
    return [
        (_("Organisation"), link("organisations", row.organisation)),
        (_("School year"), row.school_year),
        *own,
    ]


NOUN = Noun(
    name="staffing",
    model=StaffingRecord,
    title=gettext_lazy("Staffing by year"),
    new_title=gettext_lazy("Add a year"),
    rows=lambda scope: StaffingRecord.objects.within(scope).select_related(
        "organisation__territory", "school_year"
    ),
    form=StaffingForm,
    create=lambda form, actor: create_staffing(actor=actor, **form.values),
    update=lambda row, form, actor: update_staffing(row, actor=actor, **form.values),
    facts=_facts,
    deeds=(
        Deed(
            "remove",
            gettext_lazy("Remove the year"),
            gettext_lazy("Remove the figures of this year?"),
            remove_staffing,
            lambda row: not row.school_year.is_closed,
            removes=True,
        ),
    ),
    may_edit=lambda scope, row: can_edit_organisation(scope, row.organisation),
)


class StaffingList(NounList):
    """Staffing of all schools of the scope."""

    table_class = StaffingTable
    filter_class = StaffingFilter
    export_name = "staffing"
    empty_title = gettext_lazy("No staffing figures yet")
    empty_text = gettext_lazy("Load the staffing of a school year from a file or add it by hand.")

"""Pages of organisations."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mayak.kernel.access.requests import request_scope
from mayak.kernel.ui.lists import Action
from mayak.kernel.ui.panels import panels_for
from mayak.registry.filters import OrganisationFilter
from mayak.registry.forms.organisations import (
    CloseForm,
    NameForm,
    OrganisationEditForm,
    OrganisationForm,
    SuccessionForm,
)
from mayak.registry.models import Organisation, OrganisationName, Succession
from mayak.registry.permissions import can_edit_organisation
from mayak.registry.selectors.organisations import OrganisationCard, organisation_card, organisations_of
from mayak.registry.services.organisations import (
    add_name,
    close_organisation,
    create_organisation,
    remove_name,
    reopen_organisation,
    update_organisation,
)
from mayak.registry.services.successions import record_succession, remove_succession
from mayak.registry.tables import OrganisationTable
from mayak.registry.views.generic import NounList
from mayak.registry.views.nouns import Cell, Deed, Noun, Part, Section


def link(noun: str, row: Model | None, text: Any = "") -> Cell:
    """Return a cell that leads to the page of a row."""
    return (
        Cell(text or row, reverse(f"registry:{noun}-detail", args=[row.pk])) if row is not None else Cell("")
    )


def period(start: Any, end: Any) -> str:
    """Return «01.09.2015 – 31.08.2019», or the part of it that is known."""
    if start and end:
        return f"{start:%d.%m.%Y} – {end:%d.%m.%Y}"
    if start:
        return _("since %(day)s") % {"day": f"{start:%d.%m.%Y}"}
    return _("until %(day)s") % {"day": f"{end:%d.%m.%Y}"} if end else ""


def _facts(row: Organisation) -> Sequence[tuple[Any, Any]]:
    grades = (
        f"{row.grade_from}–{row.grade_to}"
        if row.grade_from and row.grade_to
        else row.grade_from or row.grade_to
    )
    place = (
        f"{row.latitude:f}, {row.longitude:f}"
        if row.latitude is not None and row.longitude is not None
        else ""
    )
    return [
        (_("Full name"), row.name),
        (_("Kind"), row.get_kind_display()),
        (_("Branch of"), row.parent),
        (_("Territory"), row.territory),
        (_("Type of school"), row.get_school_type_display()),
        (_("Legal form"), row.legal_form),
        (_("Login of the ФИС ОКО"), row.fis_oko_login),
        (_("РЦОИ code"), row.rcoi_code),
        (_("ОГРН"), row.ogrn),
        (_("ИНН"), row.inn),
        (_("Address"), row.address),
        (_("Settlement"), row.settlement),
        (_("Urban or rural"), row.get_locality_display()),
        (
            _("Coordinates"),
            f"{place} ({row.coordinates_source})" if place and row.coordinates_source else place,
        ),
        (_("Grades taught"), grades),
        (_("Pupils"), row.pupils),
        (_("Pedagogical workers"), row.teachers),
        (_("Opened"), row.opened_on),
        (_("Closed"), row.closed_on),
    ]


def _sections(request: HttpRequest, row: Organisation, can_edit: bool) -> Sequence[Section]:
    card = organisation_card(row, request_scope(request))
    return [
        _names(row, card.names, can_edit=can_edit),
        _successions(row, card, can_edit=can_edit),
        Section(_("Branches"), [_("Designation"), _("State")], _branches(card.branches)),
        Section(
            _("People"),
            [_("Name"), _("Position"), _("Subjects")],
            [
                [
                    link("people", post.person),
                    post.position,
                    ", ".join(str(one) for one in post.subjects.all()),
                ]
                for post in card.people
            ],
        ),
        _staffing(row, card, can_edit=can_edit),
        Section(
            _("Programmes"),
            [_("Programme"), _("Role"), _("Period")],
            [
                [link("programmes", one.programme), one.role or "", period(one.valid_from, one.valid_to)]
                for one in card.programmes
            ],
        ),
        Section(
            _("Subject associations"),
            [_("Designation"), _("Subject"), _("Head")],
            [[link("associations", one), one.subject or "", one.head or ""] for one in card.associations],
        ),
        Section(
            _("Working groups and councils"),
            [_("Designation"), _("Kind")],
            [[link("groups", one), one.get_kind_display()] for one in card.groups],
        ),
        Section(
            _("Legal acts"), [_("Act"), _("Title")], [[link("acts", act), act.title] for act in card.acts]
        ),
    ]


def _names(row: Organisation, names: Iterable[OrganisationName], *, can_edit: bool) -> Section:
    def line(one: OrganisationName) -> list[Any]:
        cells: list[Any] = [one.name, one.get_kind_display(), period(one.valid_from, one.valid_to)]
        is_present = one.valid_to is None and one.name in (row.name, row.short_name)
        if can_edit:
            address = reverse("registry:organisations-names-remove", args=[row.pk, one.pk])
            cells.append("" if is_present else Cell(_("Remove"), address, _("Remove this name?")))
        return cells

    add = (
        Action(_("Add a name"), reverse("registry:organisations-names-add", args=[row.pk]))
        if can_edit
        else None
    )
    columns = [_("Designation"), _("Kind"), _("Period"), *([_("Action")] if can_edit else [])]
    return Section(_("Names through time"), columns, [line(one) for one in names], add)


def _successions(row: Organisation, card: OrganisationCard, *, can_edit: bool) -> Section:
    def line(one: Succession, word: str, other: Organisation) -> list[Any]:
        cells = [
            word,
            link("organisations", other),
            one.get_kind_display(),
            f"{one.happened_on:%d.%m.%Y}",
            one.basis or "",
        ]
        if can_edit:
            address = reverse("registry:organisations-successions-remove", args=[row.pk, one.pk])
            cells.append(Cell(_("Take back"), address, _("Take this succession back?")))
        return cells

    rows = [line(one, _("predecessor"), one.predecessor) for one in card.before]
    rows += [line(one, _("successor"), one.successor) for one in card.after]
    add = None
    if can_edit:
        add = Action(
            _("Record a successor"), reverse("registry:organisations-successions-add", args=[row.pk])
        )
    columns = [
        _("What"),
        _("Organisation"),
        _("How"),
        _("Date"),
        _("Basis"),
        *([_("Action")] if can_edit else []),
    ]
    return Section(_("Predecessors and successors"), columns, rows, add)


def _branches(branches: Iterable[Organisation]) -> list[list[Any]]:
    return [
        [
            link("organisations", one),
            _("closed %(day)s") % {"day": f"{one.closed_on:%d.%m.%Y}"}
            if one.closed_on
            else _("in operation"),
        ]
        for one in branches
    ]


def _staffing(row: Organisation, card: OrganisationCard, *, can_edit: bool) -> Section:
    columns = [
        _("School year"),
        _("Pedagogical workers"),
        _("Vacancies"),
        _("Load above the norm, %"),
        _("Early-career teachers"),
        _("Psychologists"),
    ]
    rows = [
        [
            link("staffing", one, one.school_year),
            one.teachers,
            one.vacancies,
            one.overloaded_share,
            one.early_career,
            one.psychologists,
        ]
        for one in card.staffing
    ]
    url = f"{reverse('registry:staffing-create')}?organisation={row.pk}"
    return Section(_("Staffing by year"), columns, rows, Action(_("Add a year"), url) if can_edit else None)


def _more(request: HttpRequest, row: Organisation) -> Mapping[str, Any]:
    return {"panels": panels_for(request, row)}


def _update(row: Organisation, form: Any, actor: Any) -> Organisation:
    return update_organisation(row, actor=actor, **form.values)


def _add_name(row: Organisation, form: Any, actor: Any) -> OrganisationName:
    return add_name(row, actor=actor, **form.values)


NOUN = Noun(
    name="organisations",
    model=Organisation,
    title=gettext_lazy("Organisations"),
    new_title=gettext_lazy("Add an organisation"),
    rows=lambda scope: Organisation.objects.within(scope).select_related("territory", "parent"),
    form=OrganisationForm,
    edit_form=OrganisationEditForm,
    create=lambda form, actor: create_organisation(actor=actor, **form.values),
    update=_update,
    facts=_facts,
    sections=_sections,
    may_edit=can_edit_organisation,
    lead=lambda row: f"{row.get_kind_display()}, {row.territory}",
    more=_more,
    deeds=(
        Deed(
            "close",
            gettext_lazy("Close"),
            gettext_lazy("What was the last day of this organisation?"),
            lambda row, actor, form: close_organisation(row, actor=actor, closed_on=form.cleaned_data["day"]),
            lambda row: row.closed_on is None,
            form=CloseForm,
        ),
        Deed(
            "reopen",
            gettext_lazy("Open again"),
            gettext_lazy("Take the closing back?"),
            reopen_organisation,
            lambda row: row.closed_on is not None,
            tone="warning",
        ),
    ),
    parts=(
        Part(
            "names",
            gettext_lazy("Add a name"),
            NameForm,
            _add_name,
            lambda row: row.names.all(),
            lambda name, actor: remove_name(name, actor=actor),
            lambda row: OrganisationName(organisation=row),
        ),
        Part(
            "successions",
            gettext_lazy("Record a successor"),
            SuccessionForm,
            lambda row, form, actor: record_succession(row, actor=actor, **form.values),
            lambda row: Succession.objects.filter(predecessor=row) | Succession.objects.filter(successor=row),
            lambda succession, actor: remove_succession(succession, actor=actor),
            lambda row: Succession(predecessor=row),
        ),
    ),
)


class OrganisationList(NounList):
    """All organisations of the scope; forty thousand cost no more than ten."""

    table_class = OrganisationTable
    filter_class = OrganisationFilter
    export_name = "organisations"
    empty_title = gettext_lazy("No schools yet")
    empty_text = gettext_lazy("Load them from a file or add the first one.")

    def get_queryset(self) -> Any:
        """Return the rows without their long texts."""
        return organisations_of(request_scope(self.request))

"""Pages of subject associations, working groups and councils."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Count
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mayak.kernel.ui.lists import Action
from mayak.registry.filters import AssociationFilter, GroupFilter
from mayak.registry.forms.people import AssociationForm, GroupForm, GroupMemberForm, MemberForm
from mayak.registry.models import SubjectAssociation, WorkingGroup
from mayak.registry.permissions import can_edit_organisation
from mayak.registry.services.associations import create_association, update_association
from mayak.registry.services.groups import create_group, update_group
from mayak.registry.services.members import add_association_member, add_group_member, remove_member
from mayak.registry.tables import AssociationTable, GroupTable
from mayak.registry.views.generic import NounList
from mayak.registry.views.nouns import Cell, Noun, Part, Section
from mayak.registry.views.organisations import link
from mayak.registry.views.people import archive_deeds, archive_lead


def _association_facts(row: SubjectAssociation) -> Sequence[tuple[Any, Any]]:
    return [
        (_("Organisation"), row.organisation),
        (_("Level"), row.get_level_display()),
        (_("Subject"), row.subject),
        (_("Head"), row.head),
    ]


def _group_facts(row: WorkingGroup) -> Sequence[tuple[Any, Any]]:
    return [
        (_("Organisation"), row.organisation),
        (_("Kind"), row.get_kind_display()),
        (_("Founding act"), row.founding_act),
        (_("Founded"), row.founded_on),
        (_("Dissolved"), row.dissolved_on),
    ]


def _members(noun: str, row: Any, *, can_edit: bool) -> Section:
    has_part = noun == "groups"
    rows = []
    for member in row.memberships.select_related("person").order_by("person__sort_key"):
        cells: list[Any] = [link("people", member.person)]
        if has_part:
            cells.append(member.part)
        if can_edit:
            address = reverse(f"registry:{noun}-members-remove", args=[row.pk, member.pk])
            cells.append(Cell(_("Remove"), address, _("Remove this member?")))
        rows.append(cells)
    add = (
        Action(_("Add a member"), reverse(f"registry:{noun}-members-add", args=[row.pk]))
        if can_edit
        else None
    )
    columns = [_("Name"), *([_("Part")] if has_part else []), *([_("Action")] if can_edit else [])]
    return Section(_("Members"), columns, rows, add)


def _association_sections(_request: HttpRequest, row: Any, can_edit: bool) -> Sequence[Section]:
    return [_members("associations", row, can_edit=can_edit)]


def _group_sections(_request: HttpRequest, row: Any, can_edit: bool) -> Sequence[Section]:
    return [_members("groups", row, can_edit=can_edit)]


ASSOCIATIONS = Noun(
    name="associations",
    model=SubjectAssociation,
    title=gettext_lazy("Subject associations"),
    new_title=gettext_lazy("Add an association"),
    rows=lambda scope: SubjectAssociation.objects.within(scope).select_related(
        "organisation__territory", "subject", "head"
    ),
    form=AssociationForm,
    create=lambda form, actor: create_association(actor=actor, **form.values),
    update=lambda row, form, actor: update_association(row, actor=actor, **form.values),
    facts=_association_facts,
    sections=_association_sections,
    may_edit=lambda scope, row: can_edit_organisation(scope, row.organisation),
    lead=archive_lead,
    deeds=archive_deeds(),
    parts=(
        Part(
            "members",
            gettext_lazy("Add a member"),
            MemberForm,
            lambda row, form, actor: add_association_member(row, actor=actor, **form.cleaned_data),
            lambda row: row.memberships.all(),
            lambda member, actor: remove_member(member, actor=actor),
        ),
    ),
)

GROUPS = Noun(
    name="groups",
    model=WorkingGroup,
    title=gettext_lazy("Working groups and councils"),
    new_title=gettext_lazy("Add a group"),
    rows=lambda scope: WorkingGroup.objects.within(scope).select_related(
        "organisation__territory", "founding_act"
    ),
    form=GroupForm,
    create=lambda form, actor: create_group(actor=actor, **form.values),
    update=lambda row, form, actor: update_group(row, actor=actor, **form.values),
    facts=_group_facts,
    sections=_group_sections,
    may_edit=lambda scope, row: can_edit_organisation(scope, row.organisation),
    lead=archive_lead,
    deeds=archive_deeds(),
    parts=(
        Part(
            "members",
            gettext_lazy("Add a member"),
            GroupMemberForm,
            lambda row, form, actor: add_group_member(row, actor=actor, **form.cleaned_data),
            lambda row: row.memberships.all(),
            lambda member, actor: remove_member(member, actor=actor),
        ),
    ),
)


class AssociationList(NounList):
    """All subject associations of the scope."""

    table_class = AssociationTable
    filter_class = AssociationFilter
    export_name = "associations"
    empty_title = gettext_lazy("No subject associations yet")
    empty_text = gettext_lazy("Add the associations of schools and of the district.")

    def get_queryset(self) -> Any:
        """Return the rows with the number of members; the filter leaves the archive out."""
        return super().get_queryset().annotate(member_count=Count("memberships"))


class GroupList(NounList):
    """All groups of the scope."""

    table_class = GroupTable
    filter_class = GroupFilter
    export_name = "groups"
    empty_title = gettext_lazy("No working groups yet")
    empty_text = gettext_lazy("Add the groups and councils that lead the work.")

    def get_queryset(self) -> Any:
        """Return the rows with the number of members; the filter leaves the archive out."""
        return super().get_queryset().annotate(member_count=Count("memberships"))

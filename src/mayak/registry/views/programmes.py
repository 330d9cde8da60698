"""Pages of programmes with their stages, roles and participants."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mayak.kernel.access.requests import request_scope
from mayak.kernel.ui.lists import Action
from mayak.registry.filters import ProgrammeFilter
from mayak.registry.forms.programmes import ParticipantForm, ProgrammeForm, RoleForm, StageForm
from mayak.registry.models import Programme, ProgrammeParticipant, ProgrammeRole, ProgrammeStage
from mayak.registry.permissions import can_edit_territory
from mayak.registry.services.programmes import (
    add_participant,
    add_role,
    add_stage,
    create_programme,
    remove_participant,
    remove_role,
    remove_stage,
    update_programme,
)
from mayak.registry.tables import ProgrammeTable
from mayak.registry.views.generic import NounList
from mayak.registry.views.nouns import Cell, Noun, Part, Section
from mayak.registry.views.organisations import link, period
from mayak.registry.views.people import archive_deeds, archive_lead


def _facts(row: Programme) -> Sequence[tuple[Any, Any]]:
    return [
        (_("Kind"), row.kind),
        (_("Territory"), row.territory),
        (_("Purpose"), row.purpose),
        (_("Period"), period(row.starts_on, row.ends_on)),
    ]


def _sections(request: HttpRequest, row: Programme, can_edit: bool) -> Sequence[Section]:
    participants = (
        ProgrammeParticipant.objects.within(request_scope(request))
        .filter(programme=row)
        .select_related("organisation", "role")
    )
    return [
        Section(
            _("Legal basis"),
            [_("Act"), _("Title")],
            [[link("acts", act), act.title] for act in row.legal_basis.all()],
        ),
        _part(
            row,
            "stages",
            _("Stages"),
            [_("Order"), _("Stage"), _("Period")],
            [(one, [one.position, one.name, period(one.starts_on, one.ends_on)]) for one in row.stages.all()],
            can_edit=can_edit,
            label=_("Add a stage"),
        ),
        _part(
            row,
            "roles",
            _("Roles"),
            [_("Role"), _("What it does")],
            [(one, [one.name, one.description]) for one in row.roles.all()],
            can_edit=can_edit,
            label=_("Add a role"),
        ),
        _part(
            row,
            "participants",
            _("Participants"),
            [_("Organisation"), _("Role"), _("Period")],
            [
                (
                    one,
                    [
                        link("organisations", one.organisation),
                        one.role or "",
                        period(one.valid_from, one.valid_to),
                    ],
                )
                for one in participants
            ],
            can_edit=can_edit,
            label=_("Add a participant"),
        ),
    ]


def _part(
    row: Programme,
    name: str,
    title: str,
    columns: list[Any],
    lines: list[tuple[Any, list[Any]]],
    *,
    can_edit: bool,
    label: str,
) -> Section:
    if not can_edit:
        return Section(title, columns, [cells for _one, cells in lines])
    rows = []
    for one, cells in lines:
        address = reverse(f"registry:programmes-{name}-remove", args=[row.pk, one.pk])
        rows.append([*cells, Cell(_("Remove"), address, _("Remove this line?"))])
    add = Action(label, reverse(f"registry:programmes-{name}-add", args=[row.pk]))
    return Section(title, [*columns, _("Action")], rows, add)


NOUN = Noun(
    name="programmes",
    model=Programme,
    title=gettext_lazy("Programmes"),
    new_title=gettext_lazy("Add a programme"),
    rows=lambda scope: Programme.objects.within(scope).select_related("territory"),
    form=ProgrammeForm,
    create=lambda form, actor: create_programme(actor=actor, **form.values),
    update=lambda row, form, actor: update_programme(row, actor=actor, **form.values),
    facts=_facts,
    sections=_sections,
    may_edit=lambda scope, row: can_edit_territory(scope, row.territory),
    lead=archive_lead,
    deeds=archive_deeds(),
    parts=(
        Part(
            "stages",
            gettext_lazy("Add a stage"),
            StageForm,
            lambda row, form, actor: add_stage(row, actor=actor, **form.values),
            lambda row: row.stages.all(),
            lambda stage, actor: remove_stage(stage, actor=actor),
            lambda row: ProgrammeStage(programme=row, position=row.stages.count() + 1),
        ),
        Part(
            "roles",
            gettext_lazy("Add a role"),
            RoleForm,
            lambda row, form, actor: add_role(row, actor=actor, **form.values),
            lambda row: row.roles.all(),
            lambda role, actor: remove_role(role, actor=actor),
            lambda row: ProgrammeRole(programme=row),
        ),
        Part(
            "participants",
            gettext_lazy("Add a participant"),
            ParticipantForm,
            lambda row, form, actor: add_participant(row, actor=actor, **form.values),
            lambda row: row.participants.all(),
            lambda participant, actor: remove_participant(participant, actor=actor),
            lambda row: ProgrammeParticipant(programme=row),
        ),
    ),
)


class ProgrammeList(NounList):
    """Programmes of the scope and of the territories above it."""

    table_class = ProgrammeTable
    filter_class = ProgrammeFilter
    export_name = "programmes"
    empty_title = gettext_lazy("No programmes yet")
    empty_text = gettext_lazy("Add a regional project, a mentoring league or a municipal project.")

    def get_queryset(self) -> Any:
        """Return the rows with the number of the scope's own participants; the filter leaves the archive out."""
        scope = request_scope(self.request)
        own = Q(participants__in=ProgrammeParticipant.objects.within(scope).values("pk"))
        return (
            super()
            .get_queryset()
            .annotate(participant_count=Count("participants", filter=own, distinct=True))
        )

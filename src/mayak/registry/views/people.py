"""Pages of people and of the posts they hold."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mayak.kernel.access.requests import request_scope
from mayak.kernel.ui.lists import Action
from mayak.registry.filters import PersonFilter
from mayak.registry.forms.people import PersonForm, PostForm
from mayak.registry.models import Employment, Person
from mayak.registry.permissions import can_edit_territory
from mayak.registry.selectors.organisations import people_of
from mayak.registry.services.people import create_person, employ, end_employment, update_person
from mayak.registry.services.rows import archive_row, restore_row
from mayak.registry.tables import PersonTable
from mayak.registry.views.generic import NounList
from mayak.registry.views.nouns import Cell, Deed, Noun, Part, Section
from mayak.registry.views.organisations import link, period


def archive_deeds() -> tuple[Deed, Deed]:
    """Return the two buttons of everything that is archived and not deleted."""
    return (
        Deed(
            "archive",
            gettext_lazy("To the archive"),
            gettext_lazy("Take it out of the lists? It keeps its history and can be brought back."),
            archive_row,
            lambda row: row.archived_at is None,
        ),
        Deed(
            "restore",
            gettext_lazy("Bring back from the archive"),
            gettext_lazy("Bring it back into the lists?"),
            restore_row,
            lambda row: row.archived_at is not None,
            tone="warning",
        ),
    )


def archive_lead(row: Any) -> str:
    """Return the words for something that lies in the archive."""
    return (
        _("In the archive since %(day)s.") % {"day": f"{row.archived_at:%d.%m.%Y}"} if row.archived_at else ""
    )


def _facts(row: Person) -> Sequence[tuple[Any, Any]]:
    years = timezone.localdate().year - row.teaching_since if row.teaching_since else None
    return [
        (_("Territory"), row.territory),
        (_("E-mail"), row.email),
        (_("Qualification category"), row.get_category_display()),
        (_("Category valid until"), row.category_until),
        (_("Teaching since"), row.teaching_since),
        (_("Experience, years"), years),
        (_("Early-career teacher"), _("yes") if row.is_early_career else ""),
    ]


def _sections(request: HttpRequest, row: Person, can_edit: bool) -> Sequence[Section]:
    posts = (
        Employment.objects.within(request_scope(request))
        .filter(person=row)
        .select_related("organisation")
        .prefetch_related("subjects")
    )
    add = Action(_("Add a post"), reverse("registry:people-posts-add", args=[row.pk])) if can_edit else None
    columns = [_("Organisation"), _("Position"), _("Subjects"), _("Rate"), _("Period")]
    rows = [_post_line(row, post, can_edit=can_edit) for post in posts]
    return [Section(_("Posts"), [*columns, *([_("Action")] if can_edit else [])], rows, add)]


def _post_line(row: Person, post: Employment, *, can_edit: bool) -> list[Any]:
    subjects = ", ".join(str(one) for one in post.subjects.all())
    cells = [
        link("organisations", post.organisation),
        post.position,
        subjects,
        post.rate if post.rate is not None else "",
        period(post.valid_from, post.valid_to),
    ]
    if can_edit:
        address = reverse("registry:people-posts-remove", args=[row.pk, post.pk])
        cells.append("" if post.valid_to else Cell(_("End today"), address, _("End this post today?")))
    return cells


NOUN = Noun(
    name="people",
    model=Person,
    title=gettext_lazy("People"),
    new_title=gettext_lazy("Add a person"),
    rows=lambda scope: Person.objects.within(scope).select_related("territory"),
    form=PersonForm,
    create=lambda form, actor: create_person(actor=actor, **form.values),
    update=lambda row, form, actor: update_person(row, actor=actor, **form.values),
    facts=_facts,
    sections=_sections,
    may_edit=lambda scope, row: can_edit_territory(scope, row.territory),
    lead=archive_lead,
    deeds=archive_deeds(),
    parts=(
        Part(
            "posts",
            gettext_lazy("Add a post"),
            PostForm,
            lambda row, form, actor: employ(row, actor=actor, **form.values),
            lambda row: row.employments.all(),
            lambda post, actor: end_employment(post, actor=actor, valid_to=timezone.localdate()),
            lambda row: Employment(person=row),
        ),
    ),
)


class PersonList(NounList):
    """All people of the scope."""

    table_class = PersonTable
    filter_class = PersonFilter
    export_name = "people"
    empty_title = gettext_lazy("No people yet")
    empty_text = gettext_lazy("Load people and their posts from a file or add the first one.")

    def get_queryset(self) -> Any:
        """Return the people with their posts; the filter leaves the archive out."""
        return people_of(request_scope(self.request))

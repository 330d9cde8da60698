"""Problem groups: what deficits occur together, groups formed of it, changed, dissolved."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from mayak.accounts.services.reading import note_reading
from mayak.diagnosis.enums.deficits import Rule
from mayak.diagnosis.filters.problem_groups import ProblemGroupFilter
from mayak.diagnosis.forms.deficits import DissolveForm, ProblemGroupForm
from mayak.diagnosis.models import Competence, ProblemGroup
from mayak.diagnosis.permissions.deficits import can_edit_groups, can_read_people, can_see_matrix
from mayak.diagnosis.selectors.competences import competence_list
from mayak.diagnosis.selectors.deficit_rules import rule_values
from mayak.diagnosis.selectors.deficits import READING
from mayak.diagnosis.selectors.problem_groups import people_with, problem_groups, propose_groups
from mayak.diagnosis.selectors.teachers import readable_people
from mayak.diagnosis.services.problem_groups import dissolve_group, form_group, update_group_members
from mayak.diagnosis.tables.problem_groups import ProblemGroupTable
from mayak.diagnosis.views.school_pages import show_errors, year_or_404
from mayak.kernel.access.requests import request_actor, request_scope
from mayak.kernel.ui.lists import ListPage
from mayak.registry.models import Organisation, Person, SubjectAssociation, Territory

NO_RIGHT = gettext_lazy("Problem groups are formed by methodists, heads of schools and of associations.")
NO_SUMS = gettext_lazy("Sums of deficits are read by methodists, coordinators and heads of schools.")


class ProblemGroupList(ListPage):
    """The groups that the user may see, without the names of members."""

    title = gettext_lazy("Problem groups")
    lead = gettext_lazy("Teachers with the same deficits who work on them together, three or more.")
    table_class = ProblemGroupTable
    filter_class = ProblemGroupFilter
    export_name = "problem-groups"
    empty_title = gettext_lazy("No problem groups yet")
    empty_text = gettext_lazy("Open the deficit matrix of a territory or school: it proposes them.")
    empty_url_name = "diagnosis:matrix"
    empty_label = gettext_lazy("Deficit matrix")

    def get_queryset(self) -> QuerySet[ProblemGroup]:
        """Return the groups of the scope.

        Raises:
            PermissionDenied: the role sees no sums of deficits.
        """
        scope = request_scope(self.request)
        if not can_see_matrix(scope):
            raise PermissionDenied(NO_SUMS)
        return problem_groups(scope).annotate(member_count=Count("members", distinct=True))

    def get_breadcrumbs(self) -> list[tuple[Any, str]]:
        """Return the way here."""
        return [(_("Diagnosis"), reverse("diagnosis:index"))]


@require_GET
def proposals_of_territory(request: HttpRequest, pk: int) -> HttpResponse:
    """Show which deficits occur together in a territory."""
    return _proposals(request, *_territory(request, pk))


@require_GET
def proposals_of_school(request: HttpRequest, pk: int) -> HttpResponse:
    """Show which deficits occur together in a school."""
    return _proposals(request, *_school(request, pk))


@require_http_methods(["GET", "POST"])
def form_in_territory(request: HttpRequest, pk: int) -> HttpResponse:
    """Form a group in a territory, of a proposal where the address names its competences."""
    return _form_group(request, *_territory(request, pk))


@require_http_methods(["GET", "POST"])
def form_in_school(request: HttpRequest, pk: int) -> HttpResponse:
    """Form a group in a school, of a proposal where the address names its competences."""
    return _form_group(request, *_school(request, pk))


@require_GET
def group(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a group; its members only to whoever may read people."""
    found = _group(request, pk)
    may_read = can_read_people(request_scope(request))
    members = list(found.members.order_by("sort_key")) if may_read else []
    for person in members:
        note_reading(person, READING, actor=request_actor(request), instance=found)
    context = {
        "group": found,
        "competences": found.competences.select_related("group"),
        "members": members,
        "member_count": found.members.count(),
        "may_read": may_read,
        "may_edit": can_edit_groups(request_scope(request), found.territory, found.organisation)
        and found.state == "active",
        "breadcrumbs": _crumbs((found.title, "")),
    }
    return render(request, "diagnosis/problem_group.html", context)


@require_http_methods(["GET", "POST"])
def group_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a group."""
    found = _group(request, pk)
    _require_edit(request, found.territory, found.organisation)
    chosen = list(found.competences.select_related("group"))
    people = _people(request, found.territory, found.organisation, chosen, found.members.all())
    form = ProblemGroupForm(
        request.POST or None,
        instance=found,
        competences=competence_list().kept(),
        people=people,
        associations=_associations(request, found.territory, found.organisation),
    )
    own = reverse("diagnosis:problem-group", args=[pk])
    if request.method == "GET":
        _note(request, people_with(found.territory, found.organisation, chosen))
    if request.method == "POST" and form.is_valid():
        try:
            update_group_members(
                _group(request, pk),
                actor=request_actor(request),
                competences=form.cleaned_data["competences"],
                members=form.cleaned_data["members"],
                **form.values,
            )
        except ValidationError as error:
            show_errors(form, error)
        else:
            messages.success(request, _("The group is saved."))
            return redirect(own)
    return _page(request, form, _("Change the group"), own)


@require_http_methods(["GET", "POST"])
def group_dissolve(request: HttpRequest, pk: int) -> HttpResponse:
    """End a group with a reason."""
    found = _group(request, pk)
    _require_edit(request, found.territory, found.organisation)
    form = DissolveForm(request.POST or None)
    own = reverse("diagnosis:problem-group", args=[pk])
    if request.method == "POST" and form.is_valid():
        try:
            dissolve_group(found, reason=form.cleaned_data["reason"], actor=request_actor(request))
        except ValidationError as error:
            show_errors(form, error)
        else:
            messages.success(request, _("The group is dissolved."))
            return redirect(own)
    return _page(request, form, _("Dissolve the group"), own)


def _proposals(request: HttpRequest, territory: Territory, school: Organisation | None) -> HttpResponse:
    scope = request_scope(request)
    if not can_see_matrix(scope):
        raise PermissionDenied(NO_SUMS)
    may_form = can_edit_groups(scope, territory, school)
    place = school or territory
    name = "school" if school else "territory"
    proposals = propose_groups(territory, school, names_people=may_form)
    context = {
        "place": place,
        "typical": [one for one in proposals if len(one.competences) > 1],
        "single": [one for one in proposals if len(one.competences) == 1],
        "limit": int(rule_values()[Rule.GROUP_LIMIT]),
        "may_form": may_form,
        "form_url": reverse(f"diagnosis:group-form-{name}", args=[place.pk]),
        "breadcrumbs": _crumbs(
            (str(place), reverse(f"diagnosis:matrix-{name}", args=[place.pk])), (_("Proposals"), "")
        ),
    }
    return render(request, "diagnosis/problem_proposals.html", context)


def _form_group(request: HttpRequest, territory: Territory, school: Organisation | None) -> HttpResponse:
    _require_edit(request, territory, school)
    keys = [
        int(one) for one in request.GET.get("competences", "").split("-") if one.isascii() and one.isdigit()
    ]
    chosen = list(competence_list().kept().filter(pk__in=keys))
    likely = people_with(territory, school, chosen) if chosen else []
    people = _people(request, territory, school, chosen, Person.objects.none())
    form = ProblemGroupForm(
        request.POST or None,
        competences=competence_list().kept(),
        people=people,
        associations=_associations(request, territory, school),
        initial={
            "title": ", ".join(one.name for one in chosen)[:200],
            "competences": [one.pk for one in chosen],
            "members": [one.pk for one in likely],
            "basis": _basis(chosen, len(likely)),
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = form_group(
                actor=request_actor(request),
                territory=territory,
                organisation=school,
                school_year=year_or_404(request),
                competences=form.cleaned_data["competences"],
                members=form.cleaned_data["members"],
                **form.values,
            )
        except ValidationError as error:
            show_errors(form, error)
        else:
            messages.success(request, _("The group is formed."))
            return redirect("diagnosis:problem-group", pk=made.pk)
    if request.method == "GET":
        _note(request, likely)
    name = "school" if school else "territory"
    back = reverse(f"diagnosis:group-proposals-{name}", args=[(school or territory).pk])
    return _page(request, form, _("Form a problem group"), back)


def _note(request: HttpRequest, people: list[Person]) -> None:
    """Write down that the deficits of these people were seen: the form names who has them."""
    for person in people:
        note_reading(person, READING, actor=request_actor(request))


def _basis(chosen: list[Competence], count: int) -> str:
    if not chosen:
        return ""
    return _("Deficits that occur together on %(day)s: competences %(competences)s, teachers %(people)s.") % {
        "day": f"{timezone.localdate():%d.%m.%Y}",
        "competences": len(chosen),
        "people": count,
    }


def _people(
    request: HttpRequest,
    territory: Territory,
    school: Organisation | None,
    chosen: list[Competence],
    members: QuerySet[Person],
) -> QuerySet[Person]:
    """Return whom the form offers: those with the deficits, the members, in a school everybody."""
    readable = readable_people(request_scope(request))
    wanted = Q(pk__in=[one.pk for one in people_with(territory, school, chosen)] if chosen else [])
    wanted |= Q(pk__in=members.values("pk"))
    if school is not None:
        wanted |= Q(pk__in=Person.objects.filter(employments__organisation=school).values("pk"))
    elif not chosen:
        wanted |= Q(pk__in=Person.objects.filter(help_requests__isnull=False).values("pk"))
    return readable.filter(wanted).order_by("sort_key", "pk")


def _associations(
    request: HttpRequest, territory: Territory, school: Organisation | None
) -> QuerySet[SubjectAssociation]:
    rows = SubjectAssociation.objects.kept().within(request_scope(request)).select_related("organisation")
    if school is not None:
        return rows.filter(organisation=school)
    return rows.filter(organisation__territory__path__under=territory.path or "")


def _territory(request: HttpRequest, pk: int) -> tuple[Territory, None]:
    found: Territory = get_object_or_404(Territory.objects.within(request_scope(request)), pk=pk)
    return found, None


def _school(request: HttpRequest, pk: int) -> tuple[Territory, Organisation]:
    rows = Organisation.objects.within(request_scope(request)).schools().select_related("territory")
    found: Organisation = get_object_or_404(rows, pk=pk)
    return found.territory, found


def _group(request: HttpRequest, pk: int) -> ProblemGroup:
    found: ProblemGroup = get_object_or_404(problem_groups(request_scope(request)), pk=pk)
    if not can_see_matrix(request_scope(request)):
        raise PermissionDenied(NO_SUMS)
    return found


def _require_edit(request: HttpRequest, territory: Territory, school: Organisation | None) -> None:
    if not can_edit_groups(request_scope(request), territory, school):
        raise PermissionDenied(NO_RIGHT)


def _page(request: HttpRequest, form: Any, title: Any, cancel: str) -> HttpResponse:
    context = {"title": title, "form": form, "cancel_url": cancel, "breadcrumbs": _crumbs((title, ""))}
    return render(request, "diagnosis/plain_form.html", context, status=400 if form.errors else 200)


def _crumbs(*rest: tuple[Any, str]) -> list[tuple[Any, str]]:
    return [
        (_("Diagnosis"), reverse("diagnosis:index")),
        (_("Problem groups"), reverse("diagnosis:problem-groups")),
        *rest,
    ]

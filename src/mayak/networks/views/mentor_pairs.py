"""The three bases of pairs, and a pair proposed or changed by hand."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from mayak.diagnosis.models import MentorProfile
from mayak.kernel.access.requests import request_actor, request_scope
from mayak.kernel.ui.lists import Action, ListPage
from mayak.networks.filters.mentor_pairs import MenteeBankFilter, MentorBankFilter, MentorPairFilter
from mayak.networks.forms.mentor_pairs import PairCreateForm, PairEditForm
from mayak.networks.models import MentorPair
from mayak.networks.permissions.mentor_pairs import can_edit_pair_rules, can_keep_pairs, keeping_scope
from mayak.networks.selectors.mentor_pairs import mentee_bank, mentor_bank, pair_list, visible_pairs
from mayak.networks.services.mentor_pairs import create_pair, update_pair
from mayak.networks.tables.mentor_pairs import MenteeBankTable, MentorBankTable, MentorPairTable
from mayak.networks.views.pair_common import NO_KEEPING, add_errors, crumbs, keepable, person_of
from mayak.registry.models import Person, SchoolYear
from mayak.registry.selectors.school_years import current_start_year

PEOPLE_RIGHT = "diagnosis.people"


class PairList(ListPage):
    """The pairs that the user may open: kept ones and the own ones."""

    title = gettext_lazy("Mentor pairs and groups")
    lead = gettext_lazy("Who helps whom, in what, by which order. Participants see their own pair only.")
    table_class = MentorPairTable
    filter_class = MentorPairFilter
    export_name = "mentor-pairs"
    empty_title = gettext_lazy("No mentor pairs yet")
    empty_text = gettext_lazy(
        "They appear when a pairing of teachers is approved, from a file, or are proposed by hand."
    )

    def get_queryset(self) -> QuerySet[MentorPair]:
        """Return the pairs with their people."""
        return pair_list(visible_pairs(request_scope(self.request), person_of(self.request)))

    def get_actions(self) -> list[Action]:
        """Offer the other bases, and to keepers what makes pairs."""
        scope = request_scope(self.request)
        if not can_keep_pairs(scope):
            return []
        found = [
            Action(_("Base of mentors"), reverse("networks:pair-mentors")),
            Action(_("Base of mentees"), reverse("networks:pair-mentees")),
            Action(_("Pairs from a file"), reverse("networks:pair-import")),
        ]
        if can_edit_pair_rules(scope):
            found.append(Action(_("Rules of pairs"), reverse("networks:pair-rules")))
        return [*found, Action(_("Propose a pair"), reverse("networks:pair-create"), primary=True)]


class _Bank(ListPage):
    """A base of people for the keepers of pairs."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refuse whoever keeps no pairs: the base names people."""
        if not can_keep_pairs(request_scope(request)):
            raise PermissionDenied(NO_KEEPING)
        return super().get(request, *args, **kwargs)

    def get_breadcrumbs(self) -> list[tuple[Any, str]]:
        """Return the way over the pairs."""
        return crumbs()


class MentorBank(_Bank):
    """Mentors with accepted passports and their places."""

    title = gettext_lazy("Base of mentors")
    lead = gettext_lazy("Accepted passports of this school year and how many places are taken.")
    table_class = MentorBankTable
    filter_class = MentorBankFilter
    export_name = "mentors"
    empty_title = gettext_lazy("No mentors yet")
    empty_text = gettext_lazy("A mentor stands here as soon as the passport is accepted.")

    def get_queryset(self) -> QuerySet[MentorProfile]:
        """Return the passports of the scope."""
        return mentor_bank(request_scope(self.request), _year())


class MenteeBank(_Bank):
    """People who ask for help, need it or have a mentor."""

    title = gettext_lazy("Base of mentees")
    lead = gettext_lazy(
        "Teachers who asked for help, who need it by the diagnosis, or who have a mentor this year."
    )
    table_class = MenteeBankTable
    filter_class = MenteeBankFilter
    export_name = "mentees"
    empty_title = gettext_lazy("No mentees yet")
    empty_text = gettext_lazy("A teacher stands here after a request or a diagnosis.")

    def get_queryset(self) -> QuerySet[Person]:
        """Return the people of the scope."""
        return mentee_bank(request_scope(self.request), _year())

    def get_table_kwargs(self) -> dict[str, Any]:
        """Show in what help is needed only to whoever may read the deficits of people."""
        if request_scope(self.request).allows(PEOPLE_RIGHT):
            return {}
        return {"exclude": ("request", "need")}


@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """Propose a pair by hand."""
    scope = request_scope(request)
    if not can_keep_pairs(scope):
        raise PermissionDenied(NO_KEEPING)
    form = PairCreateForm(request.POST or None, scope=keeping_scope(scope), initial={"school_year": _year()})
    if request.method == "POST" and form.is_valid():
        values = form.values
        mentor = values.pop("mentor")
        try:
            pair = create_pair(mentor, actor=request_actor(request), **values)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The pair is proposed: everybody is asked for consent."))
            return redirect("networks:pair", pk=pair.pk)
    context = {
        "form": form,
        "title": _("Propose a pair"),
        "lead": _("The loop and the network pair follow from the schools. Everybody is asked for consent."),
        "submit": _("Propose"),
        "cancel_url": reverse("networks:pairs"),
        "breadcrumbs": [*crumbs(), (_("Propose a pair"), "")],
    }
    return render(request, "networks/pair_form.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change goal, competences, kind and dates."""
    pair, _access = keepable(request, pk)
    form = PairEditForm(request.POST or None, instance=pair)
    if request.method == "POST" and form.is_valid():
        try:
            update_pair(pair, actor=request_actor(request), **form.values)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The pair is changed."))
            return redirect("networks:pair", pk=pk)
    context = {
        "form": form,
        "title": _("Change the pair"),
        "submit": _("Save"),
        "cancel_url": reverse("networks:pair", args=[pk]),
        "breadcrumbs": [*crumbs(pair), (_("Change"), "")],
    }
    return render(request, "networks/pair_form.html", context, status=400 if form.errors else 200)


def _year() -> SchoolYear | None:
    return SchoolYear.objects.filter(start_year=current_start_year()).first()

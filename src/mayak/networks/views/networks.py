"""Pages of networks: the list, a new one, the page of one, its picture, its beginning and end."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mayak.kernel.access.requests import request_actor, request_scope
from mayak.kernel.ui.lists import Action, ListPage
from mayak.matching.enums import NetworkModel
from mayak.networks.enums.networks import NetworkState
from mayak.networks.filters.networks import NetworkFilter
from mayak.networks.forms.networks import CloseForm, NetworkEditForm, NetworkForm, PartForm
from mayak.networks.models import Network, NetworkModelCard, Partnership
from mayak.networks.permissions.networks import can_edit_network, can_edit_network_rules, may_keep_networks
from mayak.networks.selectors.network_checks import self_check
from mayak.networks.selectors.network_documents import checklist
from mayak.networks.selectors.network_links import link_remarks, links_of
from mayak.networks.selectors.network_pictures import member_places, model_picture
from mayak.networks.selectors.network_rules import cards_of, needs_centre
from mayak.networks.selectors.networks import directions_of, member_lines, network_list, programme_facts
from mayak.networks.services import networks as services
from mayak.networks.tables.networks import NetworkTable, network_tone
from mayak.networks.tables.partnerships import state_tone
from mayak.networks.views.network_common import (
    NO_RIGHT,
    crumbs,
    do_post,
    find_network,
    form_page,
    kept_network,
    network_url,
    posted,
)

PICTURE_AT_MOST = 400
"""Pairs on one picture; more cannot be read."""
RESOURCE_MODELS = {NetworkModel.CONCENTRATED_RESOURCE, NetworkModel.CONCENTRATED_BOTH}


class NetworkList(ListPage):
    """The networks that the user may see."""

    title = gettext_lazy("Networks")
    lead = gettext_lazy(
        "A network belongs to a programme and a school year. Its model says who directs, which documents are "
        "needed and how the links run."
    )
    table_class = NetworkTable
    filter_class = NetworkFilter
    export_name = "networks"
    empty_title = gettext_lazy("No networks yet")
    empty_text = gettext_lazy("A coordinator begins a network; ten plain questions help to choose its model.")

    def get_queryset(self) -> QuerySet[Network]:
        """Return the networks of the scope."""
        return network_list(request_scope(self.request))

    def get_breadcrumbs(self) -> list[tuple[Any, str]]:
        """The step stands before."""
        return [(_("Network pairs"), reverse("networks:list"))]

    def get_actions(self) -> list[Action]:
        """Offer a new network to whoever keeps networks, and the rules to everybody."""
        rules = Action(_("Rules of networks"), reverse("networks:network-rules"))
        if not may_keep_networks(request_scope(self.request)):
            return [rules]
        return [rules, Action(_("New network"), reverse("networks:network-create"), primary=True)]


@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """Begin a network."""
    scope = request_scope(request)
    if not may_keep_networks(scope):
        raise PermissionDenied(NO_RIGHT)
    return form_page(
        request,
        NetworkForm(posted(request), scope=scope),
        lambda values: services.create_network(actor=request_actor(request), **values),
        title=_("New network"),
        lead=_("After this the guide asks ten plain questions and proposes a model."),
        submit=_("Begin the network"),
        way=crumbs(),
        back=reverse("networks:networks"),
        success=_("The network is a draft. Choose its model now."),
        target=lambda made: reverse("networks:network-guide", args=[made.pk]),
    )


@require_http_methods(["GET", "POST"])
def create_part(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin a part of a mixed network."""
    whole = kept_network(request, pk)
    common: dict[str, Any] = {"parent": whole, "programme": whole.programme, "school_year": whole.school_year}
    return form_page(
        request,
        PartForm(posted(request), scope=request_scope(request)),
        lambda values: services.create_network(actor=request_actor(request), **common, **values),
        title=_("New part of the network"),
        submit=_("Begin the part"),
        way=crumbs(whole),
        back=network_url(whole),
        success=_("The part is a draft. Choose its model now."),
        target=lambda made: reverse("networks:network-guide", args=[made.pk]),
    )


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change name, goal and basis."""
    found = kept_network(request, pk)
    form = NetworkEditForm(posted(request), instance=find_network(request, pk), scope=request_scope(request))
    return form_page(
        request,
        form,
        lambda values: services.update_network(found, actor=request_actor(request), **values),
        title=_("Change the network"),
        way=crumbs(found),
        back=network_url(found),
        success=_("The network is saved."),
    )


@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a network with a reason."""
    found = kept_network(request, pk)
    return form_page(
        request,
        CloseForm(posted(request)),
        lambda values: services.close_network(found, actor=request_actor(request), **values),
        title=_("Close the network"),
        lead=_("It stays in the history and is changed no more."),
        submit=_("Close the network"),
        way=crumbs(found),
        back=network_url(found),
        success=_("The network is closed."),
    )


@require_POST
def activate(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that the network works."""
    found = kept_network(request, pk)
    return do_post(
        request,
        lambda: services.activate_network(found, actor=request_actor(request)),
        success=_("The network works."),
        back=network_url(found),
    )


@require_POST
def take_members(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the schools of this year's partnerships as members."""
    found = kept_network(request, pk)
    return do_post(
        request,
        lambda: services.take_members_from_partnerships(found, actor=request_actor(request)),
        success=_("The schools of the network pairs are members now."),
        back=network_url(found),
    )


@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a network: programme, model, documents, members, links, centre, directions, self-check."""
    found = find_network(request, pk)
    scope = request_scope(request)
    card = _card(found)
    everybody = list(found.members.select_related("organisation__territory"))
    members = [row for row in everybody if row.left_on is None]
    centres = list(found.centres.select_related("organisation", "group", "act"))
    links = list(links_of(found))
    keeps = can_edit_network(scope, found)
    context = {
        "network": found,
        "tone": network_tone(found),
        "facts": programme_facts(found.programme, scope),
        "today": timezone.localdate(),
        "card": card,
        "rejected": _rejected(found),
        "papers": checklist(found),
        "lines": member_lines(found, members, links),
        "left": [row for row in everybody if row.left_on is not None],
        "own": scope.organisation_ids if scope.allows("networks.own_school") else frozenset(),
        "open_links": _open_links(request, links),
        "remarks": link_remarks(found, card, members, centres, links),
        "links": links,
        "centres": centres,
        "needs_centre": needs_centre(card),
        "directions": directions_of(found)
        if found.model in RESOURCE_MODELS or found.directions.exists()
        else [],
        "check": self_check(found),
        "parts": found.parts.select_related("territory", "school_year"),
        "is_mixed": found.model == NetworkModel.MIXED,
        "can_edit": keeps and found.state != NetworkState.CLOSED and not found.school_year.is_closed,
        "can_leave": keeps and not found.school_year.is_closed,
        "can_rules": can_edit_network_rules(scope),
        "breadcrumbs": [*crumbs(found)[:-1], (found.name, "")],
    }
    return render(request, "networks/network.html", context)


@require_GET
def picture(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the network as its model says, the same as a table, and on a map."""
    found = find_network(request, pk)
    links = list(links_of(found)[: PICTURE_AT_MOST + 1])
    is_small = len(links) <= PICTURE_AT_MOST
    rows = found.members.filter(left_on=None).select_related("organisation")
    members = list(rows.order_by("position", "role", "organisation__sort_key", "pk"))
    centres = list(found.centres.select_related("organisation", "group"))
    is_small = is_small and len(members) <= PICTURE_AT_MOST
    drawn = model_picture(_card(found), members, centres, links, tone=state_tone) if is_small else None
    context = {
        "network": found,
        "picture": drawn,
        "places": member_places(members) if is_small else None,
        "too_many": not is_small,
        "breadcrumbs": [*crumbs(found), (_("Picture of the network"), "")],
    }
    return render(request, "networks/network_picture.html", context)


def _card(network: Network) -> NetworkModelCard | None:
    cards = cards_of(network.school_year.start_year) if network.model else []
    return next((one for one in cards if one.code == network.model), None)


def _rejected(network: Network) -> list[tuple[Any, int, list[str]]]:
    names = dict(NetworkModel.choices)
    return [(names.get(one["model"], one["model"]), one["points"], one["why"]) for one in network.rejected]


def _open_links(request: HttpRequest, links: list[Partnership]) -> set[int]:
    """Return the partnerships whose pages the user may open."""
    rows = Partnership.objects.within(request_scope(request)).filter(pk__in=[link.pk for link in links])
    return set(rows.order_by().values_list("pk", flat=True))

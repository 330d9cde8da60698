"""Pages of the members of a network: joining, changes, leaving with a reason."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from mayak.kernel.access.requests import request_actor, request_scope
from mayak.networks.forms.networks import LeaveForm, MemberEditForm, MemberForm
from mayak.networks.models import Network, NetworkMember
from mayak.networks.permissions.networks import can_leave_network
from mayak.networks.services.network_members import add_member, leave_network, update_member
from mayak.networks.views.network_common import (
    crumbs,
    find_network,
    form_page,
    kept_network,
    network_url,
    posted,
)

NO_LEAVE = gettext_lazy("A member is taken out by its own head or by whoever keeps the network.")


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an organisation into the network."""
    found = kept_network(request, pk)
    return form_page(
        request,
        MemberForm(posted(request), scope=request_scope(request)),
        lambda values: add_member(found, values.pop("organisation"), actor=request_actor(request), **values),
        title=_("New member"),
        submit=_("Take into the network"),
        way=crumbs(found),
        back=network_url(found),
        success=_("The member is in the network."),
    )


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int, member_pk: int) -> HttpResponse:
    """Change role, place and task."""
    found = kept_network(request, pk)
    member = _member(found, member_pk)
    form = MemberEditForm(posted(request), instance=_member(found, member_pk))
    return form_page(
        request,
        form,
        lambda values: update_member(member, actor=request_actor(request), **values),
        title=_("Change the member"),
        lead=member.organisation,
        way=crumbs(found),
        back=network_url(found),
        success=_("The member is saved."),
    )


@require_http_methods(["GET", "POST"])
def leave(request: HttpRequest, pk: int, member_pk: int) -> HttpResponse:
    """Let a member leave with a reason."""
    found = find_network(request, pk)
    member = _member(found, member_pk)
    if not can_leave_network(request_scope(request), member):
        raise PermissionDenied(NO_LEAVE)
    return form_page(
        request,
        LeaveForm(posted(request)),
        lambda values: leave_network(member, actor=request_actor(request), **values),
        title=_("Leave the network"),
        lead=member.organisation,
        submit=_("Leave the network"),
        way=crumbs(found),
        back=network_url(found),
        success=_("The member has left; the reason is kept."),
    )


def _member(network: Network, pk: int) -> NetworkMember:
    found: NetworkMember = get_object_or_404(
        network.members.select_related(
            "organisation__territory", "network__territory", "network__school_year"
        ),
        pk=pk,
    )
    return found

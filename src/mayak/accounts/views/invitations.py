"""Pages of invitations: the list, one person, people of the registry, the letters."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from mayak.accounts.enums import OPEN_INVITATIONS, InvitationState
from mayak.accounts.filters import InvitationFilter
from mayak.accounts.forms.invitations import BulkForm, InvitationForm
from mayak.accounts.models import Invitation
from mayak.accounts.permissions import grantable_roles, may_grant
from mayak.accounts.selectors import request_role
from mayak.accounts.selectors.invitations import (
    Candidates,
    MayGrant,
    drafts_of,
    find_candidates,
    invitations_of,
)
from mayak.accounts.services.invitations import (
    invite,
    invite_many,
    preview_letter,
    queue_invitations,
    withdraw_invitation,
)
from mayak.accounts.tables import InvitationTable
from mayak.accounts.views.people import FORM, managed, show_errors
from mayak.kernel.access.requests import request_actor, request_scope, site_of
from mayak.kernel.ui.fields import FieldRow
from mayak.kernel.ui.lists import Action, ListPage

SHOWN = 100
"""So many people are listed in the preview; the counts are of all."""


class InvitationList(ListPage):
    """Who is invited, and who has come."""

    title = gettext_lazy("Invitations")
    lead = gettext_lazy("An account begins with a letter. A draft is not sent until you say so.")
    table_class = InvitationTable
    filter_class = InvitationFilter
    export_name = "invitations"
    empty_title = gettext_lazy("Nobody is invited yet")
    empty_text = gettext_lazy("Invite one person, or people of the registry at once.")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Let in only who manages accounts."""
        managed(request)
        return super().dispatch(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Invitation]:
        """Return the invitations to the organisations that are managed."""
        return invitations_of(managed(self.request))

    def get_breadcrumbs(self) -> list[tuple[Any, str]]:
        """Return the way to this page."""
        return [(_("People and roles"), reverse("accounts:users"))]

    def get_actions(self) -> list[Action]:
        """Offer to send what waits, to invite one, to invite many."""
        found = [
            Action(_("Invite a person"), reverse("accounts:invitation-new"), icon="plus-lg"),
            Action(_("Invite from the registry"), reverse("accounts:invitations-bulk"), icon="people"),
        ]
        waiting = len(drafts_of(managed(self.request), _may_grant(self.request)))
        if waiting:
            text = _("Send the invitations (%(count)s)") % {"count": waiting}
            found.insert(0, Action(text, reverse("accounts:invitations-send"), primary=True))
        return found


@require_http_methods(["GET", "HEAD", "POST"])
def invitation_new(request: HttpRequest) -> HttpResponse:
    """Make a draft for one person."""
    scope = managed(request)
    form = InvitationForm(
        request.POST if request.method == "POST" else None, scope=scope, roles=_roles(request)
    )
    if form.is_valid():
        values = dict(form.cleaned_data)
        if not _may_grant(request)(values["role"], values["organisation"]):
            raise PermissionDenied(_("You cannot give this role for this organisation."))
        try:
            invitation = invite(**values, actor=request_actor(request))
        except ValidationError as error:
            show_errors(form, error)
        else:
            messages.success(request, _("The draft is kept. Nothing is sent yet."))
            return redirect("accounts:invitation", pk=invitation.pk)
    context = {
        "title": _("Invite a person"),
        "lead": _("Nothing is sent now: you see the letter first."),
        "form": form,
        "submit": _("Make a draft"),
        "back": reverse("accounts:invitations"),
        "breadcrumbs": _crumbs(_("Invite a person")),
    }
    return render(request, FORM, context, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def invitations_bulk(request: HttpRequest) -> HttpResponse:
    """Choose people of the registry, see who would be invited and why somebody is left out, make drafts."""
    scope = managed(request)
    form = BulkForm(request.POST if request.method == "POST" else None, scope=scope, roles=_roles(request))
    found: Candidates | None = None
    if form.is_valid():
        chosen = {key: form.cleaned_data[key] for key in ("territory", "organisation", "position")}
        found = find_candidates(scope, form.cleaned_data["role"], _may_grant(request), **chosen)
        if "create" in request.POST:
            return _make_drafts(request, form, found)
    context = {
        "form": form,
        "found": found,
        "shown": found.ready[:SHOWN] if found else [],
        "left_out": found.left_out[:SHOWN] if found else [],
        "breadcrumbs": _crumbs(_("Invite from the registry")),
    }
    return render(request, "accounts/invitations_bulk.html", context, status=400 if form.errors else 200)


def _make_drafts(request: HttpRequest, form: BulkForm, found: Candidates) -> HttpResponse:
    made = invite_many(
        found.ready,
        form.cleaned_data["role"],
        actor=request_actor(request),
        basis_text=form.cleaned_data["basis_text"],
    )
    text = ngettext(
        "%(count)s draft is kept. Nothing is sent yet.",
        "%(count)s drafts are kept. Nothing is sent yet.",
        len(made),
    )
    messages.success(request, text % {"count": len(made)})
    return redirect("accounts:invitations")


@require_http_methods(["GET", "HEAD", "POST"])
def invitations_send(request: HttpRequest) -> HttpResponse:
    """Show how many letters go and what stands in them; send them when told so."""
    drafts = drafts_of(managed(request), _may_grant(request))
    if request.method == "POST":
        return _send(request, drafts)
    context = {
        "count": len(drafts),
        "drafts": drafts[:SHOWN],
        "letter": preview_letter(drafts[0]) if drafts else None,
        "breadcrumbs": _crumbs(_("Send the invitations")),
    }
    return render(request, "accounts/invitations_send.html", context)


@require_http_methods(["GET", "HEAD"])
def invitation_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an invitation with its letter and what may be done with it."""
    invitation = get_object_or_404(invitations_of(managed(request)), pk=pk)
    subject, text = preview_letter(invitation)
    is_open = invitation.state in OPEN_INVITATIONS
    context = {
        "invitation": invitation,
        "rows": _rows(invitation),
        "subject": subject,
        "text": text,
        "may_act": is_open and _may_grant(request)(invitation.role, invitation.organisation),
        "is_draft": invitation.state == InvitationState.DRAFT,
        "breadcrumbs": _crumbs(invitation.full_name),
    }
    return render(request, "accounts/invitation.html", context)


@require_POST
def invitation_send(request: HttpRequest, pk: int) -> HttpResponse:
    """Send one letter, for the first time or again; an older link stops working."""
    return _send(request, [_own(request, pk)])


@require_POST
def invitation_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an invitation back."""
    try:
        withdraw_invitation(_own(request, pk), actor=request_actor(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The invitation is withdrawn; its link works no more."))
    return redirect("accounts:invitations")


def _send(request: HttpRequest, invitations: list[Invitation]) -> HttpResponse:
    try:
        count = queue_invitations(invitations, site=site_of(request), actor=request_actor(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        text = ngettext("%(count)s letter is on its way.", "%(count)s letters are on their way.", count)
        messages.success(request, text % {"count": count})
    return redirect("accounts:invitations")


def _own(request: HttpRequest, pk: int) -> Invitation:
    invitation = get_object_or_404(invitations_of(managed(request)), pk=pk)
    if not _may_grant(request)(invitation.role, invitation.organisation):
        raise PermissionDenied(_("You cannot give this role for this organisation."))
    return invitation


def _may_grant(request: HttpRequest) -> MayGrant:
    held, scope = request_role(request), request_scope(request)
    return lambda role, organisation: may_grant(held, scope, role, organisation)


def _roles(request: HttpRequest) -> frozenset[str]:
    return frozenset(grantable_roles(request_role(request), request_scope(request)))


def _rows(invitation: Invitation) -> list[FieldRow]:
    return [
        FieldRow(_("State"), invitation.get_state_display()),
        FieldRow(_("E-mail"), invitation.email),
        FieldRow(_("Role"), invitation.get_role_display()),
        FieldRow(_("Organisation"), invitation.organisation),
        FieldRow(_("From"), invitation.valid_from),
        FieldRow(_("Until"), invitation.valid_to),
        FieldRow(_("Basis in words"), invitation.basis_text),
        FieldRow(_("Invited by"), invitation.created_by),
        FieldRow(_("Sent"), invitation.sent_at),
        FieldRow(_("The link works until"), invitation.expires_at),
        FieldRow(_("Accepted"), invitation.accepted_at),
    ]


def _crumbs(title: str) -> list[tuple[Any, str]]:
    return [
        (_("People and roles"), reverse("accounts:users")),
        (_("Invitations"), reverse("accounts:invitations")),
        (title, ""),
    ]

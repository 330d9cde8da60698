"""Page of the own sessions."""

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from mayak.accounts.models import User
from mayak.accounts.selectors.sessions import own_sessions
from mayak.accounts.services.sessions import end_other_sessions, end_session
from mayak.accounts.views.own import signed_in
from mayak.kernel.access.requests import request_actor


@require_GET
def session_list(request: HttpRequest) -> HttpResponse:
    """Show where the user is signed in."""
    sessions = own_sessions(_alone(request), request.session.session_key or "")
    title = _("Where I am signed in")
    context = {
        "sessions": sessions,
        "has_others": any(not session.is_current for session in sessions),
        "breadcrumbs": [(_("My profile"), reverse("accounts:profile")), (title, "")],
    }
    return render(request, "accounts/sessions.html", context)


@require_POST
def session_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign out in one other place."""
    own = UserSession.objects.filter(user=_alone(request)).exclude(session_key=request.session.session_key)
    end_session(get_object_or_404(own, pk=pk), actor=request_actor(request))
    messages.success(request, _("That session has ended."))
    return redirect("accounts:sessions")


@require_POST
def sessions_end(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere else."""
    ended = end_other_sessions(
        _alone(request), keep=request.session.session_key or "", actor=request_actor(request)
    )
    text = ngettext("%(count)s session has ended.", "%(count)s sessions have ended.", ended)
    messages.success(request, text % {"count": ended})
    return redirect("accounts:sessions")


def _alone(request: HttpRequest) -> User:
    """Return the user.

    Raises:
        PermissionDenied: the account is shared: the visitors of a demonstration would see and end each other.
    """
    user = signed_in(request)
    if user.is_demo:
        raise PermissionDenied(
            _("A demonstration account is shared by everybody: its sessions are not shown.")
        )
    return user

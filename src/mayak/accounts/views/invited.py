"""Page of somebody who opens the link of an invitation."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from mayak.accounts.enums import Guess
from mayak.accounts.forms.passwords import FirstPasswordForm
from mayak.accounts.models import Invitation, User
from mayak.accounts.selectors.sign_in import client_address
from mayak.accounts.services.invitations import (
    LinkIsDeadError,
    accept_invitation,
    accept_with_account,
    account_of,
    find_invitation,
)
from mayak.accounts.services.throttling import count_attempt
from mayak.accounts.views.sign_in import enter

PAGE = "accounts/invited.html"


@sensitive_post_parameters("password", "again")
@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def invited(request: HttpRequest, token: str) -> HttpResponse:
    """Show to what one is invited; set a password and come in, or take the role with the own account."""
    try:
        invitation = find_invitation(token)
        owner = account_of(invitation)
        if owner is not None:
            return _with_account(request, invitation, owner)
        return _first_time(request, invitation)
    except LinkIsDeadError:
        count_attempt(Guess.LINK_FROM, client_address(request))
        return render(request, "accounts/invitation_dead.html", status=404)


def _first_time(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    if request.user.is_authenticated:
        return render(request, PAGE, {"invitation": invitation, "is_another": True})
    future = User(email=invitation.email, full_name=invitation.full_name)
    form = FirstPasswordForm(request.POST if request.method == "POST" else None, user=future)
    if form.is_valid():
        password = form.cleaned_data["password"]
        try:
            user = accept_invitation(invitation, password=password, address=client_address(request))
        except (
            ValidationError
        ) as error:  # an account came up meanwhile, or the role is not given there any more
            form.add_error(None, error.messages)
            return render(request, PAGE, {"invitation": invitation, "form": form}, status=400)
        messages.success(request, _("Welcome! Your account is ready."))
        return enter(request, user)
    context = {"invitation": invitation, "form": form}
    return render(request, PAGE, context, status=400 if form.errors else 200)


def _with_account(request: HttpRequest, invitation: Invitation, owner: User) -> HttpResponse:
    """The link of the letter alone does not open an account that is there already."""
    if request.user != owner:
        context = {"invitation": invitation, "has_account": True, "is_another": request.user.is_authenticated}
        return render(request, PAGE, context)
    if request.method != "POST":
        return render(request, PAGE, {"invitation": invitation, "may_take": True})
    try:
        accept_with_account(invitation, owner, address=client_address(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The role is yours."))
    return redirect("accounts:profile")

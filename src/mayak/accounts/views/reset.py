"""Pages of a forgotten password. Nothing here tells whether an address has an account."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.views import PasswordResetConfirmView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mayak.accounts.enums import Guess
from mayak.accounts.forms.passwords import ResetForm
from mayak.accounts.models import User, plain_email
from mayak.accounts.selectors import actor_of
from mayak.accounts.selectors.sign_in import client_address
from mayak.accounts.services.passwords import after_password_change, ask_for_reset
from mayak.accounts.services.throttling import count_attempt
from mayak.kernel.access.requests import request_actor, site_of


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def reset(request: HttpRequest) -> HttpResponse:
    """Ask for a letter with a link."""
    form = ResetForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        email = plain_email(form.cleaned_data["email"])
        count_attempt(Guess.RESET_FROM, client_address(request))
        count_attempt(Guess.RESET, email)
        ask_for_reset(email, site=site_of(request), actor=request_actor(request))
        text = _(
            "If there is an account with this e-mail, a letter is on its way. The link works for two hours."
        )
        messages.success(request, text)
        return redirect("accounts:sign-in")
    return render(request, "accounts/reset.html", {"form": form}, status=400 if form.errors else 200)


class ResetConfirmView(PasswordResetConfirmView):
    """Set a new password with the link of a letter; it works once and the second factor stays."""

    template_name = "accounts/reset_confirm.html"
    success_url = reverse_lazy("accounts:sign-in")

    def get_user(self, uidb64: str) -> Any:
        """Return whom the link is for; nobody for closed and shared accounts."""
        user = super().get_user(uidb64)
        return user if isinstance(user, User) and user.is_active and not user.is_demo else None

    def form_valid(self, form: "SetPasswordForm[Any]") -> HttpResponse:
        """End all sessions and go to the sign-in page."""
        response = super().form_valid(form)
        user = form.user
        after_password_change(user, actor=actor_of(user, address=client_address(self.request)))
        messages.success(self.request, _("The new password is set. Sign in with it."))
        return response

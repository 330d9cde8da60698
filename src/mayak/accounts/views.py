"""Pages of accounts: signing in, the own profile, the own password."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.views import LoginView, PasswordChangeView
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse_lazy
from django.utils.translation import gettext as _

from mayak.accounts.enums import DEMO_PASSWORD, RIGHT_LABELS
from mayak.accounts.forms import SignInForm
from mayak.accounts.models import User
from mayak.accounts.selectors import current_roles, demonstration_sign_ins
from mayak.kernel.access.requests import request_scope
from mayak.kernel.ui.fields import FieldRow


class SignInView(LoginView):
    """Sign in; a demonstration shows its accounts with one button each."""

    template_name = "accounts/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the demonstration accounts."""
        sign_ins = demonstration_sign_ins() if settings.DEMO else []
        return super().get_context_data(sign_ins=sign_ins, demo_password=DEMO_PASSWORD, **kwargs)


def profile(request: HttpRequest) -> HttpResponse:
    """Show who is signed in, the own roles and what they allow."""
    user = request.user
    if not isinstance(user, User):  # LoginRequiredMiddleware lets nobody else through
        raise PermissionDenied
    scope = request_scope(request)
    rights = [label for right, label in RIGHT_LABELS.items() if scope.allows(right)]
    context = {
        "breadcrumbs": [(_("My profile"), "")],
        "rows": [FieldRow(_("Name"), user.full_name), FieldRow(_("E-mail"), user.email)],
        "roles": current_roles(user),
        "rights": rights,
        "may_change_password": not user.is_demo,
    }
    return render(request, "accounts/profile.html", context)


class ChangePasswordView(PasswordChangeView):
    """Change the own password; the published one of a demonstration account stays."""

    template_name = "accounts/password.html"
    success_url = reverse_lazy("accounts:profile")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refuse a demonstration account.

        Raises:
            PermissionDenied: the account is shared by everybody.
        """
        if isinstance(request.user, User) and request.user.is_demo:
            raise PermissionDenied(_("A demonstration account is shared by everybody: its password stays."))
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the way back."""
        crumbs = [(_("My profile"), reverse_lazy("accounts:profile")), (_("Password"), "")]
        return super().get_context_data(breadcrumbs=crumbs, **kwargs)

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        """Say that it is done."""
        messages.success(self.request, _("The password is changed."))
        return super().form_valid(form)

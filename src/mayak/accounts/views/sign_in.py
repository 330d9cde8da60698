"""Pages of accounts: signing in, the own profile, the own password."""

from typing import Any

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.socialaccount.adapter import get_adapter as get_identity_adapter
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

from mayak.accounts.enums import DEMO_PASSWORD, RIGHT_LABELS, Guess
from mayak.accounts.forms.passwords import OwnPasswordForm
from mayak.accounts.forms.sign_in import SignInForm
from mayak.accounts.models import User, plain_email
from mayak.accounts.selectors import demonstration_sign_ins, own_roles, request_role
from mayak.accounts.selectors.sign_in import PASSWORD, client_address
from mayak.accounts.services.passwords import after_password_change
from mayak.accounts.services.throttling import count_attempt, forgive, take_back
from mayak.accounts.services.trail import note
from mayak.kernel.access.requests import request_actor, request_scope
from mayak.kernel.audit.services import record_bulk
from mayak.kernel.ui.fields import FieldRow


class SignInView(LoginView):
    """Sign in; a demonstration shows its accounts with one button each.

    The password is the first step; allauth asks for the second factor where there is one.
    """

    template_name = "accounts/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the demonstration accounts and the identity service."""
        sign_ins = demonstration_sign_ins() if settings.DEMO else []
        services = (
            get_identity_adapter().list_providers(self.request) if settings.SOCIALACCOUNT_PROVIDERS else []
        )
        return super().get_context_data(
            sign_ins=sign_ins, demo_password=DEMO_PASSWORD, services=services, **kwargs
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Count the attempt before it is judged.

        Raises:
            TooManyAttempts: whoever guesses has to wait.
        """
        email = plain_email(request.POST.get("username", ""))
        if not email or _is_open_to_all(email):
            return super().post(request, *args, **kwargs)
        address = client_address(request)
        count_attempt(Guess.PASSWORD_FROM, address)
        is_last = count_attempt(Guess.PASSWORD, email)
        form = self.get_form()
        if form.is_valid():
            forgive(Guess.PASSWORD, email)
            take_back(Guess.PASSWORD_FROM, address)
            return self.form_valid(form)
        if is_last:
            _note_lockout(request, email)
        return self.form_invalid(form)

    def form_valid(self, form: Any) -> HttpResponse:
        """Go on to the second factor, or in."""
        return enter(self.request, form.get_user(), redirect_url=self.get_redirect_url())


def enter(request: HttpRequest, user: User, *, redirect_url: str = "") -> HttpResponse:
    """Sign in somebody whose password was right: allauth asks for the second factor first."""
    record_authentication(request, user, method="password", reauthenticated=True)
    response: HttpResponse = perform_login(
        request,
        Login(user=user, redirect_url=redirect_url or None, state={PASSWORD: user.get_session_auth_hash()}),
    )
    return response


def _is_open_to_all(email: str) -> bool:
    """Whether the password is published: then there is nothing to guess, and nobody can lock the others out."""
    return bool(settings.DEMO) and User.objects.filter(email=email, is_demo=True).exists()


def _note_lockout(request: HttpRequest, email: str) -> None:
    """Write it down, for an address without an account too: the time of the answer must not tell."""
    user, actor = User.objects.filter(email=email).first(), request_actor(request)
    if user is not None:
        note(user, actor=actor, action="lockout")
    else:
        record_bulk(User, actor=actor, action="lockout", row_count=0, object_text="-")


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
        "roles": own_roles(user, request_role(request)),
        "rights": rights,
        "may_change_password": not user.is_demo,
    }
    return render(request, "accounts/profile.html", context)


class ChangePasswordView(PasswordChangeView):
    """Change the own password; the published one of a demonstration account stays."""

    template_name = "accounts/password.html"
    form_class = OwnPasswordForm
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
        """Keep this session, end the others, say that it is done."""
        response = super().form_valid(form)
        user = form.user
        after_password_change(
            user, actor=request_actor(self.request), keep=self.request.session.session_key or ""
        )
        messages.success(self.request, _("The password is changed. You are signed out everywhere else."))
        return response

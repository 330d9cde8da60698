"""Pages of the second factor: allauth's steps on our pages."""

from typing import Any

from allauth.account.internal.stagekit import clear_login, unstash_login
from allauth.account.views import ReauthenticateView as ReauthenticatePasswordView
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.views import AuthenticateView, IndexView, ReauthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.views import (
    AddWebAuthnView,
    LoginWebAuthnView,
    ReauthenticateWebAuthnView,
    RemoveWebAuthnView,
)
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _

from mayak.accounts.enums import Guess
from mayak.accounts.models import User
from mayak.accounts.selectors.sign_in import PASSWORD, client_address, has_second_factor, needs_second_factor
from mayak.accounts.services.throttling import count_attempt, take_back

INDEX = reverse_lazy("mfa_index")


def _crumbs(*rest: Any) -> list[Any]:
    protection = (_("Protection of the sign-in"), str(INDEX) if rest else "")
    return [(_("My profile"), reverse("accounts:profile")), protection, *((title, "") for title in rest)]


class _OwnAccount:
    """Refuses the accounts of a demonstration: what one visitor sets up would lock the others out."""

    request: HttpRequest

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Let nobody change what everybody uses.

        Raises:
            PermissionDenied: the account is shared by everybody.
        """
        if isinstance(request.user, User) and request.user.is_demo:
            raise PermissionDenied(
                _("A demonstration account is shared by everybody: it has no second factor.")
            )
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]  # of the view
        return response


class ProtectionView(IndexView):
    """What protects the own sign-in, and what is still needed."""

    template_name = "accounts/protection.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add why a second factor is needed."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        user = self.request.user
        is_user = isinstance(user, User)
        passkeys = context["authenticators"].get(Authenticator.Type.WEBAUTHN, [])
        return {
            **context,
            "breadcrumbs": _crumbs(),
            "is_missing": is_user and needs_second_factor(user) and not has_second_factor(user),
            "is_shared": is_user and user.is_demo,
            "totp": context["authenticators"].get(Authenticator.Type.TOTP),
            "passkeys": [passkey.instance for passkey in passkeys],
            "codes": context["authenticators"].get(Authenticator.Type.RECOVERY_CODES),
        }


@method_decorator(login_not_required, name="dispatch")
class CodeView(AuthenticateView):
    """The second step of signing in: a code or a passkey, while the account and the password are as at the first."""

    template_name = "accounts/code.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Begin anew where the account was closed or the password changed since the first step."""
        login = unstash_login(request, peek=True)
        if login is not None and isinstance(login.user, User):
            now = login.user.get_session_auth_hash()
            if not login.user.is_active or login.state.get(PASSWORD, now) != now:
                clear_login(request)
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response


class ConfirmPasswordView(ReauthenticatePasswordView):
    """Type the password again before a change of the sign-in."""

    template_name = "accounts/confirm.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Name the field."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        field = context["form"].fields["password"]
        field.label = _("Password")
        field.widget.attrs.pop("placeholder", None)
        return context


class ConfirmCodeView(ReauthenticateView):
    """Give a code before a change of the sign-in."""

    template_name = "accounts/confirm.html"


class ConfirmPasskeyView(ReauthenticateWebAuthnView):
    """Use a passkey before a change of the sign-in."""

    template_name = "accounts/confirm_passkey.html"


class ActivateAppView(_OwnAccount, ActivateTOTPView):
    """Connect an authenticator app."""

    template_name = "accounts/app_activate.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the way back."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {**context, "breadcrumbs": _crumbs(_("Authenticator app"))}


class DeactivateAppView(_OwnAccount, DeactivateTOTPView):
    """Disconnect the authenticator app."""

    template_name = "accounts/app_deactivate.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the way back."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {**context, "breadcrumbs": _crumbs(_("Authenticator app"))}


class CodesView(_OwnAccount, ViewRecoveryCodesView):
    """The recovery codes that are left."""

    template_name = "accounts/codes.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the way back."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {**context, "breadcrumbs": _crumbs(_("Recovery codes"))}


class NewCodesView(_OwnAccount, GenerateRecoveryCodesView):
    """Replace the recovery codes."""

    template_name = "accounts/codes_new.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the way back."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {**context, "breadcrumbs": _crumbs(_("New recovery codes"))}


class AddPasskeyView(_OwnAccount, AddWebAuthnView):
    """Add a passkey."""

    template_name = "accounts/passkey_add.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the way back; allauth's view drops a form with errors here."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {**context, **kwargs, "breadcrumbs": _crumbs(_("New passkey"))}


class RemovePasskeyView(_OwnAccount, RemoveWebAuthnView):
    """Remove a passkey."""

    template_name = "accounts/passkey_remove.html"
    success_url = INDEX

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the way back."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {**context, "breadcrumbs": _crumbs(_("Remove the passkey"))}

    def form_valid(self, form: Any) -> HttpResponse:
        """Keep the last factor of somebody whose role needs one; allauth asks this of apps only."""
        if not get_adapter().can_delete_authenticator(self.get_object()):
            messages.error(self.request, get_adapter().error_messages["cannot_delete_authenticator"])
            return redirect(INDEX)
        response: HttpResponse = super().form_valid(form)
        return response


class PasskeySignInView(LoginWebAuthnView):
    """Sign in with a passkey alone."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Count the attempts of an address.

        Raises:
            TooManyAttempts: too many failed.
        """
        address = client_address(request)
        count_attempt(Guess.PASSKEY_FROM, address)
        response: HttpResponse = super().post(request, *args, **kwargs)
        if request.user.is_authenticated:
            take_back(Guess.PASSKEY_FROM, address)
        return response

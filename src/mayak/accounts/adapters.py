"""What django-allauth asks of us: who may come in, in which words, and how secrets are kept."""

import base64
import hashlib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mayak.accounts.enums import Guess
from mayak.accounts.models import User
from mayak.accounts.selectors.sign_in import client_address, has_second_factor, needs_second_factor
from mayak.accounts.services.identities import NoAccountError, user_of_identity
from mayak.accounts.services.throttling import count_attempt, forgive

MESSAGES = {
    "mfa/messages/totp_activated.txt": gettext_lazy("The authenticator app is connected."),
    "mfa/messages/totp_deactivated.txt": gettext_lazy("The authenticator app is disconnected."),
    "mfa/messages/recovery_codes_generated.txt": gettext_lazy("New recovery codes are made."),
    "mfa/messages/webauthn_added.txt": gettext_lazy("The passkey is added."),
    "mfa/messages/webauthn_removed.txt": gettext_lazy("The passkey is removed."),
}
"""Our words for what allauth says; anything else stays unsaid."""


class SignInBackend(ModelBackend):
    """E-mail and password; a closed account is told so by the form, after the same time as a wrong password."""

    def user_can_authenticate(self, user: Any) -> bool:
        """Let the form see a closed account whose password is right."""
        return True

    def get_user(self, user_id: int) -> User | None:
        """Return the user of a session; nobody where the account has been closed meanwhile."""
        user = super().get_user(user_id)
        return user if isinstance(user, User) and user.is_active else None


class AccountAdapter(DefaultAccountAdapter):
    """Accounts come from invitations only."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody makes an account by oneself."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the address as the audit log has it."""
        return client_address(request)

    def add_message(  # noqa: PLR0917  # the signature is allauth's
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        """Say it in our words."""
        text = message or MESSAGES.get(message_template or "")
        if text:
            messages.add_message(request, level, str(text), extra_tags=extra_tags)

    def reauthenticate(self, user: User, password: str) -> bool:
        """Check the password of whoever is signed in; guessing is slowed down as at the door."""
        count_attempt(Guess.PASSWORD, user.email)
        is_right = user.check_password(password)
        if is_right:
            forgive(Guess.PASSWORD, user.email)
        return is_right

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        """Say that the account is closed."""
        text = _("This account is closed. Ask the coordinator of your territory to open it.")
        messages.error(request, text)
        return redirect("accounts:sign-in")


class FactorAdapter(DefaultMFAAdapter):
    """Second factors: secrets are encrypted with a key made of the secret key of the installation."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": gettext_lazy("The code is wrong, used or too old. Wait for the next one."),
        "cannot_delete_authenticator": gettext_lazy(
            "Your role needs a second factor: add another one before you remove this."
        ),
    }

    def get_totp_issuer(self) -> str:
        """Return the name that the app on the telephone shows."""
        return _("Mayak")

    def encrypt(self, text: str) -> str:
        """Return the secret as it is kept."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return the secret; for one of another secret key a random one, so that no code fits, not even a known one."""
        try:
            return _cipher().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            return str(generate_totp_secret())

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Keep the last factor of somebody whose role needs one."""
        user = authenticator.user
        others = Authenticator.objects.filter(user=user).exclude(pk=authenticator.pk)
        is_last = not others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists()
        return not (is_last and has_second_factor(user) and needs_second_factor(user))

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:  # allauth's name
        """Return a name for a new passkey."""
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return _("Passkey %(number)s") % {"number": number}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return the name under which the browser keeps the passkey."""
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return {**entity, "name": _("Mayak")}


def _cipher() -> Fernet:
    digest = hashlib.sha256(b"mayak.accounts.factors:" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))


class IdentityAdapter(DefaultSocialAccountAdapter):
    """The identity service of a region: it opens accounts that are here, and makes none."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Nobody makes an account by oneself."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Link the identity to the account, or to the invitation, of its verified e-mail.

        Raises:
            ImmediateHttpResponse: there is neither; the sign-in page says so.
        """
        try:
            user = user_of_identity(
                sociallogin.user if sociallogin.is_existing else None,
                sociallogin.account.extra_data,
                address=client_address(request),
            )
        except NoAccountError as error:
            messages.error(request, str(error))
            raise ImmediateHttpResponse(redirect("accounts:sign-in")) from error
        if not sociallogin.is_existing:
            sociallogin.connect(request, user)

    def on_authentication_error(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Go back to the sign-in page with a sentence; the reason is for the log of the server only.

        Raises:
            ImmediateHttpResponse: always.
        """
        text = _("The identity service did not confirm the sign-in. Try again or use your password.")
        messages.error(request, text)
        raise ImmediateHttpResponse(redirect("accounts:sign-in"))

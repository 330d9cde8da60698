"""Forms of the second factor: allauth's own, with our words and our count of attempts."""

from typing import Any

from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from mayak.accounts.enums import Guess
from mayak.accounts.services.throttling import count_attempt, forgive

USED_FOR = 120
"""Seconds during which a code of an app stays used: longer than it is valid with one step of tolerance."""


class _CountedCode(forms.Form):
    """A code that may be guessed slowly only, and works once."""

    user: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["code"]
        field.label = _("Code")
        field.widget = forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "inputmode": "numeric",
                "autofocus": True,
                "maxlength": 20,
            }
        )
        field.help_text = _("Six figures from the app on your telephone, or a recovery code.")

    def clean_code(self) -> str:
        """Return the code.

        Raises:
            ValidationError: it is wrong or was used.
            TooManyAttempts: too many were wrong.
        """
        count_attempt(Guess.CODE, self.user.pk)
        code = str(super().clean_code())  # type: ignore[misc]  # the other parent has it
        if not cache.add(f"mayak.code:{self.user.pk}:{normalize_user_code(code)}", "used", timeout=USED_FOR):
            raise get_adapter().validation_error("incorrect_code")
        forgive(Guess.CODE, self.user.pk)
        return code


class CodeForm(_CountedCode, AuthenticateForm):
    """The second step of signing in."""


class ConfirmCodeForm(_CountedCode, ReauthenticateForm):
    """Confirming who one is before a change of the sign-in."""


class ActivateForm(_CountedCode, ActivateTOTPForm):
    """The first code of a new app."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].help_text = _("Six figures that the app shows now.")


class PasskeyForm(AddWebAuthnForm):
    """A new passkey."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of the passkey")
        self.fields["name"].help_text = _(
            "So that you know later which one it is: “telephone”, “work computer”."
        )
        self.fields["name"].max_length = 60
        self.fields["passwordless"].label = _("Sign in with it without a password")
        self.fields["passwordless"].help_text = _(
            "The telephone or computer then asks for a fingerprint, the face or a PIN."
        )
        self.fields["passwordless"].initial = True

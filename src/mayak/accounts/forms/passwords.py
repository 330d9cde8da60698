"""Forms of passwords: change, letter, a new one."""

from typing import Any

from django import forms
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.utils.translation import gettext_lazy as _

from mayak.accounts.enums import Guess
from mayak.accounts.services.throttling import count_attempt, forgive


class OwnPasswordForm(PasswordChangeForm):
    """Change the own password; guessing the old one is slowed down as at the door."""

    def clean_old_password(self) -> str:
        """Return the old password.

        Raises:
            ValidationError: it is wrong.
            TooManyAttempts: too many were wrong.
        """
        count_attempt(Guess.PASSWORD, self.user.get_username())
        old = super().clean_old_password()
        forgive(Guess.PASSWORD, self.user.get_username())
        return str(old)


class ResetForm(forms.Form):
    """Whose password is forgotten."""

    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
    )


class FirstPasswordForm(forms.Form):
    """The password of a new account, typed twice."""

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=password_validators_help_text_html(),
    )
    again = forms.CharField(
        label=_("The same password again"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        """``user``: who the password is for, not saved yet: it may not be like the name or the e-mail."""
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        """Return the password.

        Raises:
            ValidationError: it is too simple.
        """
        password = str(self.cleaned_data["password"])
        validate_password(password, self.user)
        return password

    def clean(self) -> dict[str, Any]:
        """Refuse two different ones."""
        found = super().clean() or {}
        if found.get("password") and found.get("again") and found["password"] != found["again"]:
            self.add_error("again", _("The two passwords differ."))
        return found

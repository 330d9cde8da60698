"""Forms of accounts."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from mayak.accounts.models import User


class SignInForm(AuthenticationForm):
    """E-mail and password; says in words why somebody cannot come in."""

    error_messages = {  # the parent's own way
        "invalid_login": _("The e-mail or the password is wrong. Check the keyboard layout and Caps Lock."),
        "inactive": _("This account is closed. Ask the coordinator of your territory to open it."),
        "demo_closed": _("Demonstration accounts do not open here: this server works with real data."),
    }

    def __init__(self, request: HttpRequest | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        self.fields["username"].label = _("E-mail")
        self.fields["username"].widget = forms.EmailInput(
            attrs={"autocomplete": "username", "autofocus": True, "maxlength": 254}
        )

    def confirm_login_allowed(self, user: AbstractBaseUser) -> None:
        """Refuse a closed account, and a demonstration account where real data are; the password was right.

        Raises:
            ValidationError: says which of these it is.
        """
        super().confirm_login_allowed(user)  # type: ignore[arg-type]  # our model, which the stub does not know here
        if isinstance(user, User) and user.is_demo and not settings.DEMO:
            raise ValidationError(self.error_messages["demo_closed"], code="demo_closed")

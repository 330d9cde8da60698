"""A form whose second sending is known as such."""

import secrets

from django import forms


def new_key() -> str:
    """Return a key that no other page has."""
    return secrets.token_urlsafe(16)


class OnceForm(forms.Form):
    """A form with a hidden key: the same key with the same answers is the same click (``views.common.once_key``)."""

    once = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput, initial=new_key)

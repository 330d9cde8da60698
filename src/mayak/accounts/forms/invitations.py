"""Forms of invitations: one person, and people of the registry."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mayak.accounts.enums import Role
from mayak.kernel.access import Scope
from mayak.registry.forms.fields import ReferenceField, date_field
from mayak.registry.models import Organisation, Territory


def _role_choices(roles: Collection[str]) -> list[tuple[str, str]]:
    return [(role.value, str(role.label)) for role in Role if role in roles]


class InvitationForm(forms.Form):
    """Who is invited to what."""

    full_name = forms.CharField(label=_("Full name"), max_length=200)
    email = forms.EmailField(label=_("E-mail"), max_length=254)
    role = forms.ChoiceField(label=_("Role"))
    organisation = ReferenceField(Organisation, label=_("Organisation"))
    valid_from = date_field(label=_("From"))
    valid_to = date_field(label=_("Until"), help_text=_("Empty: holds until it is ended."))
    basis_text = forms.CharField(
        label=_("Basis in words"), required=False, max_length=300, help_text=_("Order, number, date.")
    )

    def __init__(self, *args: Any, scope: Scope, roles: Collection[str], **kwargs: Any) -> None:
        """``scope``: organisations whose accounts are managed; ``roles``: what may be given."""
        super().__init__(*args, **kwargs)
        known: Any = self.fields
        known["role"].choices = _role_choices(roles)
        known["organisation"].scope = scope


class BulkForm(forms.Form):
    """Which people of the registry are invited to which role."""

    role = forms.ChoiceField(label=_("Role"))
    territory = forms.ModelChoiceField(
        Territory.objects.none(), label=_("Territory"), required=False, empty_label=_("any")
    )
    organisation = ReferenceField(Organisation, label=_("Organisation"), required=False)
    position = forms.CharField(
        label=_("Position"),
        required=False,
        max_length=100,
        help_text=_("A part of the name of the post; empty: everybody who works there."),
    )
    basis_text = forms.CharField(
        label=_("Basis in words"), required=False, max_length=300, help_text=_("Order, number, date.")
    )

    def __init__(self, *args: Any, scope: Scope, roles: Collection[str], **kwargs: Any) -> None:
        """``scope``: organisations whose accounts are managed; ``roles``: what may be given."""
        super().__init__(*args, **kwargs)
        known: Any = self.fields
        known["role"].choices = _role_choices(set(roles) - {Role.EXTERNAL_EXPERT})
        known["organisation"].scope = scope
        known["territory"].queryset = Territory.objects.within(scope).order_by("path")

    def clean(self) -> dict[str, Any]:
        """Ask for one of the two places.

        Raises:
            ValidationError: neither is given.
        """
        found = super().clean() or {}
        if not self.errors and not (found.get("territory") or found.get("organisation")):
            raise forms.ValidationError(_("Choose a territory or an organisation."))
        return found

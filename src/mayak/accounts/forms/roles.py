"""Forms of roles: giving, delegating, ending, closing an account."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mayak.accounts.enums import Role
from mayak.accounts.models import User
from mayak.kernel.access import Scope
from mayak.registry.forms.fields import LinesField, ReferenceField, date_field
from mayak.registry.models import LegalAct, Organisation
from mayak.registry.selectors.references import find_rows


class SharedField(LinesField):
    """Organisations, one a line, by name or code."""

    scope = Scope()

    def to_python(self, value: Any) -> Any:
        """Return the organisations.

        Raises:
            ValidationError: a line names none or several; the message names the line.
        """
        found: list[Organisation] = []
        for line in super().to_python(value):
            rows = find_rows(Organisation, self.scope, line)
            if len(rows) != 1:
                raise forms.ValidationError(
                    _("“%(line)s”: write the whole name or the code of one organisation."),
                    params={"line": line[:100]},
                )
            found.append(rows[0])
        return found


class GrantForm(forms.Form):
    """A role of a person for an organisation."""

    role = forms.ChoiceField(label=_("Role"))
    organisation = ReferenceField(Organisation, label=_("Organisation"))
    valid_from = date_field(label=_("From"), initial=timezone.localdate)
    valid_to = date_field(label=_("Until"), help_text=_("Empty: holds until it is ended."))
    basis = forms.ModelChoiceField(LegalAct.objects.none(), label=_("By the act"), required=False)
    basis_text = forms.CharField(
        label=_("Basis in words"),
        required=False,
        max_length=300,
        help_text=_("If the act is not in the list: order, number, date."),
    )
    shared = SharedField(
        label=_("Shared with the expert"),
        required=False,
        help_text=_("Only for an external expert: organisations that the expert will see, one a line."),
    )

    def __init__(self, *args: Any, scope: Scope, own: Scope, roles: Collection[Role], **kwargs: Any) -> None:
        """``scope``: organisations whose accounts are managed; ``own``: what the user sees (acts, shared)."""
        super().__init__(*args, **kwargs)
        known: Any = self.fields
        known["role"].choices = [(role.value, role.label) for role in Role if role in roles]
        known["organisation"].scope = scope
        known["shared"].scope = own
        known["basis"].queryset = LegalAct.objects.within(own).order_by("-date", "pk")


class DelegateForm(forms.Form):
    """Who stands in, and until when."""

    user = forms.ModelChoiceField(User.objects.none(), label=_("Substitute"))
    valid_from = date_field(label=_("From"), required=True, initial=timezone.localdate)
    valid_to = date_field(label=_("Last day"), required=True)
    basis_text = forms.CharField(label=_("Basis in words"), required=False, max_length=300)

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["user"]
        field.queryset = people


class EndRoleForm(forms.Form):
    """Why a role ends today."""

    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class CloseForm(forms.Form):
    """Why an account is closed."""

    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))

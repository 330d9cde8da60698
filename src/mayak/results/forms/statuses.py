"""Forms of statuses: by hand, ended, a list from outside."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mayak.kernel.access import Scope
from mayak.registry.models import LegalAct, Organisation
from mayak.results.enums import StatusLevel, StatusSource
from mayak.results.forms.identification import DAY
from mayak.results.models import StatusKind
from mayak.results.selectors.statuses import find_schools


class StatusForm(forms.Form):
    """A status that a person sets."""

    organisation = forms.CharField(
        label=_("School"), max_length=300, help_text=_("Login, code or name as it stands in the registry.")
    )
    kind = forms.ModelChoiceField(StatusKind.objects.none(), label=_("Status"))
    level = forms.ChoiceField(label=_("Assigned by the level"), choices=StatusLevel.choices)
    valid_from = forms.DateField(label=_("From"), widget=DAY, initial=timezone.localdate)
    valid_to = forms.DateField(
        label=_("Until"), required=False, widget=DAY, help_text=_("Empty: holds until it is ended.")
    )
    source = forms.ChoiceField(
        label=_("Where from"),
        choices=[
            (StatusSource.MANUAL, StatusSource.MANUAL.label),
            (StatusSource.CONTEST, StatusSource.CONTEST.label),
        ],
    )
    basis = forms.ModelChoiceField(LegalAct.objects.none(), label=_("By the act"), required=False)
    reason = forms.CharField(
        label=_("Reason"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Whoever asks later reads this."),
    )

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scope = scope
        self.fields["kind"].queryset = StatusKind.objects.all()  # type: ignore[attr-defined]  # ModelChoiceField
        self.fields["basis"].queryset = LegalAct.objects.within(scope).order_by("-date")  # type: ignore[attr-defined]  # ModelChoiceField

    def clean_organisation(self) -> Organisation:
        """Find the one school that is meant."""
        found = list(find_schools(self.cleaned_data["organisation"], self.scope)[:2])
        if not found:
            raise forms.ValidationError(_("No school of your territory is called so."))
        if len(found) > 1:
            raise forms.ValidationError(_("Several schools are called so. Write the login or the code."))
        return found[0]


class EndStatusForm(forms.Form):
    """When and why a status ends."""

    valid_to = forms.DateField(label=_("Last day"), widget=DAY, initial=timezone.localdate)
    reason = forms.CharField(label=_("Why it ends"), widget=forms.Textarea(attrs={"rows": 3}))


class StatusListForm(forms.Form):
    """A list from outside: the file and what holds for rows that do not say it themselves."""

    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "xlsx or csv: a school in a row with its login, code or name; status, level, dates, basis."
        ),
    )
    kind = forms.ModelChoiceField(
        StatusKind.objects.none(),
        label=_("Status"),
        required=False,
        help_text=_("For rows without a status of their own."),
    )
    level = forms.ChoiceField(label=_("Assigned by the level"), choices=StatusLevel.choices)
    valid_from = forms.DateField(
        label=_("From"), required=False, widget=DAY, help_text=_("For rows without a date of their own.")
    )
    source = forms.ChoiceField(
        label=_("Where from"),
        choices=[
            (StatusSource.IMPORT, StatusSource.IMPORT.label),
            (StatusSource.CONTEST, StatusSource.CONTEST.label),
        ],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].queryset = StatusKind.objects.all()  # type: ignore[attr-defined]  # ModelChoiceField

"""Forms of networks."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class EndForm(forms.Form):
    """When and why a partnership ends."""

    ended_on = forms.DateField(
        label=_("Ended on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        initial=timezone.localdate,
    )
    reason = forms.CharField(
        label=_("Why it ends"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "A partner that leaves without a reason was one of the faults found in S1 (check CH-29)."
        ),
    )

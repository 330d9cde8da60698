"""The form with which a finding is let stay."""

from django import forms
from django.utils.translation import gettext_lazy as _


class WaiverForm(forms.Form):
    """Asks for the reason."""

    reason = forms.CharField(
        label=_("Why it may stay"),
        help_text=_("In one or two sentences; whoever sees the finding later reads them."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
        error_messages={"required": _("Say why the finding may stay.")},
    )

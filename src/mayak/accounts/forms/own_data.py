"""Forms of one's own data, and of the answers to requests."""

from django import forms
from django.utils.translation import gettext_lazy as _


class OwnNameForm(forms.Form):
    """The name as the pages show it."""

    full_name = forms.CharField(label=_("Full name"), max_length=200)


class AskForm(forms.Form):
    """A request in words."""

    text = forms.CharField(
        label=_("In words"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )


class AnswerForm(forms.Form):
    """An answer."""

    answer = forms.CharField(
        label=_("Answer"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class EraseForm(forms.Form):
    """Why somebody is erased."""

    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    sure = forms.BooleanField(label=_("I know that this cannot be undone"))

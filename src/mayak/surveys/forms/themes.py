"""Forms of themes."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mayak.surveys.models import Theme


class ThemeForm(forms.Form):
    """The name of a theme."""

    title = forms.CharField(label=_("Name of the theme"), max_length=200)


class MergeForm(forms.Form):
    """The theme that takes the texts of another one."""

    into = forms.ModelChoiceField(label=_("Put its texts into the theme"), queryset=Theme.objects.none())

    def __init__(self, *args: Any, theme: Theme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["into"]
        if isinstance(field, forms.ModelChoiceField):
            same = Theme.objects.filter(campaign=theme.campaign, question=theme.question)
            field.queryset = same.exclude(pk=theme.pk).order_by("title")

"""Forms of the needs of a school."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mayak.diagnosis.forms.passports import CompetenceField, load_competences
from mayak.registry.models import Subject

_REASON = forms.Textarea(attrs={"rows": 3})
_GRADES = 12


class NeedForm(forms.Form):
    """A need that a person adds."""

    title = forms.CharField(label=_("What is missing"), max_length=300)
    subject = forms.ModelChoiceField(Subject.objects.all(), label=_("Subject"), required=False)
    grade = forms.IntegerField(label=_("Grade"), min_value=1, max_value=_GRADES, required=False)
    competence = CompetenceField()
    percent = forms.IntegerField(
        label=_("Weight, 0 to 100"),
        min_value=0,
        max_value=100,
        initial=50,
        help_text=_("100: it is needed most."),
    )
    reason = forms.CharField(label=_("Why"), widget=_REASON, max_length=2000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        load_competences(self)


class WeightForm(forms.Form):
    """Another weight with its reason."""

    weight = forms.IntegerField(
        label=_("Weight, 0 to 100"),
        min_value=0,
        max_value=100,
        required=False,
        help_text=_("Leave it empty to go back to the computed weight."),
    )
    reason = forms.CharField(label=_("Why"), widget=_REASON, max_length=2000, required=False)


class ReasonForm(forms.Form):
    """Why a need is taken out."""

    reason = forms.CharField(label=_("Why"), widget=_REASON, max_length=2000)

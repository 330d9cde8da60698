"""Forms of running and approving."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mayak.kernel.access import Scope
from mayak.registry.models import LegalAct, Territory
from mayak.results.models import RuleSet
from mayak.results.selectors.identification import choosable_rule_sets, years_with_results

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ChoiceForm(forms.Form):
    """Which rule is applied to which year of which territory."""

    rule = forms.ModelChoiceField(RuleSet.objects.none(), label=_("Rule"), empty_label=None)
    year = forms.TypedChoiceField(label=_("Year of the procedures"), coerce=int)
    territory = forms.ModelChoiceField(Territory.objects.none(), label=_("Territory"), empty_label=None)

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rule"].queryset = choosable_rule_sets(scope)  # type: ignore[attr-defined]  # ModelChoiceField
        self.fields["year"].choices = [(year, str(year)) for year in years_with_results()]  # type: ignore[attr-defined]  # ChoiceField
        self.fields["territory"].queryset = Territory.objects.within(scope).order_by("path")  # type: ignore[attr-defined]  # ModelChoiceField


class ApprovalForm(forms.Form):
    """From which day the statuses hold, and by which act."""

    valid_from = forms.DateField(label=_("The statuses hold from"), widget=DAY, initial=timezone.localdate)
    basis = forms.ModelChoiceField(
        LegalAct.objects.none(),
        label=_("By the act"),
        required=False,
        help_text=_("May be left empty and the list approved by an order later."),
    )

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["basis"].queryset = LegalAct.objects.within(scope).order_by("-date")  # type: ignore[attr-defined]  # ModelChoiceField


class CopyForm(forms.Form):
    """The name and territory of a copied rule."""

    name = forms.CharField(label=_("Name of the copy"), max_length=200)
    territory = forms.ModelChoiceField(
        Territory.objects.none(), label=_("For the territory"), empty_label=None
    )

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["territory"].queryset = Territory.objects.within(scope).order_by("path")  # type: ignore[attr-defined]  # ModelChoiceField

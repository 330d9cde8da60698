"""Forms of matching."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from mayak.kernel.access import Scope
from mayak.matching.enums import (
    CRITERION_WORDS,
    OBJECTIVE_WORDS,
    Criterion,
    Objective,
    PairRuleKind,
    Total,
    UnknownDistance,
    Within,
)
from mayak.matching.models import MatchingRun
from mayak.matching.validators import MatchingSettings
from mayak.registry.models import Organisation, SchoolYear, Territory
from mayak.results.models import IdentificationRun

_PERCENT = 100


class RunForm(forms.Form):
    """Which schools are paired, and for which year."""

    territory = forms.ModelChoiceField(Territory.objects.none(), label=_("Territory"))
    school_year = forms.ModelChoiceField(SchoolYear.objects.none(), label=_("School year"))
    title = forms.CharField(
        label=_("Name"),
        max_length=200,
        required=False,
        help_text=_("Left empty, it names territory and year."),
    )

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        territories = Territory.objects.within(scope).order_by("path")
        self.fields["territory"].queryset = territories  # type: ignore[attr-defined]  # ModelChoiceField
        self.fields["territory"].initial = territories.first()
        self.fields["school_year"].queryset = SchoolYear.objects.filter(is_closed=False)  # type: ignore[attr-defined]  # same


class RulesForm(forms.Form):
    """The objective, the weights and the limits of a pairing, in plain words."""

    objective = forms.ChoiceField(
        label=_("What matters most"),
        widget=forms.RadioSelect,
        choices=[(value, OBJECTIVE_WORDS[Objective(value)]) for value in Objective.values],
    )
    weight_needs = forms.FloatField(label=Criterion.NEEDS.label, help_text=CRITERION_WORDS[Criterion.NEEDS])
    weight_distance = forms.FloatField(
        label=Criterion.DISTANCE.label, help_text=CRITERION_WORDS[Criterion.DISTANCE]
    )
    weight_municipality = forms.FloatField(
        label=Criterion.MUNICIPALITY.label, help_text=CRITERION_WORDS[Criterion.MUNICIPALITY]
    )
    weight_region = forms.FloatField(
        label=Criterion.REGION.label, help_text=CRITERION_WORDS[Criterion.REGION]
    )
    max_distance_km = forms.FloatField(
        label=_("No pair farther apart than, km"), required=False, help_text=_("Empty: no limit.")
    )
    unknown_distance = forms.ChoiceField(
        label=_("Schools without coordinates"), choices=UnknownDistance.choices
    )
    within = forms.ChoiceField(label=_("Both schools of a pair lie"), choices=Within.choices)
    require_common_need = forms.BooleanField(
        label=_("Only lead schools that are strong in something the school lacks"), required=False
    )
    leads_per_school = forms.IntegerField(label=_("Lead schools for one school"))
    default_capacity = forms.IntegerField(
        label=_("Schools of a lead school that has no passport"),
        help_text=_("In the order of S1 the greatest load was 3."),
    )
    load_limit = forms.IntegerField(
        label=_("Load of a lead school that is called a problem"),
        help_text=_("More schools than this are shown as an overload; S1 had 3 : 1, S0 8 : 1."),
    )
    need_percent = forms.FloatField(
        label=_("A subject counts as failing from, % below the threshold"),
        help_text=_("30 per cent is the share of the rule of 2025 for schools with low results."),
    )
    distance_scale_km = forms.FloatField(
        label=_("Nearness gives no points from, km"),
        help_text=_("An assumption: no document names a distance."),
    )
    other_grade_percent = forms.FloatField(
        label=_("A strength in another grade of the subject counts, %"),
        help_text=_("An assumption: no document names a number."),
    )
    total = forms.ChoiceField(label=_("What is added up"), choices=Total.choices)
    identification_run = forms.ModelChoiceField(
        IdentificationRun.objects.none(),
        label=_("Which schools are helped"),
        required=False,
        empty_label=_("those with a status of need today"),
    )

    def __init__(self, *args: Any, run: MatchingRun, **kwargs: Any) -> None:
        kwargs.setdefault("initial", self.initial_of(run))
        super().__init__(*args, **kwargs)
        lists = IdentificationRun.objects.filter(territory=run.territory_id).select_related("rule_set")
        self.fields["identification_run"].queryset = lists  # type: ignore[attr-defined]  # a ModelChoiceField

    @staticmethod
    def initial_of(run: MatchingRun) -> dict[str, Any]:
        """Return the rules of the pairing as the fields show them."""
        plain = MatchingSettings.from_json(run.settings).to_json()
        weights = plain.pop("weights")
        plain["need_percent"] = round(plain.pop("need_from") * _PERCENT, 4)
        plain["other_grade_percent"] = round(plain.pop("other_grade") * _PERCENT, 4)
        plain |= {f"weight_{name}": weights[name] for name in Criterion.values}
        whole = {
            name: int(value)
            for name, value in plain.items()
            if isinstance(value, float) and value.is_integer()
        }
        return {"objective": run.objective, **plain, **whole}

    def clean(self) -> dict[str, Any]:
        """Check the rules as a whole, with the words of the settings themselves."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                self.settings()
            except ValidationError as error:
                self.add_error(None, error)
            if cleaned["objective"] == Objective.BEST_PAIRS and cleaned["total"] == Total.DISTANCE:
                self.add_error(
                    "total", _("The least kilometres of all pairs is no pair at all: choose another aim.")
                )
        return cleaned

    def settings(self) -> MatchingSettings:
        """Return the rules.

        Raises:
            ValidationError: a value lies outside its bounds.
        """
        values = dict(self.cleaned_data)
        values.pop("objective")
        chosen = values.pop("identification_run")
        return MatchingSettings.from_json(
            {
                "weights": {name: values.pop(f"weight_{name}") for name in Criterion.values},
                "need_from": values.pop("need_percent") / _PERCENT,
                "other_grade": values.pop("other_grade_percent") / _PERCENT,
                "identification_run": chosen.pk if chosen else None,
                **values,
            }
        )


class DemandForm(forms.Form):
    """A pair that must be or must not be."""

    kind = forms.ChoiceField(label=_("Demand"), choices=PairRuleKind.choices)
    mentee = forms.ModelChoiceField(Organisation.objects.none(), label=_("School that gets help"))
    lead = forms.ModelChoiceField(Organisation.objects.none(), label=_("Lead school"))
    reason = forms.CharField(
        label=_("Reason"), max_length=300, required=False, help_text=_("Needed where a pair is forbidden.")
    )

    def __init__(self, *args: Any, mentees: Any = None, leads: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if mentees is not None:
            self.fields["mentee"].queryset = mentees  # type: ignore[attr-defined]  # a ModelChoiceField
        if leads is not None:
            self.fields["lead"].queryset = leads  # type: ignore[attr-defined]  # a ModelChoiceField

    def clean(self) -> dict[str, Any]:
        """A ban needs a reason."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("kind") == PairRuleKind.FORBID and not cleaned.get("reason", "").strip():
            self.add_error("reason", _("Say why this pair must not be."))
        return cleaned


class ReasonForm(forms.Form):
    """Why an approved pairing is put away."""

    reason = forms.CharField(
        label=_("Why"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The network pairs made by this pairing end with this reason."),
    )

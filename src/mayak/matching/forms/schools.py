"""Forms of a pairing: who, by which rules, which demands."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from mayak.kernel.access import Scope
from mayak.matching.enums import (
    CRITERION_WORDS,
    OBJECTIVE_WORDS,
    Criterion,
    MatchingLevel,
    MatchingState,
    Objective,
    PairRuleKind,
    Total,
    UnknownDistance,
    Within,
)
from mayak.matching.forms.bounds import bound_fields, in_percent
from mayak.matching.forms.once import OnceForm
from mayak.matching.models import MatchingRun
from mayak.matching.selectors.criteria import hidden_criteria
from mayak.matching.validators import BOUNDS, WEIGHT_MAX, MatchingSettings
from mayak.registry.models import Organisation, SchoolYear, Territory
from mayak.results.models import IdentificationRun

_PERCENT = 100
_SHARES = {
    "need_percent": "need_from",
    "other_grade_percent": "other_grade",
    "fairness_percent": "fairness_from",
    "level_from_percent": "level_from",
    "level_full_percent": "level_full",
}


class RunForm(OnceForm):
    """Who is paired, where, and for which year."""

    level = forms.ChoiceField(
        label=_("Who is paired"),
        widget=forms.RadioSelect,
        choices=[
            (MatchingLevel.SCHOOLS.value, MatchingLevel.SCHOOLS.label),
            (MatchingLevel.TEACHERS.value, MatchingLevel.TEACHERS.label),
        ],
        initial=MatchingLevel.SCHOOLS,
    )
    territory = forms.ModelChoiceField(Territory.objects.none(), label=_("Territory"))
    school_year = forms.ModelChoiceField(SchoolYear.objects.none(), label=_("School year"))
    title = forms.CharField(
        label=_("Name of the pairing"),
        max_length=200,
        required=False,
        help_text=_("Left empty, it names territory and year."),
    )
    schools_run = forms.ModelChoiceField(
        MatchingRun.objects.none(),
        label=_("Pairing of schools that the pairs of teachers rest on"),
        required=False,
        empty_label=_("the approved one of this territory and year, if there is one"),
        help_text=_("For teachers only: partner schools come first, or are required, as the rules say."),
    )

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        territories = Territory.objects.within(scope).order_by("path")
        self.fields["territory"].queryset = territories  # type: ignore[attr-defined]  # ModelChoiceField
        self.fields["territory"].initial = territories.first()
        self.fields["school_year"].queryset = SchoolYear.objects.filter(is_closed=False)  # type: ignore[attr-defined]  # same
        computed = MatchingRun.objects.within(scope).filter(
            level=MatchingLevel.SCHOOLS,
            state__in=[MatchingState.DRAFT, MatchingState.APPROVED],
            solved_at__isnull=False,
        )
        self.fields["schools_run"].queryset = computed  # type: ignore[attr-defined]  # same

    def clean(self) -> dict[str, Any]:
        """A pairing of schools is chosen for teachers only, and of the same territory and year."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        chosen = cleaned.get("schools_run")
        if chosen is None or "level" not in cleaned:
            return cleaned
        if cleaned["level"] != MatchingLevel.TEACHERS:
            self.add_error("schools_run", _("This is chosen only where teachers are paired."))
        elif (chosen.territory, chosen.school_year) != (cleaned.get("territory"), cleaned.get("school_year")):
            self.add_error("schools_run", _("It belongs to another territory or school year."))
        return cleaned


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
    weight_level = forms.FloatField(label=Criterion.LEVEL.label, help_text=CRITERION_WORDS[Criterion.LEVEL])
    weight_kind = forms.FloatField(label=Criterion.KIND.label, help_text=CRITERION_WORDS[Criterion.KIND])
    weight_language = forms.FloatField(
        label=Criterion.LANGUAGE.label, help_text=CRITERION_WORDS[Criterion.LANGUAGE]
    )
    weight_history = forms.FloatField(
        label=Criterion.HISTORY.label, help_text=CRITERION_WORDS[Criterion.HISTORY]
    )
    weight_willing = forms.FloatField(
        label=Criterion.WILLING.label, help_text=CRITERION_WORDS[Criterion.WILLING]
    )
    weight_preference = forms.FloatField(
        label=Criterion.PREFERENCE.label, help_text=CRITERION_WORDS[Criterion.PREFERENCE]
    )
    weight_novelty = forms.FloatField(
        label=Criterion.NOVELTY.label, help_text=CRITERION_WORDS[Criterion.NOVELTY]
    )
    load_points = forms.FloatField(
        label=_("Points that each further school of a lead school costs"),
        help_text=_(
            "0: the load does not matter. 5: a pair goes to a freer lead school that is up to 5 points worse; where "
            "kilometres are added up, up to 5 km farther."
        ),
    )
    max_distance_km = forms.FloatField(
        label=_("No pair farther apart than, km"), required=False, help_text=_("Empty: no limit.")
    )
    max_travel_minutes = forms.FloatField(
        label=_("No pair with a longer way by road than, minutes"),
        required=False,
        help_text=_("An estimate from the kilometres, see the numbers below. Empty: no limit."),
    )
    travel_time = forms.BooleanField(
        label=_("Show the estimated time on the way beside the kilometres"), required=False
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
    level_from_percent = forms.FloatField(
        label=_("A lead school stands above the school from a difference of, percentage points"),
        help_text=_(
            "Of the share of pupils not below the threshold. An assumption: no document names a number."
        ),
    )
    level_full_percent = forms.FloatField(
        label=_("All points for standing above from a difference of, percentage points"),
        help_text=_("An assumption: no document names a number."),
    )
    road_factor = forms.FloatField(
        label=_("Kilometres of road for one kilometre of the straight line"),
        help_text=_("An assumption: studies of whole countries find 1.2 to 1.4."),
    )
    road_speed_kmh = forms.FloatField(
        label=_("Mean speed on the way, km/h"), help_text=_("An assumption: no document names a number.")
    )
    small_school_pupils = forms.IntegerField(
        label=_("A school is small with fewer pupils than"),
        help_text=_("An assumption: each region names its own number."),
    )
    other_grade_percent = forms.FloatField(
        label=_("A strength in another grade of the subject counts, %"),
        help_text=_("An assumption: no document names a number."),
    )
    fairness_percent = forms.FloatField(
        label=_("Fairness: a group is served less often from a difference of, percentage points"),
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
        self._saved = MatchingSettings.from_json(run.settings).values()
        for name in hidden_criteria(run):
            del self.fields[f"weight_{name}"]
        lists = IdentificationRun.objects.filter(territory=run.territory_id).select_related("rule_set")
        self.fields["identification_run"].queryset = lists  # type: ignore[attr-defined]  # a ModelChoiceField
        bound_fields(self.fields, {**BOUNDS, **in_percent(BOUNDS, _SHARES)})
        bound_fields(self.fields, {f"weight_{name}": (0, WEIGHT_MAX) for name in Criterion.values})

    @staticmethod
    def initial_of(run: MatchingRun) -> dict[str, Any]:
        """Return the rules of the pairing as the fields show them."""
        plain = MatchingSettings.from_json(run.settings).values()
        del plain["network"]
        weights = plain.pop("weights")
        plain |= {field: round(plain.pop(name) * _PERCENT, 4) for field, name in _SHARES.items()}
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
        weights = dict(self._saved["weights"])  # of criteria that are not shown the saved ones stay
        weights |= {name: values.pop(field) for name in weights if (field := f"weight_{name}") in values}
        return MatchingSettings.from_json(
            {
                "weights": weights,
                **{name: values.pop(field) / _PERCENT for field, name in _SHARES.items()},
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

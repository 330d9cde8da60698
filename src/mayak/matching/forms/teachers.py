"""Forms of the pairing of teachers."""

from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from mayak.matching.algorithms.teachers.plan import CRITERIA
from mayak.matching.enums import OBJECTIVE_WORDS, Coupling, Objective, PairRuleKind, Within
from mayak.matching.forms.bounds import bound_fields, in_percent
from mayak.matching.models import MatchingRun
from mayak.matching.selectors.teacher_settings import (
    BOUNDS,
    CRITERION_LABELS,
    CRITERION_WORDS,
    WEIGHT_MAX,
    TeacherMatchingSettings,
)
from mayak.registry.models import Person

_PERCENT = 100
_SHARES = {
    "other_grade_percent": "other_grade",
    "subject_only_percent": "subject_only",
    "fairness_percent": "fairness_from",
}
SHOWN_CRITERIA: Final = tuple(name for name in CRITERIA if name != "language")
"""The registry knows no language of teaching yet, so its weight is not offered."""
TEACHER_OBJECTIVE_WORDS: Final[dict[str, Any]] = {
    Objective.BEST_PAIRS.value: _(
        "The best pairs: the total score is the greatest possible. "
        "A need that fits no mentor well may stay without one."
    ),
    Objective.NOBODY_LEFT.value: _(
        "Nobody without a mentor: first as many needs as possible get one, "
        "then the heavier needs and the better pairs decide."
    ),
    Objective.NEEDIEST_FIRST.value: _(
        "The neediest first: where places are short, teachers with the greatest difficulties get a mentor first, "
        "then the total score decides."
    ),
    Objective.WORST_FIRST.value: _(
        "The worst served first: as many needs as possible get a mentor, then the weakest of all pairs is as good "
        "as it can be, then the total score decides."
    ),
    Objective.LEAST_CHANGE.value: OBJECTIVE_WORDS[Objective.LEAST_CHANGE],
}


class TeacherRulesForm(forms.Form):
    """The objective, the weights and the limits of a pairing of teachers, in plain words."""

    objective = forms.ChoiceField(
        label=_("What matters most"),
        widget=forms.RadioSelect,
        choices=[(value, TEACHER_OBJECTIVE_WORDS[value]) for value in TEACHER_OBJECTIVE_WORDS],
    )
    within = forms.ChoiceField(label=_("Both people of a pair work"), choices=Within.choices)
    employer = forms.ChoiceField(
        label=_("May both work in one school"),
        choices=[
            ("any", _("in one or in two")),
            ("other", _("in two schools only")),
            ("same", _("in one school only")),
        ],
    )
    coupling = forms.ChoiceField(label=_("What the pairs of schools mean"), choices=Coupling.choices)
    max_distance_km = forms.FloatField(
        label=_("Personal meetings up to, km"),
        required=False,
        help_text=_("Farther pairs work remotely. Empty: no limit."),
    )
    allow_remote = forms.BooleanField(label=_("Remote pairs are made where both agree to it"), required=False)
    require_same_subject = forms.BooleanField(
        label=_("A mentor teaches the same subject also where the need is of methods"), required=False
    )
    same_role = forms.BooleanField(
        label=_("A head with a head, a specialist with a specialist, a teacher with a teacher"),
        required=False,
    )
    must_be_above = forms.BooleanField(
        label=_("Only mentors who stand above the teacher in this"), required=False
    )
    require_consent = forms.BooleanField(
        label=_("Only mentors whose consent to mentoring is in the register"), required=False
    )
    needs_per_mentee = forms.IntegerField(
        label=_("Needs of one teacher that take part"),
        help_text=_("The heaviest ones; each gets its own mentor."),
    )
    groups = forms.BooleanField(
        label=_("Mentors who offer group work take three or more with one need, or nobody"), required=False
    )
    count_hours = forms.BooleanField(label=_("The hours of a mentor are a limit too"), required=False)
    hours_per_need = forms.FloatField(
        label=_("Hours a month for one need"), help_text=_("An assumption: no document names a number.")
    )
    load_points = forms.FloatField(
        label=_("Points that each further teacher of a mentor costs"),
        help_text=_(
            "0: the load does not matter. 5: a pair goes to a freer mentor who is up to 5 points worse."
        ),
    )
    min_score = forms.FloatField(label=_("No pair with a score below, %"))
    other_grade_percent = forms.FloatField(
        label=_("A strength in other grades counts, %"),
        help_text=_("An assumption: no document names a number."),
    )
    subject_only_percent = forms.FloatField(
        label=_("The subject without the competence counts, %"),
        help_text=_("An assumption: no document names a number."),
    )
    distance_scale_km = forms.FloatField(
        label=_("Nearness gives no points from, km"),
        help_text=_("An assumption: no document names a distance."),
    )
    fairness_percent = forms.FloatField(
        label=_("Fairness: a group is served less often from a difference of, percentage points"),
        help_text=_("An assumption: no document names a number."),
    )
    time_limit_s = forms.FloatField(
        label=_("Seconds for the search with groups or hours"),
        help_text=_("When they end first, the best pairs found are kept and the proven bound is shown."),
    )

    def __init__(self, *args: Any, teacher_run: MatchingRun, **kwargs: Any) -> None:
        kwargs.setdefault("initial", self.initial_of(teacher_run))
        super().__init__(*args, **kwargs)
        for name in SHOWN_CRITERIA:
            self.fields[f"weight_{name}"] = forms.FloatField(
                label=CRITERION_LABELS[name], help_text=CRITERION_WORDS[name]
            )
        bound_fields(self.fields, {**BOUNDS, **in_percent(BOUNDS, _SHARES)})
        bound_fields(self.fields, {f"weight_{name}": (0, WEIGHT_MAX) for name in SHOWN_CRITERIA})

    @staticmethod
    def initial_of(run: MatchingRun) -> dict[str, Any]:
        """Return the rules of the pairing as the fields show them."""
        plain = TeacherMatchingSettings.from_json(run.settings).to_json()
        weights = plain.pop("weights")
        for field, name in _SHARES.items():
            plain[field] = round(plain.pop(name) * _PERCENT, 4)
        plain |= {f"weight_{name}": weights[name] for name in SHOWN_CRITERIA}
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
        return cleaned

    def settings(self) -> TeacherMatchingSettings:
        """Return the rules.

        Raises:
            ValidationError: a value lies outside its bounds.
        """
        values = dict(self.cleaned_data)
        values.pop("objective")
        return TeacherMatchingSettings.from_json(
            {
                "weights": {name: values.pop(f"weight_{name}") for name in SHOWN_CRITERIA},
                **{name: values.pop(field) / _PERCENT for field, name in _SHARES.items()},
                **values,
            }
        )


class TeacherDemandForm(forms.Form):
    """Two people who must be a pair or must not be."""

    kind = forms.ChoiceField(label=_("Demand"), choices=PairRuleKind.choices)
    mentee = forms.ModelChoiceField(Person.objects.none(), label=_("Teacher who gets help"))
    mentor = forms.ModelChoiceField(Person.objects.none(), label=_("Mentor"))
    reason = forms.CharField(
        label=_("Reason"), max_length=300, required=False, help_text=_("Needed where a pair is forbidden.")
    )

    def __init__(self, *args: Any, mentees: Any = None, mentors: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if mentees is not None:
            self.fields["mentee"].queryset = mentees  # type: ignore[attr-defined]  # a ModelChoiceField
        if mentors is not None:
            self.fields["mentor"].queryset = mentors  # type: ignore[attr-defined]  # a ModelChoiceField

    def clean(self) -> dict[str, Any]:
        """A ban needs a reason."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("kind") == PairRuleKind.FORBID and not cleaned.get("reason", "").strip():
            self.add_error("reason", _("Say why this pair must not be."))
        return cleaned

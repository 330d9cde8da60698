"""Forms of scenarios, repairs, ready pairs and the fairness audit."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from mayak.kernel.access import Scope
from mayak.matching.enums import (
    MatchingLevel,
    Objective,
)
from mayak.matching.forms.once import OnceForm
from mayak.matching.models import MatchingRun
from mayak.registry.models import SchoolYear, Territory

SEVERAL = _("With a mouse: hold Ctrl to choose several, or to take a choice back.")


class ScenarioForm(OnceForm):
    """What if: who leaves, whose places change, another distance, another aim."""

    title = forms.CharField(
        label=_("Name of the pairing"),
        max_length=200,
        required=False,
        help_text=_("Left empty, it is made from the name of the pairing."),
    )
    leads_leave = forms.MultipleChoiceField(label=_("These give no help"), required=False, help_text=SEVERAL)
    mentees_leave = forms.MultipleChoiceField(
        label=_("These need no help"), required=False, help_text=SEVERAL
    )
    places_of = forms.ChoiceField(label=_("Another number of places at"), required=False)
    places_amount = forms.IntegerField(
        label=_("Places more or fewer"),
        required=False,
        min_value=-50,
        max_value=50,
        help_text=_("2: two places more. -1: one place fewer."),
    )
    other_distance = forms.BooleanField(label=_("Another limit of distance"), required=False)
    max_distance_km = forms.FloatField(
        label=_("No pair farther apart than, km"),
        required=False,
        min_value=0,
        max_value=20_000,
        help_text=_("Empty: no limit."),
    )
    objective = forms.ChoiceField(label=_("What matters most"), required=False)

    def __init__(
        self,
        *args: Any,
        run: MatchingRun,
        participants: tuple[list[Any], list[Any]] = ([], []),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        mentees, leads = participants
        fields: Any = self.fields
        fields["leads_leave"].choices = leads
        fields["leads_leave"].widget.attrs["size"] = min(max(len(leads), 2), 8)
        fields["mentees_leave"].choices = mentees
        fields["mentees_leave"].widget.attrs["size"] = min(max(len(mentees), 2), 8)
        fields["places_of"].choices = [("", "—"), *leads]
        fields["max_distance_km"].initial = run.settings.get("max_distance_km")
        aims = [(value, label) for value, label in Objective.choices if value != run.objective]
        fields["objective"].choices = [
            ("", _("as before: %(aim)s") % {"aim": run.get_objective_display()}),
            *aims,
        ]

    def clean(self) -> dict[str, Any]:
        """Something must change, and places need both the school and the number."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        amount = cleaned.get("places_amount")
        if cleaned.get("places_of") and not amount:
            self.add_error("places_amount", _("Say how many places more or fewer."))
        if amount and not cleaned.get("places_of"):
            self.add_error("places_of", _("Say at whom the places change."))
        if not self.errors and not self.changes():
            raise ValidationError(_("Change at least one thing."))
        return cleaned

    def changes(self) -> list[dict[str, Any]]:
        """Return the changes as a scenario keeps them."""
        values = self.cleaned_data
        found: list[dict[str, Any]] = [
            {"kind": "leaves", "side": side, "key": key}
            for side, name in (("lead", "leads_leave"), ("mentee", "mentees_leave"))
            for key in values.get(name) or []
        ]
        if values.get("places_of") and values.get("places_amount"):
            found.append({"kind": "places", "key": values["places_of"], "amount": values["places_amount"]})
        if values.get("other_distance"):
            found.append({"kind": "max_distance", "km": values.get("max_distance_km")})
        if values.get("objective"):
            found.append({"kind": "objective", "objective": values["objective"]})
        return found


class RepairForm(OnceForm):
    """Who left an approved pairing, and why."""

    leads_leave = forms.MultipleChoiceField(
        label=_("These give no help any more"), required=False, help_text=SEVERAL
    )
    mentees_leave = forms.MultipleChoiceField(
        label=_("These need no help any more"), required=False, help_text=SEVERAL
    )
    reason = forms.CharField(
        label=_("Why"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Network pairs that end because of the repair get this reason."),
    )

    def __init__(
        self, *args: Any, participants: tuple[list[Any], list[Any]] = ([], []), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        for name, choices in zip(("mentees_leave", "leads_leave"), participants, strict=True):
            fields[name].choices = choices
            fields[name].widget.attrs["size"] = min(max(len(choices), 2), 8)

    def clean(self) -> dict[str, Any]:
        """Somebody left."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not self.changes():
            raise ValidationError(_("Say who left."))
        return cleaned

    def changes(self) -> list[dict[str, Any]]:
        """Return who leaves, as a scenario keeps it."""
        return [
            {"kind": "leaves", "side": side, "key": key}
            for side, name in (("lead", "leads_leave"), ("mentee", "mentees_leave"))
            for key in self.cleaned_data.get(name) or []
        ]


class DifferenceForm(forms.Form):
    """From which difference of shares the audit speaks of «less often»; nothing is kept."""

    difference = forms.FloatField(
        label=_("Say «less often» from a difference of, percentage points"), min_value=1, max_value=100
    )

    def __init__(self, *args: Any, stored: float = 10, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["difference"].initial = int(stored) if float(stored).is_integer() else stored


class PairFileForm(forms.Form):
    """A file of ready pairs: for which territory, year and level."""

    territory = forms.ModelChoiceField(Territory.objects.none(), label=_("Territory"))
    school_year = forms.ModelChoiceField(SchoolYear.objects.none(), label=_("School year"))
    level = forms.ChoiceField(
        label=_("Who is paired"),
        choices=[
            (MatchingLevel.SCHOOLS.value, MatchingLevel.SCHOOLS.label),
            (MatchingLevel.TEACHERS.value, MatchingLevel.TEACHERS.label),
        ],
    )
    title = forms.CharField(
        label=_("Name of the pairing"),
        max_length=200,
        required=False,
        help_text=_("Left empty, it names territory and year."),
    )
    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "xlsx or csv. A school by name, ИНН, code of the РЦОИ or ФИС ОКО login; a teacher by name and school."
        ),
    )

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        territories = Territory.objects.within(scope).order_by("path")
        self.fields["territory"].queryset = territories  # type: ignore[attr-defined]  # ModelChoiceField
        self.fields["territory"].initial = territories.first()
        self.fields["school_year"].queryset = SchoolYear.objects.filter(is_closed=False)  # type: ignore[attr-defined]  # same

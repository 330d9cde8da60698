"""Forms of the card of a school's dynamics."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from mayak.diagnosis.enums.dynamics import RESULT_SOURCES, IndicatorSource, IndicatorUnit, MeasureMoment
from mayak.diagnosis.models import DynamicsCard, DynamicsIndicator, MeasureThreshold
from mayak.kernel.access import Scope
from mayak.registry.models import Organisation, Programme, SchoolYear, Subject
from mayak.results.models import ContextIndicator

_PERCENT = 100


class CardForm(forms.Form):
    """For which schools and years cards are made."""

    schools = forms.ModelMultipleChoiceField(
        Organisation.objects.none(),
        label=_("Schools"),
        widget=forms.SelectMultiple(attrs={"size": 10}),
        help_text=_("Several can be chosen. A school that has a card of these years keeps it."),
    )
    programme = forms.ModelChoiceField(Programme.objects.none(), label=_("Programme"), required=False)
    entry_year = forms.ModelChoiceField(SchoolYear.objects.all(), label=_("Entry: data of the school year"))
    exit_year = forms.ModelChoiceField(SchoolYear.objects.all(), label=_("Exit: data of the school year"))

    def __init__(self, *args: Any, schools: QuerySet[Organisation], scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["schools"].queryset = schools
        fields["programme"].queryset = Programme.objects.within(scope).kept()


class CardNoteForm(forms.ModelForm[DynamicsCard]):
    """The conclusion on a card."""

    class Meta:
        model = DynamicsCard
        fields = ["programme", "note"]
        widgets = {"note": forms.Textarea(attrs={"rows": 5})}

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["programme"]
        field.queryset = Programme.objects.within(scope).kept()


class ValueForm(forms.Form):
    """A value of one indicator; a share is typed in per cent."""

    moment = forms.ChoiceField(label=_("When"), choices=MeasureMoment.choices)
    measured = forms.CharField(
        label=_("Year or quarter"),
        max_length=40,
        required=False,
        help_text=_("As 2024/25 or quarter II. Left empty for the entry and the exit: the year of the card."),
    )
    value = forms.DecimalField(
        label=_("Value"),
        required=False,
        max_digits=14,
        decimal_places=4,
        help_text=_("Left empty, it removes what was stated before."),
    )
    n = forms.IntegerField(label=_("Of how many people"), min_value=0, required=False)
    note = forms.CharField(
        label=_("Note"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("From where the value is known. Needed where it differs from the data."),
    )

    def __init__(self, *args: Any, indicator: DynamicsIndicator, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_share = indicator.unit == IndicatorUnit.SHARE
        if self.is_share:
            self.fields["value"].label = _("Value, per cent")

    def clean_value(self) -> Decimal | None:
        """Turn per cent into a share."""
        value: Decimal | None = self.cleaned_data["value"]
        return value / _PERCENT if value is not None and self.is_share else value


class IndicatorForm(forms.ModelForm[DynamicsIndicator]):
    """An indicator of the card."""

    class Meta:
        model = DynamicsIndicator
        fields = [
            "code", "name", "name_en", "group", "unit", "direction", "data_source", "assessment_kind", "subject",
            "grade", "is_within_year", "context_indicator", "staffing_field", "position", "is_active", "source",
            "source_page", "source_year", "is_assumption", "note",
        ]  # fmt: skip
        widgets = {"note": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["subject"].queryset = Subject.objects.all()
        fields["context_indicator"].queryset = ContextIndicator.objects.all()

    def clean(self) -> dict[str, Any]:
        """Ask for what the source of the data needs."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        source = cleaned.get("data_source")
        needed = {
            IndicatorSource.CONTEXT: ("context_indicator", _("Choose the indicator of the social passport.")),
            IndicatorSource.STAFFING: ("staffing_field", _("Choose the figure of the staffing.")),
        }
        if source in needed:
            name, message = needed[IndicatorSource(source)]
            if not cleaned.get(name):
                self.add_error(name, message)
        if source in RESULT_SOURCES and not (cleaned.get("assessment_kind") or cleaned.get("is_within_year")):
            self.add_error(
                "assessment_kind", ValidationError(_("Choose the procedure, or entry and final diagnostics."))
            )
        return cleaned


class ThresholdForm(forms.ModelForm[MeasureThreshold]):
    """A threshold with its source."""

    class Meta:
        model = MeasureThreshold
        fields = ["year_from", "value", "source", "source_page", "source_year", "is_assumption", "note"]
        widgets = {"note": forms.Textarea(attrs={"rows": 2})}
        help_texts = {
            "year_from": _("Another year than that of the first value adds a value: older years keep theirs.")
        }

"""The form of the model of a network."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from mayak.matching.enums import (
    NetworkModel,
)
from mayak.matching.forms.bounds import bound_fields
from mayak.matching.models import MatchingRun
from mayak.matching.selectors.network_rules import MODEL_WORDS, network_rules_of
from mayak.matching.validators import NETWORK_BOUNDS, NetworkRules
from mayak.registry.models import Territory


class NetworkForm(forms.Form):
    """The model of the network and its numbers; for a mixed one a model for each municipality."""

    network_model = forms.ChoiceField(
        label=_("Model of the network"),
        widget=forms.RadioSelect,
        required=False,
        choices=list(MODEL_WORDS.items()),
    )
    centres = forms.IntegerField(
        label=_("Centres at most"), required=False, help_text=_("For a concentrated model. Empty: no limit.")
    )
    group_min = forms.IntegerField(
        label=_("Schools of a group, at least"),
        help_text=_("For an identical model. The regional monitoring calls three or more people a group."),
    )
    group_max = forms.IntegerField(
        label=_("Schools of a group, at most"),
        required=False,
        help_text=_("Empty: as many as the lead school has places."),
    )
    chain_length = forms.IntegerField(label=_("Schools one after another in a chain, at most"))
    hours_per_line = forms.FloatField(
        label=_("Hours a month for one content line of one school"),
        help_text=_("0: hours are not counted. Counted against the hours of the lead school's passport."),
    )

    def __init__(
        self, *args: Any, run: MatchingRun, municipalities: Iterable[Territory], **kwargs: Any
    ) -> None:
        rules = network_rules_of(run)
        initial = {**rules.to_json(), "network_model": run.network_model}
        if rules.hours_per_line.is_integer():
            initial["hours_per_line"] = int(rules.hours_per_line)
        self.parts = {f"part_{place.pk}": place for place in municipalities}
        initial |= {name: rules.parts.get(str(place.pk), "") for name, place in self.parts.items()}
        self.kept = rules.parts  # also of municipalities that are not shown
        kwargs.setdefault("initial", initial)
        super().__init__(*args, **kwargs)
        bound_fields(self.fields, NETWORK_BOUNDS)
        models = [("", "—"), *(one for one in NetworkModel.choices if one[0] != NetworkModel.MIXED)]
        for name, place in self.parts.items():
            self.fields[name] = forms.ChoiceField(label=str(place), choices=models, required=False)

    def rules(self) -> NetworkRules:
        """Return the numbers of the model.

        Raises:
            ValidationError: a value lies outside its bounds.
        """
        names = ("centres", "group_min", "group_max", "chain_length", "hours_per_line")
        parts = dict(self.kept)
        parts |= {str(place.pk): self.cleaned_data[name] for name, place in self.parts.items()}
        return NetworkRules.from_json(
            {
                **{name: self.cleaned_data[name] for name in names},
                "parts": {key: model for key, model in parts.items() if model},
            }
        )

    def clean(self) -> dict[str, Any]:
        """Check the numbers with the words of the rules themselves."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                self.rules()
            except ValidationError as error:
                self.add_error(None, error)
        return cleaned

"""The form of an export of results."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mayak.surveys.enums import ExportContent, ExportFormat


class ExportForm(forms.Form):
    """What is taken, as what, and whether free texts come along."""

    content = forms.ChoiceField(
        label=_("What"),
        choices=ExportContent.choices,
        widget=forms.RadioSelect,
        initial=ExportContent.RESULTS,
    )
    file_format = forms.ChoiceField(
        label=_("As"), choices=ExportFormat.choices, widget=forms.RadioSelect, initial=ExportFormat.XLSX
    )
    texts = forms.BooleanField(
        label=_("Free texts too"),
        required=False,
        help_text=_(
            "Only with single answers. Whoever writes freely may name others or give themselves away."
        ),
    )
    looked = forms.BooleanField(
        label=_("I have looked at the texts that seem to name somebody"), required=False
    )

    def __init__(self, *args: Any, no_answers: str = "", named_texts: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.named_texts = named_texts
        if no_answers:
            self.fields["content"].help_text = no_answers
            del self.fields["texts"]
        if no_answers or not named_texts:
            del self.fields["looked"]

    def clean(self) -> dict[str, Any]:
        """Refuse what does not go together."""
        values = super().clean() or {}
        values.setdefault("texts", False)
        is_results = values.get("content") == ExportContent.RESULTS
        if is_results and values.get("file_format") == ExportFormat.SPSS:
            self.add_error("file_format", _("SPSS takes single answers: choose them, or another format."))
        if is_results:
            values["texts"] = False
        if values["texts"] and "looked" in self.fields and not values.get("looked"):
            self.add_error("looked", _("Look at these texts first: the file would carry the names on."))
        return values

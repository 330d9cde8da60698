"""The forms of an import: the file, and what the trial run leaves to decide."""

import json
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from mayak.kernel.importing.limits import MEGABYTE
from mayak.surveys.algorithms.definition import Definition, DefinitionError
from mayak.surveys.algorithms.parsing import definition_from_dict
from mayak.surveys.imports.questionnaires import LIMITS
from mayak.surveys.models import Questionnaire

LONGEST_DOCUMENT = 2_000_000


class FileForm(forms.Form):
    """Which file, and for which questionnaire."""

    file = forms.FileField(
        label=_("File"),
        allow_empty_file=True,
        help_text=_("XLSForm or our table, as .xlsx. Nothing is written yet: first comes a trial run."),
        error_messages={"required": _("Choose a file.")},
    )
    questionnaire = forms.ModelChoiceField(
        queryset=Questionnaire.objects.none(),
        label=_("What becomes of it"),
        required=False,
        empty_label=_("a new questionnaire"),
        help_text=_("Or the next version of one of your own questionnaires."),
    )

    def __init__(self, *args: Any, questionnaires: QuerySet[Questionnaire], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["questionnaire"].queryset = questionnaires  # type: ignore[attr-defined]  # ModelChoiceField

    def clean_file(self) -> Any:
        """Refuse a large file before it is read."""
        file = self.cleaned_data["file"]
        limit = min(LIMITS.file_bytes, settings.UPLOAD_LIMIT_BYTES)
        if file.size > limit:
            raise forms.ValidationError(
                _("The file is too big for a questionnaire: at most %(limit)s MB."),
                params={"limit": limit // MEGABYTE},
            )
        return file


class ConfirmForm(forms.Form):
    """The read content goes through the page and is read again as strictly; so nothing waits on the server."""

    document = forms.CharField(widget=forms.HiddenInput, max_length=LONGEST_DOCUMENT)
    file_name = forms.CharField(widget=forms.HiddenInput, max_length=200, required=False)
    questionnaire = forms.ModelChoiceField(
        queryset=Questionnaire.objects.none(), widget=forms.HiddenInput, required=False
    )
    title_ru = forms.CharField(label=_("Title"), max_length=200, required=False)
    accept_losses = forms.BooleanField(
        label=_("I have read what is left out. Import without it."),
        required=False,
        error_messages={"required": _("Tick that you have read what is left out.")},
    )

    def __init__(
        self, *args: Any, questionnaires: QuerySet[Questionnaire], has_losses: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["questionnaire"].queryset = questionnaires  # type: ignore[attr-defined]  # ModelChoiceField
        if has_losses:
            self.fields["accept_losses"].required = True
        else:
            del self.fields["accept_losses"]

    def clean_document(self) -> Definition:
        """Read the content again: it came from a browser."""
        try:
            return definition_from_dict(json.loads(self.cleaned_data["document"]))
        except (ValueError, RecursionError, DefinitionError) as error:
            raise forms.ValidationError(
                _("The content was changed on its way. Upload the file again.")
            ) from error

    def clean(self) -> dict[str, Any]:
        """Want a title for a new questionnaire."""
        values = super().clean() or {}
        if not values.get("questionnaire") and not values.get("title_ru"):
            self.add_error("title_ru", _("Write a title."))
        return values

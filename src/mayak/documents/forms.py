"""Forms of documents."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mayak.documents.services.checking import check_template
from mayak.kernel.access import Scope
from mayak.registry.models import Territory


class DayField(forms.DateField):
    """A day, chosen in the calendar of the browser."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class OrderForm(forms.Form):
    """What the order says besides the pairs."""

    authority = forms.CharField(
        label=_("Authority that issues the order"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Each line becomes a line at the top of the paper."),
    )
    place = forms.CharField(label=_("Place"), max_length=100, required=False)
    basis = forms.CharField(
        label=_("Acts to which the preamble refers"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "Continues the words “in accordance with …”. The acts of the schools' statuses are filled in."
        ),
    )
    deadline = DayField(label=_("Until when the schools agree on their work"))
    service = forms.CharField(
        label=_("Who accompanies the work"),
        max_length=300,
        required=False,
        help_text=_("To whom it is entrusted, in the dative. Left empty, the point is left out."),
    )
    control = forms.CharField(
        label=_("Who controls the execution"),
        max_length=300,
        required=False,
        help_text=_("Position and name in the accusative. Left empty, whoever signs keeps the control."),
    )
    signatory_position = forms.CharField(label=_("Position of whoever signs"), max_length=200, required=False)
    signatory_name = forms.CharField(
        label=_("Initials and name of whoever signs"), max_length=100, required=False
    )
    number = forms.CharField(
        label=_("Number"),
        max_length=50,
        required=False,
        help_text=_(
            "Leave number and date empty until the order is signed: the paper keeps a line for them."
        ),
    )
    date = DayField(label=_("Date"), required=False)

    def __init__(self, *args: Any, is_draft: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_draft:  # a draft is not signed
            del self.fields["number"], self.fields["date"]


class RegisterForm(forms.Form):
    """Number and date of the signed order."""

    number = forms.CharField(label=_("Number"), max_length=50)
    date = DayField(label=_("Date"), initial=timezone.localdate)


class TemplateForm(forms.Form):
    """A Word template for a territory."""

    territory = forms.ModelChoiceField(Territory.objects.none(), label=_("Territory"))
    file = forms.FileField(label=_("Word file"), help_text=_("A .docx file with fields, at most 5 MB."))
    name = forms.CharField(
        label=_("Name"),
        max_length=200,
        required=False,
        help_text=_("Left empty, it is the name of the file."),
    )

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        territory: Any = self.fields["territory"]
        territory.queryset = Territory.objects.within(scope)

    def clean_file(self) -> Any:
        """Name every fault of the template at its field."""
        file = self.cleaned_data["file"]
        content = file.read()
        file.seek(0)
        try:
            check_template(content, file.name)
        except ValidationError as error:
            raise ValidationError(error.messages) from error
        return file

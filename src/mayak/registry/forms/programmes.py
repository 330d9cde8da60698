"""Forms of programmes and their parts, legal acts, subjects and school years."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from mayak.registry.forms.base import ScopedForm, ScopedPlainForm, form_field
from mayak.registry.forms.fields import LinesField
from mayak.registry.models import (
    LegalAct,
    Programme,
    ProgrammeParticipant,
    ProgrammeRole,
    ProgrammeStage,
    SchoolYear,
    Subject,
)
from mayak.registry.validators import check_scan


class ProgrammeForm(ScopedForm):
    """A programme of any kind."""

    class Meta:
        model = Programme
        fields = ("territory", "name", "kind", "purpose", "starts_on", "ends_on", "legal_basis")
        formfield_callback = form_field
        widgets = {"legal_basis": forms.CheckboxSelectMultiple, "purpose": forms.Textarea(attrs={"rows": 3})}


class StageForm(ScopedForm):
    """A stage of a programme."""

    class Meta:
        model = ProgrammeStage
        fields = ("name", "starts_on", "ends_on")
        formfield_callback = form_field


class RoleForm(ScopedForm):
    """A role that a programme defines."""

    class Meta:
        model = ProgrammeRole
        fields = ("name", "description")
        formfield_callback = form_field


class ParticipantForm(ScopedForm):
    """An organisation that takes part."""

    class Meta:
        model = ProgrammeParticipant
        fields = ("organisation", "role", "valid_from", "valid_to")
        formfield_callback = form_field

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        role: Any = self.fields["role"]
        role.queryset = ProgrammeRole.objects.filter(programme=self.instance.programme_id)


class ActForm(ScopedForm):
    """A legal act with its scan."""

    scan = forms.FileField(
        label=_("Scan"),
        required=False,
        help_text=_("PDF, PNG, JPEG or TIFF, at most 20 MB."),
    )

    class Meta:
        model = LegalAct
        fields = ("territory", "issuer", "kind", "number", "date", "title", "state", "replaced_by")
        formfield_callback = form_field

    def clean_scan(self) -> Any:
        """Refuse a scan that is too big or of a wrong type, at its field."""
        scan = self.cleaned_data.get("scan")
        if scan:
            try:
                check_scan(scan)
            except ValidationError as error:
                raise ValidationError(error.messages) from error
        return scan or None


class SubjectForm(ScopedForm):
    """A subject with the names under which files call it."""

    aliases = LinesField(label=_("Names in files"), required=False, help_text=_("One a line."))

    class Meta:
        model = Subject
        fields = ("code", "name", "name_en", "position", "aliases")
        formfield_callback = form_field


class SchoolYearForm(ScopedForm):
    """A school year."""

    class Meta:
        model = SchoolYear
        fields = ("start_year",)
        formfield_callback = form_field


class UploadForm(ScopedPlainForm):
    """A file of a registry table."""

    file = forms.FileField(
        label=_("File"), help_text=_("xlsx, csv, ods or xls; the first row holds the headings.")
    )
    key = forms.ChoiceField(
        label=_("Find rows by"),
        help_text=_("By what a line of the file is recognised; a line that is not found becomes a new row."),
    )
    clears_empty = forms.BooleanField(
        label=_("An empty cell clears the value"),
        required=False,
        help_text=_("Otherwise an empty cell leaves the value as it is."),
    )

    def __init__(self, *args: Any, keys: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["key"]
        field.choices = keys

"""The form of an upload and what a person decides about an import."""

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from mayak.kernel.access import Scope
from mayak.kernel.importing.limits import MEGABYTE
from mayak.registry.models import Territory
from mayak.results.services.new_schools import NEW

FILES_AT_MOST = 60


class ManyFilesInput(forms.ClearableFileInput):
    """A file input that takes several files."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several files, at least one."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        """Check each file."""
        single = super().clean
        given = data if isinstance(data, list | tuple) else [data]
        files = [single(one, initial) for one in given if one]
        if not files:
            single(None, initial)
        return files


class UploadForm(forms.Form):
    """Which files, for which territory."""

    files = ManyFilesField(  # type: ignore[assignment]  # the files of the form are its bound data; the name is plain
        label=_("Files"),
        help_text=_("Excel, CSV, JSON or a .zip of them; several at once. Drag them here or choose them."),
        error_messages={"required": _("Choose at least one file.")},
        allow_empty_file=True,
    )
    territory = forms.ModelChoiceField(
        queryset=Territory.objects.none(),
        label=_("Territory"),
        help_text=_("Schools of the files are looked for here and below."),
        empty_label=None,
    )
    title = forms.CharField(
        label=_("Title"), required=False, max_length=300, help_text=_("Empty: the names of the files.")
    )

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        territories: QuerySet[Territory] = Territory.objects.within(scope).order_by("path")
        field = self.fields["territory"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = territories
            field.initial = territories.first()
        self.fields["files"].help_text = _("%(what)s At most %(limit)s MB together.") % {
            "what": self.fields["files"].help_text,
            "limit": settings.UPLOAD_LIMIT_BYTES // MEGABYTE,
        }

    def clean_files(self) -> list[UploadedFile[Any]]:
        """Refuse a heap of files that should be an archive."""
        files: list[UploadedFile[Any]] = self.cleaned_data["files"]
        if len(files) > FILES_AT_MOST:
            message = _("At most %(limit)s files at once. Pack them into a .zip archive.")
            raise forms.ValidationError(message % {"limit": FILES_AT_MOST})
        return files


class OptionsForm(forms.Form):
    """What may be created for the rows of an import."""

    OPTIONS: ClassVar[tuple[str, ...]] = ("create_territories", "create_subjects", "create_schools")

    create_schools = forms.BooleanField(
        required=False,
        label=_("Create the schools that are like no school of the registry"),
        help_text=_("Schools that look like known ones stay a question for you."),
    )
    create_territories = forms.BooleanField(
        required=False, label=_("Create regions and municipalities that the registry lacks")
    )
    create_subjects = forms.BooleanField(required=False, label=_("Create subjects that the registry lacks"))

    def options(self) -> dict[str, Any]:
        """For the settings of the import."""
        data = self.cleaned_data
        return {
            "create_territories": data["create_territories"],
            "create_subjects": data["create_subjects"],
            "create_schools": NEW if data["create_schools"] else "",
        }


class UndoForm(forms.Form):
    """Why an import is undone."""

    reason = forms.CharField(
        label=_("Why the import is undone"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=500,
        error_messages={"required": _("Say why the import is undone.")},
    )

"""The form of a catalogue of tasks as a file."""

from django import forms
from django.utils.translation import gettext_lazy as _


class TaskFileForm(forms.Form):
    """Catalogues as a file."""

    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "xlsx or csv: a task in a row with its exam, subject, grade, year and source; several papers may stand "
            "in one file. Take the template."
        ),
    )

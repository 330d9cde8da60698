"""Forms of consents: recording papers, withdrawing, writing the next version of a text."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mayak.accounts.models import ConsentText
from mayak.kernel.access import Scope
from mayak.kernel.uploads.kinds import check_paper
from mayak.registry.forms.fields import LinesField, date_field
from mayak.registry.models import Person
from mayak.registry.selectors.references import find_rows

SCAN_LIMIT_MB = 10
SCAN_ENDINGS = (".pdf", ".jpg", ".jpeg", ".png")


class ScanField(forms.FileField):
    """A scan: PDF, JPEG or PNG by name and content, at most 10 MB."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Return (name, bytes), or None.

        Raises:
            ValidationError: another kind of file, or too big.
        """
        file = super().clean(data, initial)
        if not file:
            return None
        check_paper(
            file,
            SCAN_ENDINGS,
            limit_mb=SCAN_LIMIT_MB,
            wrong_kind=str(_("A scan is a PDF, JPEG or PNG file.")),
            too_large=str(_("A scan of at most 10 megabytes.")),
        )
        return file.name, file.read()


class PaperForm(forms.Form):
    """A consent on paper."""

    text = forms.ModelChoiceField(ConsentText.objects.all(), label=_("Consent and version"))
    given_on = date_field(label=_("Signed on"), required=True, initial=timezone.localdate)
    basis = forms.CharField(
        label=_("Paper"),
        required=False,
        max_length=300,
        help_text=_("Where the signed paper is kept: file, number."),
    )
    scan = ScanField(label=_("Scan"), required=False, help_text=_("PDF, JPEG or PNG; only you keep it."))


class PeopleField(LinesField):
    """People of the registry, one a line, by full name or e-mail."""

    scope = Scope()

    def to_python(self, value: Any) -> Any:
        """Return the people, each once.

        Raises:
            ValidationError: a line names none or several; the message names the line.
        """
        found: dict[int, Person] = {}
        for line in super().to_python(value):
            rows = find_rows(Person, self.scope, line)
            if len(rows) != 1:
                raise forms.ValidationError(
                    _("“%(line)s”: write the whole name or the e-mail of one person."),
                    params={"line": line[:100]},
                )
            found[rows[0].pk] = rows[0]
        return list(found.values())


class BulkForm(forms.Form):
    """Papers of one kind that many people signed on one day."""

    people = PeopleField(label=_("Who signed"), help_text=_("Full names or e-mails, one a line."))
    text = forms.ModelChoiceField(ConsentText.objects.all(), label=_("Consent and version"))
    given_on = date_field(label=_("Signed on"), required=True, initial=timezone.localdate)
    basis = forms.CharField(
        label=_("Papers"),
        max_length=300,
        help_text=_("Where the signed papers are kept: file, number."),
    )

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["people"]
        field.scope = scope


class WithdrawForm(forms.Form):
    """A withdrawal on paper."""

    withdrawn_on = date_field(label=_("Withdrawn on"), required=True, initial=timezone.localdate)
    basis = forms.CharField(label=_("Paper of the withdrawal"), required=False, max_length=300)


class TextForm(forms.ModelForm[ConsentText]):
    """The next version of a text."""

    class Meta:
        model = ConsentText
        fields = ["title", "text", "consequences", "valid_from", "source", "is_assumption", "note"]
        widgets = {
            "text": forms.Textarea(attrs={"rows": 18}),
            "consequences": forms.Textarea(attrs={"rows": 3}),
            "valid_from": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            "note": forms.Textarea(attrs={"rows": 2}),
        }

"""Forms of partnerships."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mayak.kernel.access import Scope
from mayak.networks.enums import RenewalChoice
from mayak.registry.models import SchoolYear, Territory


def date_field(label: Any, **options: Any) -> forms.DateField:
    """A day with the browser's own calendar."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **options)


def text_field(label: Any, *, rows: int = 3, **options: Any) -> forms.CharField:
    """A text of some lines."""
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": rows}), **options)


class EndForm(forms.Form):
    """When and why a partnership ends, and what remains of it."""

    ended_on = date_field(_("Ended on"), initial=timezone.localdate)
    reason = text_field(
        _("Why it ends"),
        max_length=500,
        help_text=_(
            "The reason stays in the history: a partner that leaves without one is never understood."
        ),
    )
    remains = text_field(
        _("What remains"),
        max_length=1000,
        required=False,
        help_text=_("Lessons, materials and people that go on working after the end."),
    )


class AnswerForm(forms.Form):
    """What a school says to a proposal."""

    decision = forms.ChoiceField(
        label=_("The school"),
        choices=[("consent", _("consents")), ("refuse", _("refuses"))],
        widget=forms.RadioSelect,
    )
    reason = text_field(
        _("Why it refuses"),
        max_length=1000,
        required=False,
        help_text=_("Needed for a refusal: another lead school is chosen by it."),
    )

    def clean(self) -> dict[str, Any]:
        """A refusal needs a reason."""
        values = super().clean() or {}
        if values.get("decision") == "refuse" and not (values.get("reason") or "").strip():
            self.add_error("reason", _("Say why the school refuses: the next proposal depends on it."))
        return values


class PaperAnswerForm(AnswerForm):
    """The answer of a school that a coordinator writes down from paper or a letter."""

    by_label = forms.CharField(
        label=_("Who answered for the school"),
        max_length=300,
        required=False,
        help_text=_("The position, for example: the head, letter № 15 of 01.10.2025."),
    )
    decided_on = date_field(_("Answered on"), initial=timezone.localdate)


class BeginForm(forms.Form):
    """When the joint work begins."""

    began_on = date_field(_("Work begins"), initial=timezone.localdate)
    reason = forms.CharField(
        label=_("On what ground without an agreement"),
        max_length=500,
        required=False,
        help_text=_("For example: the list of pairs is approved by an order, the agreement is being signed."),
    )

    def __init__(self, *args: Any, has_agreement: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if has_agreement:
            del self.fields["reason"]


class PauseForm(forms.Form):
    """Why a partnership stops for a time."""

    reason = text_field(_("Why the work stops for a time"), max_length=500)


class TermsForm(forms.Form):
    """The term of a partnership and the content lines of the help."""

    starts_on = date_field(_("Term from"), required=False)
    ends_on = date_field(_("Term to"), required=False)
    lines = text_field(
        _("What the help is about"),
        rows=6,
        required=False,
        help_text=_(
            "One line for each subject or risk factor; a grade after a semicolon. For example: mathematics; 9"
        ),
    )

    def clean(self) -> dict[str, Any]:
        """The term does not end before it begins."""
        values = super().clean() or {}
        begins, ends = values.get("starts_on"), values.get("ends_on")
        if begins and ends and ends < begins:
            self.add_error("ends_on", _("The end of a period cannot lie before its beginning."))
        return values

    def clean_lines(self) -> list[tuple[str, str]]:
        """Name and grade of each line."""
        found = []
        for text in self.cleaned_data["lines"].splitlines():
            name, _mark, grade = text.partition(";")
            if name.strip():
                found.append((name.strip()[:200], grade.strip()[:20]))
        return found


class RenewForm(forms.Form):
    """What becomes of one partnership in the next school year."""

    choice = forms.ChoiceField(
        label=_("Next year"),
        choices=[("", _("not decided yet")), *RenewalChoice.choices],
        required=False,
    )
    note = forms.CharField(label=_("What changes and why"), max_length=500, required=False)

    def clean(self) -> dict[str, Any]:
        """A change and an end need words."""
        values = super().clean() or {}
        needs_words = values.get("choice") in {RenewalChoice.CHANGE, RenewalChoice.STOP}
        if needs_words and not (values.get("note") or "").strip():
            self.add_error("note", _("Say what changes and why, or why it does not go on."))
        return values


class PartnershipFileForm(forms.Form):
    """A table of partnerships: for which territory, and the year of the rows that name none."""

    territory = forms.ModelChoiceField(Territory.objects.none(), label=_("Territory"))
    school_year = forms.ModelChoiceField(
        SchoolYear.objects.all(),
        label=_("School year"),
        help_text=_("Of the rows that name no year of their own."),
    )
    file = forms.FileField(
        label=_("File"),
        help_text=_("xlsx or csv. A school by name, ИНН, code of the РЦОИ or ФИС ОКО login."),
    )

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        territories = Territory.objects.within(scope).order_by("path")
        self.fields["territory"].queryset = territories  # type: ignore[attr-defined]  # ModelChoiceField
        self.fields["territory"].initial = territories.first()

"""Forms of agreements."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mayak.kernel.access import Scope
from mayak.networks.enums.agreements import (
    AgreementEnd,
    AgreementFileKind,
    AgreementKind,
    ClauseSection,
    PartyRole,
)
from mayak.networks.models import (
    Agreement,
    AgreementClause,
    AgreementParty,
    AgreementVersion,
    Network,
    Partnership,
)
from mayak.networks.services.agreement_parties import PARTY_FIELDS
from mayak.networks.services.agreements import PARTNERSHIP_KINDS
from mayak.registry.models import Organisation, Programme, SchoolYear

ROWS_2, ROWS_3, ROWS_10 = {"rows": 2}, {"rows": 3}, {"rows": 10}
KIND_CHOICES = [(kind.value, kind.label) for kind in AgreementKind if kind != AgreementKind.AMENDMENT]


def day_input() -> forms.DateInput:
    """Return the input of a day."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class _PupilsMixin(forms.Form):
    """The tick without which a contract on the network form is not made."""

    pupils_study = forms.BooleanField(
        label=_("Pupils of one school study a part of a programme in the other one"),
        required=False,
        help_text=_(
            "Only then a contract on the network form is needed (article 15 of the law on education). Mentoring of "
            "teachers needs a cooperation agreement and not this contract."
        ),
    )

    def clean(self) -> dict[str, Any]:
        """A contract on the network form needs the tick."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if values.get("kind") == AgreementKind.NETWORK_FORM and not values.get("pupils_study"):
            self.add_error(
                "pupils_study",
                _(
                    "Say that pupils study in another school, or choose a cooperation agreement: teachers who help "
                    "each other need no contract on the network form."
                ),
            )
        return values


class PairAgreementForm(_PupilsMixin):
    """An agreement of a network pair: which kind; the rest comes from the pair."""

    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[(kind.value, kind.label) for kind in PARTNERSHIP_KINDS],
        initial=AgreementKind.COOPERATION,
    )
    partnership = forms.ModelChoiceField(Partnership.objects.none(), label=_("Network pair"))
    field_order = ("partnership", "kind", "pupils_study")

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["partnership"]
        field.queryset = (
            Partnership.objects.within(scope).current().select_related("mentee", "lead", "school_year")
        )


class FreeAgreementForm(_PupilsMixin):
    """An agreement that no pair stands behind: of a network, of several organisations."""

    kind = forms.ChoiceField(label=_("Kind"), choices=KIND_CHOICES)
    title = forms.CharField(label=_("Title"), max_length=300, required=False)
    school_year = forms.ModelChoiceField(SchoolYear.objects.filter(is_closed=False), label=_("School year"))
    network = forms.ModelChoiceField(Network.objects.none(), label=_("Network"), required=False)
    programme = forms.ModelChoiceField(Programme.objects.none(), label=_("Programme"), required=False)
    lead = forms.ModelChoiceField(Organisation.objects.none(), label=_("First party"))
    lead_role = forms.ChoiceField(label=_("Its role"), choices=PartyRole.choices, initial=PartyRole.LEAD)
    other = forms.ModelChoiceField(Organisation.objects.none(), label=_("Second party"), required=False)
    other_role = forms.ChoiceField(label=_("Its role"), choices=PartyRole.choices, initial=PartyRole.MENTEE)
    subjects = forms.CharField(
        label=_("Subject: what it is about"), max_length=500, required=False, widget=forms.Textarea(ROWS_2)
    )
    starts_on = forms.DateField(label=_("Valid from"), required=False, widget=day_input())
    ends_on = forms.DateField(label=_("Valid until"), required=False, widget=day_input())
    field_order = ("kind", "pupils_study")

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["network"].queryset = Network.objects.within(scope).select_related("school_year")
        fields["programme"].queryset = Programme.objects.within(scope).kept()
        for name in ("lead", "other"):
            fields[name].queryset = Organisation.objects.within(scope).open()

    def clean(self) -> dict[str, Any]:
        """One organisation is not both parties."""
        values = super().clean()
        if values.get("lead") is not None and values.get("lead") == values.get("other"):
            self.add_error("other", _("Choose another organisation: a party does not agree with itself."))
        return values


class AgreementForm(forms.ModelForm[Agreement]):
    """What an agreement is about and for how long."""

    class Meta:
        model = Agreement
        fields = (
            "title",
            "number",
            "place",
            "subjects",
            "starts_on",
            "ends_on",
            "payment",
            "pupils_study",
            "programme",
        )
        widgets = {"starts_on": day_input(), "ends_on": day_input(), "subjects": forms.Textarea(ROWS_2)}

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["programme"]
        field.queryset = Programme.objects.within(scope).kept()


class PartyAddForm(forms.Form):
    """A further party."""

    organisation = forms.ModelChoiceField(Organisation.objects.none(), label=_("Organisation"))
    role = forms.ChoiceField(label=_("Role"), choices=PartyRole.choices, initial=PartyRole.MEMBER)

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["organisation"]
        field.queryset = Organisation.objects.within(scope).open()


class PartyForm(forms.ModelForm[AgreementParty]):
    """Requisites and representative of a party."""

    class Meta:
        model = AgreementParty
        fields = PARTY_FIELDS
        widgets = {"bank": forms.Textarea(ROWS_3)}


class ClauseForm(forms.ModelForm[AgreementClause]):
    """A clause."""

    class Meta:
        model = AgreementClause
        fields = ("number", "section", "side", "text")
        widgets = {"text": forms.Textarea(ROWS_10)}
        help_texts = {
            "number": _("«3» is a heading, «3.1» a clause."),
            "side": _("Only for duties: the side that has them; empty for all parties together."),
        }


class NewClauseForm(ClauseForm):
    """A further clause."""

    section = forms.ChoiceField(
        label=_("What it is about"), choices=ClauseSection.choices, initial=ClauseSection.DUTIES
    )


class NoteForm(forms.Form):
    """A few words on a new version."""

    note = forms.CharField(label=_("What changes in it"), max_length=300, required=False)


class CompareForm(forms.Form):
    """Two versions."""

    old = forms.ModelChoiceField(AgreementVersion.objects.none(), label=_("Earlier version"))
    new = forms.ModelChoiceField(AgreementVersion.objects.none(), label=_("Later version"))

    def __init__(self, *args: Any, agreement: Agreement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("old", "new"):
            field: Any = self.fields[name]
            field.queryset = agreement.versions.all()
            field.label_from_instance = lambda one: str(one.number)


class ApprovalForm(forms.Form):
    """Somebody of the chain."""

    label = forms.CharField(
        label=_("Who approves"), max_length=200, help_text=_("The post: head, lawyer, coordinator.")
    )
    step_number = forms.IntegerField(
        label=_("Step"),
        min_value=1,
        max_value=20,
        initial=1,
        help_text=_("The same number: at the same time; a greater one: afterwards."),
    )
    party = forms.ModelChoiceField(AgreementParty.objects.none(), label=_("For the party"), required=False)

    def __init__(self, *args: Any, agreement: Agreement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["party"]
        field.queryset = agreement.parties.all()


class DecisionForm(forms.Form):
    """Yes, or back with remarks."""

    agrees = forms.TypedChoiceField(
        label=_("Decision"),
        choices=[("yes", _("Agreed")), ("no", _("Return with remarks"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        empty_value=None,
    )
    note = forms.CharField(
        label=_("Remarks"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(ROWS_3),
        help_text=_("Needed for a return: what must be changed."),
    )


class AgreementReasonForm(forms.Form):
    """A reason."""

    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(ROWS_3))


class SignForm(forms.Form):
    """Day and number of the signature; a scan may be added at once."""

    signed_on = forms.DateField(label=_("Signed on"), initial=timezone.localdate, widget=day_input())
    number = forms.CharField(label=_("Number"), max_length=50, required=False)
    scan = forms.FileField(
        label=_("Scan of the signed paper"),
        required=False,
        help_text=_(
            "PDF, PNG, JPEG, TIFF or docx, up to 20 MB. Signature files are added on the page before."
        ),
    )


class AgreementFileForm(forms.Form):
    """A file of the agreement."""

    kind = forms.ChoiceField(label=_("Kind"), choices=AgreementFileKind.choices)
    party = forms.ModelChoiceField(
        AgreementParty.objects.none(),
        label=_("Of the party"),
        required=False,
        help_text=_("Needed for a signature file."),
    )
    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "A scan: PDF, PNG, JPEG, TIFF or docx, up to 20 MB. A signature: .sig or .p7s, up to 1 MB."
        ),
    )

    def __init__(self, *args: Any, agreement: Agreement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["party"]
        field.queryset = agreement.parties.all()


class AgreementEndForm(forms.Form):
    """How, when and why an agreement ends."""

    end_kind = forms.ChoiceField(label=_("How it ends"), choices=AgreementEnd.choices)
    ended_on = forms.DateField(label=_("Ended on"), initial=timezone.localdate, widget=day_input())
    reason = forms.CharField(
        label=_("Why it ends"), max_length=500, required=False, widget=forms.Textarea(ROWS_3)
    )


class AmendmentForm(forms.Form):
    """From when an amendment holds, and whether it prolongs."""

    starts_on = forms.DateField(label=_("Changes hold from"), required=False, widget=day_input())
    ends_on = forms.DateField(
        label=_("New last day of the agreement"),
        required=False,
        widget=day_input(),
        help_text=_("Leave as it is where the term does not change."),
    )


class MassForm(forms.Form):
    """For which pairs agreements are made."""

    school_year = forms.ModelChoiceField(SchoolYear.objects.filter(is_closed=False), label=_("School year"))
    network = forms.ModelChoiceField(
        Network.objects.none(),
        label=_("Network"),
        required=False,
        help_text=_("Empty: all pairs of the year."),
    )

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["network"]
        field.queryset = Network.objects.within(scope).select_related("school_year")

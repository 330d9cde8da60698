"""Forms of contests."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from mayak.accounts.models import User
from mayak.diagnosis.enums.contests import ContestDecision
from mayak.diagnosis.models import Contest, ContestApplication, ContestCriterion
from mayak.kernel.access import Scope
from mayak.registry.models import LegalAct, Organisation, Programme, SchoolYear, Territory
from mayak.results.models import StatusKind

ROWS_3 = {"rows": 3}


def day_input() -> forms.DateInput:
    """Return an input of a day that the browser knows."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ContestForm(forms.ModelForm[Contest]):
    """What a contest says of itself."""

    class Meta:
        model = Contest
        fields = [
            "kind", "title", "territory", "programme", "school_year", "purpose", "applications_from",
            "applications_until", "scores_until", "experts_at_least", "basis",
        ]  # fmt: skip
        help_texts = {
            "experts_at_least": _("The sources name no number; two is an assumption."),
            "kind": _(
                "The kind chooses the supplied criteria. They can be changed until the first application."
            ),
        }
        widgets = {
            "purpose": forms.Textarea(attrs=ROWS_3),
            "applications_from": day_input(),
            "applications_until": day_input(),
            "scores_until": day_input(),
        }

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["territory"].queryset = Territory.objects.within(scope).order_by("path")
        fields["programme"].queryset = Programme.objects.within(scope).kept()
        fields["school_year"].queryset = SchoolYear.objects.filter(is_closed=False)
        fields["basis"].queryset = LegalAct.objects.within(scope).kept()
        if self.instance.pk:
            del self.fields["territory"]
        else:
            fields["territory"].initial = fields["territory"].queryset.first()


class ProtocolForm(forms.ModelForm[Contest]):
    """What stands at the head and at the foot of the protocol."""

    class Meta:
        model = Contest
        fields = ["protocol_number", "protocol_date", "commission", "chair", "secretary"]
        widgets = {"protocol_date": day_input()}


class CriterionForm(forms.ModelForm[ContestCriterion]):
    """A criterion."""

    class Meta:
        model = ContestCriterion
        fields = ["name", "help_text", "maximum", "weight", "position", "source", "is_assumption"]
        widgets = {"help_text": forms.Textarea(attrs=ROWS_3)}


class ApplicationForm(forms.ModelForm[ContestApplication]):
    """The words of an application."""

    class Meta:
        model = ContestApplication
        fields = ["reasons", "done", "plans"]
        widgets = {name: forms.Textarea(attrs={"rows": 5}) for name in ("reasons", "done", "plans")}


class NewApplicationForm(ApplicationForm):
    """An application with the school that sends it."""

    organisation = forms.ModelChoiceField(Organisation.objects.none(), label=_("School"))
    field_order = ["organisation"]

    def __init__(self, *args: Any, schools: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["organisation"]
        field.queryset = schools
        if schools.count() == 1:
            field.initial = schools.first()


class FileForm(forms.Form):
    """A paper."""

    file = forms.FileField(
        label=_("File"), help_text=_("PDF, PNG, JPEG, docx or xlsx, up to 20 MB. No names of pupils in it.")
    )


class ListFileForm(forms.Form):
    """A list to load."""

    file = forms.FileField(label=_("File"), help_text=_("xlsx or csv with the columns of the template."))


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs=ROWS_3))


class ExpertForm(forms.Form):
    """Whom the coordinator names."""

    user = forms.ModelChoiceField(User.objects.none(), label=_("Expert"))

    def __init__(self, *args: Any, users: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["user"]
        field.queryset = users


class DecisionForm(forms.ModelForm[ContestApplication]):
    """What the commission decided."""

    decision = forms.ChoiceField(label=_("Decision"), choices=ContestDecision.choices, required=False)

    class Meta:
        model = ContestApplication
        fields = ["decision", "decision_reason"]


class StatusForm(forms.Form):
    """Which status the chosen schools get."""

    kind = forms.ModelChoiceField(StatusKind.objects.none(), label=_("Status"))

    def __init__(self, *args: Any, role: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["kind"]
        field.queryset = StatusKind.objects.filter(role=role)


class ScoreForm(forms.Form):
    """The sheet of an expert: points and a comment for each criterion."""

    conclusion = forms.CharField(
        label=_("Conclusion"), required=False, widget=forms.Textarea(attrs=ROWS_3), max_length=4000
    )

    def __init__(self, *args: Any, criteria: list[ContestCriterion], is_whole: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for row in criteria:
            self.fields[f"points_{row.pk}"] = forms.DecimalField(
                label=row.name,
                required=is_whole,
                min_value=0,
                max_value=row.maximum,
                decimal_places=1,
                localize=False,
                help_text=_("From 0 to %(maximum)s points. %(help)s")
                % {"maximum": f"{float(row.maximum):g}", "help": row.help_text},
                widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "0.5"}),
            )
            self.fields[f"comment_{row.pk}"] = forms.CharField(
                label=_("Comment"), required=False, max_length=500
            )
        self.order_fields([*(name for name in self.fields if name != "conclusion"), "conclusion"])

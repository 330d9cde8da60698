"""Forms of the passports of lead schools and mentors."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from mayak.diagnosis.enums.passports import MentoringForm, PersonProofKind, Weekday, WorkFormat
from mayak.diagnosis.models import Competence, LeadOffer, LeadProfile, LeadProof, MentorProfile, MentorProof
from mayak.diagnosis.models.mentor_profiles import PAIRS_AT_MOST
from mayak.diagnosis.models.offering import HOURS_AT_MOST
from mayak.diagnosis.validators.evidence import refuse_vpr
from mayak.registry.models import Organisation, Person, SchoolYear, Subject

_GRADES = 12
_DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
_TEXT = forms.Textarea(attrs={"rows": 3})


class WeekdaysField(forms.TypedMultipleChoiceField):
    """Days of the week as a list of numbers."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            choices=Weekday.choices,
            coerce=int,
            required=False,
            label=_("Days of the week"),
            widget=forms.CheckboxSelectMultiple,
            **kwargs,
        )


class CompetenceField(forms.ModelChoiceField[Competence]):
    """A competence of the catalogue; its code is what is kept."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            Competence.objects.none(), required=False, label=_("Competence"), to_field_name="code", **kwargs
        )

    def clean(self, value: Any) -> str:
        """Return the code, empty where nothing is chosen."""
        found = super().clean(value)
        return found.code if found else ""


def load_competences(form: forms.BaseForm) -> None:
    """Give the field ``competence`` of a form the catalogue of today."""
    form.fields["competence"].queryset = Competence.objects.kept()  # type: ignore[attr-defined]  # a ModelChoiceField


class GradesMixin(forms.BaseForm):
    """Checks that the grades are not turned round."""

    def check_grades(self, cleaned: dict[str, Any]) -> None:
        """Add the errors to the fields."""
        first, last = cleaned.get("grade_from"), cleaned.get("grade_to")
        if first and last and last < first:
            self.add_error("grade_to", _("The last grade cannot lie below the first."))
        if last and not first:
            self.add_error("grade_from", _("Give the first grade too."))


class LeadOfferForm(GradesMixin, forms.ModelForm[LeadOffer]):
    """What a lead school gives."""

    competence = CompetenceField()

    class Meta:
        model = LeadOffer
        fields = [
            "subject", "competence", "risk_factor", "note", "grade_from", "grade_to", "form", "work_format", "schools",
        ]  # fmt: skip
        labels = {"note": _("Theme in other words")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        load_competences(self)

    def clean(self) -> dict[str, Any]:
        """Ask for something that is offered."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        self.check_grades(cleaned)
        if not any(cleaned.get(name) for name in ("subject", "competence", "risk_factor", "note")):
            self.add_error("subject", _("Say what is offered: a competence, a subject, a factor or a theme."))
        return cleaned


def link_field() -> forms.URLField:
    """Return the field of an address; one without a scheme is taken as https."""
    return forms.URLField(
        label=_("Address on the internet"), required=False, max_length=500, assume_scheme="https"
    )


class LeadProofForm(forms.ModelForm[LeadProof]):
    """With what a lead school proves that."""

    link = link_field()

    class Meta:
        model = LeadProof
        fields = ["kind", "title", "year", "link"]
        labels = {"title": _("What exactly")}


class LeadNominationForm(forms.ModelForm[LeadProfile]):
    """How a school nominates itself: to how many, how much time, when."""

    weekdays = WeekdaysField()

    class Meta:
        model = LeadProfile
        fields = [
            "capacity", "hours_per_month", "weekdays", "available_from", "available_to", "works_remotely", "note",
        ]  # fmt: skip
        labels = {"capacity": _("How many schools it can help"), "note": _("Note")}
        widgets = {"note": _TEXT, "available_from": _DATE, "available_to": _DATE}


class DecisionForm(forms.Form):
    """Why a passport is returned, or what is said with the acceptance."""

    reason = forms.CharField(
        label=_("Reason"),
        widget=_TEXT,
        required=False,
        max_length=2000,
        help_text=_("Needed when you return it: the other side reads what is to be mended."),
    )


class MentorStrengthForm(GradesMixin, forms.Form):
    """What a mentor is strong in."""

    subject = forms.ModelChoiceField(Subject.objects.all(), label=_("Subject"), required=False)
    competence = CompetenceField()
    note = forms.CharField(label=_("In other words"), max_length=300, required=False)
    grade_from = forms.IntegerField(label=_("Grades from"), min_value=1, max_value=_GRADES, required=False)
    grade_to = forms.IntegerField(label=_("Grades to"), min_value=1, max_value=_GRADES, required=False)
    form = forms.ChoiceField(label=pgettext_lazy("mentoring", "Form"), choices=MentoringForm.choices)
    work_format = forms.ChoiceField(label=_("Format"), choices=WorkFormat.choices, initial=WorkFormat.MIXED)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        load_competences(self)

    def clean(self) -> dict[str, Any]:
        """Ask for something named."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        self.check_grades(cleaned)
        if not any(cleaned.get(name) for name in ("subject", "competence", "note")):
            self.add_error("subject", _("Say in what: a competence, a subject or other words."))
        return cleaned


class MentorProofForm(forms.ModelForm[MentorProof]):
    """A proof of a mentor."""

    link = link_field()

    class Meta:
        model = MentorProof
        fields = ["kind", "title", "year", "link"]
        labels = {"title": _("What exactly")}
        help_texts = {
            "title": _("Results of ВПР are not accepted: they may not be used to evaluate teachers.")
        }


class MentorProfileForm(forms.ModelForm[MentorProfile]):
    """Capacity and time of a mentor."""

    weekdays = WeekdaysField()

    class Meta:
        model = MentorProfile
        fields = [
            "pairs", "hours_per_month", "weekdays", "available_from", "available_to", "works_remotely", "about",
        ]  # fmt: skip
        widgets = {"about": _TEXT, "available_from": _DATE, "available_to": _DATE}


class MentorNominationForm(GradesMixin, forms.Form):
    """The short form: one page, answered on a phone in under two minutes."""

    person = forms.ModelChoiceField(Person.objects.none(), label=_("Whom do you nominate?"))
    organisation = forms.ModelChoiceField(Organisation.objects.none(), label=_("School"))
    subjects = forms.ModelMultipleChoiceField(
        Subject.objects.none(),
        label=_("In which subjects can you help?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    competence = CompetenceField()
    note = forms.CharField(label=_("In what else, in your words"), max_length=300, required=False)
    grade_from = forms.IntegerField(label=_("Grades from"), min_value=1, max_value=_GRADES, required=False)
    grade_to = forms.IntegerField(label=_("Grades to"), min_value=1, max_value=_GRADES, required=False)
    form = forms.ChoiceField(label=pgettext_lazy("mentoring", "Form"), choices=MentoringForm.choices)
    work_format = forms.ChoiceField(label=_("Format"), choices=WorkFormat.choices, initial=WorkFormat.MIXED)
    pairs = forms.IntegerField(
        label=_("How many colleagues at one time"), min_value=1, max_value=PAIRS_AT_MOST, initial=1
    )
    hours_per_month = forms.IntegerField(
        label=_("Hours a month"), min_value=1, max_value=HOURS_AT_MOST, initial=4
    )
    weekdays = WeekdaysField()
    proof_kind = forms.ChoiceField(
        label=_("Proved by what"),
        choices=[("", _("I add it later")), *PersonProofKind.choices],
        required=False,
    )
    proof_title = forms.CharField(
        label=_("What exactly"),
        max_length=300,
        required=False,
        validators=[refuse_vpr],
        help_text=_("Results of ВПР are not accepted: they may not be used to evaluate teachers."),
    )

    def __init__(
        self, *args: Any, people: Any, schools: Any, subjects: Any, school_year: SchoolYear, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.school_year = school_year
        choices = {"person": people, "organisation": schools, "subjects": subjects}
        for name, rows in choices.items():
            self.fields[name].queryset = rows  # type: ignore[attr-defined]  # ModelChoiceFields
        for name in ("person", "organisation"):
            options = list(choices[name][:2])
            if len(options) == 1:  # nothing to choose: one question less
                self.fields[name].initial = options[0].pk
                self.fields[name].widget = forms.HiddenInput()
        load_competences(self)

    def clean(self) -> dict[str, Any]:
        """Ask for at least one thing, and for a proof both what it is and how it is called."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        self.check_grades(cleaned)
        if not any(cleaned.get(name) for name in ("subjects", "competence", "note")):
            self.add_error("subjects", _("Choose at least one subject, or say it in your words."))
        if cleaned.get("proof_title") and not cleaned.get("proof_kind"):
            self.add_error("proof_kind", _("Choose what it is."))
        if cleaned.get("proof_kind") and not cleaned.get("proof_title") and "proof_title" not in self.errors:
            self.add_error("proof_title", _("Say what exactly."))
        return cleaned

    @property
    def strengths(self) -> list[dict[str, Any]]:
        """The rows of the passport: one for each subject, one for the rest."""
        values = self.cleaned_data
        shared = {name: values[name] for name in ("grade_from", "grade_to", "form", "work_format")}
        rows = [shared | {"subject": subject} for subject in values["subjects"]]
        if values["competence"] or values["note"]:
            rows.append(shared | {"competence": values["competence"], "note": values["note"]})
        return rows

    @property
    def proofs(self) -> list[dict[str, Any]]:
        """The proof, if one was named."""
        values = self.cleaned_data
        if not values["proof_kind"]:
            return []
        return [{"kind": values["proof_kind"], "title": values["proof_title"]}]

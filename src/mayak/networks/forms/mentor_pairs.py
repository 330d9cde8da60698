"""Forms of pairs: proposing one, changing it, a list of ready pairs."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from mayak.diagnosis.models import Competence
from mayak.kernel.access import Scope
from mayak.networks.models import MentorPair
from mayak.networks.selectors.mentor_pairs import main_school
from mayak.networks.services.mentor_pairs import MenteeGiven
from mayak.registry.forms.fields import ReferenceField, day_input
from mayak.registry.models import LegalAct, Organisation, Person, SchoolYear

MENTEES_AT_MOST = 30


class PairEditForm(forms.ModelForm[MentorPair]):
    """Goal, kind, competences and dates of a pair."""

    class Meta:
        model = MentorPair
        fields = ["goal", "kind", "form", "subject", "competences", "ends_on"]
        widgets = {"goal": forms.Textarea(attrs={"rows": 3}), "ends_on": day_input()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known: Any = self.fields
        known["competences"].queryset = Competence.objects.kept().select_related("group")
        known["competences"].required = False
        known["kind"].help_text = _(
            "Traditional: one mentor, one mentee. Group: three mentees or more. Virtual: at a distance. Short-term: "
            "meetings for one aim. Reverse: a younger colleague helps an older one. Situational: help when it is "
            "needed. Speed: single meetings with several mentors."
        )

    @property
    def values(self) -> dict[str, Any]:
        """The cleaned values for a service."""
        return dict(self.cleaned_data)


class PairCreateForm(PairEditForm):
    """A pair or group by hand; schools follow from the present posts where they are not named."""

    class Meta(PairEditForm.Meta):
        fields = ["school_year", *PairEditForm.Meta.fields]

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known: Any = self.fields
        known["school_year"].queryset = SchoolYear.objects.filter(is_closed=False)
        mentor = ReferenceField(Person, label=_("Mentor"))
        school = ReferenceField(
            Organisation,
            label=_("School of the mentor"),
            required=False,
            help_text=_("Left empty: the school of the main post."),
        )
        mentor.scope = school.scope = scope
        mentees = forms.CharField(
            label=_("Mentees, one a line"),
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text=_("The full name, with the code in brackets where several people bear it."),
            max_length=5000,
        )
        self.scope = scope
        self.fields = {"mentor": mentor, "mentor_school": school, "mentees": mentees, **self.fields}

    def clean_mentees(self) -> list[MenteeGiven]:
        """Find each line among the people of the scope, with the school of the main post."""
        lines = [line.strip() for line in str(self.cleaned_data["mentees"]).splitlines() if line.strip()]
        if len(lines) > MENTEES_AT_MOST:
            raise ValidationError(_("Thirty mentees at most."))
        finder = ReferenceField(Person)
        finder.scope = self.scope
        found, wrong = [], []
        for line in lines:
            try:
                person: Any = finder.to_python(line)
            except ValidationError as error:
                wrong += error.messages
                continue
            school = main_school(person)
            if school is None:
                wrong.append(_now("%(person)s has no present post in a school.") % {"person": person})
                continue
            found.append(MenteeGiven(person, school))
        if wrong:
            raise ValidationError(wrong)
        return found

    def clean(self) -> dict[str, Any]:
        """Take the school of the mentor's main post where none is named."""
        values: dict[str, Any] = super().clean() or {}
        mentor = values.get("mentor")
        if mentor is not None and not values.get("mentor_school"):
            values["mentor_school"] = main_school(mentor)
            if values["mentor_school"] is None:
                self.add_error("mentor_school", _("The mentor has no present post: name the school."))
        return values


class MentorPairFileForm(forms.Form):
    """A list of ready pairs."""

    file = forms.FileField(
        label=_("File"), help_text=_("A table (.xlsx, .csv) with one row for each mentee.")
    )
    school_year = forms.ModelChoiceField(SchoolYear.objects.none(), label=_("School year"))
    order = forms.ModelChoiceField(
        LegalAct.objects.none(),
        label=_("Order by which the pairs are formed"),
        required=False,
        help_text=_("Left empty, the pairs are proposed and everybody is asked for consent."),
    )
    has_consents = forms.BooleanField(
        label=_("The signed consents of all are kept with the order"), required=False
    )

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known: Any = self.fields
        known["school_year"].queryset = SchoolYear.objects.filter(is_closed=False)
        known["order"].queryset = LegalAct.objects.within(scope).order_by("-date", "pk")

    def clean(self) -> dict[str, Any]:
        """An order counts only together with the consents."""
        values: dict[str, Any] = super().clean() or {}
        if values.get("order") and not values.get("has_consents"):
            self.add_error(
                "has_consents",
                _("Pairs are formed only with the consent of all: tick it, or take the order out."),
            )
        return values

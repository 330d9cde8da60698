"""Forms of the work of a pair: each is filled in within two minutes."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mayak.diagnosis.enums.deficits import Severity
from mayak.diagnosis.models import Competence
from mayak.networks.enums.mentor_pairs import MeetingMode
from mayak.networks.models import MentorPair, PairPlanItem, PairRule, SchoolHoliday
from mayak.networks.models.pair_work import MINUTES_AT_MOST
from mayak.registry.forms.fields import date_field, day_input
from mayak.registry.models import Person

SCORES = [(str(number), str(number)) for number in range(1, 11)]
LEVELS = [("", "—"), *((str(value), label) for value, label in Severity.choices)]


class MeetingLogForm(forms.Form):
    """A meeting that was held: five short fields."""

    held_on = date_field(label=_("Date"), required=True, initial=timezone.localdate)
    mode = forms.ChoiceField(label=_("Format"), choices=MeetingMode.choices, initial=MeetingMode.REMOTE)
    minutes = forms.IntegerField(
        label=_("Minutes"), min_value=1, max_value=MINUTES_AT_MOST, required=False, initial=45
    )
    summary = forms.CharField(label=_("What was done, in one line"), max_length=300)
    next_on = date_field(label=_("Next meeting"))


class NextMeetingForm(forms.Form):
    """A date for the next meeting."""

    day = date_field(label=_("Date"), required=True)
    at = forms.TimeField(
        label=_("Time"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    mode = forms.ChoiceField(label=_("Format"), choices=MeetingMode.choices, initial=MeetingMode.REMOTE)


class MissForm(forms.Form):
    """Why there was no meeting in a month."""

    month = forms.DateField(widget=forms.HiddenInput())
    reason = forms.CharField(label=_("Why there was no meeting"), max_length=300)


class NoteForm(forms.Form):
    """A note."""

    text = forms.CharField(label=_("Note"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    is_private = forms.BooleanField(
        label=_("Only for the two of us: coordinators and heads do not read it"), required=False, initial=True
    )


class DiaryForm(forms.Form):
    """An entry of the success diary."""

    text = forms.CharField(
        label=_("What I managed"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    is_shared = forms.BooleanField(
        label=_("Share with the mentor, the coordinator and the heads of both schools"), required=False
    )


class MaterialForm(forms.Form):
    """A link."""

    title = forms.CharField(label=_("Title"), max_length=200)
    url = forms.URLField(label=_("Link"), assume_scheme="https")


class RatingForm(forms.Form):
    """How satisfied one is; only the number is asked for."""

    score = forms.ChoiceField(
        label=_("How satisfied are you with the work of the pair? 1 not at all, 10 wholly"),
        choices=SCORES,
        widget=forms.RadioSelect(),
    )
    word = forms.CharField(label=_("In a word, if you wish"), max_length=200, required=False)


class LevelForm(forms.Form):
    """How difficult a competence is for the mentee."""

    person = forms.ModelChoiceField(Person.objects.none(), label=_("Mentee"), empty_label=None)
    competence = forms.ModelChoiceField(Competence.objects.none(), label=_("Competence"))
    entry = forms.TypedChoiceField(
        label=_("At the entry"), choices=LEVELS, coerce=int, empty_value=None, required=False
    )
    exit_level = forms.TypedChoiceField(
        label=_("Now, at the exit"), choices=LEVELS, coerce=int, empty_value=None, required=False
    )

    def __init__(self, *args: Any, pair: MentorPair, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known: Any = self.fields
        people = [one.person_id for one in pair.mentees.all()]
        known["person"].queryset = Person.objects.filter(pk__in=people).order_by("sort_key", "pk")
        known["competence"].queryset = Competence.objects.kept()


class PlanItemForm(forms.ModelForm[PairPlanItem]):
    """A line of the plan in the form of the Sechenovo programme."""

    class Meta:
        model = PairPlanItem
        fields = ["competence", "content", "starts_on", "due_on", "mode", "result"]
        widgets = {
            "content": forms.Textarea(attrs={"rows": 2}),
            "starts_on": day_input(),
            "due_on": day_input(),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known: Any = self.fields
        known["competence"].queryset = Competence.objects.kept()


class PlanDoneForm(forms.Form):
    """What proves a line: a sentence or a link."""

    done_on = date_field(label=_("Done"), required=True, initial=timezone.localdate)
    evidence = forms.CharField(label=_("What proves it, in a sentence"), max_length=500, required=False)
    evidence_url = forms.URLField(label=_("Link"), required=False, assume_scheme="https")


class PlanMissForm(forms.Form):
    """Why a line was not done."""

    reason = forms.CharField(label=_("Why it was not done"), max_length=300)


class PairRuleForm(forms.ModelForm[PairRule]):
    """A number of pairs."""

    class Meta:
        model = PairRule
        fields = ["value", "source", "source_page", "source_year", "is_assumption", "note"]


class HolidayForm(forms.ModelForm[SchoolHoliday]):
    """School holidays of a territory, or of everywhere."""

    class Meta:
        model = SchoolHoliday
        fields = ["name", "starts_on", "ends_on", "territory", "source", "is_assumption", "note"]
        widgets = {"starts_on": day_input(), "ends_on": day_input()}

    def __init__(self, *args: Any, territories: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known: Any = self.fields
        known["territory"].queryset = territories

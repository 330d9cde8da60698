"""Forms of the deficits of a teacher: request map, self-assessment, objection, needs, tests, groups."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mayak.diagnosis.enums.deficits import HelpRequestState, Severity, ValueKind
from mayak.diagnosis.models import Competence, HelpRequest, ProblemGroup, TeacherNeed
from mayak.diagnosis.validators.evidence import refuse_vpr
from mayak.registry.models import Person, SubjectAssociation

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
_ROWS = {"rows": 3}


class _GroupedCompetence(forms.ModelChoiceField[Competence]):
    """A competence, the choices under the names of their groups."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Competence.objects.none(), **kwargs)

    def offer(self, competences: Iterable[Competence]) -> None:
        """Set the choices."""
        given = list(competences)
        self.queryset = Competence.objects.filter(pk__in=[one.pk for one in given])
        self.choices = [("", "—"), *grouped_choices(given)]


def grouped_choices(competences: Iterable[Competence]) -> list[tuple[str, list[tuple[int, str]]]]:
    """Return the competences as choices under the names of their groups."""
    found: dict[str, list[tuple[int, str]]] = {}
    for one in competences:
        found.setdefault(one.group.name, []).append((one.pk, one.name))
    return list(found.items())


class HelpRequestForm(forms.ModelForm[HelpRequest]):
    """A line of the request map: in what, how difficult, which help, in which form."""

    competence = _GroupedCompetence(label=_("In what do you need help"))

    class Meta:
        model = HelpRequest
        fields = ["competence", "severity", "form", "mode", "text"]
        labels = {
            "severity": _("How difficult it is"),
            "form": _("Which form of help suits you"),
            "mode": _("In person or remotely"),
            "text": _("Which help, in your words"),
        }
        help_texts = {"text": _("Name nobody: no pupils, no colleagues.")}
        widgets = {"text": forms.Textarea(attrs=_ROWS)}

    def __init__(self, *args: Any, competences: Iterable[Competence], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["competence"]
        field.offer(competences)
        self.fields["severity"].choices = [  # type: ignore[attr-defined]  # a field with choices
            choice for choice in Severity.choices if choice[0] != Severity.NONE
        ]


@dataclass(frozen=True, slots=True)
class SelfRow:
    """A competence of the self-assessment with its two fields."""

    competence: Competence
    severity: Any
    wish: Any


class SelfAssessmentForm(forms.Form):
    """The competences of a group: how difficult each is and whether help is wished; an empty line says nothing."""

    def __init__(
        self, *args: Any, competences: Sequence[Competence], known: dict[int, tuple[int, bool]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.competences = list(competences)
        choices = [("", _("I do not say")), *((str(value), label) for value, label in Severity.choices)]
        for one in self.competences:
            severity, wish = known.get(one.pk, ("", False))
            self.fields[f"severity_{one.pk}"] = forms.ChoiceField(
                label=one.name, choices=choices, required=False, initial=str(severity)
            )
            self.fields[f"wish_{one.pk}"] = forms.BooleanField(
                label=_("I wish help"), required=False, initial=wish
            )

    def rows(self) -> list[SelfRow]:
        """Return the lines for the page."""
        return [SelfRow(one, self[f"severity_{one.pk}"], self[f"wish_{one.pk}"]) for one in self.competences]

    def stated(self) -> list[tuple[Competence, int, bool]]:
        """Return what was said: competence, severity, wish for help."""
        return [
            (one, int(self.cleaned_data[f"severity_{one.pk}"]), self.cleaned_data[f"wish_{one.pk}"])
            for one in self.competences
            if self.cleaned_data.get(f"severity_{one.pk}")
        ]


class ObjectionForm(forms.Form):
    """What the person says to a statement."""

    text = forms.CharField(
        label=_("Your objection"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs=_ROWS),
        help_text=_("It stands beside the number for everybody who may read it. Empty: you take it back."),
    )


class TeacherNeedForm(forms.Form):
    """Another weight of a need, or taking it out, with the reason."""

    weight = forms.IntegerField(
        label=_("Weight stated by hand, per cent"),
        required=False,
        min_value=0,
        max_value=100,
        help_text=_("Empty: the computed weight counts."),
    )
    is_dropped = forms.BooleanField(label=_("Take the need out of the list"), required=False)
    reason = forms.CharField(
        label=_("Reason"), required=False, widget=forms.Textarea(attrs=_ROWS), max_length=1000
    )

    def __init__(self, *args: Any, need: TeacherNeed, **kwargs: Any) -> None:
        stated = None if need.stated_weight is None else round(need.stated_weight * 100)
        initial = {"weight": stated, "is_dropped": need.state == "dropped", "reason": need.reason}
        super().__init__(*args, **{**kwargs, "initial": initial})


class AnswerForm(forms.Form):
    """Where a request stands and what is answered."""

    state = forms.ChoiceField(
        label=_("State"),
        choices=[
            (HelpRequestState.TAKEN.value, HelpRequestState.TAKEN.label),
            (HelpRequestState.DONE.value, HelpRequestState.DONE.label),
        ],
    )
    answer = forms.CharField(
        label=_("Answer to the teacher"), required=False, widget=forms.Textarea(attrs=_ROWS), max_length=1000
    )


class TestFileForm(forms.Form):
    """Results of a test: the file, the name of the test, what its numbers are."""

    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "xlsx or csv: name or e-mail, code of the competence, result; or a row for each person with columns "
            "headed by codes of competences."
        ),
    )
    instrument = forms.CharField(
        label=_("Name of the test"),
        max_length=200,
        validators=[refuse_vpr],
        help_text=_("The teacher sees it beside the result."),
    )
    kind = forms.ChoiceField(label=_("What the numbers are"), choices=ValueKind.choices)
    day = forms.DateField(
        label=_("Date"),
        widget=DAY,
        initial=timezone.localdate,
        help_text=_("For rows without a date of their own."),
    )


class ProblemGroupForm(forms.ModelForm[ProblemGroup]):
    """A problem group: title, competences, members, the association that answers for it."""

    class Meta:
        model = ProblemGroup
        fields = ["title", "competences", "members", "association", "basis"]
        widgets = {
            "competences": forms.SelectMultiple(attrs={"size": 8}),
            "members": forms.CheckboxSelectMultiple,
            "basis": forms.Textarea(attrs=_ROWS),
        }
        labels = {"association": _("Responsible association"), "basis": _("On what it rests")}

    def __init__(
        self,
        *args: Any,
        competences: Iterable[Competence],
        people: QuerySet[Person],
        associations: QuerySet[SubjectAssociation],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        known = list(competences)
        field: Any = self.fields["competences"]
        field.queryset = Competence.objects.filter(pk__in=[one.pk for one in known])
        field.choices = grouped_choices(known)
        self.fields["members"].queryset = people  # type: ignore[attr-defined]  # a field of models
        self.fields["association"].queryset = associations  # type: ignore[attr-defined]  # the same

    @property
    def values(self) -> dict[str, Any]:
        """The columns of the group, without its lists."""
        return {name: self.cleaned_data[name] for name in ("title", "association", "basis")}


class DissolveForm(forms.Form):
    """Why a group ends."""

    reason = forms.CharField(
        label=_("Why the group ends"), widget=forms.Textarea(attrs=_ROWS), max_length=1000
    )

"""Forms of the steps of a pair."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from mayak.accounts.enums import EndedBy
from mayak.kernel.access import Scope
from mayak.networks.selectors.mentor_pairs import main_school
from mayak.registry.forms.fields import ReferenceField, date_field
from mayak.registry.models import LegalAct, Organisation, Person

ENDED_BY = [("", _("the term or the aim is reached")), *EndedBy.choices]


class ReasonForm(forms.Form):
    """A step that needs a reason."""

    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class PaperConsentForm(forms.Form):
    """A consent that was signed on paper, written down by who keeps the pair."""

    person = forms.ModelChoiceField(Person.objects.none(), label=_("Who consents"))
    given_on = date_field(label=_("Date of the consent"), required=True, initial=timezone.localdate)
    paper = forms.CharField(
        label=_("Where the signed paper is kept"), max_length=200, help_text=_("File, number.")
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known: Any = self.fields
        known["person"].queryset = people


class FormPairForm(forms.Form):
    """The order by which a pair is formed, and its term."""

    order = forms.ModelChoiceField(LegalAct.objects.none(), label=pgettext_lazy("act", "Order"))
    starts_on = date_field(label=_("From"), required=True, initial=timezone.localdate)
    ends_on = date_field(label=_("Until"))

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known: Any = self.fields
        known["order"].queryset = LegalAct.objects.within(scope).order_by("-date", "pk")


class EndPairForm(forms.Form):
    """When, why and by whom a pair ends, and what remains."""

    ended_on = date_field(label=_("Last day"), required=True, initial=timezone.localdate)
    reason = forms.CharField(
        label=_("Why the pair ends"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    remains = forms.CharField(
        label=_("What remains"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("What goes on without the pair: materials, habits, an unfinished task."),
    )
    ended_by = forms.ChoiceField(label=_("Who ends it before the term"), choices=ENDED_BY, required=False)
    notice_on = date_field(
        label=_("Day of the written notice"),
        help_text=_("With one employer: three working days before the last day (art. 351.8)."),
    )


class ChangeMentorForm(forms.Form):
    """Another mentor in the place of one who leaves."""

    mentor = ReferenceField(Person, label=_("New mentor"))
    mentor_school = ReferenceField(
        Organisation,
        label=_("School of the new mentor"),
        required=False,
        help_text=_("Left empty: the school of the main post."),
    )
    reason = forms.CharField(
        label=_("Why the mentor leaves"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    ended_on = date_field(label=_("Last day of the old pair"), required=True, initial=timezone.localdate)
    ended_by = forms.ChoiceField(label=_("Who ends it before the term"), choices=ENDED_BY, required=False)
    notice_on = date_field(
        label=_("Day of the written notice"),
        help_text=_("With one employer: three working days before the last day (art. 351.8)."),
    )

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known: Any = self.fields
        known["mentor"].scope = known["mentor_school"].scope = scope

    def clean(self) -> dict[str, Any]:
        """Take the school of the mentor's main post where none is named."""
        values: dict[str, Any] = super().clean() or {}
        mentor = values.get("mentor")
        if mentor is not None and not values.get("mentor_school"):
            values["mentor_school"] = main_school(mentor)
            if values["mentor_school"] is None:
                self.add_error("mentor_school", _("The mentor has no present post: name the school."))
        return values

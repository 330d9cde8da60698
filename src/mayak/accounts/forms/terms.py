"""Forms of the papers of mentors."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mayak.accounts.enums import EndedBy
from mayak.accounts.models import MentoringTerms
from mayak.kernel.access import Scope
from mayak.registry.forms.fields import ReferenceField, date_field
from mayak.registry.models import LegalAct, Organisation, Person


class TermsForm(forms.ModelForm[MentoringTerms]):
    """A supplement: what the law wants in writing."""

    class Meta:
        model = MentoringTerms
        fields = [
            "number",
            "signed_on",
            "consented_on",
            "content",
            "form",
            "starts_on",
            "ends_on",
            "is_paid",
            "pay",
            "pay_amount",
            "act",
        ]
        widgets = {
            **{
                name: forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
                for name in ("signed_on", "consented_on", "starts_on", "ends_on")
            },
            "content": forms.Textarea(attrs={"rows": 4}),
        }

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known: Any = self.fields
        known["act"].queryset = LegalAct.objects.within(scope).order_by("-date", "pk")


class NewTermsForm(TermsForm):
    """A new supplement with its two sides."""

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, scope=scope, **kwargs)
        sides: Any = {
            "person": ReferenceField(Person, label=_("Mentor")),
            "organisation": ReferenceField(Organisation, label=_("Employer")),
        }
        for field in sides.values():
            field.scope = scope
        self.fields = {**sides, **self.fields}


class EndTermsForm(forms.Form):
    """An end before the term."""

    ended_by = forms.ChoiceField(label=_("Who ends it"), choices=EndedBy.choices)
    notice_on = date_field(label=_("Notice of"), required=True, initial=timezone.localdate)
    reason = forms.CharField(label=_("Reason"), required=False, max_length=300)

"""Forms of networks: the network itself, the guide, members, centre, directions, documents, the self-check."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mayak.kernel.access import Scope
from mayak.networks.enums.networks import CheckAnswer, DocumentState, MemberRole
from mayak.networks.models import (
    CoordinationCentre,
    GuideQuestion,
    Network,
    NetworkCheckItem,
    NetworkDocument,
    NetworkMember,
    ResourceDirection,
)
from mayak.registry.forms.fields import ReferenceField, date_field, day_input
from mayak.registry.models import LegalAct, Organisation, Programme, SchoolYear, Territory, WorkingGroup

UNKNOWN = ""
"""The answer of the guide to what is not known yet."""


def acts_of(scope: Scope) -> Any:
    """Return the acts that the person may cite."""
    return LegalAct.objects.within(scope).kept()


class NetworkForm(forms.ModelForm[Network]):
    """A new network."""

    take_members = forms.BooleanField(
        label=_("Take the schools of this year's network pairs of the territory as members"), required=False
    )

    class Meta:
        model = Network
        fields = ["programme", "school_year", "territory", "name", "goal", "basis"]
        widgets = {"goal": forms.Textarea(attrs={"rows": 3})}
        help_texts = {"basis": _("The act that approves the network or its list of partners.")}

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["programme"].queryset = Programme.objects.within(scope).kept()
        fields["school_year"].queryset = SchoolYear.objects.filter(is_closed=False)
        fields["territory"].queryset = Territory.objects.within(scope).order_by("path")
        fields["territory"].initial = fields["territory"].queryset.first()
        fields["basis"].queryset = acts_of(scope)


class PartForm(NetworkForm):
    """A part of a mixed network: programme and year are those of the whole."""

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, scope=scope, **kwargs)
        del self.fields["programme"], self.fields["school_year"]


class NetworkEditForm(forms.ModelForm[Network]):
    """What is changed later."""

    class Meta:
        model = Network
        fields = ["name", "goal", "basis"]
        widgets = {"goal": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["basis"]
        field.queryset = acts_of(scope)


class CloseForm(forms.Form):
    """Why a network is closed."""

    closed_on = date_field(required=True, label=_("Closed on"), initial=timezone.localdate)
    close_reason = forms.CharField(label=_("Why it is closed"), widget=forms.Textarea(attrs={"rows": 3}))
    remains = forms.CharField(
        label=_("What remains"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class GuideForm(forms.Form):
    """The questions of the guide; «not known yet» counts nothing."""

    def __init__(self, *args: Any, guide: Sequence[GuideQuestion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for row in guide:
            choices = [(str(one["code"]), str(one["label"])) for one in row.options]
            self.fields[row.code] = forms.ChoiceField(
                label=row.text,
                help_text=row.help_text,
                choices=[*choices, (UNKNOWN, _("Not known yet"))],
                widget=forms.RadioSelect,
                required=False,
            )


class ChooseForm(forms.Form):
    """The model that is chosen; another than the proposed one needs a reason."""

    model = forms.ChoiceField(label=_("Model"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Why this model"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed where you choose another model than the proposed one."),
    )

    def __init__(self, *args: Any, models: Sequence[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["model"]
        field.choices = models


class MemberForm(forms.Form):
    """A new member."""

    organisation = ReferenceField(Organisation, label=_("Organisation"))
    role = forms.ChoiceField(label=_("Role"), choices=MemberRole.choices, initial=MemberRole.MENTEE)
    position = forms.IntegerField(
        label=_("Place in the chain"),
        required=False,
        min_value=1,
        max_value=99,
        help_text=_("Only for a chain: 1 is the link that begins."),
    )
    task = forms.CharField(
        label=_("Task"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    joined_on = date_field(label=_("Joined"), initial=timezone.localdate)

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["organisation"]
        field.scope = scope


class MemberEditForm(forms.ModelForm[NetworkMember]):
    """Role, place and task of a member."""

    class Meta:
        model = NetworkMember
        fields = ["role", "position", "task", "joined_on"]
        widgets = {"task": forms.Textarea(attrs={"rows": 2}), "joined_on": day_input()}


class LeaveForm(forms.Form):
    """Why a member leaves and what remains."""

    left_on = date_field(required=True, label=_("Left on"), initial=timezone.localdate)
    leave_reason = forms.CharField(
        label=_("Why it leaves"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Without a reason nobody learns from it: members used to disappear between two years."),
    )
    remains = forms.CharField(
        label=_("What remains"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Materials, agreements, contacts that the network keeps using."),
    )


class CentreForm(forms.ModelForm[CoordinationCentre]):
    """The coordination centre."""

    organisation = ReferenceField(Organisation, label=_("Organisation"), required=False)

    class Meta:
        model = CoordinationCentre
        fields = ["kind", "organisation", "group", "functions", "act"]
        widgets = {"kind": forms.RadioSelect, "functions": forms.Textarea(attrs={"rows": 4})}
        help_texts = {
            "functions": _(
                "For example: sets the plan of the year, agrees plans of schools, asks for results."
            ),
            "act": _("The directive or order that gives the centre these functions."),
        }

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["kind"].choices = [pair for pair in fields["kind"].choices if pair[0]]
        fields["organisation"].scope = scope
        fields["group"].queryset = WorkingGroup.objects.within(scope).kept()
        fields["act"].queryset = acts_of(scope)


class DirectionForm(forms.ModelForm[ResourceDirection]):
    """What is planned and done in a direction."""

    class Meta:
        model = ResourceDirection
        fields = ["planned", "done"]
        widgets = {name: forms.Textarea(attrs={"rows": 4}) for name in ("planned", "done")}


class DocumentForm(forms.ModelForm[NetworkDocument]):
    """What is known of a document."""

    class Meta:
        model = NetworkDocument
        fields = ["state", "signed_on", "valid_until", "act", "note"]
        widgets = {
            "state": forms.RadioSelect,
            "signed_on": day_input(),
            "valid_until": day_input(),
            "note": forms.Textarea(attrs={"rows": 2}),
        }

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["state"].choices = [pair for pair in fields["state"].choices if pair[0]]
        fields["act"].queryset = acts_of(scope)

    def clean(self) -> dict[str, Any]:
        """What is signed has a day."""
        values = super().clean() or self.cleaned_data
        if values.get("state") == DocumentState.SIGNED and not values.get("signed_on"):
            self.add_error("signed_on", _("Say when the document was signed."))
        return values


class SelfCheckForm(forms.Form):
    """The self-check: an answer and a note for each item."""

    def __init__(self, *args: Any, check_items: Sequence[NetworkCheckItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.check_items = list(check_items)
        for row in self.check_items:
            self.fields[row.code] = forms.ChoiceField(
                label=row.title,
                help_text=row.text,
                choices=[*CheckAnswer.choices, ("", _("not answered"))],
                widget=forms.RadioSelect,
                required=False,
            )
            self.fields[f"note-{row.code}"] = forms.CharField(label=_("Note"), required=False, max_length=500)

    @property
    def values(self) -> dict[str, tuple[str, str]]:
        """Answer and note by the code of the item."""
        given = self.cleaned_data
        return {row.code: (given[row.code], given[f"note-{row.code}"]) for row in self.check_items}

    def lines(self, rows: Sequence[NetworkCheckItem]) -> list[tuple[Any, Any]]:
        """The fields of some items: answer and note."""
        return [(self[row.code], self[f"note-{row.code}"]) for row in rows]

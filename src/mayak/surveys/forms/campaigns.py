"""Forms of rounds: everything of a round on one page, the audiences with their questionnaires too."""

from typing import Any

from django import forms
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from mayak.kernel.access import Scope
from mayak.registry.enums import SCHOOL_KINDS
from mayak.registry.models import Organisation, Programme, SchoolYear
from mayak.registry.selectors.school_years import school_year_of
from mayak.surveys.enums import CampaignMode, CampaignState
from mayak.surveys.models import Campaign, Questionnaire
from mayak.surveys.selectors.audiences import AudienceProvider, audiences
from mayak.surveys.services.campaigns import FIELDS, LATER_FIELDS

ASKS = "asks-"
"""What the name of the field of an audience begins with."""

MORE_FIELDS = frozenset(
    {"threshold", "shows_common_result", "programme", "target_percent", "target_source", "previous"}
)
"""Fields in the fold."""


class DayInput(forms.DateInput):
    """A day as the browser picks it."""

    def __init__(self) -> None:
        super().__init__(attrs={"type": "date"}, format="%Y-%m-%d")


class CampaignForm(forms.ModelForm[Campaign]):
    """A round; of one that runs only what promises nothing to who answers."""

    class Meta:
        model = Campaign
        fields = FIELDS
        widgets = {
            "purpose": forms.Textarea(attrs={"rows": 3}),
            "mode": forms.RadioSelect,
            "opens_on": DayInput(),
            "closes_on": DayInput(),
        }
        help_texts = {
            "mode": _("It is said before the first question and cannot change after the start."),
            "threshold": _(
                "Results of fewer people are never shown. Assumption: 5, as no document names a number."
            ),
            "shows_common_result": _("Only groups that are large enough, after the answer is sent."),
            "target_percent": _(
                "The mentoring programme of Sechenovo school wants 85 for mentors and for mentees."
            ),
        }

    def __init__(self, *args: Any, scope: Scope, owner: Organisation | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scope = scope
        is_draft = self.instance.state == CampaignState.DRAFT
        self.providers: list[AudienceProvider] = audiences() if is_draft else []
        if not is_draft:
            for name in set(FIELDS) - set(LATER_FIELDS):
                del self.fields[name]
        else:
            self._choices_of_a_draft(scope, owner)
        previous = Campaign.objects.within(scope).exclude(pk=self.instance.pk)
        self.fields["previous"].queryset = previous.exclude(started_at=None)  # type: ignore[attr-defined]  # a model choice

    def _choices_of_a_draft(self, scope: Scope, owner: Organisation | None) -> None:
        own = Q(pk__in=scope.organisation_ids) | ~Q(kind__in=SCHOOL_KINDS)
        owners = Organisation.objects.within(scope).filter(own).order_by("sort_key")
        self.fields["owner"].queryset = owners  # type: ignore[attr-defined]  # a model choice
        self.fields["programme"].queryset = Programme.objects.within(scope)  # type: ignore[attr-defined]  # likewise
        self.fields["mode"].choices = CampaignMode.choices  # type: ignore[attr-defined]  # without the empty one
        if self.instance.pk is None:
            self.initial.setdefault("owner", owner.pk if owner else None)
            self.initial.setdefault("school_year", school_year_of(timezone.localdate()))
            self.initial.setdefault("opens_on", timezone.localdate())
        choices = [("", _("not asked")), *_questionnaires(scope)]
        asked = {one.provider: str(one.version.questionnaire_id) for one in self._audiences()}
        for provider in self.providers:
            self.fields[f"{ASKS}{provider.code}"] = forms.ChoiceField(
                label=capfirst(str(provider.label)),
                choices=choices,
                required=False,
                initial=asked.get(provider.code, ""),
                help_text=_("By a link for each organisation, without an account.")
                if provider.by_link
                else "",
            )

    def _audiences(self) -> list[Any]:
        if self.instance.pk is None:
            return []
        return list(self.instance.audiences.select_related("version"))

    @property
    def main_fields(self) -> list[forms.BoundField]:
        """Return what every round says."""
        return [self[name] for name in self.fields if name not in MORE_FIELDS and not name.startswith(ASKS)]

    @property
    def audience_fields(self) -> list[forms.BoundField]:
        """Return the questionnaire of each audience."""
        return [self[name] for name in self.fields if name.startswith(ASKS)]

    @property
    def more_fields(self) -> list[forms.BoundField]:
        """Return what most rounds leave as it is."""
        return [self[name] for name in self.fields if name in MORE_FIELDS]

    @property
    def more_have_errors(self) -> bool:
        """Whether the fold must be open."""
        return any(field.errors for field in self.more_fields)

    @property
    def chosen(self) -> dict[str, int | None]:
        """Return the questionnaire of each audience by the code of its provider."""
        return {
            one.code: int(value) if (value := self.cleaned_data.get(f"{ASKS}{one.code}")) else None
            for one in self.providers
        }

    def values(self) -> dict[str, Any]:
        """Return the fields of the round itself."""
        return {name: self.cleaned_data[name] for name in FIELDS if name in self.cleaned_data}

    def _post_clean(self) -> None:
        """The service sets and checks the values: the instance of the page stays as it is."""


class ReopenForm(forms.Form):
    """Until when and why a round takes answers again."""

    closes_on = forms.DateField(label=_("New last day"), widget=DayInput())
    reason = forms.CharField(
        label=_("Why it is opened again"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )


class CopyForm(forms.Form):
    """For which school year a round is held again."""

    school_year = forms.ModelChoiceField(
        label=_("School year"), queryset=SchoolYear.objects.filter(is_closed=False)
    )


def _questionnaires(scope: Scope) -> list[tuple[str, str]]:
    rows = (
        Questionnaire.objects.within(scope).filter(is_archived=False).annotate(number=Max("versions__number"))
    )
    return [(str(row.pk), str(row)) for row in rows.filter(number__isnull=False)]

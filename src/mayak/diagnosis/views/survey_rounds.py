"""Pages of what closed surveys say of schools, audiences and wishes."""

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from mayak.accounts.services.reading import note_reading
from mayak.diagnosis.filters.survey_rounds import SurveyRoundFilter
from mayak.diagnosis.permissions.survey_rounds import may_read_rounds, may_read_wishes
from mayak.diagnosis.selectors.mentor_preferences import preferences_of
from mayak.diagnosis.selectors.survey_scales import low_limit
from mayak.diagnosis.selectors.survey_scores import (
    effectiveness_lines,
    risk_rows,
    round_list,
    satisfaction_of,
    scale_rows,
)
from mayak.diagnosis.services.survey_round_jobs import is_being_taken
from mayak.diagnosis.tables.survey_rounds import SurveyRoundTable
from mayak.kernel.access.requests import request_actor, request_scope
from mayak.kernel.ui.lists import ListPage
from mayak.surveys.enums import CampaignState
from mayak.surveys.models import Campaign
from mayak.surveys.services.readings import WHAT as SURVEY_ANSWERS


class SurveyRoundList(ListPage):
    """Closed rounds that say something of schools."""

    title = gettext_lazy("What surveys say")
    lead = gettext_lazy(
        "Numbers of closed surveys that go further: satisfaction against its target, results against resources, "
        "risk factors, scales at the level «low»."
    )
    table_class = SurveyRoundTable
    filter_class = SurveyRoundFilter
    export_name = "survey-rounds"
    empty_title = gettext_lazy("No survey has said anything yet")
    empty_text = gettext_lazy(
        "Numbers appear when a survey with one of the supplied questionnaires is closed."
    )
    empty_url_name = "surveys:list"
    empty_label = gettext_lazy("To the surveys")

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        """Refuse without the right."""
        _refuse_unless_reader(request)
        return super().dispatch(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Campaign]:
        """Return the rounds of the scope."""
        return round_list(request_scope(self.request))


@require_GET
def survey_round(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what one closed round says; wishes are answers by name, so the reading of each is logged."""
    scope = request_scope(request)
    rounds = Campaign.objects.within(scope).select_related("owner__territory", "school_year")
    campaign = get_object_or_404(rounds, pk=pk)
    _refuse_unless_reader(request)
    is_closed = campaign.state == CampaignState.CLOSED
    wishes = preferences_of(campaign) if may_read_wishes(scope, campaign) else None
    for person in wishes.authors if wishes is not None else ():
        note_reading(person, SURVEY_ANSWERS, actor=request_actor(request), instance=campaign)
    context = {
        "campaign": campaign,
        "is_closed": is_closed,
        "is_being_taken": is_closed and is_being_taken(campaign),
        "satisfaction": satisfaction_of(campaign) if is_closed else [],
        "effectiveness": effectiveness_lines(campaign) if is_closed else [],
        "risks": risk_rows(campaign) if is_closed else [],
        "scales": scale_rows(campaign) if is_closed else [],
        "low_limit": low_limit(campaign.school_year),
        "wishes": wishes,
        "has_wishes": wishes is not None and bool(wishes.pairs or wishes.not_found),
        "breadcrumbs": [
            (_("Diagnosis"), reverse("diagnosis:index")),
            (_("What surveys say"), reverse("diagnosis:survey-rounds")),
            (str(campaign), ""),
        ],
    }
    return render(request, "diagnosis/survey_round.html", context)


def _refuse_unless_reader(request: HttpRequest) -> None:
    if not may_read_rounds(request_scope(request)):
        raise PermissionDenied(_("What surveys say is read by those who read the results of surveys."))

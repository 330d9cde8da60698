"""What the addresses of what closed surveys say lead to, for the table of addresses and roles."""

from typing import Any

from mayak.accounts.models import User
from mayak.surveys.enums import CampaignState
from tests.architecture.access_objects import Side, World, provides
from tests.factories.survey_content import answer, ask, make_round


@provides("diagnosis:survey-round")
def closed_survey(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a closed round of the school of the side."""
    campaign = make_round(world.place(side).school, state=CampaignState.CLOSED)
    answer(ask(campaign, "satisfaction-mentee"), None, 5, satisfied=5)
    return {"pk": campaign.pk}

"""Who reads results, texts and single answers of rounds."""

from mayak.kernel.access import Scope
from mayak.surveys.enums import MANAGE, RESULTS, ExportContent
from mayak.surveys.models import Audience, Campaign
from mayak.surveys.permissions.campaigns import may_hold


def may_read_results(scope: Scope) -> bool:
    """Whether results are shown: to those who hold rounds and those who read results; always without small groups."""
    return scope.allows(RESULTS) or scope.allows(MANAGE)


def may_read_texts(scope: Scope, campaign: Campaign) -> bool:
    """Whether free texts are read and sorted into themes: by those who hold the round."""
    return may_hold(scope, campaign)


def may_read_named(scope: Scope, campaign: Campaign) -> bool:
    """Whether the answers of single people of a named round are read."""
    return may_hold(scope, campaign) and not campaign.is_anonymous


def may_export(scope: Scope, audience: Audience, content: str) -> bool:
    """Whether results, or single answers, are taken as a file."""
    if content == ExportContent.RESULTS:
        return may_read_results(scope)
    return may_hold(scope, audience.campaign)

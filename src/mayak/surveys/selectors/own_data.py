"""What surveys hold on one human being."""

from collections.abc import Iterable

from django.db.models import Q
from django.utils.translation import gettext as _

from mayak.kernel.personal.holdings import Holding, Subjects, register_holdings
from mayak.surveys.models import NamedResponse, SurveyInvitation


def held_in_surveys(subjects: Subjects) -> Iterable[Holding]:
    """Yield the invitations and the named answers; anonymous answers lead to nobody."""
    mine = Q(pk__in=[])
    if subjects.user_id is not None:
        mine |= Q(user=subjects.user_id)
    if subjects.person_id is not None:
        mine |= Q(person=subjects.person_id)
    invitations = SurveyInvitation.objects.filter(mine).select_related("audience__campaign", "organisation")
    yield Holding(
        "survey-invitations",
        _("Surveys I was asked to answer"),
        {
            "survey": _("Survey"), "mode": _("Mode"), "organisation": _("Organisation"), "email": _("E-mail"),
            "answered": _("Has answered"),
        },
        [
            [
                one.audience.campaign.title, one.audience.campaign.get_mode_display(), one.organisation, one.email,
                one.answered,
            ]
            for one in invitations
        ],
        _("Of an anonymous survey it is known that you answered, not what: your answer cannot be found."),
    )  # fmt: skip
    responses = NamedResponse.objects.filter(invitation__in=invitations).select_related(
        "invitation__audience__campaign"
    )
    yield Holding(
        "survey-answers",
        _("My answers in named surveys"),
        {"survey": _("Survey"), "saved_at": _("saved"), "submitted": _("submitted"), "answers": _("Answers")},
        [
            [one.invitation.audience.campaign.title, one.saved_at, one.is_submitted, str(one.answers)]
            for one in responses
        ],
    )


def register() -> None:
    """Tell the kernel."""
    register_holdings(held_in_surveys)

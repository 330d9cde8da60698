"""What the addresses of results of surveys lead to, for the table of addresses and roles."""

import datetime as dt
from typing import Any

from mayak.accounts.models import User
from mayak.kernel.access import SYSTEM, Actor
from mayak.kernel.jobs.services import enqueue_job
from mayak.kernel.models import Job, JobState
from mayak.surveys.jobs import EXPORT_JOB
from mayak.surveys.models import Audience, Campaign, NamedResponse, SurveyInvitation, Theme
from mayak.surveys.services.export_files import folder
from tests.architecture.access_objects import Side, World, provides
from tests.factories.registry import PersonFactory, SchoolYearFactory
from tests.factories.surveys_results import LABELS, add_answers, make_version

CODE = "more"


def closed_audience(world: World, side: Side, *, named: bool = False) -> Audience:
    """Return an audience of a closed round that the side's school holds, with answers; made once."""
    school, mode = world.place(side).school, "named" if named else "anonymous"
    title = f"Итоги, {mode}"
    found = Audience.objects.filter(campaign__owner=school, campaign__title=title).first()
    if found is not None:
        return found
    campaign = Campaign.objects.create(
        title=title, owner=school, school_year=SchoolYearFactory.create(), mode=mode, state="closed",
        opens_on=dt.date(2026, 9, 1), closes_on=dt.date(2026, 9, 30),
    )  # fmt: skip
    audience = Audience.objects.create(
        campaign=campaign, provider="-", label="-", breakdown_labels=LABELS,
        version=make_version(code=f"results-{side}-{mode}"),
    )  # fmt: skip
    add_answers(audience, 6, groups={"category": "low"}, help="yes", mark=5, more="Спасибо")
    return audience


@provides(
    "surveys:results", "surveys:results-refresh", "surveys:results-export", "surveys:compare", "surveys:themes",
)  # fmt: skip
def results(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a closed round of the side; the form asks for results as a table."""
    body = {"content": "results", "file_format": "csv"}
    return {"pk": closed_audience(world, side).campaign_id, "body": body}


@provides("surveys:theme-texts", "surveys:theme-sort")
def texts(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return the question of a closed round that is answered by a text."""
    return {"pk": closed_audience(world, side).campaign_id, "code": CODE}


@provides("surveys:theme", "surveys:theme-merge", "surveys:theme-delete")
def theme(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a theme of the side, and another one that takes its texts."""
    campaign = closed_audience(world, side).campaign
    other, _new = Theme.objects.get_or_create(campaign=campaign, question=CODE, title="Прочее")
    made, _new = Theme.objects.get_or_create(campaign=campaign, question=CODE, title="Время")
    return {"pk": made.pk, "body": {"into": other.pk, "title": "Время"}}


@provides("surveys:responses")
def responses(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a named round of the side."""
    return {"pk": closed_audience(world, side, named=True).campaign_id}


@provides("surveys:response")
def response(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return the answers of a person in a named round of the side."""
    audience = closed_audience(world, side, named=True)
    found = NamedResponse.objects.filter(invitation__audience=audience).first()
    if found is None:
        school = world.place(side).school
        invitation = SurveyInvitation.objects.create(
            audience=audience, person=PersonFactory.create(territory=school.territory), organisation=school,
            token_hash=f"results-{side}", answered=True,
        )  # fmt: skip
        found = NamedResponse.objects.create(
            invitation=invitation, answers={"help": "yes", "mark": 5}, is_submitted=True
        )
    return {"pk": found.pk}


@provides("surveys:results-file")
def file(world: World, side: Side, visitor: User | None) -> dict[str, Any]:
    """Return the job of an export: of the visitor, or one that the system asked for."""
    mine = side == "own" and visitor is not None
    actor = Actor(user_id=visitor.pk, label=visitor.email) if mine and visitor is not None else SYSTEM
    audience = closed_audience(world, side)
    arguments = {"audience": audience.pk, "content": "results", "file_format": "csv", "texts": False}
    job = enqueue_job(EXPORT_JOB, actor=actor, arguments=arguments)
    Job.objects.filter(pk=job.pk).update(state=JobState.DONE)
    (folder() / f"{job.pk}.csv").write_bytes(b"-")
    return {"pk": job.pk}

"""What the addresses of consents, papers of mentors and requests lead to, for the table of addresses and roles."""

import datetime as dt
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from mayak.accounts.enums import ConsentPurpose, ConsentWay, RequestKind, Role
from mayak.accounts.models import Consent, ConsentText, MentoringTerms, PersonRequest, User
from mayak.kernel.access import SYSTEM, Actor
from mayak.kernel.jobs.services import enqueue_job
from mayak.kernel.models import Job, JobState
from mayak.registry.models import Person
from mayak.registry.services.people import create_person, employ
from mayak.results.services.anonymised import folder
from tests.architecture.access_objects import Side, World, provides, shared
from tests.factories.accounts import RoleAssignmentFactory

DAY = dt.date(2026, 9, 1)


def teacher(world: World, side: Side) -> Person:
    """Return a teacher of the side's school."""
    place = world.place(side)
    made = create_person(actor=SYSTEM, territory=place.municipality, family_name="Лукина", given_name="Вера")
    employ(made, actor=SYSTEM, organisation=place.school, position="учитель")
    return made


def text(purpose: str = ConsentPurpose.SURVEY) -> ConsentText:
    """Return a text of this purpose."""
    made, _created = ConsentText.objects.get_or_create(
        purpose=purpose,
        version=1,
        defaults={"title": "-", "text": "-", "consequences": "-", "valid_from": DAY, "source": "-"},
    )
    return made


def given(**holder: Any) -> Consent:
    """Return a consent with a scan."""
    made = Consent(purpose="survey", text=text(), given_on=DAY, way=ConsentWay.PAPER, **holder)
    made.scan.save("a.pdf", ContentFile(b"%PDF"), save=False)
    made.save()
    return made


@provides("accounts:consents-person", "accounts:consent-record", "accounts:person-erase")
def person(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a teacher of the side's school, and a paper that can be recorded."""
    body = {"text": text().pk, "given_on": "2026-09-01", "reason": "просьба", "sure": "on"}
    return {"pk": teacher(world, side).pk, "body": body}


@shared("accounts:consent-text", "accounts:consent-blank")
def consent_text(_world: World, _side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a text: texts hold for all."""
    return {"pk": text().pk}


@provides("accounts:consent-withdraw", "accounts:consent-scan")
def consent(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return the consent of a teacher of the side's school."""
    body = {"withdrawn_on": timezone.localdate().isoformat()}
    return {"pk": given(person=teacher(world, side)).pk, "body": body}


@provides("accounts:mentoring-detail", "accounts:mentoring-edit", "accounts:mentoring-end")
def supplement(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return the supplement of a teacher of the side's school."""
    values = {
        "content": "-",
        "form": "-",
        "starts_on": DAY,
        "ends_on": dt.date(2099, 5, 31),
        "consented_on": DAY,
    }
    made = MentoringTerms.objects.create(
        person=teacher(world, side), organisation=world.place(side).school, **values
    )
    body = {**values, "ended_by": "mentor", "notice_on": timezone.localdate().isoformat()}
    return {"pk": made.pk, "body": body}


@shared("accounts:my-request")
def own_request(_world: World, _side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a kind of request; each asks for the own data only."""
    return {"kind": RequestKind.ERASE.value, "body": {"text": ""}}


@shared("accounts:my-consent")
def own_consent(_world: World, _side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return a purpose; each consents for oneself only."""
    text(ConsentPurpose.PHOTO_VIDEO)
    return {"purpose": ConsentPurpose.PHOTO_VIDEO.value}


@provides("accounts:my-withdrawal")
def own_withdrawal(world: World, side: Side, visitor: User | None) -> dict[str, Any]:
    """Return a consent of the visitor; on the other side one of a stranger."""
    if side == "own" and visitor is not None:
        live = Consent.objects.live().filter(user=visitor).first()
        return {"pk": (live or given(user=visitor)).pk}
    return {"pk": given(person=teacher(world, side)).pk}


@provides("accounts:request", "accounts:request-erase")
def asked(world: World, side: Side, _visitor: User | None) -> dict[str, Any]:
    """Return the request of a teacher of the side's school for an erasure."""
    held = RoleAssignmentFactory.create(role=Role.TEACHER, organisation=world.place(side).school)
    made = PersonRequest.objects.create(user=held.user, kind=RequestKind.ERASE, due_on=DAY)
    return {"pk": made.pk, "body": {"reason": "просьба", "sure": "on"}}


@provides("accounts:request-answer")
def answered(world: World, side: Side, visitor: User | None) -> dict[str, Any]:
    """Return the same with a refusal."""
    return {**asked(world, side, visitor), "state": "refused", "body": {"answer": "нет"}}


@provides("results:anonymised-file")
def anonymised_file(_world: World, side: Side, visitor: User | None) -> dict[str, Any]:
    """Return the job of the visitor with its file, or one that somebody else asked for."""
    mine = side == "own" and visitor is not None
    actor = Actor(visitor.pk, visitor.email) if mine and visitor else SYSTEM
    job = enqueue_job("results.anonymised", actor=actor)
    Job.objects.filter(pk=job.pk).update(state=JobState.DONE)
    (folder() / f"{job.pk}.zip").write_bytes(b"PK")
    return {"pk": job.pk}

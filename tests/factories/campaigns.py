"""Rounds of surveys for tests: a questionnaire, a round that runs, people who are invited."""

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.utils import timezone

from mayak.registry.models import Organisation, Person
from mayak.surveys.enums import CampaignMode, CampaignState, VersionState
from mayak.surveys.models import (
    Audience,
    Campaign,
    OpenLink,
    Questionnaire,
    QuestionnaireVersion,
    SurveyInvitation,
)
from mayak.surveys.selectors import audiences as registry
from mayak.surveys.selectors.audiences import AudienceProvider, Invited
from mayak.surveys.services.mixing import make_pools
from mayak.surveys.services.starting import fingerprint_of
from tests.factories.registry import AuthorityFactory, PersonFactory, SchoolYearFactory

_numbers = iter(range(1, 10**9))


def words(text: str) -> dict[str, str]:
    """Return a text in Russian."""
    return {"ru": text}


def choice(code: str, *options: str, required: bool = True, **more: Any) -> dict[str, Any]:
    """Return a question with one answer."""
    rows = [{"code": one, "text": words(one)} for one in options or ("a", "b")]
    return {
        "code": code, "kind": "single", "text": words(f"Вопрос {code}"), "required": required, "options": rows, **more,
    }  # fmt: skip


def text(code: str = "words", **more: Any) -> dict[str, Any]:
    """Return a question with a free text."""
    return {"code": code, "kind": "text", "text": words(f"Вопрос {code}"), **more}


def document(*questions: dict[str, Any]) -> dict[str, Any]:
    """Return a questionnaire of one section."""
    return {
        "sections": [{"code": "s1", "title": words("Раздел"), "questions": list(questions or [choice("q1")])}]
    }


def version(content: dict[str, Any] | None = None, **fields: Any) -> QuestionnaireVersion:
    """Return the draft of a new questionnaire."""
    number = next(_numbers)
    questionnaire = Questionnaire.objects.create(
        **{"code": f"questionnaire-{number}", "title_ru": f"Анкета {number}", **fields}
    )
    return QuestionnaireVersion.objects.create(
        questionnaire=questionnaire, number=1, document=content or document()
    )


def campaign(**fields: Any) -> Campaign:
    """Return the draft of an anonymous round."""
    owner = fields.pop("owner", None) or AuthorityFactory.create()
    today = timezone.localdate()
    values: dict[str, Any] = {
        "title": f"Опрос {next(_numbers)}",
        "owner": owner,
        "school_year": SchoolYearFactory.create(),
        "opens_on": today,
        "closes_on": today + dt.timedelta(days=14),
        **fields,
    }
    return Campaign.objects.create(**values)


def running(
    content: dict[str, Any] | None = None,
    *,
    mode: str = CampaignMode.ANONYMOUS,
    shards: int = 1,
    by_link: bool = False,
    for_students: bool = False,
    **fields: Any,
) -> Audience:
    """Return the audience of a round that runs, without invitations."""
    held = campaign(mode=mode, state=CampaignState.RUNNING, started_at=timezone.now(), **fields)
    asked = version(content, for_students=for_students)
    asked.state = VersionState.FROZEN
    asked.save()
    audience = Audience.objects.create(
        campaign=held,
        provider="people",
        label="Педагоги",
        version=asked,
        shards=shards,
        by_link=by_link,
        fingerprint=fingerprint_of(asked),
    )
    if audience.is_anonymous:
        make_pools(audience)
    return audience


def invitation(
    audience: Audience, organisation: Organisation | None = None, **fields: Any
) -> SurveyInvitation:
    """Return the invitation of somebody of the organisation (the holder of the round, if none is named)."""
    where = organisation or audience.campaign.owner
    fields.setdefault("person", PersonFactory.create(territory=where.territory))
    number = next(_numbers)
    return SurveyInvitation.objects.create(
        **{
            "audience": audience,
            "organisation": where,
            "email": f"p{number}@school.example",
            "token_hash": f"{number:064d}",
            **fields,
        }
    )


def open_link(audience: Audience, organisation: Organisation | None = None, **fields: Any) -> OpenLink:
    """Return an open link of the organisation."""
    where = organisation or audience.campaign.owner
    return OpenLink.objects.create(
        audience=audience, organisation=where, token=f"token-{next(_numbers)}", **fields
    )


@contextmanager
def provider(
    people: Iterable[Invited], *, code: str = "people", by_link: bool = False, of_students: bool = False
) -> Iterator[AudienceProvider]:
    """Register a kind of audience that finds these people, and take it back."""
    found = list(people)
    one = AudienceProvider(
        code=code, label="Педагоги", find=lambda _campaign: found, by_link=by_link, of_students=of_students
    )
    before = dict(registry._audiences)
    registry.register_audience(one)
    try:
        yield one
    finally:
        registry._audiences.clear()
        registry._audiences.update(before)


def invited(person: Person, organisation: Organisation, **fields: Any) -> Invited:
    """Return somebody whom a provider finds."""
    return Invited(
        organisation_id=organisation.pk, person_id=person.pk, email=f"p{person.pk}@school.example", **fields
    )

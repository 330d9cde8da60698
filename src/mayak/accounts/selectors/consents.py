"""Reads of the register of consents."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, QuerySet
from django.utils import timezone

from mayak.accounts.enums import ConsentPurpose
from mayak.accounts.models import Consent, ConsentQuerySet, ConsentText, MentoringTerms, User
from mayak.accounts.selectors.holders import holder_of
from mayak.kernel.access import Scope
from mayak.registry.models import Person


@dataclass(frozen=True, slots=True)
class PurposeLine:
    """One purpose for one human being: the text of today and the consent that holds, if any."""

    purpose: ConsentPurpose
    text: ConsentText | None
    consent: Consent | None

    @property
    def is_older(self) -> bool:
        """Whether a newer version of the text has come since."""
        return self.consent is not None and self.text is not None and self.consent.text_id != self.text.pk


def consents_of(scope: Scope) -> ConsentQuerySet:
    """Return the consents of the people of the scope."""
    return Consent.objects.within(scope).select_related("person", "user", "text")


def texts_with_use() -> QuerySet[ConsentText]:
    """Return all versions with ``uses``: how many consents have been given to each."""
    return ConsentText.objects.annotate(uses=Count("consents"))


def current_texts(day: dt.date | None = None) -> dict[str, ConsentText]:
    """Return purpose -> the newest version that is valid on the day."""
    found: dict[str, ConsentText] = {}
    for text in ConsentText.objects.filter(valid_from__lte=day or timezone.localdate()).order_by("version"):
        found[text.purpose] = text
    return found


def purposes_of(human: Person | User) -> list[PurposeLine]:
    """Return each purpose with what this human being has given (two queries)."""
    texts = current_texts()
    live = {
        one.purpose: one for one in Consent.objects.live().filter(**holder_of(human)).select_related("text")
    }
    return [PurposeLine(one, texts.get(one), live.get(one)) for one in ConsentPurpose]


def terms_of(scope: Scope) -> QuerySet[MentoringTerms]:
    """Return the papers of mentors of the employers of the scope."""
    return MentoringTerms.objects.within(scope).select_related("person", "organisation__territory", "act")

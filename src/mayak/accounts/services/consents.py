"""Giving and withdrawing consents, and the texts that are given."""

import datetime as dt
import hashlib
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mayak.accounts.enums import ConsentPurpose, ConsentWay
from mayak.accounts.models import Consent, ConsentText, MentoringTerms, User
from mayak.accounts.selectors.holders import holder_of, place_of
from mayak.kernel.access import Actor
from mayak.kernel.audit.services import record, snapshot
from mayak.registry.models import Person


@transaction.atomic
def give_consent(
    human: Person | User,
    text: ConsentText,
    *,
    actor: Actor,
    given_on: dt.date,
    way: str,
    basis: str = "",
    scan: tuple[str, bytes] | None = None,
) -> Consent:
    """Record a consent to one purpose; a consent to an older version of the same text is replaced by it.

    Args:
        human: who gives it; a user whose person stands in the registry gives it as that person.
        text: the version that was shown or signed.
        actor: who records it.
        given_on: the date of the paper, or today.
        way: ``ConsentWay``.
        basis: where the signed paper is kept.
        scan: name and bytes of the scan; it is kept privately.

    Raises:
        ValidationError: a day in the future; this version is given already; nobody but the person gives it
            electronically.
    """
    holder = holder_of(human)
    if given_on > timezone.localdate():
        raise ValidationError({"given_on": _("This day has not come yet.")})
    if way == ConsentWay.ELECTRONIC and not _is_the_person(actor, holder):
        raise ValidationError(_("Only the person gives a consent electronically."))
    live = _live(holder, text.purpose)
    if live is not None and live.text_id == text.pk:
        raise ValidationError(_("%(person)s has given this consent already.") % {"person": human})
    if live is not None:
        _change(live, actor=actor, action="replace", replaced_on=given_on)
    given = Consent(
        purpose=text.purpose, text=text, given_on=given_on, way=way, basis=basis.strip(), **holder
    )
    if scan is not None:
        name, content = scan
        given.scan_hash = hashlib.sha256(content).hexdigest()
        given.scan.save(f"{given.scan_hash[:24]}.{_ending(name)}", ContentFile(content), save=False)
    given.full_clean(validate_constraints=True)
    given.save()
    _record(given, actor, "give", {"purpose": text.purpose, "version": text.version, "way": way})
    return given


@transaction.atomic
def give_many(people: Iterable[Person], text: ConsentText, *, actor: Actor, **values: Any) -> tuple[int, int]:
    """Record paper consents of many people; return how many were recorded and how many had given this version."""
    given = known = 0
    for person in people:
        live = _live(holder_of(person), text.purpose)
        if live is not None and live.text_id == text.pk:
            known += 1
            continue
        give_consent(person, text, actor=actor, **values)
        given += 1
    return given, known


@transaction.atomic
def withdraw_consent(
    consent: Consent, *, actor: Actor, withdrawn_on: dt.date, way: str, basis: str = ""
) -> Consent:
    """Withdraw a consent; the row stays as the proof that the processing was lawful until then.

    A consent to mentoring cannot be withdrawn while a supplement leans on it: that is an end by notice.

    Raises:
        ValidationError: withdrawn already; a day before the consent or in the future; an open supplement.
    """
    if not consent.is_live:
        raise ValidationError(_("This consent does not hold any more."))
    if not consent.given_on <= withdrawn_on <= timezone.localdate():
        raise ValidationError({"withdrawn_on": _("A day between the consent and today.")})
    if consent.purpose == ConsentPurpose.MENTORING and _open_terms(consent):
        raise ValidationError(
            _("A supplement on mentoring leans on this consent: end it by notice, then withdraw.")
        )
    values = {"withdrawn_on": withdrawn_on, "withdrawal_way": way, "withdrawal_basis": basis.strip()[:300]}
    return _change(consent, actor=actor, action="withdraw", **values)


@transaction.atomic
def save_text(purpose: str, *, actor: Actor, **fields: Any) -> ConsentText:
    """Make the next version of a text; versions are never edited once somebody has given one.

    Raises:
        ValidationError: a field is empty.
    """
    last = ConsentText.objects.select_for_update().filter(purpose=purpose).order_by("-version").first()
    text = ConsentText(purpose=purpose, version=last.version + 1 if last else 1, **fields)
    text.full_clean()
    text.save()
    record(text, actor=actor, action="create", changes={"version": text.version, "source": text.source})
    return text


@transaction.atomic
def update_text(text: ConsentText, *, actor: Actor, **fields: Any) -> ConsentText:
    """Correct a version that nobody has given yet.

    Raises:
        ValidationError: somebody has given it; a field is empty.
    """
    if text.consents.select_for_update().exists():
        raise ValidationError(_("Somebody has given this version: it stays as it is. Make the next one."))
    before = snapshot(text)
    for name, value in fields.items():
        setattr(text, name, value)
    text.full_clean()
    text.save(update_fields=list(fields))
    record(text, actor=actor, action="update", before=before)
    return text


def _live(holder: dict[str, Any], purpose: str) -> Consent | None:
    return Consent.objects.live().select_for_update().filter(purpose=purpose, **holder).first()


def _is_the_person(actor: Actor, holder: dict[str, Any]) -> bool:
    person, user = holder["person"], holder["user"]
    own = user.pk if user is not None else getattr(getattr(person, "user", None), "pk", None)
    return actor.user_id is not None and actor.user_id == own


def _open_terms(consent: Consent) -> bool:
    today = timezone.localdate()
    rows = MentoringTerms.objects.filter(consent=consent, ends_on__gte=today)
    return any(terms.last_day is None or terms.last_day >= today for terms in rows)


def _change(consent: Consent, *, actor: Actor, action: str, **values: Any) -> Consent:
    before = snapshot(consent)
    for name, value in values.items():
        setattr(consent, name, value)
    consent.save(update_fields=list(values))
    after = snapshot(consent)
    changes = {name: [before[name], after[name]] for name in values if before[name] != after[name]}
    _record(consent, actor, action, changes)
    return consent


def _record(consent: Consent, actor: Actor, action: str, changes: dict[str, Any]) -> None:
    path, organisation = place_of(consent.person, consent.user)
    record(
        consent,
        actor=actor,
        action=action,
        territory_path=path,
        organisation_id=organisation,
        changes=changes,
    )


def _ending(name: str) -> str:
    ending = name.rpartition(".")[2].lower()
    return ending if ending in {"pdf", "jpg", "jpeg", "png"} else "bin"

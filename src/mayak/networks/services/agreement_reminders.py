"""Letters before the end of an agreement: to the heads and coordinators of its parties and to the coordinator."""

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from mayak.accounts.enums import Role
from mayak.accounts.models import RoleAssignment, User
from mayak.kernel.access import SYSTEM, Actor, Scope
from mayak.networks.enums.agreements import LASTING
from mayak.networks.models import Agreement, AgreementReminder
from mayak.networks.selectors.agreements import REMIND_DAYS, ending_soon
from mayak.networks.services.agreement_guard import log

SCHOOL_ROLES = (Role.HEAD_TEACHER, Role.SCHOOL_COORDINATOR)


def recipients_of(agreement: Agreement) -> list[User]:
    """Return who gets the letter, each once: two roles of the parties, the coordinators of the territory."""
    keys = {
        key for party in agreement.parties.all() for key in (party.organisation_id, party.legal_person_id)
    }
    roles = RoleAssignment.objects.current()
    own = roles.filter(role__in=SCHOOL_ROLES, organisation__in=keys)
    above = roles.filter(role=Role.MUNICIPAL_COORDINATOR, organisation__territory=agreement.territory_id)
    people = User.objects.filter(is_active=True, is_demo=False).filter(
        pk__in=(own | above).order_by().values("user")
    )
    return list(people.order_by("email"))


def write_reminder(
    agreement: Agreement, *, site: str = "", today: dt.date | None = None
) -> tuple[str, str, str]:
    """Return subject, text and page of the letter; the preview shows the same."""
    day = today or timezone.localdate()
    base = site or next(iter(settings.CSRF_TRUSTED_ORIGINS), "")
    values = {
        "agreement": agreement,
        "days": (agreement.ends_on - day).days if agreement.ends_on else 0,
        "link": f"{base}{reverse('networks:agreement', args=[agreement.pk])}" if base else "",
    }
    with override(settings.LANGUAGE_CODE):
        subject = render_to_string("networks/letters/agreement_subject.txt", values)
        text = render_to_string("networks/letters/agreement.txt", values)
        page = render_to_string("networks/letters/agreement.html", values)
    return " ".join(subject.split()), text.strip() + "\n", page


def send_reminder(
    agreement: Agreement, *, actor: Actor, site: str = "", today: dt.date | None = None
) -> AgreementReminder:
    """Send the letter now, once for an end date and a number of days.

    Raises:
        ValidationError: the agreement is not in force, has no last day, the letter went today, or nobody gets it.
        OSError: the mail server cannot be reached; the job tries again.
    """
    day = today or timezone.localdate()
    if agreement.state not in LASTING or agreement.ends_on is None or agreement.ends_on < day:
        raise ValidationError(_("Only an agreement in force that has a last day ahead is reminded of."))
    people = recipients_of(agreement)
    if not people:
        raise ValidationError(_("Nobody gets the letter: the parties have no accounts."))
    try:
        with transaction.atomic():
            made = AgreementReminder.objects.create(
                agreement=agreement,
                ends_on=agreement.ends_on,
                days_before=(agreement.ends_on - day).days,
                recipients=len(people),
            )
            _send(agreement, people, site=site, day=day)
            log(agreement, actor=actor, action="remind", changes={"letters": [None, len(people)]})
    except IntegrityError as error:
        raise ValidationError(_("This letter went already today.")) from error
    return made


def send_due_reminders(*, today: dt.date | None = None) -> int:
    """Send the letters whose day has come: the nearest number of days that has passed, each once; return how many."""
    day = today or timezone.localdate()
    sent = 0
    for agreement in ending_soon(Scope.of_everything(), day).prefetch_related("parties", "reminders"):
        if _is_due(agreement, day) and recipients_of(agreement):
            send_reminder(agreement, actor=SYSTEM, today=day)
            sent += 1
    return sent


def _is_due(agreement: Agreement, day: dt.date) -> bool:
    """Whether a number of days of the rule has come since the last letter on this end date."""
    assert agreement.ends_on is not None  # noqa: S101  # the selector looked
    left = (agreement.ends_on - day).days
    reached = [days for days in REMIND_DAYS if left <= days]
    told = [one.days_before for one in agreement.reminders.all() if one.ends_on == agreement.ends_on]
    return bool(reached) and not any(before <= min(reached) for before in told)


def _send(agreement: Agreement, people: Iterable[User], *, site: str, day: dt.date) -> None:
    subject, text, page = write_reminder(agreement, site=site, today=day)
    for user in people:
        message = EmailMultiAlternatives(subject, text, settings.DEFAULT_FROM_EMAIL, [user.email])
        message.attach_alternative(page, "text/html")
        message.send()

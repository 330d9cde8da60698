"""Letters to schools that have not answered a proposal: one for each account, once a day, sent by a job."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from mayak.accounts.enums import Role
from mayak.accounts.models import RoleAssignment, User
from mayak.kernel.access import Actor
from mayak.kernel.audit.services import record_bulk
from mayak.kernel.jobs.registry import JobHandle
from mayak.kernel.jobs.services import enqueue_job
from mayak.networks.enums import PartnershipState, Side
from mayak.networks.models import Partnership, PartnershipConsent

LETTERS_JOB = "networks.proposal_letters"
SCHOOL_ROLES = (Role.HEAD_TEACHER, Role.SCHOOL_COORDINATOR)
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class ProposalLetter:
    """One letter: to whom, and which proposals wait for the answer of their school."""

    user: User
    proposals: tuple[Partnership, ...]


def letters_of(partnerships: Iterable[Partnership]) -> list[ProposalLetter]:
    """Return the letters to the heads and coordinators of the schools that have not answered; two queries.

    ``partnerships``: proposals with both schools at hand.
    """
    rows = list(partnerships)
    answered = set(
        PartnershipConsent.objects.filter(partnership__in=rows).values_list("partnership_id", "side")
    )
    waiting: dict[int, list[Partnership]] = {}
    for row in rows:
        for side in Side:
            if (row.pk, str(side)) not in answered:
                waiting.setdefault(row.school_of(side).pk, []).append(row)
    held = (
        RoleAssignment.objects.current()
        .filter(role__in=SCHOOL_ROLES, organisation__in=waiting, user__is_active=True, user__is_demo=False)
        .select_related("user")
        .order_by("user__email", "organisation")
    )
    found: dict[int, tuple[User, dict[int, Partnership]]] = {}
    for one in held:
        kept = found.setdefault(one.user_id, (one.user, {}))[1]
        kept.update({row.pk: row for row in waiting[one.organisation_id]})
    return [ProposalLetter(user, tuple(kept.values())) for user, kept in found.values()]


def write_letter(letter: ProposalLetter, *, site: str = "") -> tuple[str, str, str]:
    """Return subject, text and page of a letter; the preview shows the same."""
    base = site or next(iter(settings.CSRF_TRUSTED_ORIGINS), "")
    values = {"proposals": letter.proposals, "link": f"{base}{reverse('networks:list')}" if base else ""}
    with override(settings.LANGUAGE_CODE):
        subject = render_to_string("networks/letters/proposal_subject.txt", values)
        text = render_to_string("networks/letters/proposal.txt", values)
        page = render_to_string("networks/letters/proposal.html", values)
    return " ".join(subject.split()), text.strip() + "\n", page


@transaction.atomic
def ask_schools(partnerships: Iterable[Partnership], *, actor: Actor, site: str = "") -> int:
    """Ask for the letters on these proposals; a proposal is written about once a day. Return how many schools wait.

    Raises:
        ValidationError: all of them were written about today, or no school has an account.
    """
    today = timezone.localdate()
    keys = [row.pk for row in partnerships]
    rows = list(
        Partnership.objects.select_for_update(of=("self",))
        .filter(pk__in=keys, state=PartnershipState.PROPOSED)
        .exclude(asked_on=today)
        .select_related("mentee__territory", "lead")
        .order_by("pk")
    )
    if not rows:
        raise ValidationError(_("The letters went today already: at most once a day."))
    letters = letters_of(rows)
    if not letters:
        raise ValidationError(_("Nobody gets the letter: the schools have no accounts."))
    Partnership.objects.filter(pk__in=[row.pk for row in rows]).update(asked_on=today)
    record_bulk(
        Partnership,
        actor=actor,
        action="remind",
        row_count=len(rows),
        row_first=rows[0].pk,
        row_last=rows[-1].pk,
        territory_path=rows[0].mentee.territory.path or "",
        changes={"letters": len(letters)},
    )
    enqueue_job(
        LETTERS_JOB,
        actor=actor,
        title=_("Letters on proposed network pairs"),
        arguments={"proposals": [row.pk for row in rows], "site": site},
        link=reverse("networks:list"),
    )
    return len(letters)


def send_letters(keys: list[int], *, site: str, handle: JobHandle) -> int:
    """Send the letters, each once however often the job runs; return how many there are.

    Raises:
        OSError: the mail server cannot be reached; the job tries again.
    """
    rows = Partnership.objects.filter(pk__in=keys, state=PartnershipState.PROPOSED)
    letters = letters_of(rows.select_related("mentee", "lead").order_by("pk"))
    for number, letter in enumerate(letters, start=1):
        with handle.once(f"letter-{letter.user.pk}") as is_new:
            if is_new:
                subject, text, page = write_letter(letter, site=site)
                message = EmailMultiAlternatives(
                    subject, text, settings.DEFAULT_FROM_EMAIL, [letter.user.email]
                )
                message.attach_alternative(page, "text/html")
                message.send()
        handle.progress(number, len(letters))
    return len(letters)

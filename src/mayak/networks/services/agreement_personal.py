"""What agreements hold on a person: representatives and who approves. A signed agreement keeps its text."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from mayak.kernel.personal.erasing import Effect, Left, Target, register_eraser, register_kept_text
from mayak.kernel.personal.holdings import Holding, Subjects, register_holdings
from mayak.kernel.personal.registry import register_personal, subject_of
from mayak.networks.enums.agreements import ApprovalDecision
from mayak.networks.models import AgreementApproval, AgreementParty

PERSON = "registry.person"
KEPT = gettext_lazy("A signed agreement is an official document: it keeps the text that was signed.")
_SIGNED = ~Q(agreement__content_hash="")


def held_in_agreements(subjects: Subjects) -> Iterable[Holding]:
    """Yield the agreements in which the person represents a party or approves."""
    person = subjects.person_id
    if person is None:
        return
    parties = AgreementParty.objects.filter(person=person).select_related("agreement")
    yield Holding(
        "agreement-parties",
        _("Agreements in which I represent a party"),
        {
            "agreement": pgettext("paper", "Agreement"),
            "party": _("Party"),
            "post": _("Post"),
            "state": _("State"),
        },
        [
            [str(one.agreement), one.name, one.representative_post, one.agreement.get_state_display()]
            for one in parties.order_by("pk")
        ],
    )
    approvals = AgreementApproval.objects.filter(person=person).select_related("agreement")
    yield Holding(
        "agreement-approvals",
        _("Agreements that I approve"),
        {
            "agreement": pgettext("paper", "Agreement"),
            "as": _("As"),
            "decision": _("Decision"),
            "note": _("Remarks"),
        },
        [
            [str(one.agreement), one.label, one.get_decision_display(), one.note]
            for one in approvals.order_by("pk")
        ],
    )


def erase_in_agreements(target: Target) -> Iterable[Effect | Left]:
    """Take the person out of drafts and out of open approvals; what was signed or decided stays under the pseudonym."""
    person = target.subjects.person_id
    if person is None:
        return
    drafts = AgreementParty.objects.filter(~_SIGNED, person=person)
    changed = drafts.update(person=None, representative="", representative_post="", represented_by="")
    yield Effect(_("representatives taken out of agreements that are not signed"), changed)
    waiting = AgreementApproval.objects.filter(person=person, decision=ApprovalDecision.WAITING)
    yield Effect(_("open approvals of agreements without a person now"), waiting.update(person=None))


def register() -> None:
    """Tell the kernel."""
    register_personal(
        "networks.agreementparty",
        ["representative", "representative_post", "represented_by", "contacts"],
        subject=_represents,
        text=False,
    )
    register_personal("networks.agreementapproval", ["note"], subject=_approves, text=False)
    register_kept_text("networks.agreementparty", reason=KEPT, which=_SIGNED)
    register_kept_text(
        "networks.agreementversion",
        reason=KEPT,
        which=~Q(agreement__content_hash="") & Q(frozen_at__isnull=False),
    )
    register_holdings(held_in_agreements)
    register_eraser(erase_in_agreements, order=66)


def _represents(row: Any) -> str | None:
    return subject_of(PERSON, row.person_id)


def _approves(row: Any) -> str | None:
    return subject_of(PERSON, row.person_id)

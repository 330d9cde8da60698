"""Closed lists of agreements between legal persons."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class AgreementKind(models.TextChoices):
    """What the paper is; the text of each kind is data (``AgreementTemplate``)."""

    COOPERATION = "cooperation", _("cooperation agreement")
    NETWORK_FORM = "network_form", _("contract on the network form of a programme for pupils")
    SIMPLE_PARTNERSHIP = "simple_partnership", _("contract of a simple partnership")
    NETWORK_RULES = "network_rules", _("rules of a network")
    CENTRE_RULES = "centre_rules", _("rules of a coordination centre")
    AMENDMENT = "amendment", _("amendment")


RULES_KINDS = frozenset({AgreementKind.NETWORK_RULES, AgreementKind.CENTRE_RULES})
"""Kinds that are rules («положение») and not a contract of parties."""


class AgreementState(models.TextChoices):
    """The life of an agreement."""

    DRAFT = "draft", pgettext_lazy("agreement", "draft")
    IN_APPROVAL = "in_approval", pgettext_lazy("agreement", "is being approved")
    AGREED = "agreed", pgettext_lazy("agreement", "agreed, not signed")
    SIGNED = "signed", pgettext_lazy("agreement", "signed, not in force yet")
    IN_FORCE = "in_force", pgettext_lazy("agreement", "in force")
    AMENDED = "amended", pgettext_lazy("agreement", "in force with amendments")
    ENDED = "ended", pgettext_lazy("agreement", "ended")


AGREEMENT_TRANSITIONS: dict[str, frozenset[str]] = {
    AgreementState.DRAFT: frozenset(
        {AgreementState.IN_APPROVAL, AgreementState.AGREED, AgreementState.ENDED}
    ),
    AgreementState.IN_APPROVAL: frozenset(
        {AgreementState.DRAFT, AgreementState.AGREED, AgreementState.ENDED}
    ),
    AgreementState.AGREED: frozenset({AgreementState.DRAFT, AgreementState.SIGNED, AgreementState.ENDED}),
    AgreementState.SIGNED: frozenset({AgreementState.IN_FORCE, AgreementState.ENDED}),
    AgreementState.IN_FORCE: frozenset({AgreementState.AMENDED, AgreementState.ENDED}),
    AgreementState.AMENDED: frozenset({AgreementState.ENDED}),
    AgreementState.ENDED: frozenset(),
}
"""What may follow on what. From the signature on the text is frozen; a change is an amendment."""

UNSIGNED = frozenset({AgreementState.DRAFT, AgreementState.IN_APPROVAL, AgreementState.AGREED})
BINDING = frozenset({AgreementState.SIGNED, AgreementState.IN_FORCE, AgreementState.AMENDED})
"""States of a signed agreement that has not ended; whether it holds on a day is said by its term."""

LASTING = frozenset({AgreementState.IN_FORCE, AgreementState.AMENDED})


class PartyRole(models.TextChoices):
    """As what an organisation is a party."""

    LEAD = "lead", _("lead school")
    MENTEE = "mentee", _("school that gets help")
    MEMBER = "member", _("member of the network")
    CENTRE = "centre", _("coordination centre")
    AUTHORITY = "authority", _("education authority")


class ClauseSection(models.TextChoices):
    """What a clause is about; the completeness check looks for these."""

    SUBJECT = "subject", _("subject of the agreement")
    DUTIES = "duties", _("duties of a party")
    RESULTS = "results", _("measurable results")
    TERM = "term", _("term")
    PAYMENT = "payment", _("payment")
    PERSONAL_DATA = "personal_data", _("personal data")
    COMMUNICATION = "communication", _("communication and control")
    LIABILITY = "liability", _("liability")
    CHANGES = "changes", _("changes and ending")
    DISPUTES = "disputes", _("disputes")
    COPIES = "copies", _("copies and other rules")
    STUDY = "study", _("programme, its resources and the pupils")
    CONTRIBUTIONS = "contributions", _("contributions and common property")
    MANAGEMENT = "management", _("management and functions")
    MEMBERSHIP = "membership", _("members, joining and leaving")
    REQUISITES = "requisites", _("requisites and signatures")


class Payment(models.TextChoices):
    """Whether something is paid."""

    FREE = "free", _("free of charge")
    PAID = "paid", _("paid")


class ApprovalDecision(models.TextChoices):
    """What somebody of the chain said."""

    WAITING = "waiting", pgettext_lazy("approval", "waiting")
    AGREED = "agreed", pgettext_lazy("approval", "agreed")
    RETURNED = "returned", pgettext_lazy("approval", "returned with remarks")


class AgreementFileKind(models.TextChoices):
    """What a kept file is."""

    SCAN = "scan", _("scan of the signed paper")
    SIGNATURE = "signature", _("detached signature file")
    REMARKS = "remarks", _("remarks or another paper")


class AgreementEnd(models.TextChoices):
    """Why an agreement ended."""

    TERM = "term", _("its term is over")
    CONSENT = "consent", _("by consent of the parties")
    WITHDRAWAL = "withdrawal", _("one party withdrew")
    REPLACED = "replaced", _("another agreement replaced it")
    DROPPED = "dropped", _("it was never signed")

"""Closed lists of networks: states, roles of members, kinds of centres, directions, documents, checks."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class NetworkState(models.TextChoices):
    """The life of a network; ``NETWORK_TRANSITIONS`` says what may follow what."""

    DRAFT = "draft", pgettext_lazy("network", "draft")
    ACTIVE = "active", pgettext_lazy("network", "works")
    CLOSED = "closed", pgettext_lazy("network", "closed")


NETWORK_TRANSITIONS: dict[str, frozenset[str]] = {
    NetworkState.DRAFT: frozenset({NetworkState.ACTIVE, NetworkState.CLOSED}),
    NetworkState.ACTIVE: frozenset({NetworkState.CLOSED}),
    NetworkState.CLOSED: frozenset(),
}


class NetworkStructure(models.TextChoices):
    """How the links of a model run: what the picture draws and the check of links expects."""

    CENTRE = "centre", _("a centre directs: many links lead to it, few away from it")
    FLAT = "flat", _("equal members: links run between all of them")
    CHAIN = "chain", _("one after another: each link passes the task on")
    PARTS = "parts", _("parts with their own models")


class MemberRole(models.TextChoices):
    """What an organisation is in a network."""

    LEAD = "lead", _("lead school")
    MENTEE = "mentee", _("school that gets help")
    COORDINATION_CENTRE = "coordination", _("coordination centre")
    RESOURCE_CENTRE = "resource", _("resource centre")
    METHODICAL_SERVICE = "service", _("methodical service")
    AUTHORITY = "authority", _("education authority")
    PARTNER = "partner", pgettext_lazy("member of a network", "partner")


class CentreKind(models.TextChoices):
    """The three kinds of a coordination centre."""

    LEADING_SCHOOL = "school", _("leading school (internship site or resource centre)")
    AUTHORITY_BODY = "authority", _("body at an education authority (coordination council)")
    SPECIAL_STRUCTURE = "special", _("specially created structure")


class DirectionKind(models.TextChoices):
    """The four directions of the work of a resource centre."""

    EDUCATIONAL = "educational", _("educational work")
    METHODICAL = "methodical", _("methodical work")
    INNOVATIVE = "innovative", _("innovative work")
    REMOTE = "remote", _("remote work")


class DocumentSubject(models.TextChoices):
    """For whom a document is needed."""

    NETWORK = "network", _("one for the network")
    MEMBER = "member", _("one for each member")
    CENTRE = "centre", _("one for the coordination centre")


class DocumentState(models.TextChoices):
    """What is stated of a document."""

    DRAFT = "draft", pgettext_lazy("document of a network", "draft")
    SIGNED = "signed", pgettext_lazy("document of a network", "signed")


class EffectiveState(models.TextChoices):
    """What a document is on a day."""

    MISSING = "missing", pgettext_lazy("document of a network", "missing")
    DRAFT = "draft", pgettext_lazy("document of a network", "draft")
    SIGNED = "signed", pgettext_lazy("document of a network", "signed")
    EXPIRED = "expired", pgettext_lazy("document of a network", "expired")


class CheckKind(models.TextChoices):
    """The three lists of the self-check."""

    CONDITION = "condition", _("conditions of a network")
    CHARACTERISTIC = "characteristic", _("characteristics of a network")
    ONLINE = "online", _("levels of online mentoring")


class CheckAnswer(models.TextChoices):
    """An answer of the self-check."""

    YES = "yes", _("yes")
    PARTLY = "partly", _("partly")
    NO = "no", _("no")

"""Networks of a programme and school year: their model, members, centre, directions, documents, self-check."""

from typing import Self, TypeVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from mayak.kernel.access import Scope, ScopedQuerySet
from mayak.matching.enums import NetworkModel
from mayak.networks.enums.networks import (
    CentreKind,
    CheckAnswer,
    DirectionKind,
    DocumentState,
    MemberRole,
    NetworkState,
)
from mayak.networks.models.network_rules import DocumentRequirement, NetworkCheckItem
from mayak.registry.models import (
    LegalAct,
    Organisation,
    Programme,
    SchoolYear,
    Territory,
    WorkingGroup,
)

RowT = TypeVar("RowT", bound=models.Model)
_PERIOD_MESSAGE = _("The end of a period cannot lie before its beginning.")


class NetworkQuerySet(ScopedQuerySet["Network"]):
    """Networks of the scope's territories, and those in which an organisation of the scope takes part."""

    def within(self, scope: Scope) -> Self:
        """Return the networks of the territories and of the members that the scope shows; nothing for an empty one."""
        if scope.everything:
            return self
        own, member = Q(pk__in=[]), Q(pk__in=[])
        for path in scope.territory_paths:
            own |= Q(territory__path__under=path)
            member |= Q(organisation__territory__path__under=path)
        if scope.organisation_ids:
            member |= Q(organisation_id__in=scope.organisation_ids)
        joined = NetworkMember._default_manager.filter(member).order_by()
        own |= Q(pk__in=joined.values("network"))
        own |= Q(pk__in=joined.exclude(network__parent=None).values("network__parent"))
        return self.filter(own)


class Network(models.Model):
    """A network of a programme in a school year; a mixed one has parts, each with a model of its own."""

    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, related_name="networks", verbose_name=_("programme")
    )
    school_year = models.ForeignKey(
        SchoolYear, on_delete=models.PROTECT, related_name="+", verbose_name=_("school year")
    )
    territory = models.ForeignKey(
        Territory, on_delete=models.PROTECT, related_name="+", verbose_name=_("territory")
    )
    name = models.CharField(_("name"), max_length=200)
    goal = models.TextField(_("goal"), blank=True)
    model = models.CharField(_("model"), max_length=30, choices=NetworkModel.choices, blank=True)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="parts",
        verbose_name=_("part of the network"),
    )
    state = models.CharField(
        _("state"), max_length=10, choices=NetworkState.choices, default=NetworkState.DRAFT
    )
    basis = models.ForeignKey(
        LegalAct, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("basis")
    )
    answers = models.JSONField(_("answers of the guide"), default=dict, blank=True)
    proposal = models.JSONField(_("proposal of the guide"), default=list, blank=True)
    rejected = models.JSONField(_("rejected models"), default=list, blank=True)
    choice_reason = models.TextField(_("why this model"), blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    closed_on = models.DateField(_("closed"), null=True, blank=True)
    close_reason = models.TextField(_("why it was closed"), blank=True)
    remains = models.TextField(_("what remains"), blank=True)

    objects = NetworkQuerySet.as_manager()

    class Meta:
        verbose_name = _("network")
        verbose_name_plural = _("networks")
        ordering = ["-school_year__start_year", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["territory", "school_year", "name"],
                name="network_once",
                violation_error_message=_("There is a network of this name in this year already."),
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(model="mixed"),
                name="network_part_not_mixed",
                violation_error_message=_(
                    "A part of a mixed network has a model of its own, not a mixed one."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | (Q(closed_on__isnull=False) & ~Q(close_reason="")),
                name="network_closed_with_reason",
                violation_error_message=_("Say why the network is closed."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.school_year}"


class _OfNetworkQuerySet(ScopedQuerySet[RowT]):
    """Rows that are seen with their network."""

    def within(self, scope: Scope) -> Self:
        """Return the rows of the networks that the scope shows."""
        if scope.everything:
            return self
        return self.filter(network__in=Network.objects.within(scope).order_by().values("pk"))


class NetworkMemberQuerySet(_OfNetworkQuerySet["NetworkMember"]):
    """Members, seen with their network."""


class NetworkMember(models.Model):
    """An organisation takes part in a network in a role; who leaves says why and what remains."""

    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="members")
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="network_memberships",
        verbose_name=_("organisation"),
    )
    role = models.CharField(_("role"), max_length=15, choices=MemberRole.choices)
    position = models.PositiveSmallIntegerField(_("place in the chain"), null=True, blank=True)
    task = models.CharField(_("task"), max_length=500, blank=True)
    joined_on = models.DateField(_("joined"), null=True, blank=True)
    left_on = models.DateField(_("left"), null=True, blank=True)
    leave_reason = models.TextField(_("why it left"), blank=True)
    remains = models.TextField(_("what remains"), blank=True)

    objects = NetworkMemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("member of a network")
        verbose_name_plural = _("members of networks")
        ordering = ["network", "position", "role", "organisation__sort_key"]
        constraints = [
            models.UniqueConstraint(
                fields=["network", "organisation", "role"],
                condition=Q(left_on__isnull=True),
                name="network_member_once",
                violation_error_message=_("This organisation has this role in the network already."),
            ),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | ~Q(leave_reason=""),
                name="network_member_leaves_with_reason",
                violation_error_message=_("Say why the member leaves the network."),
            ),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True)
                | Q(joined_on__isnull=True)
                | Q(left_on__gte=F("joined_on")),
                name="network_member_period",
                violation_error_message=_PERIOD_MESSAGE,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.get_role_display()}"


class CoordinationCentreQuerySet(_OfNetworkQuerySet["CoordinationCentre"]):
    """Centres, seen with their network."""


class CoordinationCentre(models.Model):
    """Who directs a network: a leading school, a body at an authority, or a special structure."""

    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="centres")
    kind = models.CharField(_("kind"), max_length=10, choices=CentreKind.choices)
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("organisation"),
    )
    group = models.ForeignKey(
        WorkingGroup,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("council or working group"),
    )
    functions = models.TextField(_("management functions"), blank=True)
    act = models.ForeignKey(
        LegalAct,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("act that gives the functions"),
    )

    objects = CoordinationCentreQuerySet.as_manager()

    class Meta:
        verbose_name = _("coordination centre of a network")
        verbose_name_plural = _("coordination centres of networks")
        ordering = ["network", "kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["network", "kind"],
                name="network_centre_once",
                violation_error_message=_("The network has a centre of this kind already."),
            ),
            models.CheckConstraint(
                condition=Q(organisation__isnull=False) | Q(group__isnull=False),
                name="network_centre_named",
                violation_error_message=_("Name the organisation or the council that is the centre."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.organisation or self.group)


class ResourceDirectionQuerySet(_OfNetworkQuerySet["ResourceDirection"]):
    """Directions, seen with their network."""


class ResourceDirection(models.Model):
    """One of the four directions of the work of a resource centre: what is planned and what is really done."""

    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="directions")
    kind = models.CharField(_("direction"), max_length=15, choices=DirectionKind.choices)
    planned = models.TextField(_("planned"), blank=True)
    done = models.TextField(_("really done"), blank=True)

    objects = ResourceDirectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("direction of the work of a resource centre")
        verbose_name_plural = _("directions of the work of resource centres")
        ordering = ["network", "kind"]
        constraints = [models.UniqueConstraint(fields=["network", "kind"], name="network_direction_once")]

    def __str__(self) -> str:
        return self.get_kind_display()


class NetworkDocumentQuerySet(_OfNetworkQuerySet["NetworkDocument"]):
    """Documents, seen with their network."""


class NetworkDocument(models.Model):
    """A document of the network, of its centre, or (with ``member``) of one member; nothing written = missing."""

    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="documents")
    requirement = models.ForeignKey(
        DocumentRequirement, on_delete=models.PROTECT, related_name="+", verbose_name=_("document")
    )
    member = models.ForeignKey(
        NetworkMember,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="documents",
        verbose_name=_("member"),
    )
    state = models.CharField(
        _("state"), max_length=10, choices=DocumentState.choices, default=DocumentState.DRAFT
    )
    act = models.ForeignKey(
        LegalAct, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("act")
    )
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)

    objects = NetworkDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document of a network")
        verbose_name_plural = _("documents of networks")
        ordering = ["network", "requirement__position", "member"]
        constraints = [
            models.UniqueConstraint(
                fields=["network", "requirement", "member"], name="network_document_once"
            ),
            models.UniqueConstraint(
                fields=["network", "requirement"],
                condition=Q(member__isnull=True),
                name="network_document_common_once",
            ),
            models.CheckConstraint(
                condition=~Q(state="signed") | Q(signed_on__isnull=False),
                name="network_document_signed_on",
                violation_error_message=_("Say when the document was signed."),
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True)
                | Q(signed_on__isnull=True)
                | Q(valid_until__gte=F("signed_on")),
                name="network_document_period",
                violation_error_message=_PERIOD_MESSAGE,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.requirement}: {self.get_state_display()}"


class NetworkCheckAnswerQuerySet(_OfNetworkQuerySet["NetworkCheckAnswer"]):
    """Answers, seen with their network."""


class NetworkCheckAnswer(models.Model):
    """What a network says of itself to one item of the self-check."""

    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="check_answers")
    item = models.ForeignKey(
        NetworkCheckItem, on_delete=models.PROTECT, related_name="+", verbose_name=_("item")
    )
    answer = models.CharField(_("answer"), max_length=10, choices=CheckAnswer.choices)
    note = models.CharField(_("note"), max_length=500, blank=True)

    objects = NetworkCheckAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer of the self-check")
        verbose_name_plural = _("answers of the self-check")
        ordering = ["network", "item__kind", "item__level", "item__position"]
        constraints = [models.UniqueConstraint(fields=["network", "item"], name="network_check_answer_once")]

    def __str__(self) -> str:
        return f"{self.item}: {self.get_answer_display()}"

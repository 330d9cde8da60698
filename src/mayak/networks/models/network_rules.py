"""What the product knows of networks: models, required documents, questions of the guide, items of the self-check."""

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mayak.kernel.sourced import SourcedRule
from mayak.matching.enums import NetworkModel
from mayak.networks.enums.networks import CentreKind, CheckKind, DocumentSubject, NetworkStructure

FIRST_YEAR = 2000
"""A row of this year holds in all years before the next one of the same key."""
LEVELS = [MinValueValidator(1), MaxValueValidator(5)]


class NetworkRule(SourcedRule):
    """A row that holds from a school year on, so that networks of older years keep the rules of their time."""

    year_from = models.PositiveSmallIntegerField(
        _("holds from the school year that begins in"),
        default=FIRST_YEAR,
        validators=[MinValueValidator(FIRST_YEAR)],
    )
    position = models.PositiveSmallIntegerField(_("place in the list"), default=100)

    class Meta:
        abstract = True

    @property
    def assumption_word(self) -> Any:
        """Whether a document says so."""
        return _("assumption") if self.is_assumption else _("from the source")


class NetworkModelCard(NetworkRule):
    """What the documents say of one model of a network: the gist, what it is known by, what went wrong."""

    code = models.CharField(_("model"), max_length=30, choices=NetworkModel.choices)
    gist = models.TextField(_("gist"))
    structure = models.CharField(_("links"), max_length=10, choices=NetworkStructure.choices)
    features = models.JSONField(_("what it is known by"), default=list, blank=True)
    conditions = models.JSONField(_("what it needs"), default=list, blank=True)
    fits_when = models.JSONField(_("when it fits"), default=list, blank=True)
    went_wrong = models.JSONField(_("what went wrong elsewhere"), default=list, blank=True)
    incoming_ratio = models.DecimalField(
        _("incoming links of the centre for one outgoing, at least"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )

    class Meta:
        verbose_name = _("card of a network model")
        verbose_name_plural = _("cards of network models")
        ordering = ["position", "code", "-year_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "year_from"],
                name="network_model_card_once",
                violation_error_message=_("There is a row of this year already."),
            )
        ]

    def __str__(self) -> str:
        return self.get_code_display()


class DocumentRequirement(NetworkRule):
    """A document that a model needs: of the network, of each member, or of the coordination centre."""

    code = models.SlugField(_("code"), max_length=60)
    model = models.CharField(_("model"), max_length=30, choices=NetworkModel.choices)
    subject = models.CharField(_("for whom"), max_length=10, choices=DocumentSubject.choices)
    title = models.CharField(_("document"), max_length=300)
    gives_functions = models.BooleanField(_("gives management functions"), default=False)
    is_required = models.BooleanField(_("required"), default=True)
    centre_kind = models.CharField(
        _("only for this kind of centre"), max_length=10, choices=CentreKind.choices, blank=True
    )
    roles = models.JSONField(_("roles of the members that need it"), default=list, blank=True)
    covers = models.SlugField(_("code of the document that it takes the place of"), max_length=60, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("required document of a network")
        verbose_name_plural = _("required documents of networks")
        ordering = ["model", "position", "code", "-year_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["model", "code", "year_from"],
                name="network_requirement_once",
                violation_error_message=_("There is a row of this year already."),
            )
        ]

    def __str__(self) -> str:
        return self.title


class GuideQuestion(NetworkRule):
    """A question of the guide; each option gives points to models and says why.

    ``options``: list of {"code", "label", "reason", "points": {model: whole number}}.
    """

    code = models.SlugField(_("code"), max_length=60)
    text = models.CharField(_("question"), max_length=300)
    help_text = models.CharField(_("explanation"), max_length=500, blank=True)
    options = models.JSONField(_("options"), default=list)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("question of the guide to a network model")
        verbose_name_plural = _("questions of the guide to a network model")
        ordering = ["position", "code", "-year_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "year_from"],
                name="network_question_once",
                violation_error_message=_("There is a row of this year already."),
            )
        ]

    def __str__(self) -> str:
        return self.text


class NetworkCheckItem(NetworkRule):
    """An item of the self-check: a condition, a characteristic, or what belongs to a level of online mentoring."""

    code = models.SlugField(_("code"), max_length=60)
    kind = models.CharField(_("list"), max_length=20, choices=CheckKind.choices)
    level = models.PositiveSmallIntegerField(
        _("level of online mentoring"), null=True, blank=True, validators=LEVELS
    )
    level_title = models.CharField(_("name of the level"), max_length=200, blank=True)
    title = models.CharField(_("item"), max_length=300)
    text = models.TextField(_("explanation"), blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("item of the self-check of a network")
        verbose_name_plural = _("items of the self-check of a network")
        ordering = ["kind", "level", "position", "code", "-year_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "year_from"],
                name="network_check_item_once",
                violation_error_message=_("There is a row of this year already."),
            ),
            models.CheckConstraint(
                condition=Q(kind="online", level__isnull=False) | (~Q(kind="online") & Q(level__isnull=True)),
                name="network_check_item_level",
                violation_error_message=_("Items of online mentoring have a level, others have none."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

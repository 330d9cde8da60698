"""A finding of an automatic check."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mayak.kernel.access import ScopedQuerySet


class FindingState(models.TextChoices):
    """What became of a finding."""

    OPEN = "open", _("open")
    WAIVED = "waived", _("waived with a reason")
    RESOLVED = "resolved", _("gone by itself")


class FindingQuerySet(ScopedQuerySet["Finding"]):
    """Findings narrowed by the territory or organisation that they concern."""

    scope_territory = "territory_path"
    scope_organisation = "organisation_id"


class Finding(models.Model):
    """One place where a check saw something, with the reason, the way out and the source of the rule.

    ``check_id`` + ``object_key`` name it for ever: a second run of the check updates the row and keeps a waiver.
    """

    check_id = models.CharField(_("check"), max_length=60)
    object_key = models.CharField(max_length=200)
    place = models.CharField(_("place"), max_length=300)
    reason = models.TextField(_("reason"))
    way_out = models.TextField(_("way out"), blank=True)
    source = models.CharField(_("source of the rule"), max_length=300, blank=True)
    link = models.CharField(max_length=300, blank=True)
    territory_path = models.CharField(max_length=200, blank=True, db_index=True)
    organisation_id = models.BigIntegerField(null=True, blank=True, db_index=True)
    group_key = models.CharField(max_length=100, blank=True, db_index=True)
    state = models.CharField(
        _("state"), max_length=10, choices=FindingState.choices, default=FindingState.OPEN
    )
    found_at = models.DateTimeField(_("found"), auto_now_add=True)
    seen_at = models.DateTimeField(_("last seen"))
    waived_by_id = models.BigIntegerField(null=True, blank=True)
    waived_by_label = models.CharField(_("waived by"), max_length=200, blank=True)
    waived_at = models.DateTimeField(_("waived"), null=True, blank=True)
    waiver_reason = models.TextField(_("why it may stay"), blank=True)

    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ["check_id", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["check_id", "object_key"], name="finding_once"),
            models.CheckConstraint(
                condition=~Q(state=FindingState.WAIVED) | ~Q(waiver_reason=""),
                name="finding_waiver_has_reason",
                violation_error_message=_("Say why the finding may stay."),
            ),
        ]
        indexes = [models.Index(fields=["state", "check_id"], name="finding_state")]

    def __str__(self) -> str:
        return f"{self.check_id}: {self.place}"

"""Organisations, their names through time and their successors."""

from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from mayak.kernel.access import ScopedQuerySet
from mayak.registry.enums import (
    SCHOOL_KINDS,
    Locality,
    NameKind,
    OrganisationKind,
    SchoolType,
    SuccessionKind,
)
from mayak.registry.models.acts import LegalAct
from mayak.registry.models.dictionaries import GRADE_VALIDATORS
from mayak.registry.models.territories import Territory

_PERIOD_MESSAGE = _("The end of a period cannot lie before its beginning.")


class OrganisationQuerySet(ScopedQuerySet["Organisation"]):
    """Organisations of a scope."""

    scope_organisation = "pk"

    def schools(self) -> Self:
        """Return schools and branches of schools."""
        return self.filter(kind__in=SCHOOL_KINDS)

    def open(self) -> Self:
        """Return the organisations that are not closed."""
        return self.filter(closed_on__isnull=True)


class Organisation(models.Model):
    """A school, a branch, an authority, a service: whatever takes part in the network.

    A branch has its own statistics and no own signature: its ``parent`` signs. ``sort_key`` and ``search_text`` are
    kept by the services of the registry.
    """

    territory = models.ForeignKey(
        Territory, on_delete=models.PROTECT, related_name="organisations", verbose_name=_("territory")
    )
    kind = models.CharField(_("kind"), max_length=30, choices=OrganisationKind.choices)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="branches",
        verbose_name=_("branch of"),
    )
    name = models.CharField(_("full official name"), max_length=500)
    short_name = models.CharField(_("short name"), max_length=200)
    legal_form = models.CharField(
        _("legal form"), max_length=30, blank=True, help_text=_("МБОУ, МКОУ, МАОУ …")
    )
    school_type = models.CharField(_("type of school"), max_length=20, choices=SchoolType.choices, blank=True)
    fis_oko_login = models.CharField(
        _("ФИС ОКО login"),
        max_length=20,
        blank=True,
        validators=[RegexValidator(r"^edu\d+$", _("The login looks like edu203389."))],
    )
    rcoi_code = models.CharField(_("code at the РЦОИ"), max_length=20, blank=True)
    ogrn = models.CharField(
        _("ОГРН"),
        max_length=15,
        blank=True,
        validators=[RegexValidator(r"^\d{13}(\d{2})?$", _("13 or 15 digits."))],
    )
    inn = models.CharField(
        _("ИНН"),
        max_length=12,
        blank=True,
        validators=[RegexValidator(r"^\d{10}(\d{2})?$", _("10 or 12 digits."))],
    )
    address = models.CharField(_("address"), max_length=400, blank=True)
    settlement = models.CharField(_("settlement"), max_length=150, blank=True)
    locality = models.CharField(_("urban or rural"), max_length=5, choices=Locality.choices, blank=True)
    latitude = models.DecimalField(
        _("latitude"),
        max_digits=9,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
    )
    longitude = models.DecimalField(
        _("longitude"),
        max_digits=9,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
    )
    coordinates_source = models.CharField(_("source of the coordinates"), max_length=100, blank=True)
    grade_from = models.PositiveSmallIntegerField(
        _("grades from"), null=True, blank=True, validators=GRADE_VALIDATORS
    )
    grade_to = models.PositiveSmallIntegerField(
        _("grades to"), null=True, blank=True, validators=GRADE_VALIDATORS
    )
    pupils = models.PositiveIntegerField(_("pupils"), null=True, blank=True)
    teachers = models.PositiveIntegerField(_("pedagogical workers"), null=True, blank=True)
    opened_on = models.DateField(_("opened"), null=True, blank=True)
    closed_on = models.DateField(_("closed"), null=True, blank=True)
    sort_key = models.CharField(max_length=200, db_index=True, editable=False, default="")
    search_text = models.TextField(editable=False, default="")

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["sort_key", "pk"]
        indexes = [
            models.Index(fields=["territory", "kind", "sort_key"], name="organisation_list"),
            models.Index(fields=["sort_key", "id"], name="organisation_order"),
            models.Index(fields=["kind", "closed_on"], name="organisation_open"),
            models.Index(fields=["rcoi_code"], name="organisation_rcoi"),
            models.Index(fields=["ogrn"], name="organisation_ogrn"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["fis_oko_login"],
                condition=~Q(fis_oko_login=""),
                name="organisation_login_once",
                violation_error_message=_("Another organisation has this ФИС ОКО login."),
            ),
            models.UniqueConstraint(
                fields=["territory", "rcoi_code"],
                condition=~Q(rcoi_code=""),
                name="organisation_rcoi_once",
                violation_error_message=_("Another organisation of this territory has this code."),
            ),
            models.CheckConstraint(
                condition=~Q(kind=OrganisationKind.BRANCH) | Q(parent__isnull=False),
                name="organisation_branch_has_parent",
                violation_error_message=_("A branch needs the school to which it belongs."),
            ),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True)
                | Q(opened_on__isnull=True)
                | Q(closed_on__gte=F("opened_on")),
                name="organisation_period",
                violation_error_message=_PERIOD_MESSAGE,
            ),
            models.CheckConstraint(
                condition=Q(grade_from__isnull=True)
                | Q(grade_to__isnull=True)
                | Q(grade_to__gte=F("grade_from")),
                name="organisation_grades",
                violation_error_message=_("The last grade cannot lie below the first."),
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__isnull=False, longitude__isnull=False),
                name="organisation_both_coordinates",
                violation_error_message=_("Give both coordinates or none."),
            ),
        ]

    def __str__(self) -> str:
        return self.short_name or self.name

    @property
    def is_branch(self) -> bool:
        """Whether a parent signs for it."""
        return self.kind == OrganisationKind.BRANCH

    @property
    def signatory(self) -> "Organisation":
        """The legal person that signs: the organisation itself or, for a branch, its parent."""
        return self.parent if self.is_branch and self.parent is not None else self


class OrganisationNameQuerySet(ScopedQuerySet["OrganisationName"]):
    """Names of the organisations of a scope."""

    scope_territory = "organisation__territory__path"
    scope_organisation = "organisation_id"


class OrganisationName(models.Model):
    """A name that an organisation bears or bore; ``key`` is the normalised form by which files are linked."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="names", verbose_name=_("organisation")
    )
    name = models.CharField(_("name"), max_length=500)
    key = models.CharField(max_length=500, db_index=True, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=NameKind.choices, default=NameKind.OFFICIAL)
    valid_from = models.DateField(_("from"), null=True, blank=True)
    valid_to = models.DateField(_("until"), null=True, blank=True)

    objects = OrganisationNameQuerySet.as_manager()

    class Meta:
        verbose_name = _("name of an organisation")
        verbose_name_plural = _("names of organisations")
        ordering = ["organisation", "-valid_from", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name", "kind"],
                name="organisation_name_once",
                violation_error_message=_("The organisation has this name already."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True)
                | Q(valid_from__isnull=True)
                | Q(valid_to__gte=F("valid_from")),
                name="organisation_name_period",
                violation_error_message=_PERIOD_MESSAGE,
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SuccessionQuerySet(ScopedQuerySet["Succession"]):
    """Successions of the organisations of a scope."""

    scope_territory = "successor__territory__path"
    scope_organisation = "successor_id"


class Succession(models.Model):
    """One organisation followed another (merger, joining, split, renaming)."""

    predecessor = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="successions_after",
        verbose_name=_("predecessor"),
    )
    successor = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="successions_before", verbose_name=_("successor")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=SuccessionKind.choices)
    happened_on = models.DateField(_("date"))
    basis = models.ForeignKey(
        LegalAct, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("basis")
    )

    objects = SuccessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("succession")
        verbose_name_plural = _("successions")
        ordering = ["-happened_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["predecessor", "successor"],
                name="succession_once",
                violation_error_message=_("This succession is registered already."),
            ),
            models.CheckConstraint(
                condition=~Q(predecessor=F("successor")),
                name="succession_of_another",
                violation_error_message=_("An organisation cannot follow itself."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor}"

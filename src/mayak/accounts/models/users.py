"""The user and what ties a user to an organisation."""

import datetime as dt
import unicodedata
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from mayak.accounts.enums import OPEN_INVITATIONS, InvitationState, Role
from mayak.kernel.access import ScopedQuerySet
from mayak.registry.models import LegalAct, Organisation, Person


def plain_email(text: str) -> str:
    """Return an e-mail as accounts keep it, so that one account has one spelling, also where guesses are counted.

    The form of signing in and the databases take look-alikes («ſ», «ｋ», a dotless «ı») for plain letters.
    """
    return unicodedata.normalize("NFKC", text).strip().lower()


class UserManager(BaseUserManager["User"]):
    """Creates users and finds them by e-mail without regard to case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a user; the e-mail is kept in lower case.

        Raises:
            ValueError: the e-mail is empty.
        """
        if not email:
            raise ValueError("a user needs an e-mail")
        user = self.model(email=plain_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a user who may do everything; for the first set-up only."""
        return self.create_user(email, password, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        """Return the user with this e-mail, whatever the case of its letters."""
        return self.get(email=plain_email(username or ""))


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in; the e-mail is the name."""

    email = models.EmailField(_("e-mail"), unique=True, error_messages={"unique": _("This e-mail is taken.")})
    full_name = models.CharField(_("full name"), max_length=200, blank=True)
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_demo = models.BooleanField(_("demonstration account"), default=False)
    person = models.OneToOneField(
        Person,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="user",
        verbose_name=_("person of the registry"),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["email"]
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_any_case")]

    def __str__(self) -> str:
        return self.full_name or self.email

    @property
    def shown_name(self) -> str:
        """The name, or the e-mail where none is known."""
        return str(self)

    @property
    def state_word(self) -> str:
        """Whether the user may sign in, in a word."""
        return pgettext("account", "open") if self.is_active else pgettext("account", "closed")


class RoleAssignmentQuerySet(ScopedQuerySet["RoleAssignment"]):
    """Roles, narrowed by the organisation for which they are held."""

    scope_territory = "organisation__territory__path"
    scope_organisation = "organisation_id"

    def current(self) -> "RoleAssignmentQuerySet":
        """Return the roles that are held today; a delegated one only while its holder holds it."""
        today = timezone.localdate()
        return self.filter(_holds(today), Q(delegated_from__isnull=True) | _holder_holds(today))


def _holds(day: dt.date, prefix: str = "") -> Q:
    begun = Q(**{f"{prefix}valid_from__isnull": True}) | Q(**{f"{prefix}valid_from__lte": day})
    lasts = Q(**{f"{prefix}valid_to__isnull": True}) | Q(**{f"{prefix}valid_to__gte": day})
    return begun & lasts


def _holder_holds(day: dt.date) -> Q:
    return _holds(day, "delegated_from__") & Q(delegated_from__user__is_active=True)


class RoleAssignment(models.Model):
    """A role that a user holds for an organisation, and so for everything below it, during a period.

    A delegated role is a row of its own: the substitute holds it until its end, and only while the holder does.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="roles", verbose_name=_("user"))
    role = models.CharField(_("role"), max_length=30, choices=Role.choices)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="+", verbose_name=_("organisation")
    )
    valid_from = models.DateField(_("from"), null=True, blank=True)
    valid_to = models.DateField(_("until"), null=True, blank=True)
    basis = models.ForeignKey(
        LegalAct,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("basis document"),
    )
    basis_text = models.CharField(_("basis in words"), max_length=300, blank=True)
    delegated_from = models.ForeignKey(
        "self",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="delegations",
        verbose_name=_("delegated by"),
    )
    shared = models.ManyToManyField(
        Organisation,
        blank=True,
        related_name="+",
        verbose_name=_("shared with the expert"),
        help_text=_("An external expert sees these organisations and nothing else."),
    )
    granted_at = models.DateTimeField(_("granted"), default=timezone.now, editable=False)

    objects = RoleAssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("role of a user")
        verbose_name_plural = _("roles of users")
        ordering = ["user", "role"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "organisation"],
                condition=Q(valid_to__isnull=True),
                name="role_assignment_once",
                violation_error_message=_("This person holds this role already."),
            ),
            models.CheckConstraint(
                condition=~Q(role=Role.EXTERNAL_EXPERT) | Q(valid_to__isnull=False),
                name="role_assignment_expert_until",
                violation_error_message=_("An external expert needs a last day."),
            ),
            models.CheckConstraint(
                condition=Q(delegated_from__isnull=True) | Q(valid_to__isnull=False),
                name="role_assignment_delegation_until",
                violation_error_message=_("A delegation needs a last day."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True)
                | Q(valid_from__isnull=True)
                | Q(valid_to__gte=F("valid_from")),
                name="role_assignment_period",
                violation_error_message=_("The end of a period cannot lie before its beginning."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}, {self.organisation}"


class InvitationQuerySet(ScopedQuerySet["Invitation"]):
    """Invitations, narrowed by the organisation for which the role is meant."""

    scope_territory = "organisation__territory__path"
    scope_organisation = "organisation_id"


class Invitation(models.Model):
    """A role that waits for a person: a letter with a link that works once makes the account.

    Only a hash of the link is kept; the link itself stands in the letter and nowhere else.
    """

    email = models.EmailField(_("e-mail"))
    full_name = models.CharField(_("full name"), max_length=200)
    role = models.CharField(_("role"), max_length=30, choices=Role.choices)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="+", verbose_name=_("organisation")
    )
    person = models.ForeignKey(
        Person,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("person of the registry"),
    )
    valid_from = models.DateField(_("from"), null=True, blank=True)
    valid_to = models.DateField(_("until"), null=True, blank=True)
    basis_text = models.CharField(_("basis in words"), max_length=300, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=InvitationState.choices, default=InvitationState.DRAFT
    )
    token_hash = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True, editable=False)
    expires_at = models.DateTimeField(_("the link works until"), null=True, blank=True, editable=False)
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True, editable=False)
    user = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("user")
    )
    created_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("invited by")
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                "role",
                "organisation",
                Lower("email"),
                condition=Q(state__in=sorted(OPEN_INVITATIONS)),
                name="invitation_once",
                violation_error_message=_("This person is invited to this role already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.full_name}: {self.get_role_display()}, {self.organisation}"


class Throttle(models.Model):
    """How many times something was guessed of late; the subject itself is not kept."""

    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=64)
    count = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()
    blocked_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("count of attempts")
        verbose_name_plural = _("counts of attempts")
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="throttle_once")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.count}"

"""What was answered: named answers with their invitation, anonymous ones with nothing that leads to a person."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from mayak.kernel.access import ScopedQuerySet
from mayak.registry.models import Organisation
from mayak.surveys.models.campaigns import Audience, Campaign
from mayak.surveys.models.participation import SurveyInvitation


class NamedResponseQuerySet(ScopedQuerySet["NamedResponse"]):
    """Named answers of the rounds of a scope."""

    scope_territory = "invitation__audience__campaign__owner__territory__path"
    scope_organisation = "invitation__audience__campaign__owner_id"


class NamedResponse(models.Model):
    """The answers of a person in a named round; a draft until it is submitted."""

    invitation = models.OneToOneField(SurveyInvitation, on_delete=models.CASCADE, related_name="response")
    answers = models.JSONField(default=dict)
    is_submitted = models.BooleanField(_("submitted"), default=False)
    saved_at = models.DateTimeField(_("saved"), auto_now=True)

    objects = NamedResponseQuerySet.as_manager()

    class Meta:
        verbose_name = _("named answers")
        verbose_name_plural = _("named answers")

    def __str__(self) -> str:
        return f"{self.invitation}"


class AnswerQuerySet(ScopedQuerySet["Answer"]):
    """Answers of the rounds of a scope."""

    scope_territory = "audience__campaign__owner__territory__path"
    scope_organisation = "audience__campaign__owner_id"


class Answer(models.Model):
    """One submitted questionnaire that counts in the results.

    In a named round it is written when the response is submitted and bears its key. In an anonymous one the key is
    random, there is no response and no time. Rows then come in batches of at least five, and with each batch all rows
    of the audience are written anew in one random order; ``organisation`` and ``groups`` (breakdown values of the
    invitation or of the link) are kept only as far as at least five rows share them (docs/adr/0016).
    """

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    audience = models.ForeignKey(Audience, on_delete=models.CASCADE, related_name="answers")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    groups = models.JSONField(default=dict)
    answers = models.JSONField(default=dict)
    response = models.OneToOneField(
        NamedResponse, on_delete=models.CASCADE, null=True, blank=True, related_name="answer"
    )

    objects = AnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("submitted answers")
        verbose_name_plural = _("submitted answers")
        indexes = [models.Index(fields=["audience", "organisation"], name="answer_audience")]

    def __str__(self) -> str:
        return str(self.key)


class AnswerPoolQuerySet(ScopedQuerySet["AnswerPool"]):
    """Pools of the rounds of a scope."""

    scope_territory = "audience__campaign__owner__territory__path"
    scope_organisation = "audience__campaign__owner_id"


class AnswerPool(models.Model):
    """Anonymous answers of a shard that are too few for a batch: one sealed text, written anew with every answer.

    The key of the seal is not in the database. ``shard`` spreads a large audience over several pools.
    """

    audience = models.ForeignKey(Audience, on_delete=models.CASCADE, related_name="pools")
    shard = models.PositiveSmallIntegerField(default=0)
    sealed = models.BinaryField(default=bytes)

    objects = AnswerPoolQuerySet.as_manager()

    class Meta:
        verbose_name = _("pool of answers")
        verbose_name_plural = _("pools of answers")
        constraints = [models.UniqueConstraint(fields=["audience", "shard"], name="answer_pool_once")]

    def __str__(self) -> str:
        return f"{self.audience_id}/{self.shard}"


class AnswerPacketQuerySet(ScopedQuerySet["AnswerPacket"]):
    """Packets of the rounds of a scope."""

    scope_territory = "audience__campaign__owner__territory__path"
    scope_organisation = "audience__campaign__owner_id"


class AnswerPacket(models.Model):
    """A full pool, still sealed, that waits until the answers of the audience are mixed; ``size`` answers lie in it."""

    audience = models.ForeignKey(Audience, on_delete=models.CASCADE, related_name="packets")
    size = models.PositiveSmallIntegerField()
    is_seen = models.BooleanField(
        default=False, help_text=_("Was looked at in a mixing and waits for its like.")
    )
    sealed = models.BinaryField()

    objects = AnswerPacketQuerySet.as_manager()

    class Meta:
        verbose_name = _("packet of answers")
        verbose_name_plural = _("packets of answers")

    def __str__(self) -> str:
        return f"{self.audience_id}: {self.size}"


def _folder(instance: "AnswerFile", _name: str) -> str:
    return f"surveys/{instance.invitation_id}/file"


class AnswerFileQuerySet(ScopedQuerySet["AnswerFile"]):
    """Files of answers of the rounds of a scope."""

    scope_territory = "invitation__audience__campaign__owner__territory__path"
    scope_organisation = "invitation__audience__campaign__owner_id"


class AnswerFile(models.Model):
    """A file given as the answer to a question of a named round; the answer holds its key."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    invitation = models.ForeignKey(SurveyInvitation, on_delete=models.CASCADE, related_name="files")
    question = models.CharField(max_length=80)
    name = models.CharField(_("name of the file"), max_length=200)
    file = models.FileField(_("file"), upload_to=_folder)

    objects = AnswerFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("file of an answer")
        verbose_name_plural = _("files of answers")

    def __str__(self) -> str:
        return self.name


class ThemeQuerySet(ScopedQuerySet["Theme"]):
    """Themes of the rounds of a scope."""

    scope_territory = "campaign__owner__territory__path"
    scope_organisation = "campaign__owner_id"


class Theme(models.Model):
    """A theme into which people sort free texts of one question of a round."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="themes")
    question = models.CharField(max_length=80)
    title = models.CharField(_("theme"), max_length=200)
    answers = models.ManyToManyField(Answer, blank=True, related_name="themes")

    objects = ThemeQuerySet.as_manager()

    class Meta:
        verbose_name = _("theme of free answers")
        verbose_name_plural = _("themes of free answers")
        ordering = ["campaign", "question", "title"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "question", "title"], name="survey_theme_once"),
        ]

    def __str__(self) -> str:
        return self.title

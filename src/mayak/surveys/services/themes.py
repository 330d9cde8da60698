"""Sorting free texts into themes by hand; the audit log keeps the themes, never a text."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from mayak.kernel.access import Actor
from mayak.kernel.audit.services import record
from mayak.surveys.models import Answer, Campaign, Theme
from mayak.surveys.selectors.texts import readable_answers, text_questions

TITLE_LETTERS = 200


@transaction.atomic
def create_theme(campaign: Campaign, code: str, *, title: str, actor: Actor) -> Theme:
    """Make a theme of a question; one of the same name is taken again.

    Raises:
        ValidationError: no name, or the round has no such question.
    """
    name = _name(title)
    if code not in text_questions(campaign):
        raise ValidationError(_("This round has no such question with a free text."))
    found = Theme.objects.filter(campaign=campaign, question=code, title__iexact=name).first()
    if found is not None:
        return found
    theme = Theme.objects.create(campaign=campaign, question=code, title=name)
    _note(theme, actor, "create", {"title": [None, name]})
    return theme


@transaction.atomic
def add_texts(theme: Theme, keys: Iterable[str], *, actor: Actor) -> int:
    """Put texts into a theme; return how many there were.

    Raises:
        ValidationError: none is chosen.
    """
    chosen = _chosen(theme, keys)
    theme.answers.add(*chosen)
    _note(theme, actor, "sort_texts", {"added": [None, len(chosen)]})
    return len(chosen)


@transaction.atomic
def remove_texts(theme: Theme, keys: Iterable[str], *, actor: Actor) -> int:
    """Take texts out of a theme; return how many there were.

    Raises:
        ValidationError: none is chosen.
    """
    chosen = _chosen(theme, keys)
    theme.answers.remove(*chosen)
    _note(theme, actor, "sort_texts", {"removed": [len(chosen), None]})
    return len(chosen)


@transaction.atomic
def rename_theme(theme: Theme, *, title: str, actor: Actor) -> Theme:
    """Give a theme another name.

    Raises:
        ValidationError: no name, or another theme has it.
    """
    before, theme.title = theme.title, _name(title)
    others = Theme.objects.filter(campaign=theme.campaign, question=theme.question, title__iexact=theme.title)
    if others.exclude(pk=theme.pk).exists():
        raise ValidationError({"title": _("There is such a theme already: merge the two.")})
    theme.save(update_fields=["title"])
    _note(theme, actor, "update", {"title": [before, theme.title]})
    return theme


@transaction.atomic
def merge_themes(theme: Theme, *, into: Theme, actor: Actor) -> Theme:
    """Put all texts of a theme into another one of the same question and delete it.

    Raises:
        ValidationError: it is the same theme, or one of another question.
    """
    if theme.pk == into.pk or (theme.campaign_id, theme.question) != (into.campaign_id, into.question):
        raise ValidationError(_("Choose another theme of the same question."))
    into.answers.add(*theme.answers.all())
    _note(into, actor, "merge", {"theme": [theme.title, into.title]})
    theme.delete()
    return into


@transaction.atomic
def delete_theme(theme: Theme, *, actor: Actor) -> None:
    """Delete a theme; its texts stay."""
    _note(theme, actor, "delete", {"title": [theme.title, None]})
    theme.delete()


def _chosen(theme: Theme, keys: Iterable[str]) -> list[Answer]:
    wanted = [key for key in keys if key]
    try:
        found = list(readable_answers(theme.campaign, theme.question).filter(pk__in=wanted))
    except ValidationError:  # no key at all
        found = []
    if not found:
        raise ValidationError(_("Choose at least one text."))
    return found


def _name(title: str) -> str:
    name = " ".join(title.split())
    if not name:
        raise ValidationError({"title": _("Write the name of the theme.")})
    if len(name) > TITLE_LETTERS:
        raise ValidationError(
            {"title": _("The name is longer than %(count)d letters.") % {"count": TITLE_LETTERS}}
        )
    return name


def _note(theme: Theme, actor: Actor, action: str, changes: Mapping[str, Any]) -> None:
    owner = theme.campaign.owner
    record(
        theme,
        actor=actor,
        action=action,
        changes=changes,
        territory_path=owner.territory.path or "",
        organisation_id=owner.pk,
    )

"""What people of a pair write down: notes, the success diary, materials, satisfaction."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mayak.kernel.access import Actor
from mayak.networks.enums.mentor_pairs import PairSide
from mayak.networks.models import DiaryEntry, MentorPair, PairMaterial, PairNote, PairRating
from mayak.networks.services.pair_log import held_pair, log_row, note_deed, working_pair
from mayak.registry.models import Person


@transaction.atomic
def add_note(
    pair: MentorPair, *, actor: Actor, author: Person, text: str, is_private: bool = True
) -> PairNote:
    """Write a note; a private one is read by the pair alone.

    Raises:
        ValidationError: no text; the pair is over.
    """
    held = working_pair(pair)
    note = PairNote(
        pair=held, author=author, text=text.strip(), is_private=is_private, written_on=timezone.localdate()
    )
    note.full_clean()
    note.save()
    note_deed(held, note.written_on)
    log_row(note, held, actor=actor, action="create", changes={"is_private": is_private})
    return note


@transaction.atomic
def drop_note(note: PairNote, *, actor: Actor) -> None:
    """Delete one's own note."""
    pair = held_pair(note.pair)
    log_row(note, pair, actor=actor, action="delete")
    note.delete()


@transaction.atomic
def write_diary(
    pair: MentorPair, *, actor: Actor, author: Person, text: str, is_shared: bool = False
) -> DiaryEntry:
    """Write an entry of the success diary; the log knows that there is one, never what it says.

    Raises:
        ValidationError: no text; only a mentee of the pair keeps a diary in it.
    """
    held = held_pair(pair)
    if not held.mentees.filter(person=author).exists():
        raise ValidationError(_("Only a mentee keeps the success diary."))
    entry = DiaryEntry(
        pair=held, author=author, text=text.strip(), is_shared=is_shared, written_on=timezone.localdate()
    )
    entry.full_clean()
    entry.save()
    log_row(entry, held, actor=actor, action="create", changes={"is_shared": is_shared})
    return entry


@transaction.atomic
def share_diary(entry: DiaryEntry, *, actor: Actor, is_shared: bool) -> DiaryEntry:
    """Share an entry of the diary with the pair and those who see it, or take it back."""
    pair = held_pair(entry.pair)
    held = DiaryEntry.objects.select_for_update().get(pk=entry.pk)
    before, held.is_shared = held.is_shared, is_shared
    held.save(update_fields=["is_shared"])
    log_row(held, pair, actor=actor, action="share", changes={"is_shared": [before, is_shared]})
    return held


@transaction.atomic
def drop_diary(entry: DiaryEntry, *, actor: Actor) -> None:
    """Delete an entry of the own diary."""
    pair = held_pair(entry.pair)
    log_row(entry, pair, actor=actor, action="delete")
    entry.delete()


@transaction.atomic
def add_material(pair: MentorPair, *, actor: Actor, title: str, url: str) -> PairMaterial:
    """Add a link to the materials of the pair.

    Raises:
        ValidationError: no title, no link; the pair is over.
    """
    held = working_pair(pair)
    material = PairMaterial(pair=held, title=title.strip(), url=url, added_on=timezone.localdate())
    material.full_clean()
    material.save()
    note_deed(held, material.added_on)
    log_row(material, held, actor=actor, action="create", changes={"title": ["", material.title]})
    return material


@transaction.atomic
def drop_material(material: PairMaterial, *, actor: Actor) -> None:
    """Take a link out."""
    pair = held_pair(material.pair)
    log_row(material, pair, actor=actor, action="delete", changes={"title": [material.title, ""]})
    material.delete()


@transaction.atomic
def rate_pair(pair: MentorPair, *, actor: Actor, person: Person, score: int, word: str = "") -> PairRating:
    """Say how satisfied one is, from 1 to 10; a second answer of the day takes the place of the first.

    Raises:
        ValidationError: somebody who takes no part; a number out of range.
    """
    held = held_pair(pair)
    if person.pk == held.mentor_id:
        side = PairSide.MENTOR
    elif held.mentees.filter(person=person).exists():
        side = PairSide.MENTEE
    else:
        raise ValidationError(_("Only those who take part in the pair answer this."))
    today = timezone.localdate()
    rows = PairRating.objects.select_for_update()
    rating = rows.filter(pair=held, person=person, rated_on=today).first() or PairRating(
        pair=held, person=person, rated_on=today
    )
    rating.side, rating.score, rating.word = side, score, word.strip()[:200]
    rating.full_clean()
    rating.save()
    log_row(rating, held, actor=actor, action="rate")
    return rating

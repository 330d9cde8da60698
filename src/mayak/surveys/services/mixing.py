"""Anonymous answers on their way into the results: pool, packet, and the mixing that makes them permanent.

Whenever rows become permanent, all rows of the audience are written anew in one random order in one transaction: no
key, rowid, ctid or xmin tells an earlier answer from a later one (docs/adr/0016).
"""

import secrets
import uuid
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from mayak.kernel.bulk import bulk_insert, portions
from mayak.surveys.algorithms.mixing import Sheet, choose, is_time, settle
from mayak.surveys.models import Answer, AnswerPacket, AnswerPool, Audience, Campaign
from mayak.surveys.services.sealing import seal, unseal

LEAST = 5
"""No batch is smaller, whatever the threshold of the round says."""
PACKET = 100
"""So many answers lie in a packet that was looked at and waits on."""
PORTION = 5000


def batch_of(campaign: Campaign) -> int:
    """Return how many answers make a batch."""
    return max(LEAST, campaign.threshold)


def make_pools(audience: Audience) -> None:
    """Make the empty pools of an audience; those that are there stay."""
    AnswerPool.objects.bulk_create(
        [AnswerPool(audience=audience, shard=shard) for shard in range(audience.shards)],
        ignore_conflicts=True,
    )


def drop_into_pool(audience: Audience, sheet: Sheet) -> None:
    """Put a sheet into a pool of the audience; call it inside the transaction that counts the person as answered.

    Raises:
        ValidationError: the round was closed meanwhile.
    """
    shard = secrets.randbelow(audience.shards)
    pool = AnswerPool.objects.select_for_update().filter(audience=audience, shard=shard).first()
    if pool is None:
        raise ValidationError(_("The survey is over: answers are not taken any more."))
    sheets = [*unseal(pool.sealed, audience.pk), sheet]
    if len(sheets) >= batch_of(audience.campaign):
        AnswerPacket.objects.create(audience=audience, size=len(sheets), sealed=seal(sheets, audience.pk))
        sheets = []
    AnswerPool.objects.filter(pk=pool.pk).update(sealed=seal(sheets, audience.pk))


@transaction.atomic
def mix_answers(audience: Audience, *, always: bool = False) -> int:
    """Make permanent what may be shown during the round; return how many answers became permanent.

    Nothing happens until it is worth it (``is_time``), unless ``always``.
    """
    _hold(audience)
    packets = AnswerPacket.objects.filter(audience=audience)
    new = packets.filter(is_seen=False).aggregate(found=Sum("size"))["found"] or 0
    if not new:
        return 0
    waited = packets.filter(is_seen=True).aggregate(found=Sum("size"))["found"] or 0
    least = batch_of(audience.campaign)
    known = Answer.objects.filter(audience=audience).count() + waited
    if not always and not is_time(new, known, least):
        return 0
    sheets = _taken(audience, packets)
    permanent, waiting = choose(sheets, least, secrets.SystemRandom())
    shuffled = waiting[:]
    secrets.SystemRandom().shuffle(shuffled)
    AnswerPacket.objects.bulk_create(
        AnswerPacket(audience=audience, size=len(part), is_seen=True, sealed=seal(part, audience.pk))
        for part in portions(shuffled, PACKET)
    )
    if permanent:
        write_anew(audience, permanent)
    return len(permanent)


@transaction.atomic
def settle_answers(audience: Audience) -> int:
    """Make all that waits permanent at the end; fewer than a batch are deleted unread. Return how many were deleted.

    The pools are held before the packets are read: whoever was sending when the round was closed may make a packet
    until then, and it would stay behind.
    """
    _hold(audience)
    pools = list(AnswerPool.objects.select_for_update().filter(audience=audience).order_by("pk"))
    sheets = _taken(audience, AnswerPacket.objects.filter(audience=audience))
    for pool in pools:
        sheets += unseal(pool.sealed, audience.pk)
    AnswerPool.objects.filter(audience=audience).delete()
    kept = settle(sheets, batch_of(audience.campaign))
    write_anew(audience, kept)
    return len(sheets) - len(kept)


def write_anew(audience: Audience, sheets: Iterable[Sheet]) -> None:
    """Write all answers of the audience, old and new, in one random order.

    Keys of the old ones stay: they are random, so they tell no order, and themes hold on to them.
    """
    old = Answer.objects.filter(audience=audience)
    rows: list[tuple[Any, ...]] = list(
        old.values_list("key", "audience_id", "organisation_id", "groups", "answers")
    )
    rows += [
        (uuid.uuid4(), audience.pk, sheet.organisation, dict(sheet.groups), dict(sheet.answers))
        for sheet in sheets
    ]
    secrets.SystemRandom().shuffle(rows)
    old._raw_delete(
        old.db
    )  # not delete(): the themes keep their answers, which come back under the same keys
    columns = ["key", "audience_id", "organisation_id", "groups", "answers"]
    for part in portions(rows, PORTION):
        bulk_insert(Answer, columns, map(_plain, part))


def _plain(row: tuple[object, ...]) -> list[object]:
    key, *rest = row
    return [Answer._meta.pk.get_db_prep_value(key, connection), *rest]


def _hold(audience: Audience) -> None:
    """One mixing of an audience at a time; packets that point to the audience may come meanwhile (``no_key``)."""
    Audience.objects.select_for_update(no_key=True).get(pk=audience.pk)


def _taken(audience: Audience, packets: QuerySet[AnswerPacket]) -> list[Sheet]:
    held = list(packets.select_for_update().order_by("pk"))
    AnswerPacket.objects.filter(pk__in=[packet.pk for packet in held]).delete()
    return [sheet for packet in held for sheet in unseal(packet.sealed, audience.pk)]

"""Sealed texts of waiting answers: AES-256-GCM under a key derived of the secret key, which no database holds."""

import json
import secrets
import zlib
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from mayak.surveys.algorithms.mixing import Sheet

_NONCE = 12
_KEY_BYTES = 32
_PURPOSE = b"mayak: waiting answers of surveys, 1"
_STEP = 4096
"""The text is filled up to a multiple of so many bytes: its length says little."""


class SealBrokenError(ValueError):
    """The sealed text was made with another secret key, for another audience, or was changed."""


def seal(sheets: Sequence[Sheet], audience_id: int) -> bytes:
    """Return the sheets, in another order, as a sealed text that only this audience can hold."""
    rows = [[sheet.answers, sheet.organisation, dict(sheet.groups)] for sheet in shuffled(sheets)]
    packed = zlib.compress(json.dumps(rows, ensure_ascii=False).encode(), 1)
    framed = len(packed).to_bytes(4, "big") + packed
    framed += bytes(-len(framed) % _STEP)
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(_key(settings.SECRET_KEY)).encrypt(nonce, framed, _bound(audience_id))


def unseal(sealed: "bytes | memoryview[int]", audience_id: int) -> list[Sheet]:
    """Return what was sealed; nothing of an empty text.

    Raises:
        SealBrokenError: see there.
    """
    if not sealed:
        return []
    raw = bytes(sealed)
    for secret_key in [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]:
        try:
            framed = AESGCM(_key(secret_key)).decrypt(raw[:_NONCE], raw[_NONCE:], _bound(audience_id))
        except InvalidTag:
            continue
        size = int.from_bytes(framed[:4], "big")
        rows: list[list[Any]] = json.loads(zlib.decompress(framed[4 : 4 + size]))
        return [Sheet(answers, organisation, groups) for answers, organisation, groups in rows]
    raise SealBrokenError("the waiting answers were sealed with another secret key")


def shuffled(sheets: Iterable[Sheet]) -> list[Sheet]:
    """Return the sheets in an order that nobody can guess."""
    rows = list(sheets)
    secrets.SystemRandom().shuffle(rows)
    return rows


def _bound(audience_id: int) -> bytes:
    return f"audience {audience_id}".encode()


@lru_cache(maxsize=8)
def _key(secret_key: str) -> bytes:
    derive = HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=_PURPOSE)
    return derive.derive(secret_key.encode())

"""AES-256-GCM with a key for each person; the keys are encrypted under one that is derived of the secret key.

Everything is bound to the person's subject: neither a key nor a value can be moved to another person.
"""

import base64
import binascii
import secrets
from collections.abc import Iterator
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_NONCE = 12
_KEY_BITS = 256
_PURPOSE = b"mayak: keys of persons, 1"


class CannotReadError(ValueError):
    """The value or the key was made with another secret key, or was changed."""


def new_secret(subject: str) -> str:
    """Return a new random key for the subject, encrypted, as text."""
    return _encrypt(_master(settings.SECRET_KEY), AESGCM.generate_key(_KEY_BITS), subject)


def hide(secret: str, subject: str, text: str) -> str:
    """Return the text encrypted with the subject's key.

    Raises:
        CannotReadError: the key itself cannot be read.
    """
    return _encrypt(_opened(secret, subject), text.encode(), subject)


def reveal(secret: str, subject: str, hidden: str) -> str:
    """Return the text that ``hide`` was given.

    Raises:
        CannotReadError: key or value do not fit.
    """
    return _decrypt(_opened(secret, subject), hidden, subject).decode()


def _opened(secret: str, subject: str) -> bytes:
    for key in _master_keys():
        try:
            return _decrypt(key, secret, subject)
        except CannotReadError:
            continue
    raise CannotReadError(f"the key of {subject} was made with another secret key")


def _master_keys() -> Iterator[bytes]:
    yield _master(settings.SECRET_KEY)
    yield from map(_master, settings.SECRET_KEY_FALLBACKS)


@lru_cache(maxsize=8)
def _master(secret_key: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=_KEY_BITS // 8, salt=None, info=_PURPOSE).derive(
        secret_key.encode()
    )


def _encrypt(key: bytes, plain: bytes, subject: str) -> str:
    nonce = secrets.token_bytes(_NONCE)
    return base64.urlsafe_b64encode(nonce + AESGCM(key).encrypt(nonce, plain, subject.encode())).decode()


def _decrypt(key: bytes, token: str, subject: str) -> bytes:
    try:
        raw = base64.urlsafe_b64decode(token)
        return AESGCM(key).decrypt(raw[:_NONCE], raw[_NONCE:], subject.encode())
    except (InvalidTag, binascii.Error, ValueError) as error:
        raise CannotReadError("the value does not fit the key") from error

"""Keys of persons and what they hide."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from mayak.kernel.personal.cipher import CannotReadError, hide, new_secret, reveal

ANNA, BORIS = "registry.person:1", "registry.person:2"


@given(st.text(max_size=300))
def test_what_was_hidden_is_read_again(text: str) -> None:
    encodable = text.encode(errors="replace").decode()
    secret = new_secret(ANNA)
    assert reveal(secret, ANNA, hide(secret, ANNA, encodable)) == encodable


def test_the_same_value_looks_different_each_time() -> None:
    secret = new_secret(ANNA)
    assert hide(secret, ANNA, "Иванова") != hide(secret, ANNA, "Иванова")


def test_neither_key_nor_value_fits_another_person() -> None:
    secret = new_secret(ANNA)
    token = hide(secret, ANNA, "Иванова")
    with pytest.raises(CannotReadError):
        reveal(secret, BORIS, token)
    with pytest.raises(CannotReadError):
        reveal(new_secret(ANNA), ANNA, token)


@pytest.mark.parametrize("token", ["", "А", "????", "QUJD"])
def test_a_damaged_value_is_refused(token: str) -> None:
    with pytest.raises(CannotReadError):
        reveal(new_secret(ANNA), ANNA, token)


def test_another_secret_key_reads_nothing_until_the_old_one_is_named(settings: Settings) -> None:
    secret = new_secret(ANNA)
    token = hide(secret, ANNA, "Иванова")
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another"
    with pytest.raises(CannotReadError):
        reveal(secret, ANNA, token)
    settings.SECRET_KEY_FALLBACKS = [old]
    assert reveal(secret, ANNA, token) == "Иванова"

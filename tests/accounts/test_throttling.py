"""Guessing is slowed down: per account and per address, exactly, between processes and through a restart."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from mayak.accounts.enums import DEMO_PASSWORD, Guess
from mayak.accounts.models import Throttle
from mayak.accounts.selectors.sign_in import UNKNOWN_ADDRESS
from mayak.accounts.services.throttling import (
    RULES,
    TooManyAttempts,
    count_attempt,
    forget_old_attempts,
    forgive,
    take_back,
)
from mayak.kernel.audit.models import AuditEntry
from tests.factories.accounts import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db
SIGN_IN = reverse("accounts:sign-in")
EMAIL = "ivanova@school.example"
WRONG = "wrong"


def guess(client: Client, email: str = EMAIL, password: str = WRONG, address: str = "10.0.0.7") -> int:
    form = {"username": email, "password": password}
    return client.post(SIGN_IN, form, REMOTE_ADDR=address).status_code


def test_the_wait_doubles_up_to_an_hour() -> None:
    waits = [RULES[Guess.PASSWORD].wait_after(count).total_seconds() for count in (4, 5, 6, 7, 12, 500)]
    assert waits == [0, 30, 60, 120, 3600, 3600]


def test_the_fifth_wrong_password_begins_a_wait_that_even_the_right_one_does_not_end(client: Client) -> None:
    UserFactory(email=EMAIL)
    assert [guess(client) for _ in range(6)] == [200] * 5 + [429]
    assert guess(client, password=PASSWORD) == 429
    with time_machine.travel(timezone.now() + dt.timedelta(seconds=31)):
        assert guess(client, password=PASSWORD) == 302
    assert not Throttle.objects.filter(kind=Guess.PASSWORD).exists()


def test_another_spelling_of_the_e_mail_is_the_same_account(client: Client) -> None:
    UserFactory(email=EMAIL)
    spellings = ["IVANOVA@school.example", "\uff49vanova@school.example", "ivanova@\u017fchool.example",
                 "\u2170vanova@school.example", " ivanova@school.example\u3000"]  # fmt: skip
    assert [guess(client, email) for email in spellings] == [200] * 5
    assert [guess(client, email, password=PASSWORD) for email in (EMAIL, *spellings)] == [429] * 6
    assert Throttle.objects.get(kind=Guess.PASSWORD).count == 5


def test_a_letter_that_only_a_database_takes_for_another_opens_nothing(client: Client) -> None:
    UserFactory(email=EMAIL)
    assert guess(client, "\u0131vanova@school.example", password=PASSWORD) == 200
    assert "_auth_user_id" not in client.session


def test_the_answer_says_in_words_how_long_to_wait(client: Client) -> None:
    UserFactory(email=EMAIL)
    for _ in range(5):
        guess(client)
    response = client.post(SIGN_IN, {"username": EMAIL, "password": "wrong"})
    assert response.status_code == 429
    assert int(response["Retry-After"]) in {29, 30}
    assert "секунд" in response.content.decode()
    assert "Слишком много попыток" in response.content.decode()


def test_another_address_guesses_the_same_account_no_faster(client: Client) -> None:
    UserFactory(email=EMAIL)
    answers = [guess(client, email=EMAIL.upper(), address=f"10.0.0.{number}") for number in range(6)]
    assert answers == [200] * 5 + [429]


def test_an_account_that_is_not_there_gets_the_same_answers(client: Client) -> None:
    assert [guess(client, email="nobody@school.example") for _ in range(6)] == [200] * 5 + [429]


def test_one_address_cannot_try_one_password_on_many_accounts(client: Client) -> None:
    answers = [guess(client, email=f"user{number}@school.example") for number in range(61)]
    assert answers == [200] * 60 + [429]
    assert guess(client, address="10.0.0.8") == 200


def test_who_knows_the_password_does_not_use_up_the_tries_of_the_house(client: Client) -> None:
    UserFactory(email=EMAIL)
    for _ in range(3):
        assert guess(Client(), password=PASSWORD) == 302
    assert Throttle.objects.get(kind=Guess.PASSWORD_FROM).count == 0


def test_the_count_survives_a_restart_and_keeps_no_address(client: Client) -> None:
    for _ in range(5):
        guess(client)
    row = Throttle.objects.get(kind=Guess.PASSWORD)
    assert (row.count, row.blocked_until is not None) == (5, True)
    assert EMAIL not in str(vars(row))


def test_a_day_without_attempts_forgets_them() -> None:
    for _ in range(4):
        count_attempt(Guess.PASSWORD, EMAIL)
    with time_machine.travel(timezone.now() + dt.timedelta(days=1, minutes=1)):
        assert not count_attempt(Guess.PASSWORD, EMAIL)
        assert Throttle.objects.get().count == 1
    with time_machine.travel(timezone.now() + dt.timedelta(days=3)):
        assert forget_old_attempts() == 1


def test_forgiving_and_taking_back() -> None:
    for _ in range(5):
        count_attempt(Guess.PASSWORD, EMAIL)
    with pytest.raises(TooManyAttempts):
        count_attempt(Guess.PASSWORD, EMAIL)
    take_back(Guess.PASSWORD, EMAIL)
    assert count_attempt(Guess.PASSWORD, EMAIL)
    forgive(Guess.PASSWORD, EMAIL)
    assert not count_attempt(Guess.PASSWORD, EMAIL)


@pytest.mark.django_db(transaction=True)
def test_parallel_guesses_do_not_slip_through() -> None:
    def one(_number: int) -> bool:
        try:
            count_attempt(Guess.CODE, 17)
        except TooManyAttempts:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as threads:
        passed = sum(threads.map(one, range(24)))
    assert passed == 5


def test_a_lockout_is_in_the_log_for_accounts_that_are_there_and_that_are_not(client: Client) -> None:
    user = UserFactory(email=EMAIL)
    for email in (EMAIL, "nobody@school.example"):
        for _ in range(5):
            guess(client, email=email)
    known, unknown = AuditEntry.objects.filter(action="lockout").order_by("pk")
    assert (known.object_id, known.actor_address) == (str(user.pk), "10.0.0.7")
    assert (unknown.object_id, unknown.row_count) == ("", 0)


def test_nobody_locks_the_visitors_of_a_demonstration_out(client: Client, settings: Settings) -> None:
    settings.DEMO = True
    UserFactory(email=EMAIL, is_demo=True, password=DEMO_PASSWORD)
    assert [guess(client) for _ in range(7)] == [200] * 7
    assert guess(client, password=DEMO_PASSWORD) == 302


@pytest.mark.parametrize(
    ("proxies", "header", "counted"),
    [
        (0, "1.1.1.1", "10.0.0.7"),
        (1, "1.1.1.1", "1.1.1.1"),
        (1, "6.6.6.6, 1.1.1.1", "1.1.1.1"),
        (2, "1.1.1.1", "10.0.0.7"),
        (1, "nonsense", UNKNOWN_ADDRESS),
    ],
)
def test_the_address_comes_from_the_trusted_proxy_only(
    client: Client, settings: Settings, proxies: int, header: str, counted: str
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    UserFactory(email=EMAIL)
    form = {"username": EMAIL, "password": PASSWORD}
    client.post(SIGN_IN, form, REMOTE_ADDR="10.0.0.7", headers={"X-Forwarded-For": header})
    assert AuditEntry.objects.get(action="sign-in").actor_address == counted

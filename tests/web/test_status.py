"""``mayak status``: what the database holds, for people and for scripts."""

import pytest
from django.core.management import call_command

from mayak.accounts.enums import DEMO_PASSWORD
from mayak.accounts.models import User
from tests.factories.registry import SchoolFactory

pytestmark = pytest.mark.django_db


def answer(question: str) -> object:
    with pytest.raises(SystemExit) as ended:
        call_command("status", question)
    return ended.value.code


def test_questions_of_scripts() -> None:
    assert (answer("--is-empty"), answer("--has-demo")) == (0, 1)
    User.objects.create_user("anna@example.org")
    assert (answer("--is-empty"), answer("--has-demo")) == (1, 1)
    User.objects.create_user("demo@example.org", is_demo=True)
    assert answer("--has-demo") == 0


def test_a_school_makes_the_database_not_empty() -> None:
    SchoolFactory.create()
    assert answer("--is-empty") == 1


def test_an_empty_database_says_how_to_begin(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("status")
    assert "createsuperuser" in capsys.readouterr().out


def test_demonstration_sign_ins_are_printed_with_their_password(capsys: pytest.CaptureFixture[str]) -> None:
    User.objects.create_user("demo@example.org", full_name="Анна", is_demo=True)
    call_command("status")
    printed = capsys.readouterr().out
    assert DEMO_PASSWORD in printed
    assert "demo@example.org" in printed


def test_only_the_places(capsys: pytest.CaptureFixture[str]) -> None:
    User.objects.create_user("demo@example.org", is_demo=True)
    call_command("status", "--places")
    printed = capsys.readouterr().out
    assert "demo@example.org" not in printed
    assert len(printed.splitlines()) == 2

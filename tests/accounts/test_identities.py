"""Signing in through a real OpenID Connect server that runs in a process of its own."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import requests
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.oauth2.client import OAuth2Client
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from mayak.accounts.enums import Role
from mayak.accounts.models import RoleAssignment, User
from mayak.accounts.services.identities import NoAccountError, user_of_identity
from mayak.kernel.audit.models import AuditEntry
from tests.accounts import identity_server
from tests.accounts.identity_server import CLIENT, PASSWORD, SECRET, UNVERIFIED, VERIFIED
from tests.factories.accounts import UserFactory, sent_invitation

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
SIGN_IN = reverse("accounts:sign-in")
BEGIN = reverse("openid_connect_login", args=["region"])
BACK = reverse("openid_connect_callback", args=["region"])


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the server."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    program = [sys.executable, identity_server.__file__, str(tmp_path_factory.mktemp("identity")), str(port)]
    with subprocess.Popen(
        [*program, f"http://testserver{BACK}"], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "ready"
        yield f"http://127.0.0.1:{port}"
        process.terminate()


@pytest.fixture
def service(issuer: str, settings: Settings) -> str:
    """Mayak is a client of the server."""
    return connect(settings, issuer, issuer)


def connect(settings: Settings, address: str, issuer: str) -> str:
    app = {
        "provider_id": "region",
        "name": "Образование региона",
        "client_id": CLIENT,
        "secret": SECRET,
        "settings": {"server_url": address, "openid_configuration_overrides": {"issuer": issuer}},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
    return issuer


@dataclass
class Way:
    """One walk through the server: what was asked, what it answered."""

    asked: dict[str, list[str]]
    back: str


def walk(client: Client, email: str) -> Way:
    """Begin here, sign in there with a browser's session, return the address that leads back."""
    begun = client.get(BEGIN)
    assert begun.status_code == 302, begun.content
    there = requests.Session()
    there.trust_env = False
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(begun.url))
    there.get(f"{origin}/accounts/login/", timeout=20)
    form = {"login": email, "password": PASSWORD}
    signed = there.post(f"{origin}/accounts/login/", form, timeout=20, allow_redirects=False)
    assert signed.status_code == 302
    answer = there.get(begun.url, timeout=20, allow_redirects=False)
    assert answer.status_code == 302, answer.text
    return Way(
        parse_qs(urlsplit(begun.url).query), answer.headers["Location"].removeprefix("http://testserver")
    )


def words(client: Client) -> str:
    return client.get(SIGN_IN).content.decode()


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_the_button_stands_on_the_sign_in_page(client: Client, service: str) -> None:
    page = words(client)
    assert "Войти через Образование региона" in page
    assert BEGIN in page


def test_an_account_is_opened_by_its_verified_email_with_pkce(client: Client, service: str) -> None:
    user = UserFactory(email=VERIFIED)
    way = walk(client, VERIFIED)
    assert way.asked["code_challenge_method"] == ["S256"]
    assert len(way.asked["code_challenge"][0]) >= 43
    assert client.get(way.back).url == reverse("web:today")
    assert client.session["_auth_user_id"] == str(user.pk)
    assert SocialAccount.objects.get().user == user
    assert set(AuditEntry.objects.values_list("action", flat=True)) >= {"identity-link", "sign-in"}
    assert not is_signed_in(again := Client())
    assert again.get(way.back).url == SIGN_IN  # the answer is for the browser that asked
    client.post(reverse("accounts:sign-out"))
    assert client.get(way.back).url == SIGN_IN  # and works once
    assert client.get(walk(client, VERIFIED).back).url == reverse("web:today")
    assert User.objects.count() == 1


def test_nobody_gets_an_account_by_oneself(client: Client, service: str) -> None:
    assert client.get(walk(client, VERIFIED).back).url == SIGN_IN
    assert "Учётной записи для вашей электронной почты здесь нет" in words(client)
    assert not User.objects.exists()
    assert not SocialAccount.objects.exists()


def test_an_invited_person_comes_in_with_the_role(client: Client, service: str) -> None:
    sent_invitation(email=VERIFIED, role=Role.TEACHER)
    assert client.get(walk(client, VERIFIED).back).url == reverse("web:today")
    user = User.objects.get()
    assert not user.has_usable_password()
    assert RoleAssignment.objects.get().user == user


def test_an_email_that_nobody_confirmed_opens_nothing(client: Client, service: str) -> None:
    UserFactory(email=UNVERIFIED)
    assert client.get(walk(client, UNVERIFIED).back).url == SIGN_IN
    assert "не подтвердила вашу электронную почту" in words(client)
    assert not is_signed_in(client)


def test_a_closed_account_stays_closed(client: Client, service: str) -> None:
    UserFactory(email=VERIFIED, is_active=False)
    assert client.get(walk(client, VERIFIED).back).url == SIGN_IN
    assert "Эта учётная запись закрыта" in words(client)
    assert not is_signed_in(client)


def test_the_second_factor_is_asked_for_all_the_same(client: Client, service: str) -> None:
    user = UserFactory(email=VERIFIED)
    TOTP.activate(user, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    assert Authenticator.objects.filter(user=user).exists()
    assert client.get(walk(client, VERIFIED).back).url == reverse("mfa_authenticate")
    assert not is_signed_in(client)


def test_a_code_that_another_caught_is_useless_without_the_verifier(client: Client, service: str) -> None:
    UserFactory(email=VERIFIED)
    way = walk(client, VERIFIED)
    session = client.session
    [(_key, state)] = session["socialaccount_states"].items()
    state[0]["pkce_code_verifier"] = "x" * 64
    session.save()
    assert client.get(way.back).url == SIGN_IN
    assert not is_signed_in(client)


def test_a_service_that_names_another_issuer_is_refused(
    client: Client, issuer: str, settings: Settings
) -> None:
    UserFactory(email=VERIFIED)
    connect(settings, issuer, "https://id.elsewhere.example")
    assert client.get(walk(client, VERIFIED).back).url == SIGN_IN
    assert "Служба входа не подтвердила вход" in words(client)
    assert not is_signed_in(client)


@pytest.mark.parametrize("claim", ["aud", "iss", "exp"])
def test_a_token_for_somebody_else_is_refused(
    client: Client, service: str, monkeypatch: pytest.MonkeyPatch, claim: str
) -> None:
    UserFactory(email=VERIFIED)
    real = OAuth2Client.get_access_token

    def forged(self: Any, *args: Any, **kwargs: Any) -> Any:
        answer = real(self, *args, **kwargs)
        claims = jwt.decode(answer["id_token"], options={"verify_signature": False})
        claims[claim] = {"aud": "another client", "iss": "https://id.elsewhere.example", "exp": 1}[claim]
        return {**answer, "id_token": jwt.encode(claims, "x" * 32)}

    monkeypatch.setattr(OAuth2Client, "get_access_token", forged)
    assert client.get(walk(client, VERIFIED).back).url == SIGN_IN
    assert not is_signed_in(client)


def test_a_link_on_another_site_begins_nothing(client: Client, service: str) -> None:
    assert client.get(BEGIN, headers={"Sec-Fetch-Site": "cross-site"}).url == SIGN_IN


def test_who_changes_the_mind_is_told_so(client: Client, service: str) -> None:
    assert client.get(BACK, {"error": "access_denied"}).url == SIGN_IN
    assert "Служба входа не подтвердила вход" in words(client)


def test_two_different_people_in_one_answer_are_refused() -> None:
    UserFactory(email=VERIFIED)
    claims = {
        "id_token": {"sub": "1"},
        "userinfo": {"sub": "2", "email": VERIFIED, "email_verified": True},
    }
    with pytest.raises(NoAccountError):
        user_of_identity(None, claims, address="")


def test_without_a_service_there_is_neither_button_nor_address(client: Client) -> None:
    assert "Войти через" not in words(client)
    assert client.get(BEGIN).status_code == 404

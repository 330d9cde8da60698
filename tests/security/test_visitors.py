"""Tricks of visitors with addresses, hosts, sessions, the log and the time of an answer."""

import datetime as dt
import io
import logging
from typing import Any

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from mayak.accounts.models import User
from mayak.kernel.access.logs import OneLineFormatter, OriginFilter
from tests.factories.accounts import (
    PASSWORD,
    InvitationFactory,
    RoleAssignmentFactory,
    UserFactory,
    sent_invitation,
)
from tests.factories.registry import SchoolFactory

pytestmark = pytest.mark.django_db
SIGN_IN = reverse("accounts:sign-in")
OUTSIDE = [
    "https://evil.example/", "//evil.example/", "///evil.example", "http:evil.example", "\\\\evil.example", "/\\evil.example",
    "https:/evil.example", "javascript:alert(1)", "data:text/html,<script>", " //evil.example", "\t//evil.example",
    "https://testserver@evil.example/", "//testserver.evil.example", "http://testserver:80@evil.example",
    "ftp://testserver/", "\x00//evil.example",
]  # fmt: skip
PORTS = [
    "evil.example",
    "testserver.evil.example",
    "testserver:80@evil.example",
    "evil.example:80",
    "a" * 300,
    "[::1",
    "testserver\x00",
]


def sign_in(client: Client, **more: Any) -> Any:
    user = User.objects.filter(email="ivanova@school.example").first() or UserFactory(
        email="ivanova@school.example"
    )
    return client.post(SIGN_IN, {"username": user.email, "password": PASSWORD, **more})


@pytest.mark.parametrize("target", OUTSIDE)
def test_no_address_leads_out_of_the_site(client: Client, target: str) -> None:
    for response in (
        sign_in(Client(), next=target),
        client.post(reverse("web:language"), {"language": "en", "next": target}),
        client.post(reverse("web:language"), {"language": "en"}, headers={"referer": target.strip() or "/"}),
        client.post(reverse("accounts:sign-out"), {"next": target}),
    ):
        assert response.status_code in {302, 204}
        location = response.headers.get("Location", "/")
        assert location.startswith("/"), location
        assert not location.startswith(("//", "/\\")), location


@pytest.mark.parametrize("target", ["//evil.example/", "https://evil.example/", "javascript:alert(1)"])
def test_the_page_that_confirms_the_password_leads_nowhere_else(client: Client, target: str) -> None:
    client.force_login(UserFactory())
    response = client.post(reverse("account_reauthenticate"), {"password": PASSWORD, "next": target})
    assert "evil" not in response.headers.get("Location", "/")
    page = client.get(reverse("account_reauthenticate"), {"next": target}).content.decode()
    assert f'href="{target}' not in page


def test_an_address_with_a_scheme_in_its_path_stays_a_path(client: Client) -> None:
    for path in ("//evil.example/", "/https://evil.example", "/\\evil.example/"):
        response = client.get(path)
        assert not response.headers.get("Location", "/").startswith(("//", "http"))


@pytest.mark.parametrize("host", PORTS)
def test_another_host_name_is_refused(client: Client, host: str, settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["testserver"]
    assert client.get(SIGN_IN, HTTP_HOST=host).status_code == 400


@pytest.mark.parametrize(
    "header", ["X-Forwarded-Host", "X-Host", "Forwarded", "X-Forwarded-Server", "X-Original-URL"]
)
def test_no_header_changes_the_host_of_a_link(client: Client, header: str) -> None:
    user = UserFactory(email="anna@school.example")
    value = "host=evil.example" if header == "Forwarded" else "evil.example"
    client.post(reverse("accounts:reset"), {"email": user.email}, headers={header: value})
    client.get("/", headers={header: "/audit/"})
    for letter in mail.outbox:
        assert "evil.example" not in str(letter.body)


def test_a_forged_proxy_header_makes_no_request_secure(client: Client) -> None:
    """Without MAYAK_HTTPS nobody stands before the site who could say so."""
    response = client.get(SIGN_IN, headers={"X-Forwarded-Proto": "https"})
    assert not response.wsgi_request.is_secure()


def test_a_session_that_somebody_gave_is_not_kept_through_the_sign_in(client: Client) -> None:
    client.get(SIGN_IN)
    session = client.session
    session["planted"] = "yes"
    session.save()
    client.cookies["sessionid"] = given = str(session.session_key)
    sign_in(client)
    assert client.cookies["sessionid"].value != given
    thief = Client()
    thief.cookies["sessionid"] = given
    assert thief.get("/").status_code == 302


def test_a_session_key_that_nobody_made_opens_nothing() -> None:
    for key in ("a" * 32, "../../etc", "' OR 1=1 --", "x" * 5000):
        client = Client()
        client.cookies["sessionid"] = key
        assert client.get("/").status_code == 302


def test_after_signing_out_the_old_cookie_opens_nothing(client: Client) -> None:
    sign_in(client)
    old = client.cookies["sessionid"].value
    client.post(reverse("accounts:sign-out"))
    thief = Client()
    thief.cookies["sessionid"] = old
    assert thief.get("/").status_code == 302


def test_the_token_of_forms_changes_with_the_sign_in(client: Client) -> None:
    client.get(SIGN_IN)
    before = client.cookies["csrftoken"].value
    sign_in(client)
    assert client.cookies["csrftoken"].value != before


def test_a_link_for_a_new_password_works_once(client: Client) -> None:
    user = UserFactory(email="anna@school.example")
    client.post(reverse("accounts:reset"), {"email": user.email})
    from mayak.kernel.jobs.services import run_now
    from mayak.kernel.models import Job

    for job in Job.objects.filter(state="waiting"):
        run_now(job)
    [word] = [word for word in str(mail.outbox[-1].body).split() if "/account/reset/" in word]
    path = "/" + word.split("/", 3)[3]
    form = client.get(path, follow=True).redirect_chain[-1][0]
    body = {"new_password1": "совсем новый пароль 7", "new_password2": "совсем новый пароль 7"}
    assert client.post(form, body).status_code == 302
    again = Client()
    assert "new_password1" not in again.get(path, follow=True).content.decode()
    user.refresh_from_db()
    assert user.check_password("совсем новый пароль 7")


def test_an_invitation_sent_again_kills_the_older_link(client: Client) -> None:
    from mayak.accounts.services.invitations import send_invitation

    invitation, old = sent_invitation()
    invitation.state = "queued"
    invitation.save(update_fields=["state"])
    send_invitation(invitation.pk, site="https://mayak.example")
    assert client.get(reverse("accounts:invited", args=[old])).status_code == 404


@pytest.mark.parametrize("email", ["anna@school.example", "nobody@school.example", "closed@school.example"])
def test_signing_in_hashes_once_whoever_it_is(
    client: Client, email: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same work for a right address, an unknown one and a closed account: the time does not tell."""
    UserFactory(email="anna@school.example")
    UserFactory(email="closed@school.example", is_active=False)
    work: list[str] = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher,
        "encode",
        lambda self, password, salt: work.append(password) or encode(self, password, salt),
    )
    client.post(SIGN_IN, {"username": email, "password": "wrong password"})
    assert work == ["wrong password"]


LINES = ["a\nWARNING forged", "a\r\nforged", "\x1b[31mred\x1b[0m", "a\u2028b", "a\u202eb", "\x00", "a\\nb"]


@pytest.fixture
def log() -> Any:
    """The log as the server writes it."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(OriginFilter())
    handler.setFormatter(OneLineFormatter("{levelname} {name} [{origin}]: {message}", style="{"))
    logger = logging.getLogger("mayak.test-of-lines")
    logger.addHandler(handler)
    logger.propagate = False
    yield logger, stream
    logger.removeHandler(handler)


@pytest.mark.parametrize("text", LINES)
def test_what_visitors_send_makes_no_line_of_the_log(log: Any, text: str) -> None:
    logger, stream = log
    logger.warning("browser %s", text)
    written = stream.getvalue()
    assert written.count("\n") == 1
    assert written.startswith("WARNING mayak.test-of-lines [-]: browser ")
    assert not set(written) & {"\r", "\x1b", "\u2028", "\u202e", "\x00"}


def test_a_traceback_cannot_pass_for_a_record(log: Any) -> None:
    logger, stream = log
    try:
        int("x\nWARNING mayak.accounts [-]: signed in as administrator\n" + "y")
    except ValueError:
        logger.exception("failed")
    first, *rest = stream.getvalue().rstrip("\n").split("\n")
    assert first.startswith("ERROR")
    assert all(line.startswith("    ") for line in rest)


def test_the_server_uses_this_form_of_the_log(settings: Settings) -> None:
    plain = settings.LOGGING["formatters"]["plain"]
    assert plain["()"] == "mayak.kernel.access.logs.OneLineFormatter"
    assert settings.LOGGING["handlers"]["console"]["formatter"] == "plain"


@pytest.mark.parametrize("break_", ["\r\n", "\n", "\r", "%0d%0a", "\u2028"])
def test_no_header_of_an_answer_or_a_letter_takes_a_line_break(client: Client, break_: str) -> None:
    target = f"/{break_}Set-Cookie: evil=1"
    response = client.post(reverse("web:language"), {"language": "en", "next": target})
    assert "evil" not in response.cookies
    assert "\n" not in response.headers.get("Location", "")
    client.post(reverse("accounts:reset"), {"email": f"a@b.example{break_}Bcc: all@evil.example"})
    invitation = InvitationFactory(
        full_name=f"Анна{break_}Bcc: all@evil.example", organisation=SchoolFactory()
    )
    assert all("all@evil.example" not in str(letter.recipients()) for letter in mail.outbox)
    assert invitation.pk


def test_a_forged_role_in_the_session_is_not_believed(client: Client) -> None:
    from mayak.accounts.selectors import ROLE_KEY
    from tests.factories.accounts import RoleAssignmentFactory

    user, foreign = UserFactory(), RoleAssignmentFactory(role="regional_coordinator")
    client.force_login(user)
    session = client.session
    session[ROLE_KEY] = foreign.pk
    session.save()
    assert client.get("/audit/").status_code == 403


@pytest.mark.parametrize(
    "name", ["Remote-User", "X-Remote-User", "X-Forwarded-User", "X-Original-URL", "X-Rewrite-URL"]
)
def test_no_header_names_the_user_or_another_page(client: Client, name: str) -> None:
    user = UserFactory()
    for value in (user.email, str(user.pk), SIGN_IN):
        response = client.get(reverse("accounts:profile"), headers={name: value})
        assert response.status_code == 302
        assert response.url == f"{SIGN_IN}?next={reverse('accounts:profile')}"


def test_a_list_is_not_ordered_or_filtered_by_a_field_that_it_does_not_show(client: Client) -> None:
    school = SchoolFactory()
    for number, password in enumerate("cab"):
        user = UserFactory(email=f"user{number}@school.example")
        User.objects.filter(pk=user.pk).update(password=password)
        RoleAssignmentFactory(user=user, role="teacher", organisation=school)
    held = RoleAssignmentFactory(role="head_teacher", organisation=school)
    client.force_login(held.user)
    url = reverse("accounts:users")
    plain = client.get(url, {"_export": "csv"}).getvalue()
    for asked in (
        {"sort": "password"},
        {"sort": "-password"},
        {"sort": "roles__user__password,-pk"},
        {"password__startswith": "a"},
        {"password": "a"},
    ):
        assert client.get(url, {"_export": "csv", **asked}).getvalue() == plain
    assert client.get(url, {"_export": "csv", "sort": "-full_name"}).getvalue() != plain


def test_a_page_of_a_person_is_never_answered_from_a_cache(client: Client) -> None:
    client.force_login(UserFactory())
    for asked in (
        {"If-None-Match": "*"},
        {"If-Modified-Since": "Fri, 31 Dec 2099 23:59:59 GMT"},
        {"Range": "bytes=0-9"},
    ):
        response = client.get(reverse("accounts:profile"), headers=asked)
        assert response.status_code == 200
        assert response["Cache-Control"] == "no-store, private"
        assert not {"ETag", "Last-Modified", "Content-Range"} & set(response.headers)


def test_a_role_of_another_or_of_the_past_is_not_taken(client: Client) -> None:
    own, foreign = RoleAssignmentFactory(role="teacher"), RoleAssignmentFactory()
    past = RoleAssignmentFactory(user=own.user, valid_to=dt.date(2020, 1, 1))
    client.force_login(own.user)
    answers = [
        client.post(reverse("accounts:role-switch", args=[one.pk])).status_code
        for one in (foreign, past, own)
    ]
    assert answers == [404, 404, 302]
    session = client.session
    session["role"] = foreign.pk
    session.save()
    assert client.get(reverse("accounts:users")).status_code == 403

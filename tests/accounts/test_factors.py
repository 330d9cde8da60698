"""The second factor: who needs one, what it keeps out, what cannot be taken away; sessions."""

import datetime as dt
import time
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from allauth.usersessions.models import UserSession
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from mayak.accounts.enums import DEMO_PASSWORD, STRONG_SIGN_IN_ROLES, Role
from mayak.accounts.models import User
from mayak.accounts.selectors.sessions import device_of
from mayak.config import env
from mayak.kernel.audit.models import AuditEntry
from mayak.kernel.jobs.models import Job
from mayak.kernel.jobs.services import run_now
from tests.factories.accounts import PASSWORD, RoleAssignmentFactory, UserFactory

pytestmark = pytest.mark.django_db
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
SIGN_IN, TODAY = reverse("accounts:sign-in"), reverse("web:today")
PROFILE, PROTECTION, CODE = reverse("accounts:profile"), reverse("mfa_index"), reverse("mfa_authenticate")
SESSIONS = reverse("accounts:sessions")


@pytest.fixture
def policy(settings: Settings) -> None:
    """The roles decide, as in the product."""
    settings.STRONG_SIGN_IN = None


def enter(client: Client, user: User, password: str = PASSWORD) -> str:
    return client.post(SIGN_IN, {"username": user.email, "password": password}).url


def code(steps: int = 0) -> str:
    return format_hotp_value(hotp_value(SECRET, int(time.time()) // 30 + steps))


def with_app(**fields: object) -> User:
    user = UserFactory.create(**fields)
    TOTP.activate(user, SECRET)
    return user


def answer(client: Client, given: str) -> int:
    return client.post(CODE, {"code": given}).status_code


@pytest.mark.parametrize("role", list(Role))
def test_the_roles_that_see_much_need_a_second_factor(client: Client, policy: None, role: Role) -> None:
    client.force_login(RoleAssignmentFactory(role=role, valid_to="2099-01-01").user)
    response = client.get(reverse("accounts:access"))
    if role in STRONG_SIGN_IN_ROLES:
        assert response.url == PROTECTION
        assert "Ваша роль требует второго фактора" in client.get(PROTECTION).content.decode()
    else:
        assert response.status_code == 200


def test_with_a_factor_everything_opens(client: Client, policy: None) -> None:
    user = RoleAssignmentFactory(user=with_app()).user
    client.force_login(user)
    assert client.get(reverse("accounts:access")).status_code == 200
    assert client.get(SESSIONS).status_code == 200


def test_a_part_of_a_page_is_led_there_too(client: Client, policy: None) -> None:
    client.force_login(RoleAssignmentFactory().user)
    response = client.get(reverse("accounts:access"), headers={"HX-Request": "true"})
    assert response["HX-Redirect"] == PROTECTION


def test_the_installation_may_choose_other_roles_or_none(client: Client, settings: Settings) -> None:
    teacher, coordinator = RoleAssignmentFactory(role=Role.TEACHER).user, RoleAssignmentFactory().user
    for chosen, open_to in ((frozenset({"teacher"}), coordinator), (frozenset(), teacher)):
        settings.STRONG_SIGN_IN = chosen
        client.force_login(open_to)
        assert client.get(reverse("accounts:access")).status_code == 200
    settings.STRONG_SIGN_IN = frozenset({"teacher"})
    client.force_login(teacher)
    assert client.get(reverse("accounts:access")).url == PROTECTION


def test_the_setting_is_read_as_a_list_or_off(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    for value in ("", "off", "teacher, mentor"):
        monkeypatch.setenv("MAYAK_STRONG_SIGN_IN", value)
        seen.append(env.strong_sign_in())
    assert seen == [None, frozenset(), frozenset({"teacher", "mentor"})]


@pytest.mark.parametrize("is_open", [True, False])
def test_demonstration_accounts_are_spared_only_in_a_demonstration(
    client: Client, settings: Settings, policy: None, is_open: bool
) -> None:
    settings.DEMO = is_open
    client.force_login(RoleAssignmentFactory(user=UserFactory(is_demo=True)).user)
    response = client.get(reverse("accounts:access"))
    assert (response.status_code == 200) is is_open


@pytest.mark.parametrize("name", ["mfa_activate_totp", "mfa_add_webauthn", "accounts:sessions"])
def test_a_shared_account_has_neither_factor_nor_sessions(
    client: Client, settings: Settings, name: str
) -> None:
    settings.DEMO = True
    user = UserFactory(is_demo=True, password=DEMO_PASSWORD)
    enter(client, user, DEMO_PASSWORD)
    assert client.get(reverse(name)).status_code == 403


def test_the_password_alone_does_not_open_an_account_with_a_factor(client: Client) -> None:
    user = with_app()
    assert enter(client, user) == CODE
    assert "_auth_user_id" not in client.session
    assert client.get(TODAY).status_code == 302
    assert answer(client, "000000") == 200
    assert "_auth_user_id" not in client.session
    assert answer(client, code()) == 302
    assert client.session["_auth_user_id"] == str(user.pk)


def test_the_page_that_was_asked_for_opens_after_the_code(client: Client) -> None:
    user = with_app()
    client.post(f"{SIGN_IN}?next={PROFILE}", {"username": user.email, "password": PASSWORD})
    assert client.post(CODE, {"code": code()}).url == PROFILE


def test_a_sign_in_that_waits_for_its_code_ends_with_the_password_and_the_account(client: Client) -> None:
    user = with_app()
    enter(client, user)
    user.set_password("another long secret")
    user.save()
    assert client.post(CODE, {"code": code()}).url == SIGN_IN
    assert enter(client, user, "another long secret") == CODE
    User.objects.update(is_active=False)
    assert client.post(CODE, {"code": code()}).url == SIGN_IN
    assert "_auth_user_id" not in client.session
    User.objects.update(is_active=True)
    enter(client, user, "another long secret")
    assert client.post(CODE, {"code": code()}).url == TODAY


def test_a_code_in_other_figures_is_not_a_second_code(client: Client) -> None:
    user, used = with_app(), code()
    enter(client, user)
    assert answer(client, used) == 302
    other = Client()
    enter(other, user)
    for first in ("\uff10", "\u0660"):
        assert (
            answer(other, used.translate({48 + figure: ord(first) + figure for figure in range(10)})) == 200
        )
    assert answer(other, f"0{used}") == 200
    assert "_auth_user_id" not in other.session


def test_a_code_works_once_whatever_its_spelling(client: Client) -> None:
    user, used = with_app(), code()
    enter(client, user)
    assert answer(client, used) == 302
    for again in (used, f"{used[:3]} {used[3:]}", f"{used[:3]}-{used[3:]}"):
        other = Client()
        enter(other, user)
        assert answer(other, again) == 200
        assert "_auth_user_id" not in other.session


def test_codes_are_guessed_slowly(client: Client) -> None:
    user = with_app()
    enter(client, user)
    assert [answer(client, f"{number:06}") for number in range(6)] == [200] * 5 + [429]
    other = Client()
    enter(other, user)
    assert answer(other, code()) == 429  # a new session begins no new count


def test_a_recovery_code_opens_once(client: Client) -> None:
    user = with_app()
    first = RecoveryCodes.activate(user).get_unused_codes()[0]
    enter(client, user)
    assert answer(client, first) == 302
    other = Client()
    enter(other, user)
    assert answer(other, first) == 200


def test_the_code_page_needs_the_password_first(client: Client) -> None:
    assert client.get(CODE).url == SIGN_IN


def test_the_secret_is_not_kept_in_clear_text() -> None:
    user = with_app()
    assert SECRET not in str(Authenticator.objects.get(user=user).data)


def test_after_a_change_of_the_secret_key_no_code_fits(client: Client, settings: Settings) -> None:
    user = with_app()
    RecoveryCodes.activate(user)
    settings.SECRET_KEY = "another"
    known = [format_hotp_value(hotp_value("", int(time.time()) // 30))]  # what an empty secret would give
    assert not any(
        row.wrap().validate_code(given) for row in Authenticator.objects.all() for given in [*known, code()]
    )


def connect_app(client: Client) -> int:
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    given = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    return client.post(reverse("mfa_activate_totp"), {"code": given}).status_code


def test_adding_and_removing_a_factor_is_written_down_and_told(
    client: Client, django_capture_on_commit_callbacks: object
) -> None:
    user = UserFactory()
    enter(client, user)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]  # a fixture
        assert connect_app(client) == 302
    assert client.post(reverse("mfa_deactivate_totp")).status_code == 302
    actions = list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))
    assert actions == ["sign-in", "factor-add", "factor-add", "factor-remove", "factor-remove"]
    for job in Job.objects.filter(state="waiting"):
        run_now(job)
    assert sorted(letter.body.splitlines()[2] for letter in mail.outbox) == [
        "Второй фактор вашей учётной записи удалён.",
        "К вашей учётной записи добавлен второй фактор.",
    ]


def test_the_last_factor_of_a_strong_role_stays(client: Client, policy: None) -> None:
    user = RoleAssignmentFactory(user=with_app()).user
    enter(client, user)
    answer(client, code())
    response = client.post(reverse("mfa_deactivate_totp"))
    assert "добавьте другой" in response.content.decode()
    assert Authenticator.objects.filter(user=user, type="totp").exists()


def test_a_stolen_session_changes_nothing_without_the_password(client: Client) -> None:
    client.force_login(with_app())
    for name in ("mfa_deactivate_totp", "mfa_add_webauthn", "mfa_view_recovery_codes"):
        RecoveryCodes.activate(User.objects.get())
        assert client.get(reverse(name)).url.startswith(reverse("account_reauthenticate"))


def test_a_stranger_removes_no_passkey(client: Client) -> None:
    theirs = Authenticator.objects.create(
        user=UserFactory(), type="webauthn", data={"name": "-", "credential": {}}
    )
    enter(client, UserFactory())
    assert client.post(reverse("mfa_remove_webauthn", args=[theirs.pk])).status_code == 404


def test_public_sign_up_and_the_other_addresses_of_allauth_are_closed(client: Client) -> None:
    for address in ("/account/signup/", "/account/email/", "/accounts/signup/", "/account/password/set/"):
        assert client.get(address).status_code in {302, 404}
        assert client.post(address, {"email": "a@b.example"}).status_code in {302, 404}
    assert not User.objects.exists()


def test_a_lost_telephone_is_helped_on_the_server_and_written_down() -> None:
    user, client = with_app(email="orlova@school.example"), Client()
    enter(client, user)
    answer(client, code())
    call_command("forget-factors", "Orlova@school.example", reason="потерян телефон", stdout=StringIO())
    assert not Authenticator.objects.exists()
    assert client.get(PROFILE).status_code == 302
    entry = AuditEntry.objects.get(action="factor-remove")
    assert (entry.actor_label, entry.changes["reason"]) == ("command line", "потерян телефон")
    with pytest.raises(CommandError, match="нет второго фактора"):
        call_command("forget-factors", "orlova@school.example", reason="ещё раз")
    with pytest.raises(CommandError, match="Такой учётной записи нет"):
        call_command("forget-factors", "nobody@school.example", reason="нет такой")


def test_sessions_are_listed_and_ended_by_their_owner_only(client: Client) -> None:
    user, stranger, elsewhere = UserFactory(), UserFactory(), Client()
    enter(client, user)
    elsewhere.post(
        SIGN_IN,
        {"username": user.email, "password": PASSWORD},
        headers={"User-Agent": "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0"},
        REMOTE_ADDR="10.9.8.7",
    )
    page = client.get(SESSIONS).content.decode()
    assert "Firefox, Windows" in page
    assert "10.9.8.7" in page
    other = UserSession.objects.get(ip="10.9.8.7")
    enter(nosy := Client(), stranger)
    assert nosy.post(reverse("accounts:session-end", args=[other.pk])).status_code == 404
    assert client.post(reverse("accounts:session-end", args=[other.pk])).url == SESSIONS
    assert elsewhere.get(PROFILE).status_code == 302
    assert client.get(PROFILE).status_code == 200
    assert AuditEntry.objects.filter(action="session-end").exists()


def test_all_other_sessions_end_at_once(client: Client) -> None:
    user, others = UserFactory(), [Client(), Client()]
    for one in (client, *others):
        enter(one, user)
    response = client.post(reverse("accounts:sessions-end"), follow=True)
    assert "Завершено 2 сеанса." in response.content.decode()
    assert [one.get(PROFILE).status_code for one in (client, *others)] == [200, 302, 302]
    assert AuditEntry.objects.get(action="sessions-end").changes == {"sessions": 2}


def test_a_new_password_ends_the_other_sessions(client: Client) -> None:
    user, elsewhere, new = UserFactory(), Client(), "quite another secret 7"
    enter(client, user)
    enter(elsewhere, user)
    form = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    client.post(reverse("accounts:password"), form)
    assert elsewhere.get(PROFILE).status_code == 302
    assert client.get(PROFILE).status_code == 200
    assert AuditEntry.objects.filter(action="password").exists()


def test_a_session_ends_when_nothing_is_done_and_in_the_end_always(client: Client) -> None:
    hour = dt.timedelta(hours=1)
    with time_machine.travel(dt.datetime(2026, 3, 2, 6, tzinfo=dt.UTC), tick=False) as clock:
        enter(client, UserFactory())
        clock.shift(hour)
        assert client.get(PROFILE).status_code == 200
        clock.shift(2 * hour + dt.timedelta(minutes=1))
        assert client.get(PROFILE).status_code == 302
        assert "долго не работали" in client.get(SIGN_IN).content.decode()
        enter(client, User.objects.get())
        answers = []
        for _ in range(13):
            answers.append(client.get(PROFILE).status_code)
            clock.shift(hour)
        assert answers == [200] * 13
        assert client.get(PROFILE).status_code == 302


def test_the_old_password_is_guessed_slowly(client: Client) -> None:
    client.force_login(UserFactory())
    form = {"old_password": "wrong", "new_password1": "x", "new_password2": "x"}
    answers = [client.post(reverse("accounts:password"), form).status_code for _ in range(6)]
    assert answers == [200] * 5 + [429]


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140 YaBrowser/26.1 Safari/537.36", "Yandex Browser, Windows"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140 Safari/537.36", "Chrome, Android"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X) Version/18 Safari/605", "Safari, macOS"),
        ("", "неизвестное устройство"),
    ],
)
def test_a_device_is_named_as_its_owner_names_it(agent: str, device: str) -> None:
    assert device_of(agent) == device


def test_the_names_of_the_files_are_ours() -> None:
    """allauth's own templates are never drawn: each view names ours."""
    from mayak.accounts import urls

    for pattern in urls.allauth_urls:
        template = getattr(getattr(pattern.callback, "view_class", None), "template_name", None)
        assert template is None or Path(template).parts[0] == "accounts"

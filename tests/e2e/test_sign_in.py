"""Signing in as people do: an invitation, a password, an app with codes, a passkey, sessions; every page of it."""

import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.fixtures import Settings

from mayak.accounts.enums import Role
from mayak.accounts.models import User
from tests.e2e.conftest import Axe
from tests.e2e.test_every_page import faults_of
from tests.factories.accounts import PASSWORD, RoleAssignmentFactory, UserFactory, sent_invitation
from tests.factories.registry import AuthorityFactory

pytestmark = [pytest.mark.django_db(transaction=True)]
NEW = "маяк над тихой водой 7"
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def code(secret: str, *, steps: int = 0) -> str:
    """Return what the app shows now, or so many steps of half a minute later."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def type_password(page: Page, url: str, email: str, password: str = PASSWORD) -> None:
    page.goto(f"{url}{reverse('accounts:sign-in')}")
    page.get_by_label("Электронная почта").fill(email)
    page.get_by_label("Пароль").fill(password)
    page.get_by_role("button", name="Войти", exact=True).click()


def sign_out(page: Page) -> None:
    page.locator(".user-menu summary").click()
    page.get_by_role("button", name="Выйти").click()


def test_from_the_invitation_to_a_sign_in_with_a_code(
    page: Page, axe: Axe, live_server: Any, settings: Settings
) -> None:
    settings.STRONG_SIGN_IN = None
    _invitation, token = sent_invitation(
        role=Role.MUNICIPAL_COORDINATOR,
        organisation=AuthorityFactory(),
        email="orlova@kirovsk.example",
        full_name="Орлова Вера Ильинична",
    )
    page.goto(f"{live_server.url}{reverse('accounts:invited', args=[token])}")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Здравствуйте, Орлова Вера Ильинична!")
    assert faults_of(page, axe) == []
    page.get_by_label("Пароль", exact=True).fill(NEW)
    page.get_by_label("Тот же пароль ещё раз").fill(NEW)
    page.get_by_role("button", name="Задать пароль и войти").click()

    expect(page.get_by_text("Ваша роль требует второго фактора")).to_be_visible()
    assert faults_of(page, axe) == []
    page.goto(f"{live_server.url}{reverse('web:today')}")
    expect(page).to_have_url(f"{live_server.url}{reverse('mfa_index')}")
    page.get_by_role("link", name="Подключить приложение").click()
    secret = page.locator("#totp-key").inner_text()
    assert faults_of(page, axe) == []
    page.get_by_label("Код").fill(code(secret))
    page.get_by_role("button", name="Подключить").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Запасные коды")
    assert page.locator(".codes li").count() == 10
    assert faults_of(page, axe) == []
    page.get_by_role("link", name="Коды сохранены").click()
    expect(page.get_by_text("Ваша роль требует второго фактора")).to_have_count(0)
    page.goto(f"{live_server.url}{reverse('web:today')}")
    expect(page).to_have_url(f"{live_server.url}{reverse('web:today')}")

    sign_out(page)
    type_password(page, live_server.url, "orlova@kirovsk.example", NEW)
    expect(page.get_by_role("heading", level=1)).to_have_text("Второй шаг")
    assert faults_of(page, axe) == []
    page.get_by_label("Код").fill("000000")
    page.get_by_role("button", name="Войти", exact=True).click()
    expect(page.get_by_role("alert").first).to_contain_text("Код неверный, уже использован или устарел")
    page.get_by_label("Код").fill(code(secret, steps=1))
    page.get_by_role("button", name="Войти", exact=True).click()
    expect(page).to_have_url(f"{live_server.url}{reverse('web:today')}")

    page.goto(f"{live_server.url}{reverse('accounts:invited', args=[token])}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ссылка не действует")
    assert faults_of(page, axe) == []


def test_a_passkey_is_added_and_signs_in_alone(page: Page, axe: Axe, live_server: Any) -> None:
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    user = UserFactory(email="sidorov@school.example")
    type_password(page, live_server.url, user.email)
    page.goto(f"{live_server.url}{reverse('mfa_add_webauthn')}")
    assert faults_of(page, axe) == []
    page.get_by_label("Название ключа").fill("рабочий компьютер")
    page.get_by_role("button", name="Добавить ключ доступа").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Запасные коды")
    assert Authenticator.objects.filter(user=user, type="webauthn").count() == 1
    page.goto(f"{live_server.url}{reverse('mfa_index')}")
    expect(page.get_by_text("рабочий компьютер")).to_be_visible()
    assert faults_of(page, axe) == []

    sign_out(page)
    expect(page.get_by_role("button", name="Войти с ключом доступа")).to_be_visible()
    assert faults_of(page, axe) == []
    page.get_by_role("button", name="Войти с ключом доступа").click()
    expect(page).to_have_url(f"{live_server.url}{reverse('web:today')}")

    sign_out(page)
    type_password(page, live_server.url, user.email)
    page.get_by_role("button", name="Использовать ключ доступа").click()
    expect(page).to_have_url(f"{live_server.url}{reverse('web:today')}")


def test_another_session_is_seen_and_ended(page: Page, axe: Axe, live_server: Any, new_context: Any) -> None:
    user = UserFactory(email="sidorov@school.example")
    other: BrowserContext = new_context(user_agent="Mozilla/5.0 (Android 15) Firefox/140.0")
    elsewhere = other.new_page()
    type_password(elsewhere, live_server.url, user.email)
    type_password(page, live_server.url, user.email)
    page.goto(f"{live_server.url}{reverse('accounts:sessions')}")
    assert page.locator("tbody tr").count() == 2
    expect(page.get_by_text("Firefox, Android")).to_be_visible()
    assert faults_of(page, axe) == []
    page.get_by_role("button", name="Завершить сеанс: Firefox, Android").click()
    expect(page.get_by_text("Тот сеанс завершён.")).to_be_visible()
    assert page.locator("tbody tr").count() == 1
    elsewhere.goto(f"{live_server.url}{reverse('accounts:profile')}")
    expect(elsewhere.get_by_role("heading", level=1)).to_have_text("Войти")


def test_the_other_pages_of_signing_in_are_readable(
    page: Page, axe: Axe, live_server: Any, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = "mayak.accounts.services.mailbox.FolderBackend"
    administrator = RoleAssignmentFactory(role=Role.SYSTEM_ADMINISTRATOR).user
    assert isinstance(administrator, User)
    wrong = {}
    page.goto(f"{live_server.url}{reverse('accounts:reset')}")
    wrong["reset"] = faults_of(page, axe)
    type_password(page, live_server.url, administrator.email)
    page.goto(f"{live_server.url}{reverse('accounts:letters')}")
    wrong["letters"] = faults_of(page, axe)
    page.goto(f"{live_server.url}{reverse('account_reauthenticate')}")
    wrong["confirm"] = faults_of(page, axe)
    for _attempt in range(6):
        page.get_by_label("Пароль").fill("wrong")
        page.get_by_role("button", name="Подтвердить").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Слишком много попыток")
    expect(page.get_by_text("Подождите")).to_contain_text("секунд")
    wrong["429"] = faults_of(page, axe)
    assert wrong == {name: [] for name in wrong}

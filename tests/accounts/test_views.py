"""Signing in and out, the own profile, the own password."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from mayak.accounts.enums import DEMO_PASSWORD, Role
from mayak.accounts.models import User
from tests.factories.accounts import PASSWORD, RoleAssignmentFactory, UserFactory
from tests.factories.registry import OrganisationFactory

pytestmark = pytest.mark.django_db
SIGN_IN = reverse("accounts:sign-in")
PROFILE = reverse("accounts:profile")
PASSWORD_PAGE = reverse("accounts:password")
WRONG = "Электронная почта или пароль не подходят. Проверьте раскладку клавиатуры и Caps Lock."
CLOSED = "Эта учётная запись закрыта. Попросите координатора вашей территории открыть её."
DEMO_CLOSED = (
    "Демонстрационные учётные записи здесь не открываются: этот сервер работает с настоящими данными."
)


def sign_in(client: Client, email: str, password: str = PASSWORD, following: str = "") -> object:
    return client.post(SIGN_IN + following, {"username": email, "password": password})


@pytest.mark.parametrize(
    "email", ["ivanova@school.example", "IVANOVA@School.Example", " ivanova@school.example "]
)
def test_the_email_signs_in_in_any_case(client: Client, email: str) -> None:
    user = UserFactory(email="ivanova@school.example")
    response = sign_in(client, email)
    assert response.status_code == 302
    assert response.url == reverse("web:today")
    assert client.session["_auth_user_id"] == str(user.pk)


def test_after_signing_in_the_page_that_was_asked_for_opens(client: Client) -> None:
    UserFactory(email="ivanova@school.example")
    assert sign_in(client, "ivanova@school.example", following=f"?next={PROFILE}").url == PROFILE


def test_an_address_outside_is_never_opened_after_signing_in(client: Client) -> None:
    UserFactory(email="ivanova@school.example")
    response = sign_in(client, "ivanova@school.example", following="?next=https://elsewhere.example/")
    assert response.url == reverse("web:today")


@pytest.mark.parametrize(
    ("email", "password"), [("ivanova@school.example", "wrong"), ("nobody@school.example", PASSWORD)]
)
def test_a_wrong_email_and_a_wrong_password_get_the_same_words(
    client: Client, email: str, password: str
) -> None:
    UserFactory(email="ivanova@school.example")
    response = sign_in(client, email, password)
    assert response.status_code == 200
    assert response.context["form"].non_field_errors() == [WRONG]
    assert WRONG in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_a_closed_account_is_told_that_it_is_closed(client: Client) -> None:
    UserFactory(email="ivanova@school.example", is_active=False)
    assert sign_in(client, "Ivanova@school.example").context["form"].non_field_errors() == [CLOSED]
    assert "_auth_user_id" not in client.session


def test_nobody_learns_without_the_password_that_an_account_is_closed(client: Client) -> None:
    UserFactory(email="ivanova@school.example", is_active=False)
    assert sign_in(client, "ivanova@school.example", "wrong").context["form"].non_field_errors() == [WRONG]


def test_demonstration_accounts_do_not_open_where_real_data_are(client: Client, settings: Settings) -> None:
    UserFactory(email="coordinator@demo.mayak.example", is_demo=True, password=DEMO_PASSWORD)
    settings.DEMO = False
    response = sign_in(client, "coordinator@demo.mayak.example", DEMO_PASSWORD)
    assert response.context["form"].non_field_errors() == [DEMO_CLOSED]
    assert "_auth_user_id" not in client.session
    assert "coordinator@demo" not in client.get(SIGN_IN).content.decode()


def test_the_demonstration_shows_its_accounts_with_roles_and_password(
    client: Client, settings: Settings
) -> None:
    user = UserFactory(email="coordinator@demo.mayak.example", is_demo=True, password=DEMO_PASSWORD)
    RoleAssignmentFactory(user=user, organisation=OrganisationFactory(short_name="Комитет образования"))
    settings.DEMO = True
    page = client.get(SIGN_IN).content.decode()
    assert "coordinator@demo.mayak.example" in page
    assert "муниципальный координатор, Комитет образования" in page
    assert DEMO_PASSWORD in page
    assert sign_in(client, "coordinator@demo.mayak.example", DEMO_PASSWORD).status_code == 302


def test_who_is_signed_in_is_not_asked_again(client: Client) -> None:
    client.force_login(UserFactory())
    assert client.get(SIGN_IN).url == reverse("web:today")


def test_signing_out_needs_a_post_and_leads_to_the_sign_in_page(client: Client) -> None:
    client.force_login(UserFactory())
    assert client.get(reverse("accounts:sign-out")).status_code == 405
    assert client.post(reverse("accounts:sign-out")).url == SIGN_IN
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("address", [PROFILE, PASSWORD_PAGE, reverse("web:today")])
def test_every_page_needs_signing_in(client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 302
    assert response.url == f"{SIGN_IN}?next={address}"


def test_the_profile_shows_roles_of_today_and_what_they_allow(client: Client) -> None:
    user = UserFactory(full_name="Анна Котова")
    organisation = OrganisationFactory(short_name="Методическая служба")
    RoleAssignmentFactory(user=user, role=Role.METHODIST, organisation=organisation)
    RoleAssignmentFactory(user=user, role=Role.MUNICIPAL_COORDINATOR, valid_to="2020-01-01")
    client.force_login(user)
    page = client.get(PROFILE).content.decode()
    assert "Анна Котова" in page
    assert "Методист" in page
    assert "Методическая служба" in page
    assert "Муниципальный координатор" not in page
    assert "Снимать замечания с указанием причины" in page
    assert "Загружать результаты" not in page


def test_a_user_without_a_role_is_told_whom_to_ask(client: Client) -> None:
    client.force_login(UserFactory())
    assert "Попросите координатора вашей территории" in client.get(PROFILE).content.decode()


def test_the_own_password_is_changed(client: Client) -> None:
    user = UserFactory()
    client.force_login(user)
    new = "quite another secret 7"
    response = client.post(
        PASSWORD_PAGE, {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    )
    assert response.url == PROFILE
    assert User.objects.get(pk=user.pk).check_password(new)


def test_the_published_password_of_a_demonstration_account_stays(client: Client) -> None:
    user = UserFactory(is_demo=True, password=DEMO_PASSWORD)
    client.force_login(user)
    new = "quite another secret 7"
    response = client.post(
        PASSWORD_PAGE, {"old_password": DEMO_PASSWORD, "new_password1": new, "new_password2": new}
    )
    assert response.status_code == 403
    assert User.objects.get(pk=user.pk).check_password(DEMO_PASSWORD)

"""The page of components and the glossary."""

import pytest
from django.test import Client

from mayak.kernel.ui.glossary import TERMS, find_term
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    client = Client()
    client.force_login(UserFactory())
    client.cookies["django_language"] = "en"
    return client


def test_the_page_of_components_shows_each_once(client: Client) -> None:
    content = client.get("/ui/?sort=name").content.decode()
    for name in (
        "task-next",
        "figures",
        "notice-bad",
        "confirm",
        "filters",
        "aria-sort",
        "empty",
        "chart-canvas",
        "form-check",
    ):
        assert name in content, name
    assert content.count("data-chart=") == 6


def test_its_form_shows_errors_and_stores_nothing(client: Client) -> None:
    response = client.post("/ui/", {"name": "№ 5"})
    assert response.status_code == 400
    assert "#id_kind" in response.content.decode()


def test_a_right_form_answers_with_a_message(client: Client) -> None:
    response = client.post(
        "/ui/", {"name": "№ 5", "kind": "school", "pupils": 5, "grades": ["1-4"]}, follow=True
    )
    assert 'class="toast-line toast-success"' in response.content.decode()


def test_the_glossary_explains_every_term(client: Client) -> None:
    content = client.get("/glossary/").content.decode()
    assert content.count("<dfn>") == len(TERMS)
    assert 'id="шнор"' in content


def test_terms_are_alphabetical_and_unique() -> None:
    keys = [term.key for term in TERMS]
    assert len(set(keys)) == len(keys)
    assert {
        "ШНОР",
        "ШФЗР",
        "ШСВОР",
        "РПШ",
        "ИОМ",
        "ФИС ОКО",
        "РЦОИ",
        "ВПР",
        "ОГЭ",
        "ЕГЭ",
        "ШМО",
        "РМО",
    } <= set(keys)


def test_a_term_is_found_whatever_the_case() -> None:
    found = find_term(" шнор ")
    assert found
    assert found.key == "ШНОР"
    assert find_term("нет такого") is None

"""Free texts: who reads them, from when, and how they are sorted into themes."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mayak.accounts.enums import Role
from mayak.kernel.audit.models import AuditEntry
from mayak.surveys.enums import CampaignState
from mayak.surveys.models import Audience, Theme
from mayak.surveys.selectors.texts import (
    audience_traces,
    question_rows,
    read_texts,
    readable_answers,
    shuffled_keys,
    themes_of,
)
from mayak.surveys.services.summaries import refresh_results
from mayak.surveys.services.themes import add_texts, create_theme, merge_themes, remove_texts, rename_theme
from tests.factories.surveys_results import add_answers, make_audience
from tests.surveys.results_help import ACTOR, client_of, owner_client

pytestmark = pytest.mark.django_db
FULL = {"help": "yes", "mark": 5}


def with_texts(count: int = 8, *, named: bool = False, closed: bool = True) -> Audience:
    audience = make_audience(named=named, closed=closed)
    for number in range(count):
        add_answers(audience, 1, more=f"Текст номер {number}", **FULL)
    refresh_results(audience)
    return audience


def texts_address(audience: Audience, name: str = "surveys:theme-texts") -> str:
    return reverse(name, args=[audience.campaign_id, "more"])


def keys_of(audience: Audience) -> list[str]:
    return [str(key) for key in shuffled_keys(audience.campaign, "more")]


def test_the_texts_of_an_anonymous_round_are_read_after_its_closing() -> None:
    audience = with_texts(closed=False)
    [row] = question_rows(audience.campaign)
    assert (row.code, row.n, row.is_hidden) == ("more", 0, True)
    audience.campaign.state = CampaignState.CLOSED
    audience.campaign.save()
    refresh_results(audience)
    [row] = question_rows(audience.campaign)
    assert (row.n, row.is_hidden, row.text) == (8, False, "Что ещё?")


def test_texts_of_fewer_than_the_threshold_are_not_read() -> None:
    audience = make_audience()
    add_answers(audience, 4, more="Текст", **FULL)
    add_answers(audience, 9, **FULL)
    refresh_results(audience)
    assert readable_answers(audience.campaign, "more").count() == 0


def test_texts_that_come_one_by_one_after_a_reopening_are_not_read_until_they_are_a_group() -> None:
    audience = with_texts()
    add_answers(audience, 2, more="Новый", **FULL)
    refresh_results(audience)
    assert readable_answers(audience.campaign, "more").count() == 0
    add_answers(audience, 3, more="Новый", **FULL)
    refresh_results(audience)
    assert readable_answers(audience.campaign, "more").count() == 13


def test_one_text_more_among_many_answers_after_a_reopening_is_not_read() -> None:
    audience = with_texts()
    add_answers(audience, 6, **FULL)
    add_answers(audience, 1, more="Новый", **FULL)
    refresh_results(audience)
    assert readable_answers(audience.campaign, "more").count() == 0
    assert audience_traces(audience) == []


def test_a_text_that_seems_to_name_somebody_is_looked_at_only_where_texts_may_be_read() -> None:
    audience = make_audience()
    add_answers(audience, 4, more="Спросите у Иванова Ивана Ивановича, 8 912 345-67-89", **FULL)
    add_answers(audience, 9, **FULL)
    refresh_results(audience)
    assert audience_traces(audience) == []
    page = owner_client(audience).get(
        f"{reverse('surveys:results-export', args=[audience.campaign_id])}?audience={audience.pk}"
    )
    assert "912 345" not in page.content.decode()
    add_answers(audience, 5, more="Спросите у Иванова Ивана Ивановича, 8 912 345-67-89", **FULL)
    refresh_results(audience)
    assert len(audience_traces(audience)) == 9


def test_the_texts_of_a_named_round_are_read_at_once() -> None:
    audience = with_texts(2, named=True, closed=False)
    assert readable_answers(audience.campaign, "more").count() == 2


def test_the_order_of_the_texts_is_not_that_of_the_answers_and_stays_the_same() -> None:
    audience = with_texts(30)
    shown = [
        one.text for one in read_texts(audience.campaign, "more", shuffled_keys(audience.campaign, "more"))
    ]
    assert sorted(shown) == sorted(f"Текст номер {number}" for number in range(30))
    assert shown != [f"Текст номер {number}" for number in range(30)]
    assert keys_of(audience) == keys_of(audience)


def test_a_text_that_seems_to_name_somebody_is_marked() -> None:
    audience = make_audience()
    add_answers(audience, 6, more="Спасибо Иванову Петру Сергеевичу", **FULL)
    refresh_results(audience)
    [first, *_rest] = read_texts(audience.campaign, "more", shuffled_keys(audience.campaign, "more"))
    assert len(first.names) == 1


def test_texts_are_put_into_themes_taken_out_and_counted() -> None:
    audience = with_texts()
    keys = keys_of(audience)
    theme = create_theme(audience.campaign, "more", title="  Время  и силы ", actor=ACTOR)
    assert theme.title == "Время и силы"
    assert create_theme(audience.campaign, "more", title="Время и силы", actor=ACTOR) == theme
    assert add_texts(theme, keys[:3], actor=ACTOR) == 3
    assert add_texts(theme, keys[2:4], actor=ACTOR) == 2
    assert remove_texts(theme, keys[:1], actor=ACTOR) == 1
    assert [(one.title, one.text_count) for one in themes_of(audience.campaign, "more")] == [
        ("Время и силы", 3)
    ]  # type: ignore[attr-defined]  # annotated
    assert [str(key) for key in shuffled_keys(audience.campaign, "more", theme="none")] == [
        keys[0],
        *keys[4:],
    ]
    assert [str(key) for key in shuffled_keys(audience.campaign, "more", theme=str(theme.pk))] == keys[1:4]
    assert question_rows(audience.campaign)[0].sorted_count == 3


def test_the_audit_log_keeps_the_theme_and_no_text() -> None:
    audience = with_texts()
    theme = create_theme(audience.campaign, "more", title="Время", actor=ACTOR)
    add_texts(theme, keys_of(audience)[:2], actor=ACTOR)
    entries = list(AuditEntry.objects.filter(object_type="surveys.theme").order_by("pk"))
    assert [(entry.action, entry.changes) for entry in entries] == [
        ("create", {"title": [None, "Время"]}), ("sort_texts", {"added": [None, 2]}),
    ]  # fmt: skip


def test_what_a_theme_refuses() -> None:
    audience, other = with_texts(), with_texts()
    theme = create_theme(audience.campaign, "more", title="Время", actor=ACTOR)
    second = create_theme(audience.campaign, "more", title="Силы", actor=ACTOR)
    foreign = create_theme(other.campaign, "more", title="Время", actor=ACTOR)
    for keys in ([], ["x"], keys_of(other)):
        with pytest.raises(ValidationError):
            add_texts(theme, keys, actor=ACTOR)
    for title in ("", "я" * 201):
        with pytest.raises(ValidationError):
            create_theme(audience.campaign, "more", title=title, actor=ACTOR)
    with pytest.raises(ValidationError):
        create_theme(audience.campaign, "help", title="Время", actor=ACTOR)
    with pytest.raises(ValidationError):
        rename_theme(second, title="время", actor=ACTOR)
    for wrong in (theme, foreign):
        with pytest.raises(ValidationError):
            merge_themes(theme, into=wrong, actor=ACTOR)


def test_a_merged_theme_gives_its_texts_to_the_other_one() -> None:
    audience = with_texts()
    keys = keys_of(audience)
    one = create_theme(audience.campaign, "more", title="Время", actor=ACTOR)
    other = create_theme(audience.campaign, "more", title="Нагрузка", actor=ACTOR)
    add_texts(one, keys[:3], actor=ACTOR)
    add_texts(other, keys[2:5], actor=ACTOR)
    assert merge_themes(one, into=other, actor=ACTOR).answers.count() == 5
    assert list(Theme.objects.values_list("title", flat=True)) == ["Нагрузка"]


def test_the_page_sorts_texts_and_keeps_the_view() -> None:
    audience = with_texts()
    client, keys = owner_client(audience), keys_of(audience)
    sort = texts_address(audience, "surveys:theme-sort")
    response = client.post(f"{sort}?theme=none", {"do": "new", "title": "Время", "text": keys[:2]})
    assert response["Location"] == f"{texts_address(audience)}?theme=none"
    theme = Theme.objects.get()
    client.post(sort, {"do": "add", "theme": theme.pk, "text": keys[2:3]})
    client.post(sort, {"do": "remove", "theme": theme.pk, "text": keys[:1]})
    page = client.get(f"{texts_address(audience)}?theme={theme.pk}")
    assert sorted(one.key for one in page.context["texts"]) == sorted(keys[1:3])
    assert page.context["texts"][0].themes == ("Время",)
    assert client.get(f"{texts_address(audience)}?q=номер+7").context["page"].paginator.count == 1
    for body in ({"do": "add", "theme": "x", "text": keys}, {"do": "add", "theme": theme.pk}):
        client.post(sort, body)
    assert theme.answers.count() == 2


def test_signs_that_a_database_refuses_are_left_out_of_a_search() -> None:
    audience = with_texts()
    page = owner_client(audience).get(texts_address(audience), {"q": "\x00номер 3\x00"})
    assert (page.context["word"], len(page.context["texts"])) == ("номер 3", 1)


@pytest.mark.parametrize("theme", ["²", "9" * 30, "-1", "slow"])
def test_a_theme_that_is_none_is_said_in_words(theme: str) -> None:
    audience = with_texts()
    client = owner_client(audience)
    assert len(client.get(texts_address(audience), {"theme": theme}).context["texts"]) == 8
    values = {"theme": theme, "text": keys_of(audience)[:1], "do": "add"}
    page = client.post(texts_address(audience, "surveys:theme-sort"), values, follow=True)
    assert "Выберите тему." in page.content.decode()


def test_a_theme_is_renamed_merged_and_deleted_on_its_page() -> None:
    audience = with_texts()
    client = owner_client(audience)
    one = create_theme(audience.campaign, "more", title="Время", actor=ACTOR)
    other = create_theme(audience.campaign, "more", title="Силы", actor=ACTOR)
    address = reverse("surveys:theme", args=[one.pk])
    assert client.get(address).status_code == 200
    assert client.post(address, {"title": "Силы"}).status_code == 400
    assert client.post(address, {"title": "Нагрузка"}).status_code == 302
    assert client.post(reverse("surveys:theme-merge", args=[one.pk]), {"into": one.pk}).status_code == 400
    assert client.post(reverse("surveys:theme-merge", args=[one.pk]), {"into": other.pk}).status_code == 302
    assert client.post(reverse("surveys:theme-delete", args=[other.pk])).status_code == 302
    assert not Theme.objects.exists()


def test_texts_are_read_by_who_holds_the_round_only() -> None:
    audience = with_texts()
    owner = audience.campaign.owner
    addresses = [reverse("surveys:themes", args=[audience.campaign_id]), texts_address(audience)]
    theme = create_theme(audience.campaign, "more", title="Время", actor=ACTOR)
    addresses.append(reverse("surveys:theme", args=[theme.pk]))
    council, neighbour = client_of(owner, Role.COUNCIL_MEMBER), owner_client(with_texts())
    for address in addresses:
        assert owner_client(audience).get(address).status_code == 200
        assert council.get(address).status_code == 403
        assert neighbour.get(address).status_code == 404
    assert neighbour.post(texts_address(audience, "surveys:theme-sort"), {}).status_code == 404
    assert owner_client(audience).get(texts_address(audience, "surveys:theme-sort")).status_code == 405
    unknown = reverse("surveys:theme-texts", args=[audience.campaign_id, "help"])
    assert owner_client(audience).get(unknown).status_code == 404


def test_a_page_of_texts_costs_the_same_queries_for_few_and_many() -> None:
    counts = []
    for number in (6, 20):
        audience = with_texts(number)
        theme = create_theme(audience.campaign, "more", title="Время", actor=ACTOR)
        add_texts(theme, keys_of(audience), actor=ACTOR)
        client = owner_client(audience)
        client.get(texts_address(audience))
        with CaptureQueriesContext(connection) as caught:
            client.get(texts_address(audience))
        counts.append(len(caught))
    assert counts[0] == counts[1]

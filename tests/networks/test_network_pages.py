"""Pages of networks: from a new network to its documents, by whom, at what price."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from mayak.accounts.enums import Role
from mayak.networks.enums.networks import CentreKind, MemberRole, NetworkState
from mayak.networks.models import GuideQuestion, Network, NetworkModelCard
from mayak.networks.selectors.network_checks import self_check
from mayak.registry.models import ProgrammeRole, ProgrammeStage
from tests.factories.accounts import RoleAssignmentFactory
from tests.factories.matching import YEAR, PartnershipFactory, school, school_year
from tests.factories.networks import CentreFactory, MemberFactory, NetworkFactory, requirement, rules, signed
from tests.factories.registry import AuthorityFactory, LegalActFactory, ProgrammeFactory

pytestmark = pytest.mark.django_db
IN_THE_YEAR = dt.datetime(YEAR, 11, 5, 12, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _english():
    with (
        override_settings(LANGUAGE_CODE="en"),
        translation.override("en"),
        time_machine.travel(IN_THE_YEAR, tick=False),
    ):
        yield


def client_of(organisation, role: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(RoleAssignmentFactory(organisation=organisation, role=role).user)
    return client


def coordinator(network: Network) -> Client:
    return client_of(AuthorityFactory(territory=network.territory), Role.MUNICIPAL_COORDINATOR)


def page(client: Client, name: str, /, *args, **query) -> str:
    response = client.get(reverse(f"networks:{name}", args=args), query)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def send(client: Client, name: str, /, *args, **data):
    return client.post(reverse(f"networks:{name}", args=args), data)


def test_a_network_from_the_first_click_to_its_documents() -> None:
    rules()
    programme = ProgrammeFactory(name="Наставническая лига")
    territory = programme.territory
    client = client_of(AuthorityFactory(territory=territory), Role.MUNICIPAL_COORDINATOR)
    row = PartnershipFactory(school_year=school_year(), mentee=school(territory, "Первая"))
    values = {
        "programme": programme.pk,
        "school_year": school_year().pk,
        "territory": territory.pk,
        "name": "Сеть района",
        "goal": "Поднять математику",
        "take_members": "on",
    }
    assert "Take the schools of this year" in page(client, "network-create")
    response = send(client, "network-create", **values)
    made = Network.objects.get()
    assert response["Location"] == reverse("networks:network-guide", args=[made.pk])
    assert made.members.count() == 2
    text = page(client, "network-guide", made.pk)
    assert "Кто может направлять работу всех школ?" in text
    assert text.count('type="radio"') == sum(len(one.options) + 1 for one in GuideQuestion.objects.all())
    answers = {"who-directs": "together", "functions-act": "yes", "resources": "one", "goals": "common"}
    assert send(client, "network-guide", made.pk, **answers)["Location"].endswith("/choose/")
    text = page(client, "network-choose", made.pk)
    assert "concentrated, coordination and resources together" in text
    assert "Школа направляет вместе с методистами или советом" in text
    assert "Other models, and why not" in text
    assert send(client, "network-choose", made.pk, model="chain", reason="").status_code == 400
    assert send(client, "network-choose", made.pk, model="concentrated_both", reason="").status_code == 302
    text = page(client, "network", made.pk)
    assert "Наставническая лига" in text
    assert "No act gives the centre management functions" in text
    assert "The centre is not named" in text
    assert "Мониторинг назвал такую сеть наиболее эффективной" in text
    assert "муниципальные акты не возложили" in text.lower()
    assert str(row.mentee) in text
    act = LegalActFactory(territory=territory)
    send(
        client,
        "network-centre-add",
        made.pk,
        kind=CentreKind.LEADING_SCHOOL,
        organisation=row.lead.short_name,
        functions="Утверждает общий план",
        act=act.pk,
    )
    assert made.centres.get().organisation == row.lead
    text = page(client, "network", made.pk)
    assert "No act gives the centre management functions" not in text
    assert "Incoming links of the centre: 1, outgoing: 0" in text
    contract = requirement(Network.objects.get(), "member-contract")
    member = made.members.get(organisation=row.mentee)
    url_args = (made.pk, contract.pk, member.pk)
    assert "Договор центра с участником сети" in page(client, "network-member-document", *url_args)
    assert send(client, "network-member-document", *url_args, state="signed").status_code == 400
    send(client, "network-member-document", *url_args, state="signed", signed_on="2024-10-01")
    assert "01.10.2024" in page(client, "network", made.pk)
    assert send(client, "network-activate", made.pk).status_code == 302
    made.refresh_from_db()
    assert made.state == NetworkState.ACTIVE


def test_the_programme_stands_on_top_with_its_stages_roles_and_term() -> None:
    one = NetworkFactory(basis=LegalActFactory(number="354"))
    programme = one.programme
    programme.starts_on, programme.ends_on = dt.date(2024, 9, 2), dt.date(2027, 5, 31)
    programme.save()
    programme.legal_basis.add(LegalActFactory(number="263"))
    ProgrammeStage.objects.create(
        programme=programme,
        name="Основной",
        position=1,
        starts_on=dt.date(2024, 9, 2),
        ends_on=dt.date(2025, 5, 31),
    )
    ProgrammeRole.objects.create(programme=programme, name="школа-лидер", description="Показывает опыт")
    text = page(coordinator(one), "network", one.pk)
    for word in (
        programme.name,
        "02.09.2024 – 31.05.2027",
        "Основной",
        "школа-лидер: Показывает опыт",
        "№ 263",
        "№ 354",
    ):
        assert word in text
    assert "The model is not chosen" in text


def test_a_mixed_network_shows_its_parts_and_a_part_its_whole() -> None:
    rules()
    whole = NetworkFactory(model="mixed", name="Вся сеть")
    client = coordinator(whole)
    text = page(client, "network-part", whole.pk)
    assert 'name="programme"' not in text
    send(client, "network-part", whole.pk, name="Север", territory=whole.territory_id, goal="")
    part = Network.objects.get(parent=whole)
    assert part.programme == whole.programme
    assert "Север" in page(client, "network", whole.pk)
    assert "Вся сеть" in page(client, "network", part.pk)


def test_members_join_change_and_leave_on_pages() -> None:
    rules()
    one = NetworkFactory(model="chain")
    client = coordinator(one)
    who = school(one.territory, "Школа села")
    values = {"role": "mentee", "position": "1", "task": "Первый урок", "joined_on": "2024-09-02"}
    assert send(client, "network-member-add", one.pk, organisation="Нет такой", **values).status_code == 400
    send(client, "network-member-add", one.pk, organisation="Школа села", **values)
    member = one.members.get()
    assert (member.organisation, member.position, member.task) == (who, 1, "Первый урок")
    send(client, "network-member", one.pk, member.pk, **{**values, "task": "Общий урок"})
    assert "Общий урок" in page(client, "network", one.pk)
    assert (
        send(client, "network-leave", one.pk, member.pk, left_on="2024-11-05", leave_reason="").status_code
        == 400
    )
    send(
        client,
        "network-leave",
        one.pk,
        member.pk,
        left_on="2024-11-05",
        leave_reason="Нет связи",
        remains="Уроки",
    )
    text = page(client, "network", one.pk)
    assert "05.11.2024: Нет связи" in text
    assert "Уроки" in text


def test_the_load_of_a_lead_is_said_as_two_of_three() -> None:
    rules()
    one = NetworkFactory(model="distributed_instrumental")
    lead = MemberFactory(network=one, role=MemberRole.LEAD).organisation
    for _number in range(2):
        mentee = MemberFactory(network=one).organisation
        PartnershipFactory(school_year=one.school_year, mentee=mentee, lead=lead)
    text = page(coordinator(one), "network", one.pk)
    assert "2 of 3" in text
    assert text.count('href="/networks/') >= 4


def test_directions_and_the_self_check_are_written_on_pages() -> None:
    rules()
    one = NetworkFactory(model="concentrated_resource")
    client = coordinator(one)
    assert "not planned" in page(client, "network", one.pk)
    send(client, "network-direction", one.pk, "remote", planned="Вебинары", done="")
    assert "Вебинары" in page(client, "network", one.pk)
    assert client.get(reverse("networks:network-direction", args=[one.pk, "sport"])).status_code == 404
    text = page(client, "network-check", one.pk)
    assert "Online mentoring, level 5: Устойчивость" in text
    level = {line.item.code: "yes" for line in self_check(one).levels[0].lines}
    send(client, "network-check", one.pk, **level, capital="partly", **{"note-capital": "у двух школ"})
    text = page(client, "network", one.pk)
    assert "Level 1 of 5" in text
    assert "For level 2 («Онлайн-социализация») this is missing:" in text
    assert "у двух школ" in text


def test_the_picture_and_its_table_show_the_same() -> None:
    rules()
    one = NetworkFactory(model="distributed_identical")
    client = coordinator(one)
    assert "The network has no members yet" in page(client, "network-picture", one.pk)
    lead, mentee = MemberFactory(network=one, role="lead"), MemberFactory(network=one)
    PartnershipFactory(school_year=one.school_year, mentee=mentee.organisation, lead=lead.organisation)
    text = page(client, "network-picture", one.pk)
    assert "Members: 2, network pairs: 1." in text
    assert f'<th scope="row">{lead.organisation}</th><td>{mentee.organisation}</td><td>active</td>' in text


def test_closing_and_changing() -> None:
    rules()
    one = NetworkFactory(model="chain", name="Было")
    client = coordinator(one)
    send(client, "network-edit", one.pk, name="Стало", goal="")
    assert "Стало" in page(client, "network", one.pk)
    assert send(client, "network-close", one.pk, closed_on="2024-11-05", close_reason="").status_code == 400
    send(
        client, "network-close", one.pk, closed_on="2024-11-05", close_reason="Проект окончен", remains="Банк"
    )
    text = page(client, "network", one.pk)
    assert "Проект окончен" in text
    assert "Add a member" not in text


def test_a_centre_is_taken_back_by_its_button() -> None:
    rules()
    one = NetworkFactory(model="concentrated_both")
    centre = CentreFactory(network=one)
    client = coordinator(one)
    assert "Name a centre" in page(client, "network", one.pk)
    send(client, "network-centre-drop", one.pk, centre.pk)
    assert not one.centres.exists()


def test_a_member_school_reads_and_leaves_itself_only() -> None:
    rules()
    one = NetworkFactory(model="chain")
    own, other = MemberFactory(network=one), MemberFactory(network=one)
    client = client_of(own.organisation, Role.HEAD_TEACHER)
    text = page(client, "network", one.pk)
    assert reverse("networks:network-leave", args=[one.pk, own.pk]) in text
    assert reverse("networks:network-leave", args=[one.pk, other.pk]) not in text
    for name, args in (
        ("network-edit", ()),
        ("network-guide", ()),
        ("network-choose", ()),
        ("network-close", ()),
        ("network-member-add", ()),
        ("network-check", ()),
        ("network-leave", (other.pk,)),
    ):
        assert client.get(reverse(f"networks:{name}", args=[one.pk, *args])).status_code == 403
    assert send(client, "network-activate", one.pk).status_code == 403
    send(client, "network-leave", one.pk, own.pk, left_on="2024-11-05", leave_reason="Реорганизация")
    own.refresh_from_db()
    assert own.leave_reason == "Реорганизация"
    teacher = client_of(other.organisation, Role.TEACHER)
    assert teacher.get(reverse("networks:network-leave", args=[one.pk, other.pk])).status_code == 403
    assert client.get(reverse("networks:network", args=[NetworkFactory().pk])).status_code == 404


def test_a_coordinator_of_a_member_reads_a_network_of_the_neighbours_and_changes_nothing() -> None:
    rules()
    guest = AuthorityFactory()
    one = NetworkFactory(model="chain")
    MemberFactory(network=one, organisation=school(guest.territory, "Гостья"))
    client = client_of(guest, Role.MUNICIPAL_COORDINATOR)
    assert "Add a member" not in page(client, "network", one.pk)
    assert client.get(reverse("networks:network-edit", args=[one.pk])).status_code == 403


def test_a_document_of_another_model_or_member_is_not_there() -> None:
    rules()
    one = NetworkFactory(model="concentrated_both")
    client = coordinator(one)
    other = NetworkFactory(model="chain")
    foreign = requirement(other, "chain-order")
    assert client.get(reverse("networks:network-document", args=[one.pk, foreign.pk])).status_code == 404
    contract = requirement(one, "member-contract")
    stranger = MemberFactory(network=other)
    assert client.get(reverse("networks:network-document", args=[one.pk, contract.pk])).status_code == 404
    args = [one.pk, contract.pk, stranger.pk]
    assert client.get(reverse("networks:network-member-document", args=args)).status_code == 404


def test_a_draft_document_is_shown_as_a_draft_in_its_form() -> None:
    rules()
    one = NetworkFactory(model="chain")
    signed(one, "chain-order", state="draft", signed_on=None)
    text = page(coordinator(one), "network-document", one.pk, requirement(one, "chain-order").pk)
    assert text.index('value="draft"') < text.index("checked") < text.index('value="signed"')


def test_the_region_changes_the_rules_and_a_district_reads_them() -> None:
    rules()
    one = NetworkFactory()
    district = coordinator(one)
    region = client_of(AuthorityFactory(territory=one.territory.parent), Role.REGIONAL_COORDINATOR)
    assert "Add a card" not in page(district, "network-rules")
    card = NetworkModelCard.objects.get(code="chain")
    assert district.get(reverse("networks:network-rule", args=["model", card.pk])).status_code == 403
    assert "Add a card" in page(region, "network-rules")
    text = page(region, "network-rule", "model", card.pk)
    assert reverse("networks:network-rule-add", args=["model"]) + f"?like={card.pk}" in text
    values = {
        "code": "chain",
        "structure": "chain",
        "gist": "По очереди",
        "features": "Одно\nДругое",
        "conditions": "",
        "fits_when": "",
        "went_wrong": "",
        "year_from": str(YEAR + 1),
        "position": "60",
        "source": "Решение региона",
    }
    response = region.post(reverse("networks:network-rule-add", args=["model"]) + f"?like={card.pk}", values)
    assert response.status_code == 302
    made = NetworkModelCard.objects.get(code="chain", year_from=YEAR + 1)
    assert (made.gist, made.features) == ("По очереди", ["Одно", "Другое"])
    assert region.post(reverse("networks:network-rule-add", args=["model"]), values).status_code == 400
    assert region.get(reverse("networks:network-rule-add", args=["star"])).status_code == 404


def test_options_of_a_question_are_lines_with_points() -> None:
    rules()
    one = NetworkFactory()
    region = client_of(AuthorityFactory(territory=one.territory.parent), Role.REGIONAL_COORDINATOR)
    row = GuideQuestion.objects.get(code="term")
    text = page(region, "network-rule", "question", row.pk)
    assert "permanent | Постоянная | Работа постоянная | concentrated_both=1; " in text
    values = {
        "code": "term",
        "text": row.text,
        "year_from": "2000",
        "position": "90",
        "is_active": "on",
        "source": "Решение региона",
        "options": "long | Долго | Работа долгая | chain=2; mixed=-1\nshort | Коротко | Работа короткая |",
    }
    url = reverse("networks:network-rule", args=["question", row.pk])
    assert region.post(url, values).status_code == 302
    row.refresh_from_db()
    assert row.options == [
        {"code": "long", "label": "Долго", "reason": "Работа долгая", "points": {"chain": 2, "mixed": -1}},
        {"code": "short", "label": "Коротко", "reason": "Работа короткая", "points": {}},
    ]
    for wrong in (
        "long | Долго",
        "a | b | c | star=1",
        "a | b | c | chain=x",
        "a | b | c | chain=99",
        "a|b|c|\na|d|e|",
    ):
        assert region.post(url, {**values, "options": wrong}).status_code == 400


def test_lists_and_pages_cost_the_same_with_one_and_with_three() -> None:
    rules()
    one = NetworkFactory(model="concentrated_both")
    client = coordinator(one)

    def grow() -> None:
        NetworkFactory(territory=one.territory, programme=one.programme, model="chain")
        lead = MemberFactory(network=one, role="lead").organisation
        mentee = MemberFactory(network=one).organisation
        PartnershipFactory(school_year=one.school_year, mentee=mentee, lead=lead)

    def price(url: str) -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    urls = [
        reverse("networks:networks"),
        reverse("networks:network", args=[one.pk]),
        reverse("networks:network-picture", args=[one.pk]),
        reverse("networks:network-rules"),
    ]
    grow()
    CentreFactory(network=one)
    before = [price(url) for url in urls]
    grow()
    grow()
    assert [price(url) for url in urls] == before


def test_the_first_screen_names_what_the_networks_lack() -> None:
    rules()
    one = NetworkFactory(name="Без модели")
    NetworkFactory(
        name="Без бумаг",
        model="chain",
        territory=one.territory,
        programme=one.programme,
        school_year=one.school_year,
    )
    text = " ".join(coordinator(one).get("/").content.decode().split())
    assert "Без модели: ten plain questions propose a model with reasons." in text
    assert "Без бумаг: signed 0 of 1 required documents." in text

"""The life of a partnership: consent of both or a refusal and the next proposal, work, pause, end, the next year."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import translation

from mayak.accounts.enums import Role
from mayak.kernel.access import Actor, Scope
from mayak.kernel.audit.models import AuditEntry
from mayak.matching.selectors.providers import KnownPair
from mayak.networks.enums import PARTNERSHIP_TRANSITIONS, PartnershipState, RenewalChoice, Side
from mayak.networks.models import Partnership
from mayak.networks.selectors.partnership_life import (
    next_leads,
    overdue_answers,
    refused_without_next,
    renewable,
    waiting_answers,
)
from mayak.networks.selectors.refusals import refused_pairs
from mayak.networks.services import open_partnerships_of_run
from mayak.networks.services.consents import consent_to_partnership, propose_next, refuse_partnership
from mayak.networks.services.partnership_life import (
    agree_partnership,
    begin_partnership,
    pause_partnership,
    resume_partnership,
    set_terms,
)
from mayak.networks.services.partnerships import end_partnership
from mayak.networks.services.renewal import Renewal, renew_partnerships
from tests.factories.accounts import RoleAssignmentFactory
from tests.factories.matching import (
    MatchingRunFactory,
    MatchPairFactory,
    PartnershipFactory,
    lead,
    mentee,
    school_year,
)
from tests.factories.registry import AuthorityFactory, MunicipalityFactory, SchoolYearFactory

pytestmark = pytest.mark.django_db
ACTOR = Actor(user_id=7, label="anna@example.org")
FRIDAY = dt.datetime(2024, 10, 4, 12, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _english():
    with override_settings(LANGUAGE_CODE="en"), translation.override("en"):
        yield


def proposal(**fields) -> Partnership:
    fields.setdefault("state", PartnershipState.PROPOSED)
    return PartnershipFactory(school_year=school_year(), **fields)


def consented() -> Partnership:
    row = proposal()
    consent_to_partnership(row, Side.MENTEE, actor=ACTOR)
    return consent_to_partnership(row, Side.LEAD, actor=ACTOR)


@time_machine.travel(FRIDAY, tick=False)
def test_an_approved_pair_is_proposed_for_five_working_days() -> None:
    run = MatchingRunFactory(school_year=school_year())
    MatchPairFactory(run=run)
    open_partnerships_of_run(run, actor=ACTOR)
    row = Partnership.objects.get()
    assert (row.state, row.consent_due) == ("proposed", dt.date(2024, 10, 11))


def test_two_consents_make_a_consented_pair_and_one_does_not() -> None:
    row = proposal()
    assert consent_to_partnership(row, Side.MENTEE, actor=ACTOR).state == "proposed"
    assert consent_to_partnership(row, Side.LEAD, actor=ACTOR).state == "consented"
    assert list(AuditEntry.objects.order_by("pk").values_list("action", flat=True)) == ["consent"] * 3


def test_a_school_answers_once_and_only_a_proposal() -> None:
    row = proposal()
    consent_to_partnership(row, Side.MENTEE, actor=ACTOR)
    with pytest.raises(ValidationError, match="has answered already"):
        refuse_partnership(row, Side.MENTEE, actor=ACTOR, reason="Передумали")
    with pytest.raises(ValidationError, match="no proposal any more"):
        consent_to_partnership(proposal(state=PartnershipState.ACTIVE), Side.LEAD, actor=ACTOR)
    with pytest.raises(ValidationError, match="lies ahead"):
        consent_to_partnership(row, Side.LEAD, actor=ACTOR, decided_on=dt.date(2999, 1, 1))


def test_a_refusal_needs_a_reason_and_keeps_it() -> None:
    row = proposal()
    with pytest.raises(ValidationError) as caught:
        refuse_partnership(row, Side.LEAD, actor=ACTOR, reason="  ")
    assert list(caught.value.message_dict) == ["reason"]
    row = refuse_partnership(row, Side.LEAD, actor=ACTOR, reason="Нет свободных учителей")
    assert (row.state, row.end_reason) == ("refused", "Нет свободных учителей")
    assert row.consents.get().reason == "Нет свободных учителей"
    assert not Partnership.objects.current().exists()


def test_after_a_refusal_another_lead_school_is_proposed() -> None:
    territory = MunicipalityFactory()
    first, second, busy = (lead(territory, name) for name in ("Лицей", "Гимназия", "Школа № 1"))
    row = proposal(mentee=mentee(territory, "Слабая"), lead=first, content=[{"name": "Математика"}])
    PartnershipFactory(lead=busy, mentee__territory=territory, school_year=school_year())
    with pytest.raises(ValidationError, match="only after a refusal"):
        propose_next(row, second, actor=ACTOR)
    row = refuse_partnership(row, Side.LEAD, actor=ACTOR, reason="Нет мест")
    assert list(refused_without_next(Scope.of_everything())) == [row]
    assert [(one.name, one.load) for one in next_leads(row)] == [("Гимназия", 0), ("Школа № 1", 1)]
    with pytest.raises(ValidationError, match="refused to work together"):
        propose_next(row, first, actor=ACTOR)
    made = propose_next(row, second, actor=ACTOR)
    assert (made.state, made.lead, made.instead_of, made.content) == (
        "proposed", second, row, [{"name": "Математика"}],
    )  # fmt: skip
    assert not refused_without_next(Scope.of_everything()).exists()


def test_a_refusal_is_known_to_the_next_computation_of_pairs() -> None:
    territory = MunicipalityFactory()
    row = proposal(mentee=mentee(territory, "Слабая"), lead=lead(territory, "Лицей"))
    refuse_partnership(row, Side.LEAD, actor=ACTOR, reason="Нет мест")
    run = MatchingRunFactory(territory=territory, school_year=row.school_year)
    assert refused_pairs(run) == [KnownPair(row.mentee_id, row.lead_id, "Нет мест", by="lead")]
    elsewhere = MatchingRunFactory(school_year=row.school_year)
    assert refused_pairs(elsewhere) == []


def test_work_begins_after_an_agreement_or_with_a_reason() -> None:
    row = consented()
    with pytest.raises(ValidationError) as caught:
        begin_partnership(row, actor=ACTOR)
    assert list(caught.value.message_dict) == ["reason"]
    day = dt.date(2024, 10, 14)
    begun = begin_partnership(row, actor=ACTOR, began_on=day, reason="Приказ № 263")
    assert (begun.state, begun.began_on, begun.begin_note) == ("active", day, "Приказ № 263")
    agreed = agree_partnership(consented(), actor=ACTOR)
    assert begin_partnership(agreed, actor=ACTOR).state == "active"


def test_a_pause_needs_a_reason_and_ends() -> None:
    row = PartnershipFactory()
    with pytest.raises(ValidationError):
        pause_partnership(row, actor=ACTOR, reason="")
    row = pause_partnership(row, actor=ACTOR, reason="Карантин")
    assert (row.state, row.pause_reason) == ("paused", "Карантин")
    row = resume_partnership(row, actor=ACTOR)
    assert (row.state, row.pause_reason, row.paused_on) == ("active", "", None)
    with pytest.raises(ValidationError, match="is not paused"):
        resume_partnership(row, actor=ACTOR)


STEPS = {
    PartnershipState.AGREED: lambda row: agree_partnership(row, actor=ACTOR),
    PartnershipState.ACTIVE: lambda row: (
        resume_partnership(row, actor=ACTOR)
        if row.state == PartnershipState.PAUSED
        else begin_partnership(row, actor=ACTOR, reason="Приказ")
    ),
    PartnershipState.PAUSED: lambda row: pause_partnership(row, actor=ACTOR, reason="Каникулы"),
    PartnershipState.ENDED: lambda row: end_partnership(row, actor=ACTOR, reason="Конец"),
    PartnershipState.REFUSED: lambda row: refuse_partnership(row, Side.LEAD, actor=ACTOR, reason="Нет"),
}


@pytest.mark.parametrize("before", PartnershipState.values)
@pytest.mark.parametrize("after", list(STEPS))
def test_only_the_steps_of_the_table_can_be_done(before: str, after: str) -> None:
    row = proposal(state=before)
    if after in PARTNERSHIP_TRANSITIONS[before]:
        assert STEPS[after](row).state == after
        return
    with pytest.raises(ValidationError):
        STEPS[after](row)
    row.refresh_from_db()
    assert row.state == before


def test_terms_keep_lines_once_and_in_order() -> None:
    row = PartnershipFactory()
    lines = [{"name": "Математика", "grade": "9"}, {"name": "Кадры"}]
    first, last = dt.date(2024, 9, 1), dt.date(2025, 5, 31)
    row = set_terms(row, actor=ACTOR, starts_on=first, ends_on=last, content=lines)
    assert (row.starts_on, row.ends_on, row.content) == (first, last, lines)
    for wrong in ([{"name": " "}], [{"name": "Кадры"}, {"name": "Кадры"}]):
        with pytest.raises(ValidationError):
            set_terms(row, actor=ACTOR, starts_on=None, ends_on=None, content=wrong)
    with pytest.raises(ValidationError):
        set_terms(row, actor=ACTOR, starts_on=last, ends_on=first, content=lines)


def test_the_next_year_asks_both_schools_again() -> None:
    row, following = PartnershipFactory(school_year=school_year()), SchoolYearFactory(start_year=2025)
    decision = Renewal(row, RenewalChoice.CHANGE, "Добавлена физика")
    (made,) = renew_partnerships([decision], school_year=following, actor=ACTOR)
    assert (made.state, made.renewed_from, made.renewal_note) == ("proposed", row, "Добавлена физика")
    assert not renewable(Scope.of_everything(), row.school_year).exists()
    with pytest.raises(ValidationError, match="decided already"):
        renew_partnerships([decision], school_year=following, actor=ACTOR)


@time_machine.travel(dt.datetime(2025, 5, 20, 12, tzinfo=dt.UTC), tick=False)
def test_what_does_not_go_on_works_to_the_end_of_the_year() -> None:
    row, following = PartnershipFactory(school_year=school_year()), SchoolYearFactory(start_year=2025)
    decision = Renewal(row, RenewalChoice.STOP, "Школа вышла из списка")
    assert renew_partnerships([decision], school_year=following, actor=ACTOR) == []
    row.refresh_from_db()
    assert (row.state, row.not_renewed, row.renewal_note) == ("active", True, "Школа вышла из списка")


def test_a_decision_without_words_carries_nothing_out() -> None:
    good, bad = (PartnershipFactory(school_year=school_year()) for _number in range(2))
    decisions = [Renewal(good, RenewalChoice.KEEP), Renewal(bad, RenewalChoice.STOP)]
    with pytest.raises(ValidationError) as caught:
        renew_partnerships(decisions, school_year=SchoolYearFactory(start_year=2025), actor=ACTOR)
    assert str(bad.mentee) in caught.value.messages[0]
    assert Partnership.objects.count() == 2


def test_answers_are_awaited_of_the_own_school_until_it_answers() -> None:
    row = proposal(consent_due=dt.date(2024, 10, 11))
    own = frozenset({row.lead_id})
    scope = Scope(organisation_ids=own)
    assert list(waiting_answers(scope, sides_of=own)) == [row]
    assert list(overdue_answers(scope, dt.date(2024, 10, 12))) == [row]
    assert not overdue_answers(scope, dt.date(2024, 10, 11)).exists()
    consent_to_partnership(row, Side.LEAD, actor=ACTOR)
    assert not waiting_answers(scope, sides_of=own).exists()
    assert waiting_answers(scope).exists()


# Pages -----------------------------------------------------------------------------------------------------


def client_of(organisation, role: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(RoleAssignmentFactory(organisation=organisation, role=role).user)
    return client


def test_a_head_consents_for_the_own_school_only() -> None:
    row = proposal()
    client = client_of(row.lead, Role.HEAD_TEACHER)
    page = client.get(reverse("networks:detail", args=[row.pk])).content.decode()
    assert page.count("no answer yet") == 2
    assert reverse("networks:answer", args=[row.pk, "lead"]) in page
    assert reverse("networks:answer", args=[row.pk, "mentee"]) not in page
    assert client.post(reverse("networks:answer", args=[row.pk, "mentee"]), {}).status_code == 403
    assert client.get(reverse("networks:answer", args=[row.pk, "nobody"])).status_code == 404
    url = reverse("networks:answer", args=[row.pk, "lead"])
    assert client.post(url, {"decision": "refuse", "reason": ""}).status_code == 400
    assert client.post(url, {"decision": "consent"}).status_code == 302
    given = row.consents.get()
    assert (given.side, given.is_consent, given.on_paper) == ("lead", True, False)


def test_a_coordinator_writes_down_an_answer_from_paper_and_proposes_the_next() -> None:
    row = proposal()
    other = lead(row.mentee.territory, "Гимназия")
    client = client_of(AuthorityFactory(territory=row.mentee.territory), Role.MUNICIPAL_COORDINATOR)
    answer = {
        "decision": "refuse", "reason": "Далеко", "by_label": "директор, письмо № 15", "decided_on": "2024-10-01",
    }  # fmt: skip
    client.post(reverse("networks:answer", args=[row.pk, "lead"]), answer)
    given = row.consents.get()
    assert (given.on_paper, given.by_label, given.decided_on) == (
        True, "директор, письмо № 15", dt.date(2024, 10, 1),
    )  # fmt: skip
    page = client.get(reverse("networks:propose", args=[row.pk])).content.decode()
    assert "Далеко" in page
    assert "Гимназия" in page
    done = client.post(reverse("networks:propose", args=[row.pk]), {"lead": other.pk})
    assert done["Location"] == reverse("networks:detail", args=[row.next_proposals.get().pk])


def test_a_coordinator_begins_pauses_and_changes_terms() -> None:
    row = consented()
    client = client_of(AuthorityFactory(territory=row.mentee.territory), Role.MUNICIPAL_COORDINATOR)
    url = reverse("networks:begin", args=[row.pk])
    assert client.post(url, {"began_on": "2024-10-14", "reason": ""}).status_code == 400
    assert client.post(url, {"began_on": "2024-10-14", "reason": "Приказ"}).status_code == 302
    terms = {"starts_on": "2024-09-01", "ends_on": "2025-05-31", "lines": "Математика; 9\nКадры"}
    client.post(reverse("networks:terms", args=[row.pk]), terms)
    client.post(reverse("networks:pause", args=[row.pk]), {"reason": "Карантин"})
    row.refresh_from_db()
    assert row.content == [{"name": "Математика", "grade": "9"}, {"name": "Кадры", "grade": ""}]
    assert row.state == "paused"
    client.post(reverse("networks:resume", args=[row.pk]))
    row.refresh_from_db()
    assert row.state == "active"
    school = client_of(row.mentee, Role.HEAD_TEACHER)
    for name in ("begin", "pause", "terms", "propose"):
        assert school.get(reverse(f"networks:{name}", args=[row.pk])).status_code == 403


def test_the_page_of_the_next_year_renews_what_is_chosen() -> None:
    territory = MunicipalityFactory()
    SchoolYearFactory(start_year=2025)
    keep, open_row = (
        PartnershipFactory(school_year=school_year(), mentee__territory=territory) for _number in range(2)
    )
    client = client_of(AuthorityFactory(territory=territory), Role.MUNICIPAL_COORDINATOR)
    url = reverse("networks:renew")
    assert client.get(url).status_code == 200
    wrong = {f"p{keep.pk}-choice": "stop", f"p{keep.pk}-note": ""}
    assert client.post(url, wrong).status_code == 400
    assert client.post(url, {f"p{keep.pk}-choice": "keep"}).status_code == 302
    made = Partnership.objects.get(renewed_from=keep)
    assert (made.state, made.school_year.start_year) == ("proposed", 2025)
    assert not hasattr(open_row, "renewal")
    assert client_of(keep.mentee, Role.HEAD_TEACHER).get(url).status_code == 403

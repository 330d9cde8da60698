"""Consents: a paper for each purpose, versions, withdrawal; papers of mentors; requests with deadlines."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from mayak.accounts.algorithms.working_days import after_working_days, is_working
from mayak.accounts.enums import ConsentPurpose, ConsentWay, EndedBy, RequestState, Role, TermsState
from mayak.accounts.models import (
    CalendarDay,
    Consent,
    ConsentText,
    MentoringTerms,
    PersonRequest,
    RoleAssignment,
)
from mayak.accounts.selectors.consents import current_texts
from mayak.accounts.selectors.deadlines import deadline
from mayak.accounts.selectors.holders import subjects_of
from mayak.accounts.services.consents import give_consent, give_many, save_text, update_text, withdraw_consent
from mayak.accounts.services.personal_reference import load_personal_reference
from mayak.accounts.services.requests import answer_request, ask, rename_user
from mayak.accounts.services.terms import end_terms, record_terms, update_terms
from mayak.kernel.access import SYSTEM, Actor, Scope
from mayak.kernel.audit.models import AuditEntry
from mayak.kernel.models import Reading, RetentionTerm
from mayak.kernel.personal.holdings import holdings_of
from mayak.kernel.retention.services import retention_report
from mayak.registry.models import Person
from mayak.registry.services.people import create_person, employ
from tests.factories.accounts import RoleAssignmentFactory, UserFactory
from tests.factories.registry import AuthorityFactory, MunicipalityFactory, SchoolFactory

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 11, 16)  # a Monday


@pytest.fixture
def texts() -> dict[str, ConsentText]:
    load_personal_reference()
    return current_texts()


@pytest.fixture
def person() -> Person:
    school = SchoolFactory()
    made = create_person(actor=SYSTEM, territory=school.territory, family_name="Лукина", given_name="Вера")
    employ(made, actor=SYSTEM, organisation=school, position="учитель")
    return made


def paper(person: Person, text: ConsentText, **values: Any) -> Consent:
    chosen = {"given_on": dt.date(2026, 9, 1), "way": ConsentWay.PAPER, "actor": SYSTEM, **values}
    return give_consent(person, text, **chosen)


# Consents ---------------------------------------------------------------------------------------------------


def test_there_is_a_text_for_each_purpose_marked_as_ours(texts: dict[str, ConsentText]) -> None:
    assert set(texts) == set(ConsentPurpose.values)
    assert all(text.is_assumption and "юриста" in text.note and text.consequences for text in texts.values())


def test_a_consent_holds_for_its_purpose_only_and_once(person: Person, texts: dict[str, ConsentText]) -> None:
    paper(person, texts["processing"])
    paper(person, texts["survey"])
    with pytest.raises(ValidationError, match="уже дано"):
        paper(person, texts["processing"])
    assert sorted(Consent.objects.live().values_list("purpose", flat=True)) == ["processing", "survey"]


def test_a_newer_version_replaces_the_older_consent(person: Person, texts: dict[str, ConsentText]) -> None:
    old = paper(person, texts["processing"])
    newer = save_text(
        "processing", actor=SYSTEM, title="Согласие", text="Новый текст", consequences="-", valid_from=DAY, source="приказ"
    )  # fmt: skip
    paper(person, newer, given_on=dt.date(2026, 11, 17))
    old.refresh_from_db()
    assert (newer.version, old.replaced_on, Consent.objects.live().get().text) == (
        2,
        dt.date(2026, 11, 17),
        newer,
    )


def test_a_used_version_is_frozen(person: Person, texts: dict[str, ConsentText]) -> None:
    update_text(texts["survey"], actor=SYSTEM, title="Согласие на анкеты")
    paper(person, texts["survey"])
    with pytest.raises(ValidationError):
        update_text(texts["survey"], actor=SYSTEM, title="Другое")
    ConsentText.objects.filter(pk=texts["survey"].pk).update(text="как подписано")
    load_personal_reference()
    texts["survey"].refresh_from_db()
    assert texts["survey"].text == "как подписано"


def test_a_withdrawal_keeps_the_proof(person: Person, texts: dict[str, ConsentText]) -> None:
    given_ = paper(person, texts["publication"])
    with pytest.raises(ValidationError):
        withdraw_consent(given_, actor=SYSTEM, withdrawn_on=dt.date(2026, 8, 31), way=ConsentWay.PAPER)
    withdraw_consent(
        given_, actor=SYSTEM, withdrawn_on=dt.date(2026, 9, 2), way=ConsentWay.PAPER, basis="заявление"
    )
    with pytest.raises(ValidationError):
        withdraw_consent(given_, actor=SYSTEM, withdrawn_on=dt.date(2026, 9, 3), way=ConsentWay.PAPER)
    kept = Consent.objects.get()
    assert (kept.is_live, kept.withdrawn_on, kept.withdrawal_basis) == (
        False,
        dt.date(2026, 9, 2),
        "заявление",
    )
    entry = AuditEntry.objects.get(object_type="accounts.consent", action="withdraw")
    assert entry.changes["withdrawn_on"] == [None, "2026-09-02"]


def test_nobody_but_the_person_consents_electronically(person: Person, texts: dict[str, ConsentText]) -> None:
    user = UserFactory(person=person)
    today = timezone.localdate()
    with pytest.raises(ValidationError):
        paper(person, texts["survey"], way=ConsentWay.ELECTRONIC)
    given_ = give_consent(
        user, texts["survey"], actor=Actor(user.pk, user.email), given_on=today, way=ConsentWay.ELECTRONIC
    )
    assert (given_.person, given_.user) == (person, None)


def test_many_papers_at_once_count_those_that_were_there(
    person: Person, texts: dict[str, ConsentText]
) -> None:
    second = create_person(actor=SYSTEM, territory=person.territory, family_name="Мухин", given_name="Лев")
    paper(person, texts["processing"])
    done = give_many(
        [person, second],
        texts["processing"],
        actor=SYSTEM,
        given_on=DAY,
        way=ConsentWay.PAPER,
        basis="дело 3",
    )
    assert done == (1, 1)


def test_consents_are_seen_where_the_person_works(person: Person, texts: dict[str, ConsentText]) -> None:
    paper(person, texts["processing"])
    school = person.employments.get().organisation
    for scope, count in (
        (Scope(organisation_ids=frozenset({school.pk})), 1),
        (Scope(territory_paths=(person.territory.path or "",)), 1),
        (Scope(organisation_ids=frozenset({SchoolFactory().pk})), 0),
        (Scope(), 0),
    ):
        assert Consent.objects.within(scope).count() == count


# Working days and papers of mentors -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "last"),
    [
        (dt.date(2026, 11, 16), dt.date(2026, 11, 19)),  # Monday -> Thursday
        (dt.date(2026, 11, 19), dt.date(2026, 11, 24)),  # Thursday -> Tuesday, over the week-end
        (dt.date(2026, 12, 30), dt.date(2027, 1, 13)),  # over the holidays of January
        (dt.date(2026, 10, 30), dt.date(2026, 11, 5)),  # 4 November is a holiday
        (dt.date(2025, 10, 30), dt.date(2025, 11, 5)),  # Saturday 1 November 2025 was a working day
    ],
)
def test_three_working_days_by_the_russian_calendar(start: dt.date, last: dt.date) -> None:
    load_personal_reference()
    assert deadline("mentoring-notice", start).day == last


@given(
    st.dates(dt.date(2024, 1, 1), dt.date(2030, 12, 31)), st.integers(0, 30), st.sets(st.dates(), max_size=9)
)
def test_exactly_so_many_working_days_lie_between(start: dt.date, count: int, holidays: set[dt.date]) -> None:
    special = dict.fromkeys(holidays, False)
    end = after_working_days(start, count, special)
    between = [start + dt.timedelta(days=step) for step in range(1, (end - start).days + 1)]
    assert sum(is_working(day, special) for day in between) == count
    assert count == 0 or is_working(end, special)


def terms(person: Person, **values: Any) -> MentoringTerms:
    chosen = {
        "content": "Сопровождение молодого учителя", "form": "в паре", "starts_on": dt.date(2026, 9, 1),
        "ends_on": dt.date(2027, 5, 31), **values,
    }  # fmt: skip
    return record_terms(person, person.employments.get().organisation, actor=SYSTEM, **chosen)


@time_machine.travel(DAY)
def test_a_supplement_takes_the_consent_of_the_register(
    person: Person, texts: dict[str, ConsentText]
) -> None:
    draft = terms(person)
    assert draft.state == TermsState.DRAFT
    paper(person, texts["mentoring"], given_on=dt.date(2026, 8, 28))
    update_terms(draft, actor=SYSTEM, form="в группе")
    assert (draft.state, draft.consented_on) == (TermsState.ACTIVE, dt.date(2026, 8, 28))


@time_machine.travel(DAY)
def test_the_end_by_notice_counts_three_working_days(person: Person, texts: dict[str, ConsentText]) -> None:
    consent = paper(person, texts["mentoring"], given_on=dt.date(2026, 8, 28))
    supplement = terms(person)
    with pytest.raises(ValidationError, match="уведомлению"):
        withdraw_consent(consent, actor=SYSTEM, withdrawn_on=DAY, way=ConsentWay.PAPER)
    end_terms(supplement, actor=SYSTEM, ended_by=EndedBy.MENTOR, notice_on=DAY)
    assert (supplement.last_day, supplement.state) == (dt.date(2026, 11, 19), TermsState.NOTICE)
    assert supplement.state_on(dt.date(2026, 11, 19)) == TermsState.NOTICE
    assert supplement.state_on(dt.date(2026, 11, 20)) == TermsState.ENDED
    with pytest.raises(ValidationError):
        end_terms(supplement, actor=SYSTEM, ended_by=EndedBy.EMPLOYER, notice_on=DAY)


@time_machine.travel(DAY)
def test_an_agreement_ends_at_once_and_never_after_the_term(
    person: Person, texts: dict[str, ConsentText]
) -> None:
    paper(person, texts["mentoring"], given_on=dt.date(2026, 8, 28))
    first, second = terms(person), terms(person, ends_on=dt.date(2026, 11, 17))
    end_terms(first, actor=SYSTEM, ended_by=EndedBy.AGREEMENT, notice_on=DAY)
    end_terms(second, actor=SYSTEM, ended_by=EndedBy.EMPLOYER, notice_on=DAY)
    assert (first.last_day, second.last_day) == (DAY, dt.date(2026, 11, 17))


def test_only_the_employer_makes_a_supplement_and_says_the_pay(person: Person) -> None:
    with pytest.raises(ValidationError):
        record_terms(person, SchoolFactory(), actor=SYSTEM, content="-", form="-", starts_on=DAY, ends_on=DAY)
    with pytest.raises(ValidationError, match="оплаты"):
        terms(person, is_paid=True)
    assert terms(person, is_paid=True, pay="10 процентов оклада").pk


# Requests ---------------------------------------------------------------------------------------------------


@time_machine.travel(DAY)
def test_a_request_has_its_deadline_and_waits_once(texts: dict[str, ConsentText]) -> None:
    user = UserFactory()
    actor = Actor(user.pk, user.email)
    asked = ask(user, "erase", actor=actor)
    corrected = ask(user, "correct", actor=actor, text="Отчество Ивановна")
    assert (asked.due_on, corrected.due_on) == (dt.date(2026, 12, 16), dt.date(2026, 11, 25))
    with pytest.raises(ValidationError):
        ask(user, "erase", actor=actor)
    with pytest.raises(ValidationError):
        ask(user, "correct", actor=actor, text=" ")


def test_a_refusal_needs_a_reason_and_nobody_answers_the_own_request() -> None:
    user = UserFactory()
    asked = ask(user, "erase", actor=Actor(user.pk, user.email))
    with pytest.raises(ValidationError):
        answer_request(asked, actor=SYSTEM, state=RequestState.REFUSED)
    with pytest.raises(ValidationError):
        answer_request(asked, actor=Actor(user.pk, user.email), state=RequestState.DONE)
    answer_request(asked, actor=SYSTEM, state=RequestState.REFUSED, answer="идёт проверка")
    assert PersonRequest.objects.get().state == "refused"


def test_the_own_name_is_corrected_and_the_log_hides_it() -> None:
    user = UserFactory(full_name="Лукина Вера")
    rename_user(user, actor=Actor(user.pk, user.email), full_name=" Лукина  Вера Ильинична ")
    assert user.full_name == "Лукина Вера Ильинична"
    entry = AuditEntry.objects.get(action="update", object_type="accounts.user")
    assert "Лукина" not in str(entry.changes)
    assert entry.values == {"full_name": ["Лукина Вера", "Лукина Вера Ильинична"]}


# Pages ------------------------------------------------------------------------------------------------------


def sign_in(held: RoleAssignment) -> Client:
    client = Client()
    client.force_login(held.user)
    return client


@pytest.fixture
def coordinator() -> RoleAssignment:
    return RoleAssignmentFactory.create(organisation=AuthorityFactory(territory=MunicipalityFactory()))


def test_a_coordinator_records_papers_and_the_person_sees_who_looked(
    coordinator: RoleAssignment, texts: dict[str, ConsentText]
) -> None:
    school = SchoolFactory(territory=coordinator.organisation.territory)
    person = create_person(
        actor=SYSTEM,
        territory=school.territory,
        family_name="Лукина",
        given_name="Вера",
        email="vera@school.example",
    )
    teacher = RoleAssignmentFactory.create(
        role=Role.TEACHER, organisation=school, user=UserFactory(person=person)
    )
    client = sign_in(coordinator)
    sent = {
        "people": "Лукина Вера\nvera@school.example",
        "text": texts["processing"].pk,
        "given_on": "2026-09-01",
        "basis": "дело 3",
    }
    assert client.post("/account/consents/bulk/", sent).status_code == 302
    assert client.get(f"/account/consents/people/{person.pk}/").status_code == 200
    assert client.get("/account/consents/?holds=yes").status_code == 200
    assert Reading.objects.get().subject == f"registry.person:{person.pk}"
    shown = sign_in(teacher).get("/account/my-data/").content.decode()
    assert coordinator.user.email in shown
    assert "дело 3" in shown


def test_the_whole_text_stands_alone_before_it_is_given(texts: dict[str, ConsentText]) -> None:
    held = RoleAssignmentFactory.create(role=Role.TEACHER, organisation=SchoolFactory())
    client = sign_in(held)
    page = client.get("/account/my-data/consents/survey/").content.decode()
    assert "Ответы анонимных анкет с моим именем не связываются" in page
    assert client.post("/account/my-data/consents/survey/").status_code == 302
    given_ = Consent.objects.get()
    assert (given_.user, given_.way, given_.purpose) == (held.user, "electronic", "survey")
    page = client.get(f"/account/my-data/withdraw/{given_.pk}/").content.decode()
    assert texts["survey"].consequences[:40] in page
    assert client.post(f"/account/my-data/withdraw/{given_.pk}/").status_code == 302
    assert not Consent.objects.live().exists()
    assert client.get("/account/my-data/consents/none/").status_code == 404


def test_nobody_withdraws_the_consent_of_another(person: Person, texts: dict[str, ConsentText]) -> None:
    given_ = paper(person, texts["survey"])
    held = RoleAssignmentFactory.create(role=Role.TEACHER, organisation=person.employments.get().organisation)
    assert sign_in(held).post(f"/account/my-data/withdraw/{given_.pk}/").status_code == 404


def test_the_own_data_are_taken_away_in_both_forms(texts: dict[str, ConsentText]) -> None:
    held = RoleAssignmentFactory.create(role=Role.TEACHER, organisation=SchoolFactory())
    client = sign_in(held)
    answer = client.get("/account/my-data/export.json")
    content = answer.json()
    account = next(one for one in content["holdings"] if one["key"] == "account")
    assert account["rows"][0]["email"] == held.user.email
    assert "attachment" in answer["Content-Disposition"]
    assert held.user.email in client.get("/account/my-data/export.html").content.decode()
    assert AuditEntry.objects.filter(action="export", object_type="accounts.user").count() == 2


def test_an_erasure_is_asked_for_tried_and_done(coordinator: RoleAssignment) -> None:
    school = SchoolFactory(territory=coordinator.organisation.territory)
    teacher = RoleAssignmentFactory.create(
        role=Role.TEACHER, organisation=school, user=UserFactory(full_name="Галкин Пётр Ильич")
    )
    assert sign_in(teacher).post("/account/my-data/ask/erase/", {"text": ""}).status_code == 302
    asked = PersonRequest.objects.get()
    client = sign_in(coordinator)
    assert client.get("/account/requests/").status_code == 200
    page = client.get(f"/account/requests/{asked.pk}/erase/").content.decode()
    assert "Это пробный прогон" in page
    teacher.user.refresh_from_db()
    assert teacher.user.full_name == "Галкин Пётр Ильич"
    sent = {"reason": "просьба", "sure": "on"}
    assert client.post(f"/account/requests/{asked.pk}/erase/", sent).status_code == 200
    teacher.user.refresh_from_db()
    asked.refresh_from_db()
    assert (teacher.user.is_active, asked.state) == (False, "done")
    assert teacher.user.full_name.startswith("Педагог ")


def test_a_scan_is_a_scan_and_stays_private(person: Person, texts: dict[str, ConsentText]) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    school = person.employments.get().organisation
    head = sign_in(RoleAssignmentFactory.create(role=Role.HEAD_TEACHER, organisation=school))
    url = f"/account/consents/people/{person.pk}/record/"
    sent = {"text": texts["survey"].pk, "given_on": "2026-09-01"}
    bad = {**sent, "scan": SimpleUploadedFile("скан.pdf", b"<html>")}
    assert head.post(url, bad).status_code == 400
    assert head.post(url, {**sent, "scan": SimpleUploadedFile("скан.pdf", b"%PDF-1.4")}).status_code == 302
    consent = Consent.objects.get()
    answer = head.get(f"/account/consents/{consent.pk}/scan/")
    assert (answer["Content-Type"], b"".join(answer)) == ("application/pdf", b"%PDF-1.4")
    stranger = sign_in(RoleAssignmentFactory.create(role=Role.HEAD_TEACHER, organisation=SchoolFactory()))
    assert stranger.get(f"/account/consents/{consent.pk}/scan/").status_code == 404


def test_the_administrator_sees_what_would_go_and_lets_it_go(texts: dict[str, ConsentText]) -> None:
    held = RoleAssignmentFactory.create(role=Role.SYSTEM_ADMINISTRATOR, organisation=AuthorityFactory())
    client = sign_in(held)
    assert "Закрытые учётные записи" in client.get("/account/retention/").content.decode()
    assert client.post("/account/retention/run/").status_code == 302


def test_each_term_of_storage_takes_its_rows(person: Person, texts: dict[str, ConsentText]) -> None:
    from mayak.kernel.retention.services import delete_old

    long_ago = timezone.now() - dt.timedelta(days=1200)
    RetentionTerm.objects.update(keep_days=1000)
    closed = UserFactory(full_name="Галкин Пётр", is_active=False)
    type(closed).objects.filter(pk=closed.pk).update(created_at=long_ago)
    given_ = paper(person, texts["survey"], given_on=dt.date(2022, 9, 1), scan=("a.pdf", b"%PDF"))
    withdraw_consent(given_, actor=SYSTEM, withdrawn_on=dt.date(2022, 10, 1), way=ConsentWay.PAPER)
    counted = {line.kind.code: line.rows for line in retention_report() if line.rows}
    assert counted == {"closed-accounts": 1, "consent-scans": 1}
    assert delete_old(actor=SYSTEM) == counted
    closed.refresh_from_db()
    assert closed.full_name.startswith("Педагог ")
    assert Consent.objects.get().scan.name == ""


def test_all_that_is_held_is_listed(person: Person, texts: dict[str, ConsentText]) -> None:
    user = UserFactory(person=person)
    paper(person, texts["survey"])
    assert CalendarDay.objects.filter(day__year=2026).count() == 18
    assert [one.key for one in holdings_of(subjects_of(user))] == [
        "account",
        "consents",
        "person",
        "posts",
        "audit",
    ]

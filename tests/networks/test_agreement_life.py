"""The life of an agreement: one test for each transition, what freezes, what is refused, who does what."""

import datetime as dt

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import override_settings
from django.utils import translation

from mayak.accounts.enums import Role
from mayak.kernel.access import Actor
from mayak.kernel.audit.models import AuditEntry
from mayak.kernel.jobs.services import run_now
from mayak.networks.enums import PartnershipState
from mayak.networks.enums.agreements import (
    AGREEMENT_TRANSITIONS,
    AgreementEnd,
    AgreementFileKind,
    AgreementState,
)
from mayak.networks.models import Agreement, AgreementClause, AgreementReminder, AgreementVersion
from mayak.networks.selectors.agreement_texts import paper_of
from mayak.networks.selectors.agreement_versions import last_version
from mayak.networks.selectors.agreements import agreement_of
from mayak.networks.services import agreement_life as life
from mayak.networks.services.agreement_clauses import (
    add_clause,
    add_missing_clauses,
    begin_version,
    drop_clause,
    update_clause,
)
from mayak.networks.services.agreement_files import add_file
from mayak.networks.services.agreement_mass import ask_for_agreements
from mayak.networks.services.agreement_parties import drop_party, refresh_party, update_party
from mayak.networks.services.agreement_reminders import send_due_reminders, send_reminder, write_reminder
from mayak.networks.services.agreements import create_amendment, create_for_partnership, update_agreement
from mayak.networks.signals import agreement_signed
from tests.factories.accounts import RoleAssignmentFactory
from tests.factories.agreements import ACTOR, PDF, agreed, draft, pair, scan, signed
from tests.factories.matching import PartnershipFactory
from tests.factories.registry import AuthorityFactory, SchoolYearFactory

pytestmark = pytest.mark.django_db
DAY = dt.date(2024, 9, 10)
D, A, G, S, F, M, E = (
    AgreementState.DRAFT, AgreementState.IN_APPROVAL, AgreementState.AGREED, AgreementState.SIGNED,
    AgreementState.IN_FORCE, AgreementState.AMENDED, AgreementState.ENDED,
)  # fmt: skip


@pytest.fixture(autouse=True)
def _english():
    with override_settings(LANGUAGE_CODE="en"), translation.override("en"):
        yield


def refused(caught: pytest.ExceptionInfo[ValidationError]) -> str:
    return " ".join(caught.value.messages)


def test_the_table_of_transitions() -> None:
    assert {
        D: {A, G, E}, A: {D, G, E}, G: {D, S, E}, S: {F, E}, F: {M, E}, M: {E}, E: set(),
    } == AGREEMENT_TRANSITIONS  # fmt: skip


def test_a_pair_has_one_agreement_in_preparation_and_none_when_it_is_over() -> None:
    partnership = pair()
    draft(partnership)
    with pytest.raises(ValidationError) as caught:
        create_for_partnership(partnership, actor=ACTOR)
    assert refused(caught) == "The pair has an agreement in preparation already."
    over = PartnershipFactory(state=PartnershipState.ENDED)
    with pytest.raises(ValidationError):
        create_for_partnership(over, actor=ACTOR)


def test_a_contract_on_the_network_form_needs_pupils() -> None:
    with pytest.raises(ValidationError) as caught:
        draft(kind="network_form")
    assert (
        refused(caught) == "A contract on the network form is made only where pupils study in another school."
    )
    row = draft(kind="network_form", pupils_study=True)
    assert row.title == "Договор о сетевой форме реализации образовательной программы"


def test_a_closed_year_takes_no_agreement() -> None:
    partnership = pair()
    partnership.school_year.is_closed = True
    partnership.school_year.save()
    with pytest.raises(ValidationError) as caught:
        draft(partnership)
    assert caught.value.code == "year"


def test_the_chain_goes_step_by_step_to_agreed() -> None:
    row = draft()
    lawyer = life.add_approval(row, actor=ACTOR, label="Юрист")
    head = life.add_approval(row, actor=ACTOR, label="Руководитель", step_number=2)
    row = life.send_for_approval(row, actor=ACTOR)
    assert row.state == A
    with pytest.raises(ValidationError) as caught:
        life.decide_approval(head, actor=ACTOR, agrees=True)
    assert caught.value.code == "turn"
    assert life.decide_approval(lawyer, actor=ACTOR, agrees=True).state == A
    row = life.decide_approval(head, actor=ACTOR, agrees=True)
    head.refresh_from_db()
    assert (row.state, head.decided_by_label, head.version.number) == (G, ACTOR.label, 1)
    with pytest.raises(ValidationError):
        life.decide_approval(head, actor=ACTOR, agrees=True)


def test_without_a_chosen_chain_the_heads_of_all_parties_approve() -> None:
    row = life.send_for_approval(draft(), actor=ACTOR)
    assert [(one.label, one.party.role, one.step) for one in row.approvals.all()] == [
        ("Руководитель", "lead", 1),
        ("Руководитель", "mentee", 1),
    ]


def test_a_return_needs_remarks_and_opens_a_new_version() -> None:
    row = life.send_for_approval(draft(), actor=ACTOR)
    link = row.approvals.first()
    with pytest.raises(ValidationError) as caught:
        life.decide_approval(link, actor=ACTOR, agrees=False, note=" ")
    assert caught.value.message_dict == {"note": ["Say what must be changed."]}
    row = life.decide_approval(link, actor=ACTOR, agrees=False, note="Уточнить пункт 3.1")
    assert row.state == D
    assert [(one.number, one.frozen_at is None) for one in row.versions.all()] == [(2, True), (1, False)]
    again = life.send_for_approval(row, actor=ACTOR)
    assert {one.decision for one in again.approvals.all()} == {"waiting"}


def test_what_is_sent_round_is_frozen() -> None:
    row = draft()
    clause = AgreementClause.objects.filter(version__agreement=row).first()
    party = row.parties.first()
    life.send_for_approval(row, actor=ACTOR)
    for change in (
        lambda: update_clause(clause, actor=ACTOR, text="иное"),
        lambda: drop_clause(clause, actor=ACTOR),
        lambda: add_clause(row, actor=ACTOR, number="11", section="term", text="х"),
        lambda: add_missing_clauses(row, actor=ACTOR),
        lambda: begin_version(row, actor=ACTOR),
        lambda: update_party(party, actor=ACTOR, basis="доверенности"),
        lambda: drop_party(party, actor=ACTOR),
        lambda: update_agreement(row, actor=ACTOR, title="иное"),
        lambda: life.add_approval(row, actor=ACTOR, label="кто-то"),
        lambda: life.send_for_approval(row, actor=ACTOR),
    ):
        with pytest.raises(ValidationError) as caught:
            change()
        assert caught.value.code == "state"


def test_agreed_on_paper_needs_a_reason() -> None:
    with pytest.raises(ValidationError):
        life.agree_without_chain(draft(), actor=ACTOR, reason="  ")
    row = agreed()
    assert (row.state, row.agreed_note) == (G, "согласовано на бумаге")


def test_an_agreed_text_goes_back_to_draft_with_a_reason() -> None:
    row = agreed()
    with pytest.raises(ValidationError):
        life.reopen_agreement(row, actor=ACTOR, reason="")
    row = life.reopen_agreement(row, actor=ACTOR, reason="ошибка в сроке")
    assert (row.state, row.agreed_on, last_version(row).note) == (D, None, "ошибка в сроке")
    with pytest.raises(ValidationError):
        life.reopen_agreement(row, actor=ACTOR, reason="ещё раз")


def test_a_signature_needs_an_agreed_text_a_day_that_is_not_ahead_and_a_file() -> None:
    with pytest.raises(ValidationError) as caught:
        life.sign_agreement(draft(), actor=ACTOR, signed_on=DAY, today=DAY)
    assert refused(caught) == "Only an agreed text is signed."
    row = agreed()
    with pytest.raises(ValidationError) as caught:
        life.sign_agreement(row, actor=ACTOR, signed_on=DAY + dt.timedelta(days=1), today=DAY)
    assert "signed_on" in caught.value.message_dict
    with pytest.raises(ValidationError) as caught:
        life.sign_agreement(row, actor=ACTOR, signed_on=DAY, today=DAY)
    assert refused(caught) == "Add the scan of the signed paper, or a signature file of each party."


def test_nobody_signs_for_a_party_without_a_representative() -> None:
    partnership = PartnershipFactory()
    row = agreed(partnership)
    add_file(row, actor=ACTOR, file=scan(), kind=AgreementFileKind.SCAN)
    with pytest.raises(ValidationError) as caught:
        life.sign_agreement(row, actor=ACTOR, signed_on=DAY, today=DAY)
    assert refused(caught).startswith("Nobody is named who signs for:")


def test_a_signature_freezes_the_text_with_its_hash_and_tells_the_pair() -> None:
    told = []

    def listen(sender: object, *, agreement: Agreement, actor: Actor, **_more: object) -> None:
        told.append((agreement.pk, actor.label))

    agreement_signed.connect(listen)
    try:
        row = signed()
    finally:
        agreement_signed.disconnect(listen)
    row.refresh_from_db()
    assert (row.state, row.signed_on, row.number) == (F, dt.date(2024, 9, 5), "12")
    assert row.content_hash == paper_of(row, last_version(row)).content_hash
    assert told == [(row.pk, ACTOR.label)]
    party = row.parties.first()
    party.legal_person.name = "Новое имя"
    party.legal_person.save()
    with pytest.raises(ValidationError):
        refresh_party(party, actor=ACTOR)
    assert paper_of(row, last_version(row)).content_hash == row.content_hash


def test_signature_files_of_all_parties_are_enough() -> None:
    row = agreed()
    lead, mentee = row.parties.all()
    der = b"0\x82\x01\x00signature"
    with pytest.raises(ValidationError) as caught:
        add_file(row, actor=ACTOR, file=scan("a.sig", der), kind=AgreementFileKind.SIGNATURE)
    assert "party" in caught.value.message_dict
    made = add_file(row, actor=ACTOR, file=scan("a.sig", der), kind=AgreementFileKind.SIGNATURE, party=lead)
    with pytest.raises(ValidationError):
        life.sign_agreement(row, actor=ACTOR, signed_on=DAY, today=DAY)
    add_file(
        row,
        actor=ACTOR,
        file=scan("b.p7s", b"-----BEGIN PKCS7"),
        kind=AgreementFileKind.SIGNATURE,
        party=mentee,
    )
    row = life.sign_agreement(row, actor=ACTOR, signed_on=DAY, today=DAY)
    assert made.content_hash == row.content_hash


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("scan.pdf", b"hello", AgreementFileKind.SCAN),
        ("scan.exe", PDF, AgreementFileKind.SCAN),
        ("scan.pdf", b"", AgreementFileKind.SCAN),
        ("a.sig", PDF, AgreementFileKind.REMARKS),
    ],
)
def test_a_file_is_what_its_name_says(name: str, content: bytes, kind: str) -> None:
    with pytest.raises(ValidationError):
        add_file(agreed(), actor=ACTOR, file=scan(name, content), kind=kind)


def test_a_scan_is_kept_only_of_an_agreed_text() -> None:
    with pytest.raises(ValidationError) as caught:
        add_file(draft(), actor=ACTOR, file=scan(), kind=AgreementFileKind.SCAN)
    assert caught.value.code == "state"


def test_an_agreement_signed_ahead_comes_into_force_on_its_first_day_and_ends_on_its_last() -> None:
    row = signed(day=dt.date(2024, 8, 20), starts_on=dt.date(2024, 9, 1))
    assert row.state == S
    assert life.keep_dates(today=dt.date(2024, 8, 31)) == (0, 0)
    assert life.keep_dates(today=dt.date(2024, 9, 1)) == (1, 0)
    assert life.keep_dates(today=dt.date(2025, 8, 31)) == (0, 0)
    assert life.keep_dates(today=dt.date(2025, 9, 1)) == (0, 1)
    row.refresh_from_db()
    assert (row.state, row.end_kind, row.ended_on) == (E, AgreementEnd.TERM, dt.date(2025, 8, 31))


def test_the_agreement_of_a_pair_on_a_day() -> None:
    row = signed()
    assert agreement_of(row.partnership, dt.date(2024, 9, 1)) == row
    assert agreement_of(row.partnership, dt.date(2025, 8, 31)) == row
    assert agreement_of(row.partnership, dt.date(2025, 9, 1)) is None
    assert agreement_of(row.partnership, dt.date(2024, 8, 31)) is None
    assert agreement_of(draft(pair()).partnership, DAY) is None


def test_an_amendment_changes_the_agreement_when_it_comes_into_force() -> None:
    row = signed()
    made = create_amendment(row, actor=ACTOR, starts_on=dt.date(2024, 9, 12), ends_on=dt.date(2025, 12, 31))
    assert [one.name for one in made.parties.all()] == [one.name for one in row.parties.all()]
    text = paper_of(made, last_version(made)).clauses[1].text
    assert text.startswith(
        "Внести в соглашение о сотрудничестве от 5\u00a0сентября\u00a02024\u00a0г. №\u00a012"
    )
    with pytest.raises(ValidationError):
        create_amendment(row, actor=ACTOR)
    life.agree_without_chain(made, actor=ACTOR, reason="на бумаге")
    add_file(made, actor=ACTOR, file=scan(), kind=AgreementFileKind.SCAN)
    life.sign_agreement(made, actor=ACTOR, signed_on=DAY, today=DAY)
    row.refresh_from_db()
    assert row.state == F
    life.keep_dates(today=dt.date(2024, 9, 12))
    row.refresh_from_db()
    assert (row.state, row.ends_on) == (M, dt.date(2025, 12, 31))


def test_only_a_signed_agreement_is_amended() -> None:
    with pytest.raises(ValidationError):
        create_amendment(draft(), actor=ACTOR)


def test_an_end_says_how_and_why() -> None:
    row = signed()
    with pytest.raises(ValidationError) as caught:
        life.end_agreement(row, actor=ACTOR, end_kind=AgreementEnd.WITHDRAWAL)
    assert "reason" in caught.value.message_dict
    with pytest.raises(ValidationError):
        life.end_agreement(row, actor=ACTOR, end_kind=AgreementEnd.DROPPED, reason="х")
    row = life.end_agreement(
        row, actor=ACTOR, end_kind=AgreementEnd.CONSENT, reason="программа завершена", ended_on=DAY
    )
    assert (row.state, row.end_kind, row.ended_on) == (E, "consent", DAY)
    with pytest.raises(ValidationError):
        life.end_agreement(row, actor=ACTOR, end_kind=AgreementEnd.CONSENT, reason="ещё раз")
    dropped = life.end_agreement(
        draft(pair()), actor=ACTOR, end_kind=AgreementEnd.CONSENT, reason="передумали"
    )
    assert dropped.end_kind == AgreementEnd.DROPPED


def test_every_step_stands_in_the_log() -> None:
    row = signed()
    life.end_agreement(row, actor=ACTOR, end_kind=AgreementEnd.CONSENT, reason="итог")
    entries = AuditEntry.objects.filter(object_type="networks.agreement", object_id=str(row.pk)).order_by(
        "pk"
    )
    assert list(entries.values_list("action", flat=True)) == [
        "create",
        "approve",
        "sign",
        "put_in_use",
        "end",
    ]
    assert set(entries.values_list("territory_path", flat=True)) == {row.territory.path}


def coordinator_of(territory) -> Actor:
    user = RoleAssignmentFactory(
        organisation=AuthorityFactory(territory=territory), role=Role.MUNICIPAL_COORDINATOR
    ).user
    return Actor(user_id=user.pk, label=user.email)


def test_agreements_for_all_pairs_are_made_once() -> None:
    first = pair()
    territory = first.mentee.territory
    others = [PartnershipFactory(mentee__territory=territory) for _number in range(2)]
    PartnershipFactory(mentee__territory=territory, state=PartnershipState.PROPOSED)
    stranger = PartnershipFactory()
    draft(first)
    actor = coordinator_of(territory)
    job = run_now(ask_for_agreements(first.school_year, actor=actor))
    assert (job.state, list(job.result.values())) == ("done", [2, 0])
    assert Agreement.objects.filter(partnership__in=others).count() == 2
    assert not Agreement.objects.filter(partnership=stranger).exists()
    again = run_now(ask_for_agreements(first.school_year, actor=actor))
    assert list(again.result.values()) == [0, 0]
    assert AgreementVersion.objects.filter(agreement__partnership=others[0]).count() == 1


def test_two_clicks_ask_for_one_job() -> None:
    year, actor = SchoolYearFactory(), Actor(user_id=1, label="x")
    assert ask_for_agreements(year, actor=actor) == ask_for_agreements(year, actor=actor)


def test_letters_go_sixty_and_fourteen_days_before_the_end_once() -> None:
    row = signed()
    mentee = row.parties.get(role="mentee").organisation
    for role in (Role.HEAD_TEACHER, Role.TEACHER):
        RoleAssignmentFactory(organisation=mentee, role=role)
    coordinator_of(row.territory)
    assert send_due_reminders(today=dt.date(2025, 7, 1)) == 0
    assert send_due_reminders(today=dt.date(2025, 7, 5)) == 1
    assert send_due_reminders(today=dt.date(2025, 7, 6)) == 0
    assert send_due_reminders(today=dt.date(2025, 8, 20)) == 1
    assert send_due_reminders(today=dt.date(2025, 8, 21)) == 0
    assert [(one.days_before, one.recipients) for one in AgreementReminder.objects.order_by("pk")] == [
        (57, 2),
        (11, 2),
    ]
    assert len(mail.outbox) == 4
    assert mail.outbox[0].subject == "The agreement ends on 31.08.2025"
    assert "57 days are left." in mail.outbox[0].body


def test_a_letter_by_hand_goes_once_a_day_and_only_where_somebody_gets_it() -> None:
    row = signed()
    with pytest.raises(ValidationError) as caught:
        send_reminder(row, actor=ACTOR, today=DAY)
    assert refused(caught) == "Nobody gets the letter: the parties have no accounts."
    coordinator_of(row.territory)
    assert send_reminder(row, actor=ACTOR, today=DAY, site="https://mayak.example").recipients == 1
    assert f"https://mayak.example/networks/agreements/{row.pk}/" in mail.outbox[0].body
    with pytest.raises(ValidationError):
        send_reminder(row, actor=ACTOR, today=DAY)
    with pytest.raises(ValidationError):
        send_reminder(draft(pair()), actor=ACTOR, today=DAY)
    assert write_reminder(row, today=DAY)[0] == mail.outbox[0].subject

"""The pages of agreements, from the pair to the signed and downloaded paper, as a person goes through them."""

import datetime as dt
import io

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from docx import Document

from mayak.accounts.enums import Role
from mayak.networks.enums.agreements import AgreementState
from mayak.networks.models import Agreement, AgreementClause
from mayak.networks.selectors.agreement_versions import last_version
from mayak.networks.services.agreement_clauses import begin_version, update_clause
from mayak.networks.services.agreement_life import send_for_approval
from tests.factories.accounts import RoleAssignmentFactory
from tests.factories.agreements import ACTOR, PDF, agreed, draft, pair, s3_agreement, scan, signed
from tests.factories.matching import PartnershipFactory
from tests.factories.registry import AuthorityFactory, OrganisationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english():
    with override_settings(LANGUAGE_CODE="en"), translation.override("en"):
        yield


def client_of(organisation, role: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(RoleAssignmentFactory(organisation=organisation, role=role).user)
    return client


def coordinator(territory) -> Client:
    return client_of(AuthorityFactory(territory=territory), Role.MUNICIPAL_COORDINATOR)


def url(name: str, *args: object) -> str:
    return reverse(f"networks:{name}", args=args)


def body(response) -> str:
    return response.content.decode()


def test_a_coordinator_goes_from_the_pair_to_the_signed_agreement(time_machine) -> None:
    time_machine.move_to(dt.datetime(2024, 9, 10, 12, tzinfo=dt.UTC))
    partnership = pair()
    draft(pair())  # loads the templates
    client = coordinator(partnership.mentee.territory)
    form = client.get(url("agreement-new"), {"partnership": partnership.pk})
    assert f'value="{partnership.pk}" selected' in body(form)
    client.post(url("agreement-new"), {"partnership": partnership.pk, "kind": "cooperation"})
    row = Agreement.objects.get(partnership=partnership)
    page = body(client.get(url("agreement", row.pk)))
    assert "Обязанности Сторон" in page
    assert "Every section, the duties of each side" in page
    client.post(url("agreement-send", row.pk))
    for step in row.approvals.all():
        client.post(url("agreement-decide", row.pk, step.pk), {"agrees": "yes"})
    row.refresh_from_db()
    assert row.state == AgreementState.AGREED
    sent = {"signed_on": "2024-09-09", "number": "5"}
    assert client.post(url("agreement-sign", row.pk), sent).status_code == 400
    assert client.post(url("agreement-sign", row.pk), {**sent, "scan": scan()}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.number) == (AgreementState.IN_FORCE, "5")
    page = body(client.get(url("agreement", row.pk)))
    assert row.content_hash in page
    assert "Mayak does not verify signatures" in page
    kept = client.get(url("agreement-file", row.pk, row.files.get().pk))
    assert b"".join(kept.streaming_content) == PDF


def test_a_refused_signature_leaves_no_file_behind() -> None:
    row = agreed()
    client = coordinator(row.territory)
    late = {"signed_on": "2100-01-01", "scan": scan()}
    assert client.post(url("agreement-sign", row.pk), late).status_code == 400
    assert not row.files.exists()


def test_the_form_refuses_the_network_form_without_pupils_and_says_why() -> None:
    partnership = pair()
    client = coordinator(partnership.mentee.territory)
    answer = client.post(url("agreement-new"), {"partnership": partnership.pk, "kind": "network_form"})
    assert answer.status_code == 400
    assert "teachers who help each other need no contract on the network form" in body(answer)


def test_the_page_of_s3_shows_its_four_findings_and_mends_them() -> None:
    row = s3_agreement()
    client = coordinator(row.territory)
    page = body(client.get(url("agreement", row.pk)))
    assert page.count("How to mend:") == 4
    assert "There is no clause 1.3: after 1.2 comes 1.4." in page
    client.post(url("agreement-missing", row.pk))
    client.post(url("agreement-edit", row.pk), {
        "title": row.title, "payment": "free", "starts_on": "2021-01-13", "ends_on": "2100-08-31", "subjects": "история",
    })  # fmt: skip
    assert "How to mend:" not in body(client.get(url("agreement", row.pk)))


def test_the_head_of_the_mentee_school_approves_its_own_step_only() -> None:
    row = send_for_approval(draft(), actor=ACTOR)
    own, other = row.approvals.get(party__role="mentee"), row.approvals.get(party__role="lead")
    client = client_of(row.partnership.mentee, Role.HEAD_TEACHER)
    assert client.get(url("agreement-decide", row.pk, other.pk)).status_code == 403
    task = body(client.get("/"))
    assert url("agreement-decide", row.pk, own.pk) in task
    answer = client.post(url("agreement-decide", row.pk, own.pk), {"agrees": "no", "note": ""})
    assert answer.status_code == 400
    client.post(url("agreement-decide", row.pk, own.pk), {"agrees": "no", "note": "Нет замены уроков"})
    row.refresh_from_db()
    assert row.state == AgreementState.DRAFT
    assert "Нет замены уроков" in body(client.get(url("agreement", row.pk)))


def test_a_teacher_looks_and_changes_nothing_and_a_stranger_sees_nothing() -> None:
    row = draft()
    teacher = client_of(row.partnership.mentee, Role.TEACHER)
    page = teacher.get(url("agreement", row.pk))
    assert page.status_code == 200
    assert url("agreement-send", row.pk) not in body(page)
    for name in ("agreement-send", "agreement-missing", "agreement-renumber"):
        assert teacher.post(url(name, row.pk)).status_code == 403
    stranger = client_of(OrganisationFactory(), Role.HEAD_TEACHER)
    assert stranger.get(url("agreement", row.pk)).status_code == 404
    assert stranger.get(reverse("documents:agreement", args=[row.pk])).status_code == 404
    assert stranger.get(url("agreement-new")).status_code == 200
    answer = stranger.post(url("agreement-new"), {"partnership": row.partnership_id, "kind": "cooperation"})
    assert answer.status_code == 400  # another's pair is no choice of the form


def test_a_coordinator_of_another_district_does_not_change_it() -> None:
    row = draft()
    client = coordinator(OrganisationFactory().territory)
    assert client.get(url("agreement-edit", row.pk)).status_code == 404


def test_versions_beside_each_other_on_the_page() -> None:
    row = draft()
    begin_version(row, actor=ACTOR)
    clause = AgreementClause.objects.get(version=last_version(row), number="7.2")
    update_clause(clause, actor=ACTOR, text=clause.text.replace("полугодие", "четверть"))
    client = coordinator(row.territory)
    page = body(client.get(url("agreement-compare", row.pk)))
    assert "<del>полугодие</del><ins>четверть</ins>" in page
    assert "1 place differs." in page
    assert client.get(url("agreement-compare", row.pk), {"old": "x", "new": "9"}).status_code == 400
    first = body(client.get(url("agreement-version", row.pk, 1)))
    assert "в полугодие" in first
    assert client.get(url("agreement-version", row.pk, 9)).status_code == 404


def test_clauses_and_parties_are_changed_on_their_pages() -> None:
    row = draft()
    client = coordinator(row.territory)
    clause = row.versions.get().clauses.get(number="3.1")
    changed = {"number": "3.1", "section": "results", "side": "", "text": "Не ниже 90 процентов"}
    client.post(url("agreement-clause", row.pk, clause.pk), changed)
    added = {"number": "3.2", "section": "results", "text": "Два материала"}
    client.post(f"{url('agreement-clause-add', row.pk)}?after={clause.pk}", added)
    numbers = list(row.versions.get().clauses.values_list("number", "text"))
    place = numbers.index(("3.1", "Не ниже 90 процентов"))
    assert numbers[place + 1] == ("3.2", "Два материала")
    client.post(url("agreement-renumber", row.pk))
    assert row.versions.get().clauses.filter(number="3.3").count() == 1
    party = row.parties.all()[0]
    form = client.get(url("agreement-party", row.pk, party.pk))
    assert party.represented_by in body(form)
    client.post(url("agreement-party-refresh", row.pk, party.pk))
    client.post(url("agreement-party-drop", row.pk, party.pk))
    assert row.parties.count() == 2  # a school of the pair stays
    third = OrganisationFactory(territory=row.territory)
    client.post(url("agreement-party-add", row.pk), {"organisation": third.pk, "role": "member"})
    client.post(url("agreement-party-drop", row.pk, row.parties.get(organisation=third).pk))
    assert row.parties.count() == 2


def test_rules_of_a_network_are_made_without_a_pair() -> None:
    draft()
    centre = OrganisationFactory()
    client = coordinator(centre.territory)
    sent = {
        "kind": "network_rules", "school_year": Agreement.objects.get().school_year_id, "lead": centre.pk,
        "lead_role": "centre", "other_role": "mentee", "subjects": "качество образования",
    }  # fmt: skip
    answer = client.post(url("agreement-free"), sent)
    row = Agreement.objects.get(kind="network_rules")
    assert answer.headers["location"] == url("agreement", row.pk)
    assert row.title == "Положение о сети"
    assert "Положение приняли:" in body(client.get(url("agreement", row.pk)))


def test_the_letter_is_shown_before_it_goes(mailoutbox, time_machine) -> None:
    time_machine.move_to(dt.datetime(2024, 9, 10, 12, tzinfo=dt.UTC))
    row = signed()
    client = coordinator(row.territory)
    page = body(client.get(url("agreement-letter", row.pk)))
    assert "The agreement ends on 31.08.2025" in page
    assert not mailoutbox
    client.post(url("agreement-letter", row.pk))
    assert [one.subject for one in mailoutbox] == ["The agreement ends on 31.08.2025"]


def test_the_mass_page_counts_and_starts_a_job() -> None:
    partnership = PartnershipFactory()
    client = coordinator(partnership.mentee.territory)
    answer = client.post(url("agreements-mass"), {"school_year": partnership.school_year_id})
    assert answer.headers["location"].startswith("/jobs/")
    school = client_of(partnership.mentee, Role.SCHOOL_COORDINATOR)
    assert school.get(url("agreements-mass")).status_code == 403


def test_the_list_filters_and_costs_the_same_for_three() -> None:
    row = draft()
    client = coordinator(row.territory)
    client.get(url("agreements"))
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get(url("agreements"))
    for _number in range(2):
        draft(pair(mentee__territory=row.territory))
    with CaptureQueriesContext(connection) as three:
        page = body(client.get(url("agreements")))
    assert len(one) == len(three)
    assert page.count('<span class="second-line">') == 3
    narrowed = body(client.get(url("agreements"), {"q": row.partnership.lead.short_name}))
    assert narrowed.count('<span class="second-line">') == 1
    assert "No agreements" in body(client.get(url("agreements"), {"state": "ended"})) or (
        'class="second-line"' not in body(client.get(url("agreements"), {"state": "ended"}))
    )
    assert body(client.get(url("agreements"), {"ends_by": "2025-08-31"})).count('class="second-line"') == 3
    assert client.get(url("agreements"), {"_export": "csv"}).status_code == 200


def test_the_page_costs_the_same_for_more_clauses_and_versions() -> None:
    row = draft()
    client = coordinator(row.territory)
    client.get(url("agreement", row.pk))
    with CaptureQueriesContext(connection) as few:
        client.get(url("agreement", row.pk))
    for _number in range(3):
        begin_version(row, actor=ACTOR)
    with CaptureQueriesContext(connection) as many:
        client.get(url("agreement", row.pk))
    assert len(few) == len(many)


def test_the_word_file_says_what_the_page_says() -> None:
    row = signed()
    client = coordinator(row.territory)
    answer = client.get(reverse("documents:agreement", args=[row.pk]))
    paper = Document(io.BytesIO(answer.content))
    texts = [one.text.replace("\u00a0", " ") for one in paper.paragraphs]
    assert "Соглашение о сотрудничестве № 12" in texts
    assert any(one.startswith("2.2. Школа-участник:") for one in texts)
    assert "ПРОЕКТ" not in texts
    sides = [cell.text.replace("\u00a0", " ") for line in paper.tables[1].rows for cell in line.cells]
    assert "____________ / Е. Г. Наумов" in sides[0]
    first = client.get(reverse("documents:agreement", args=[row.pk])).content
    assert first == answer.content
    other = draft(pair(mentee__territory=row.territory))
    marked = Document(io.BytesIO(client.get(reverse("documents:agreement", args=[other.pk])).content))
    assert marked.paragraphs[0].text == "ПРОЕКТ"

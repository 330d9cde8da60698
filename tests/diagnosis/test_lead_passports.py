"""The passport of a lead school: self-nomination, offers, proofs, results over years, what matching reads."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from mayak.accounts.enums import Role
from mayak.diagnosis.enums.passports import PassportState
from mayak.diagnosis.models import LeadOffer, LeadProfile, LeadProof
from mayak.diagnosis.selectors.passports import proof_by_results
from mayak.diagnosis.services.lead_passports import (
    add_offer,
    add_proof,
    nominate_school,
    remove_offer,
    remove_proof,
)
from mayak.diagnosis.services.nominations import decide_passport, submit_passport
from mayak.kernel.models import AuditEntry
from mayak.registry.selectors.school_years import current_start_year
from tests.factories.matching import LeadProfileFactory, LeadStrengthFactory, result, school
from tests.factories.registry import (
    AuthorityFactory,
    MunicipalityFactory,
    SchoolFactory,
    SchoolYearFactory,
    ServiceFactory,
    SubjectFactory,
)
from tests.factories.schools import ACTOR, RiskFactorFactory, client_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english():
    with override_settings(LANGUAGE_CODE="en"), translation.override("en"):
        yield


@pytest.fixture
def year():
    return SchoolYearFactory(start_year=current_start_year())


@pytest.fixture
def draft(year):
    return nominate_school(SchoolFactory(), year, actor=ACTOR, capacity=2)


def test_a_nomination_is_a_draft_that_matching_does_not_read(draft) -> None:
    assert (draft.state, draft.is_self_nominated) == (PassportState.DRAFT, True)
    assert list(LeadProfile.objects.accepted()) == []


def test_only_an_open_school_nominates_itself_and_once_a_year(draft, year) -> None:
    with pytest.raises(ValidationError, match="Only an open school"):
        nominate_school(ServiceFactory(), year, actor=ACTOR)
    with pytest.raises(ValidationError, match="has a passport for this year already"):
        nominate_school(draft.organisation, year, actor=ACTOR)


def test_the_way_of_a_nomination(draft) -> None:
    with pytest.raises(ValidationError, match="at least one line"):
        submit_passport(draft, actor=ACTOR)
    with pytest.raises(ValidationError, match="Only a submitted passport"):
        decide_passport(draft, accept=True, reason="", actor=ACTOR)
    add_offer(draft, actor=ACTOR, note="Смысловое чтение")
    submit_passport(draft, actor=ACTOR)
    with pytest.raises(ValidationError, match="sent already"):
        submit_passport(draft, actor=ACTOR)
    with pytest.raises(ValidationError, match="Say what is to be mended"):
        decide_passport(draft, accept=False, reason=" ", actor=ACTOR)
    decide_passport(draft, accept=False, reason="назовите классы", actor=ACTOR)
    assert (draft.state, draft.decision_reason) == (PassportState.RETURNED, "назовите классы")
    submit_passport(draft, actor=ACTOR)
    assert draft.decision_reason == ""
    decide_passport(draft, accept=True, reason="", actor=ACTOR)
    assert list(LeadProfile.objects.accepted()) == [draft]
    assert (draft.decided_by_id, draft.decided_by_label) == (7, "anna@example.org")
    with pytest.raises(ValidationError, match="accepted already"):
        decide_passport(draft, accept=True, reason="", actor=ACTOR)
    actions = AuditEntry.objects.filter(object_type="diagnosis.leadprofile").order_by("pk")
    assert list(actions.values_list("action", flat=True)) == [
        "nominate", "add_offer", "submit", "return", "submit", "accept",
    ]  # fmt: skip


def test_a_passport_that_was_there_before_stays_accepted() -> None:
    assert LeadProfileFactory().state == PassportState.ACCEPTED


def test_an_offer_names_something(draft) -> None:
    with pytest.raises(ValidationError, match="Say what is offered"):
        add_offer(draft, actor=ACTOR, schools=2)
    with pytest.raises(ValidationError, match="last grade cannot lie below"):
        add_offer(draft, actor=ACTOR, note="дроби", grade_from=9, grade_to=5)
    offer = add_offer(
        draft, actor=ACTOR, subject=SubjectFactory(), risk_factor=RiskFactorFactory(), grade_from=5,
        grade_to=9, form="group", work_format="remote", schools=3,
    )  # fmt: skip
    assert (offer.grades, offer.get_form_display(), offer.schools) == ("5–9", "group mentoring", 3)
    remove_offer(offer, actor=ACTOR)
    assert LeadOffer.objects.count() == 0


def test_proofs_are_kept_and_removed_with_a_trace(draft) -> None:
    proof = add_proof(draft, actor=ACTOR, kind="document", title="Приказ № 237", year=2023)
    remove_proof(proof, actor=ACTOR)
    assert LeadProof.objects.count() == 0
    assert AuditEntry.objects.filter(action="remove_proof").get().changes == {
        "proofs": ["Приказ № 237", None]
    }


def test_the_results_over_the_years_are_the_proof_of_a_school() -> None:
    profile = LeadProfileFactory(school_year=SchoolYearFactory(start_year=2024))
    maths = SubjectFactory(code="math", name="Математика")
    one = profile.organisation
    result(one, maths, below=2, participants=20, year=2024)
    result(one, maths, below=5, participants=50, year=2025)
    result(one, maths, below=5, participants=50, year=2019)
    result(school(one.territory, "Другая"), maths, below=50, participants=50, year=2025)
    years, rows = proof_by_results(profile)
    assert years == [2024, 2025]
    [(subject, cells)] = rows
    assert subject == maths
    assert [(cell.share, cell.participants) for cell in cells] == [(0.9, 20), (0.9, 50)]


def test_a_closed_year_is_read_only() -> None:
    profile = LeadProfileFactory(school_year=SchoolYearFactory(start_year=2020, is_closed=True))
    with pytest.raises(ValidationError, match="closed for changes"):
        add_offer(profile, actor=ACTOR, note="тема")
    with pytest.raises(ValidationError, match="closed for changes"):
        decide_passport(profile, accept=False, reason="нет", actor=ACTOR)


def test_a_school_nominates_itself_through_the_pages(year) -> None:
    territory = MunicipalityFactory()
    one = SchoolFactory(territory=territory)
    head, coordinator = (
        client_of(one, Role.HEAD_TEACHER),
        client_of(AuthorityFactory(territory=territory), Role.MUNICIPAL_COORDINATOR),
    )
    form = {"capacity": 2, "hours_per_month": 8, "weekdays": ["2", "4"], "works_remotely": "on", "note": ""}
    assert head.get(reverse("diagnosis:nominate")).status_code == 200
    assert head.post(reverse("diagnosis:nominate"), form).status_code == 302
    profile = LeadProfile.objects.get()
    assert (profile.capacity, profile.hours_per_month, profile.weekdays) == (2, 8, [2, 4])
    page = reverse("diagnosis:profile", args=[profile.pk])
    assert head.get(reverse("diagnosis:nominate")).headers["Location"] == page
    offer = {"note": "Смысловое чтение", "form": "group", "work_format": "mixed", "schools": 2}
    add = reverse("diagnosis:add-offer", args=[profile.pk])
    assert head.post(add, offer | {"note": ""}).status_code == 400
    assert head.post(add, offer).status_code == 302
    proof = {"kind": "practice", "title": "Практика", "year": 2023, "link": "example.org/x"}
    assert head.post(reverse("diagnosis:add-proof", args=[profile.pk]), proof).status_code == 302
    assert LeadProof.objects.get().link == "https://example.org/x"
    assert coordinator.get(reverse("diagnosis:decide-profile", args=[profile.pk])).status_code == 200
    assert head.get(reverse("diagnosis:decide-profile", args=[profile.pk])).status_code == 403
    head.post(reverse("diagnosis:submit-profile", args=[profile.pk]))
    assert head.post(add, offer).status_code == 403  # it is with the coordinator now
    decide = reverse("diagnosis:decide-profile", args=[profile.pk])
    assert coordinator.post(decide, {"decision": "return", "reason": ""}).status_code == 400
    coordinator.post(decide, {"decision": "return", "reason": "назовите классы"})
    assert "назовите классы" in head.get(page).content.decode()
    head.post(reverse("diagnosis:drop-proof", args=[profile.pk, LeadProof.objects.get().pk]))
    head.post(reverse("diagnosis:submit-profile", args=[profile.pk]))
    coordinator.post(decide, {"decision": "accept", "reason": ""})
    profile.refresh_from_db()
    assert profile.state == PassportState.ACCEPTED
    shown = head.get(page).content.decode()
    for word in ("Смысловое чтение", "to 2 schools", "Tuesday, Thursday", "group mentoring"):
        assert word in shown


def test_a_teacher_nominates_no_school(year) -> None:
    assert client_of(SchoolFactory(), Role.TEACHER).get(reverse("diagnosis:nominate")).status_code == 403


def test_the_page_of_a_passport_costs_the_same_with_more_lines(year) -> None:

    profile = LeadProfileFactory(school_year=year)
    client = client_of(AuthorityFactory(territory=profile.organisation.territory), Role.MUNICIPAL_COORDINATOR)
    url, counts = reverse("diagnosis:profile", args=[profile.pk]), []
    for _round in range(2):
        LeadStrengthFactory(profile=profile)
        add_offer(profile, actor=ACTOR, subject=SubjectFactory(), risk_factor=RiskFactorFactory())
        client.get(url)
        with CaptureQueriesContext(connection) as seen:
            client.get(url)
        counts.append(len(seen))
    assert counts[0] == counts[1]

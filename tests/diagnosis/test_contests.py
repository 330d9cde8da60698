"""The contest of low and donor schools: criteria, applications, experts, points, decision, protocol."""

import datetime as dt
import io
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.test import override_settings
from django.utils import timezone, translation
from docx import Document

from mayak.accounts.enums import Role
from mayak.diagnosis.enums.contests import (
    ApplicationOrigin,
    ApplicationState,
    ContestDecision,
    ContestKind,
    ContestState,
)
from mayak.diagnosis.models import Contest, ContestApplication, ContestAssignment, ContestScore
from mayak.diagnosis.selectors.contests import assignments_of, conflict_organisations, scored_applications
from mayak.diagnosis.services import contest_applications as applications
from mayak.diagnosis.services import contests as services
from mayak.diagnosis.services.contest_protocol import make_protocol
from mayak.diagnosis.services.contest_scoring import (
    Points,
    decide_application,
    decline_assignment,
    give_statuses,
    save_scores,
)
from mayak.kernel.access import Actor
from mayak.kernel.models import AuditEntry
from mayak.results.enums import StatusSource
from mayak.results.models import SchoolStatus
from tests.factories.accounts import RoleAssignmentFactory
from tests.factories.matching import StatusKindFactory
from tests.factories.measures import (
    ApplicationFactory,
    ContestExpertFactory,
    ContestFactory,
    CriterionFactory,
    head_of,
    methodist,
    paper,
    teacher_of,
)
from tests.factories.registry import AuthorityFactory, MunicipalityFactory, SchoolFactory, SchoolYearFactory

pytestmark = pytest.mark.django_db
ACTOR = Actor(user_id=7, label="anna@example.org")


@pytest.fixture(autouse=True)
def _english(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with override_settings(LANGUAGE_CODE="en"), translation.override("en"):
        yield


def scoring_contest(experts: int = 2) -> tuple[Contest, ContestApplication, list[ContestAssignment]]:
    """Return a contest in which one application waits for the points of its experts."""
    contest = ContestFactory(experts_at_least=2)
    CriterionFactory(contest=contest, name="Результаты", maximum=10, weight=Decimal("1.5"), position=1)
    CriterionFactory(contest=contest, name="Готовность", maximum=5, position=2)
    application = ApplicationFactory(contest=contest)
    rows = [
        services.assign_expert(application, ContestExpertFactory(contest=contest), actor=ACTOR)
        for _number in range(experts)
    ]
    contest.state = ContestState.SCORING
    contest.save()
    application.contest = contest
    for row in rows:
        row.application = application
    return contest, application, rows


def points(contest: Contest, *values: str | None) -> dict[int, Points]:
    """Return points in the order of the criteria."""
    keys = contest.criteria.order_by("position").values_list("pk", flat=True)
    return {
        key: Points(Decimal(value) if value else None, "примечание")
        for key, value in zip(keys, values, strict=True)
    }


def test_a_new_contest_has_the_supplied_criteria_of_its_kind_marked_as_assumptions() -> None:
    today = timezone.localdate()
    contest = services.create_contest(
        actor=ACTOR,
        territory=MunicipalityFactory(),
        school_year=SchoolYearFactory(),
        kind=ContestKind.DONOR,
        title="Отбор школ-доноров",
        applications_from=today,
        applications_until=today,
        scores_until=today,
    )
    assert contest.state == ContestState.DRAFT
    rows = list(contest.criteria.order_by("position"))
    assert len(rows) == 5
    assert rows[0].name == "Устойчиво высокие результаты обучающихся"
    assert all(row.is_assumption and row.source for row in rows)


def test_the_dates_follow_each_other() -> None:
    contest = ContestFactory()
    with pytest.raises(ValidationError, match="follow each other"):
        services.update_contest(
            contest, actor=ACTOR, scores_until=contest.applications_from - dt.timedelta(days=1)
        )


def test_a_contest_without_criteria_is_not_opened() -> None:
    contest = ContestFactory(state=ContestState.DRAFT)
    with pytest.raises(ValidationError, match="at least one criterion"):
        services.open_contest(contest, actor=ACTOR)
    CriterionFactory(contest=contest)
    assert services.open_contest(contest, actor=ACTOR).state == ContestState.OPEN
    with pytest.raises(ValidationError, match="this step is not possible"):
        services.open_contest(contest, actor=ACTOR)


def test_criteria_are_fixed_from_the_first_application_on() -> None:
    row = CriterionFactory(contest=ContestFactory())
    services.save_criterion(row, actor=ACTOR, maximum=Decimal(8))
    ApplicationFactory(contest=row.contest, state=ApplicationState.DRAFT)
    services.save_criterion(row, actor=ACTOR, maximum=Decimal(9))
    ApplicationFactory(contest=row.contest)
    with pytest.raises(ValidationError, match="criteria stay as they are"):
        services.save_criterion(row, actor=ACTOR, maximum=Decimal(7))
    with pytest.raises(ValidationError, match="criteria stay as they are"):
        services.remove_criterion(row, actor=ACTOR)


def test_the_kind_stays_once_there_are_applications() -> None:
    row = ApplicationFactory()
    with pytest.raises(ValidationError, match="kind stays"):
        services.update_contest(row.contest, actor=ACTOR, kind=ContestKind.DONOR)


def test_a_school_applies_within_the_dates_and_a_coordinator_later_too() -> None:
    contest = ContestFactory(
        applications_from=timezone.localdate() - dt.timedelta(days=9),
        applications_until=timezone.localdate() - dt.timedelta(days=2),
    )
    one, other = SchoolFactory(territory=contest.territory), SchoolFactory(territory=contest.territory)
    with pytest.raises(ValidationError, match="Applications are taken from"):
        applications.begin_application(contest, one, actor=ACTOR, origin=ApplicationOrigin.SCHOOL)
    row = applications.begin_application(contest, other, actor=ACTOR, origin=ApplicationOrigin.COORDINATOR)
    assert row.state == ApplicationState.DRAFT


def test_a_school_of_elsewhere_and_a_second_application_are_refused() -> None:
    contest = ContestFactory()
    with pytest.raises(ValidationError, match="outside of the territory"):
        applications.begin_application(contest, SchoolFactory(), actor=ACTOR, origin=ApplicationOrigin.SCHOOL)
    school = SchoolFactory(territory=contest.territory)
    applications.begin_application(contest, school, actor=ACTOR, origin=ApplicationOrigin.SCHOOL)
    with pytest.raises(ValidationError, match="has an application already"):
        applications.begin_application(contest, school, actor=ACTOR, origin=ApplicationOrigin.SCHOOL)
    with pytest.raises(ValidationError, match="Only schools"):
        applications.begin_application(
            contest,
            AuthorityFactory(territory=contest.territory),
            actor=ACTOR,
            origin=ApplicationOrigin.COORDINATOR,
        )


def test_an_application_needs_reasons_and_can_be_withdrawn_with_one() -> None:
    row = ApplicationFactory(state=ApplicationState.DRAFT, reasons="", submitted_at=None)
    with pytest.raises(ValidationError, match="why the school takes part"):
        applications.submit_application(row, actor=ACTOR)
    applications.update_application(row, actor=ACTOR, reasons="Математика, 9 класс")
    applications.submit_application(row, actor=ACTOR)
    assert row.submitted_at is not None
    with pytest.raises(ValidationError, match="submitted already"):
        applications.submit_application(row, actor=ACTOR)
    with pytest.raises(ValidationError, match="why the application is withdrawn"):
        applications.withdraw_application(row, actor=ACTOR, reason=" ")
    applications.withdraw_application(row, actor=ACTOR, reason="Передумали")
    assert (row.state, row.withdrawn_reason) == (ApplicationState.WITHDRAWN, "Передумали")
    with pytest.raises(ValidationError, match="is withdrawn"):
        applications.update_application(row, actor=ACTOR, reasons="-")


def test_papers_are_checked_and_kept_once() -> None:
    row = ApplicationFactory()
    kept = applications.add_file(row, actor=ACTOR, file=paper())
    assert (kept.name, len(kept.content_hash)) == ("plan.pdf", 64)
    with pytest.raises(ValidationError, match="there already"):
        applications.add_file(row, actor=ACTOR, file=paper("copy.pdf"))
    with pytest.raises(ValidationError, match="not what its ending says"):
        applications.add_file(row, actor=ACTOR, file=paper("plan.docx", b"text"))
    with pytest.raises(ValidationError, match="A paper is a PDF"):
        applications.add_file(row, actor=ACTOR, file=paper("run.exe", b"MZ"))
    with pytest.raises(ValidationError, match="is empty"):
        applications.add_file(row, actor=ACTOR, file=paper("empty.pdf", b""))
    applications.remove_file(kept, actor=ACTOR)
    assert row.files.count() == 0


def test_an_expert_does_not_score_the_own_school() -> None:
    contest = ContestFactory()
    own = ApplicationFactory(contest=contest)
    head = head_of(own.organisation)
    worker = teacher_of(own.organisation)
    assert conflict_organisations(head) == {own.organisation_id}
    assert own.organisation_id in conflict_organisations(worker)
    for user in (head, worker):
        expert = ContestExpertFactory(contest=contest, user=user)
        with pytest.raises(ValidationError, match="does not score the own school"):
            services.assign_expert(own, expert, actor=ACTOR)


def test_a_shared_school_is_no_conflict_for_an_external_expert() -> None:
    application = ApplicationFactory()
    held = RoleAssignmentFactory(
        role=Role.EXTERNAL_EXPERT,
        organisation=AuthorityFactory(territory=application.contest.territory),
        valid_to=timezone.localdate() + dt.timedelta(days=9),
    )
    held.shared.add(application.organisation)
    assert conflict_organisations(held.user) == set()


def test_assigning_all_leaves_conflicts_out_and_names_them() -> None:
    contest = ContestFactory()
    own, other = ApplicationFactory(contest=contest), ApplicationFactory(contest=contest)
    ContestExpertFactory(contest=contest)
    head = ContestExpertFactory(contest=contest, user=head_of(own.organisation))
    given, conflicts = services.assign_all(contest, actor=ACTOR)
    assert given == 3
    assert conflicts == [f"{head} – {own.organisation}"]
    assert services.assign_all(contest, actor=ACTOR)[0] == 0
    assert {row.application_id for row in head.assignments.all()} == {other.pk}


def test_scoring_begins_when_every_application_has_enough_experts() -> None:
    contest = ContestFactory(experts_at_least=2)
    with pytest.raises(ValidationError, match="nothing to score"):
        services.begin_scoring(contest, actor=ACTOR)
    row = ApplicationFactory(contest=contest)
    services.assign_expert(row, ContestExpertFactory(contest=contest), actor=ACTOR)
    with pytest.raises(ValidationError, match="Fewer than 2 experts"):
        services.begin_scoring(contest, actor=ACTOR)
    services.assign_expert(row, ContestExpertFactory(contest=contest), actor=ACTOR)
    assert services.begin_scoring(contest, actor=ACTOR).state == ContestState.SCORING


def test_an_expert_sees_only_what_is_assigned_and_only_while_it_is_scored() -> None:
    contest, application, rows = scoring_contest()
    ApplicationFactory(contest=contest)
    user = rows[0].expert.user
    assert [row.application for row in assignments_of(user)] == [application]
    assert list(assignments_of(methodist(contest.territory))) == []
    Contest.objects.update(state=ContestState.OPEN)
    assert list(assignments_of(user)) == []


def test_points_lie_within_their_bounds_and_a_finished_sheet_is_whole() -> None:
    contest, _application, rows = scoring_contest()
    with pytest.raises(ValidationError, match="From 0 to 10 points"):
        save_scores(rows[0], actor=ACTOR, points=points(contest, "10.5", "1"))
    with pytest.raises(ValidationError, match="finished sheet is whole"):
        save_scores(rows[0], actor=ACTOR, points=points(contest, "8", None), is_finished=True)
    assert ContestScore.objects.count() == 0
    save_scores(rows[0], actor=ACTOR, points=points(contest, "8", None))
    assert rows[0].finished_at is None
    assert [(row.points, row.comment) for row in ContestScore.objects.all()] == [(8, "примечание")]
    save_scores(rows[0], actor=ACTOR, points=points(contest, None, "4"), conclusion="Итог")
    assert [str(row.points) for row in ContestScore.objects.all()] == ["4.0"]


def test_the_scores_of_the_experts_are_put_together_with_their_spread() -> None:
    contest, _application, rows = scoring_contest()
    save_scores(rows[0], actor=ACTOR, points=points(contest, "9", "4"), is_finished=True)
    save_scores(rows[1], actor=ACTOR, points=points(contest, "5", "4"))
    [found] = scored_applications(contest)
    assert (found.finished, found.assigned) == (1, 2)
    save_scores(rows[1], actor=ACTOR, points=points(contest, "5", "4"), is_finished=True)
    [found] = scored_applications(contest)
    assert found.outcome.total == 1.5 * 7 + 4
    assert [line.is_apart for line in found.outcome.criteria] == [True, False]


def test_a_declared_conflict_takes_the_points_out() -> None:
    contest, _application, rows = scoring_contest(experts=3)
    for row in rows:
        save_scores(row, actor=ACTOR, points=points(contest, "8", "4"), is_finished=True)
    with pytest.raises(ValidationError, match="what the conflict"):
        decline_assignment(rows[0], actor=ACTOR, reason="")
    decline_assignment(rows[0], actor=ACTOR, reason="Родственник директора")
    [found] = scored_applications(contest)
    assert (found.finished, found.assigned) == (2, 2)
    with pytest.raises(ValidationError, match="declared a conflict"):
        save_scores(rows[0], actor=ACTOR, points=points(contest, "8", "4"))


def test_a_contest_closes_when_everything_is_scored_and_decided() -> None:
    contest, application, rows = scoring_contest()
    save_scores(rows[0], actor=ACTOR, points=points(contest, "8", "4"), is_finished=True)
    with pytest.raises(ValidationError) as refused:
        services.close_contest(contest, actor=ACTOR)
    assert refused.value.messages == [
        f"Scored by fewer than 2 experts: {application.organisation}.",
        f"No decision yet: {application.organisation}.",
        "Give the number and the date of the protocol.",
    ]
    save_scores(rows[1], actor=ACTOR, points=points(contest, "7", "5"), is_finished=True)
    with pytest.raises(ValidationError, match="reason stands in the protocol"):
        decide_application(application, actor=ACTOR, decision=ContestDecision.CHOSEN, reason="")
    decide_application(application, actor=ACTOR, decision=ContestDecision.CHOSEN, reason="Нужна помощь")
    services.update_contest(
        contest, actor=ACTOR, protocol_number="1", protocol_date=dt.date(2025, 3, 1), commission="Комиссия"
    )
    closed = services.close_contest(contest, actor=ACTOR)
    assert (closed.state, closed.closed_at is not None) == (ContestState.CLOSED, True)
    with pytest.raises(ValidationError, match="Experts score while"):
        save_scores(rows[0], actor=ACTOR, points=points(contest, "1", "1"))
    with pytest.raises(ValidationError, match="is closed"):
        services.update_contest(contest, actor=ACTOR, title="-")


def test_going_back_needs_a_reason_that_the_log_keeps() -> None:
    contest, _application, _rows = scoring_contest()
    with pytest.raises(ValidationError, match="Say why"):
        services.reopen_contest(contest, actor=ACTOR, reason="")
    services.reopen_contest(contest, actor=ACTOR, reason="Пришла ещё одна заявка")
    assert contest.state == ContestState.OPEN
    entry = AuditEntry.objects.filter(action="reopen").latest("pk")
    assert entry.changes["reason"] == ["", "Пришла ещё одна заявка"]
    with pytest.raises(ValidationError, match="need not be opened"):
        services.reopen_contest(contest, actor=ACTOR, reason="ещё")


def test_the_chosen_schools_get_a_status_that_names_the_contest() -> None:
    contest, application, _rows = scoring_contest()
    kind = StatusKindFactory()
    with pytest.raises(ValidationError, match="closed contest"):
        give_statuses(contest, kind, actor=ACTOR)
    ContestApplication.objects.update(decision=ContestDecision.CHOSEN)
    contest.state, contest.protocol_number = ContestState.CLOSED, "7"
    contest.protocol_date = dt.date(2025, 3, 1)
    contest.save()
    assert give_statuses(contest, kind, actor=ACTOR) == (1, [])
    status = SchoolStatus.objects.get()
    assert (status.source, status.valid_from) == (StatusSource.CONTEST, dt.date(2025, 3, 1))
    assert contest.title in status.reason
    assert give_statuses(contest, kind, actor=ACTOR) == (0, [str(application.organisation)])


def test_the_protocol_lists_applications_points_decisions_and_signatures() -> None:
    contest, application, rows = scoring_contest()
    for row, first in zip(rows, ("9", "5"), strict=True):
        save_scores(row, actor=ACTOR, points=points(contest, first, "4"), is_finished=True)
    decide_application(application, actor=ACTOR, decision=ContestDecision.CHOSEN, reason="Нужна помощь")
    Contest.objects.update(chair="Председатель комитета Петрова А. И.", protocol_number="3")
    contest.refresh_from_db()
    document = Document(io.BytesIO(make_protocol(contest, actor=ACTOR)))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs).replace("\u00a0", " ")
    cells = [
        cell.text.replace("\u00a0", " ")
        for table in document.tables
        for row in table.rows
        for cell in row.cells
    ]
    assert "ПРОЕКТ" in text
    assert contest.title in text
    assert "К1. Результаты: до 10 баллов, вес 1,5." in text
    assert "оценки экспертов расходятся" in text
    assert {"7*", "14,5 из 20", "отобрана", "Нужна помощь", "Председатель комитета Петрова А. И."} <= set(
        cells
    )
    assert str(application.organisation) in cells
    Contest.objects.update(state=ContestState.CLOSED)
    contest.refresh_from_db()
    closed = Document(io.BytesIO(make_protocol(contest, actor=ACTOR)))
    assert "ПРОЕКТ" not in "\n".join(paragraph.text for paragraph in closed.paragraphs)

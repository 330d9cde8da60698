"""The life after the match in the demonstration: consents, a network with its model, agreements, a mentor pair."""

import datetime as dt
from collections.abc import Iterable

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from mayak.accounts.enums import Role
from mayak.accounts.models import RoleAssignment, User
from mayak.diagnosis.models import Competence
from mayak.kernel.access import Actor, Scope
from mayak.matching.enums import MatchingState, NetworkModel
from mayak.matching.models import MatchingRun
from mayak.networks.enums import PartnershipState, Side
from mayak.networks.enums.agreements import AgreementFileKind
from mayak.networks.models import Agreement, Network, Partnership
from mayak.networks.services.agreement_files import add_file
from mayak.networks.services.agreement_life import agree_without_chain, sign_agreement
from mayak.networks.services.agreement_mass import create_missing_agreements
from mayak.networks.services.consents import consent_to_partnership
from mayak.networks.services.mentor_pairs import MenteeGiven, create_pair
from mayak.networks.services.network_guide import choose_model
from mayak.networks.services.networks import activate_network, create_network
from mayak.networks.services.pair_meetings import log_meeting
from mayak.networks.services.pair_plans import approve_plan, propose_plan
from mayak.networks.services.pair_states import consent_to_pair, form_pair, start_pair
from mayak.networks.services.pair_words import write_diary
from mayak.networks.services.partnership_life import begin_partnership
from mayak.registry.models import LegalAct, Organisation, Person, Programme, SchoolYear, Territory
from mayak.web.demonstration.main_job import MainJob

INSTRUMENTAL = "Кировский муниципальный район"
ON_PAPER = "директор школы, письмо"
BY_ORDER = "Список сетевых пар утверждён распоряжением, соглашение на подписи."
CHOICE = "Так сеть названа в отчёте района."
CHOICE_ELSEWHERE = "Ведущая школа координирует работу, методисты поддерживают её: так действеннее всего."
DIARY = "Впервые дала классу критерии до работы: вопросов стало меньше."
GOAL = "Освоить приёмы формирующего оценивания на уроках"
MEETINGS = (
    (40, "Разобрали входную диагностику, выбрали две темы", 45),
    (12, "Посмотрели видеоурок, обсудили критерии оценивания", 60),
)
"""Days before today, what was done, minutes."""
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def build_networks(jobs: Iterable[MainJob], *, actor: Actor) -> list[Network]:
    """Lead each approved list of pairs into its school year; one school is left to answer, one agreement unsigned."""
    return [
        network
        for job in jobs
        if job.pairing.state == MatchingState.APPROVED
        and (network := _network(job.pairing, actor)) is not None
    ]


def _network(run: MatchingRun, actor: Actor) -> Network | None:
    programme = Programme.objects.filter(territory=run.territory).order_by("pk").first()
    if programme is None:
        return None
    rows = list(Partnership.objects.filter(run=run).order_by("pk"))
    _consents(rows, actor)
    is_instrumental = run.territory.name == INSTRUMENTAL
    network = create_network(
        actor=actor,
        take_members=True,
        programme=programme,
        school_year=run.school_year,
        territory=run.territory,
        name=f"Сеть: {run.territory.name}",
    )
    model = NetworkModel.DISTRIBUTED_INSTRUMENTAL if is_instrumental else NetworkModel.CONCENTRATED_BOTH
    reason = CHOICE if is_instrumental else CHOICE_ELSEWHERE
    network = activate_network(choose_model(network, actor=actor, model=model, reason=reason), actor=actor)
    _agreements(run.territory, run.school_year, actor)
    for row in Partnership.objects.filter(run=run, state__in=_READY).order_by("pk"):
        reason = BY_ORDER if row.state == PartnershipState.CONSENTED else ""
        begin_partnership(row, actor=actor, reason=reason)
    _mentor_pair(run, actor)
    return network


_READY = (PartnershipState.CONSENTED, PartnershipState.AGREED)


def _consents(rows: list[Partnership], actor: Actor) -> None:
    """Both schools of each pair consent on paper; the lead school of the last pair has still to answer."""
    for number, row in enumerate(rows, start=1):
        consent_to_partnership(row, Side.MENTEE, actor=actor, by_label=ON_PAPER, on_paper=True)
        if number < len(rows) or len(rows) == 1:
            consent_to_partnership(row, Side.LEAD, actor=actor, by_label=ON_PAPER, on_paper=True)


def _agreements(territory: Territory, year: SchoolYear, actor: Actor) -> None:
    """Drafts for all pairs to which both consent; all but the last are signed, each with its scan."""
    scope = Scope(territory_paths=(territory.path or "-",))
    create_missing_agreements(scope, year, actor=actor)
    rows = list(Agreement.objects.filter(territory=territory, school_year=year).order_by("pk"))
    for row in rows[:-1]:
        if all(party.representative for party in row.parties.all()):
            agreed = agree_without_chain(row, actor=actor, reason="Текст согласован сторонами на бумаге")
            scan = SimpleUploadedFile("scan.pdf", PDF, content_type="application/pdf")
            add_file(agreed, actor=actor, file=scan, kind=AgreementFileKind.SCAN)
            sign_agreement(agreed, actor=actor, signed_on=timezone.localdate())


def _mentor_pair(run: MatchingRun, actor: Actor) -> None:
    """The mentor and the mentee of the accounts work together; the pair has met twice."""
    mentor, mentee = (_person(run.territory, role) for role in (Role.MENTOR, Role.MENTEE))
    order = LegalAct.objects.filter(territory=run.territory).order_by("date").first()
    if mentor is None or mentee is None or order is None or mentor[0] == mentee[0] or mentor[1] == mentee[1]:
        return
    today = timezone.localdate()
    pair = create_pair(
        mentor[0],
        mentor_school=mentor[1],
        mentees=[MenteeGiven(mentee[0], mentee[1])],
        school_year=run.school_year,
        actor=actor,
        competences=Competence.objects.order_by("pk")[:2],
        goal=GOAL,
    )
    for person in (mentor[0], mentee[0]):
        pair = consent_to_pair(pair, person, actor=actor, paper="согласие на бумаге, у координатора")
    begins = max(order.date, today - dt.timedelta(days=MEETINGS[0][0] + 7))
    pair = start_pair(form_pair(pair, actor=actor, order=order, starts_on=begins), actor=actor)
    propose_plan(pair, actor=actor)
    approve_plan(pair, actor=actor)
    for days, summary, minutes in MEETINGS:
        log_meeting(
            pair, actor=actor, summary=summary, minutes=minutes, held_on=today - dt.timedelta(days=days)
        )
    write_diary(pair, actor=actor, author=mentee[0], text=DIARY)


def _person(territory: Territory, role: Role) -> tuple[Person, Organisation] | None:
    held = (
        RoleAssignment.objects.current()
        .filter(role=role, organisation__territory=territory, user__person__isnull=False)
        .select_related("user", "organisation")
        .order_by("pk")
        .first()
    )
    if held is None:
        return None
    user: User = held.user
    assert user.person is not None  # noqa: S101  # filtered
    return user.person, held.organisation

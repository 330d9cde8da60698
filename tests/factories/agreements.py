"""Agreements for tests, made by the services; and the one of S3 as data."""

import datetime as dt
from typing import Any, Final

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile

from mayak.kernel.access import SYSTEM, Actor
from mayak.networks.enums.agreements import AgreementFileKind, PartyRole
from mayak.networks.models import Agreement, AgreementClause, Partnership
from mayak.networks.services.agreement_clauses import add_clause, drop_clause
from mayak.networks.services.agreement_files import add_file
from mayak.networks.services.agreement_life import agree_without_chain, sign_agreement
from mayak.networks.services.agreement_parties import update_party
from mayak.networks.services.agreement_reference import load_agreement_reference
from mayak.networks.services.agreements import create_agreement, create_for_partnership
from mayak.registry.enums import OrganisationKind
from tests.factories.matching import PartnershipFactory
from tests.factories.registry import (
    EmploymentFactory,
    MunicipalityFactory,
    OrganisationFactory,
    PersonFactory,
    SchoolYearFactory,
)

ACTOR: Final = Actor(user_id=7, label="anna@example.org")
PDF: Final = b"%PDF-1.4 scan"
FIRST, LAST = dt.date(2024, 9, 1), dt.date(2025, 8, 31)


def pair(**fields: Any) -> Partnership:
    """Return a pair of 2024/25 whose schools have heads, addresses and something to work on."""
    made: Partnership = PartnershipFactory.create(
        **{"content": [{"name": "математика", "grade": 9}, {"name": "русский язык"}], **fields}
    )
    heads = (("Наумов", "Евгений", "Геннадьевич"), ("Савкина", "Анна", "Петровна"))
    for organisation, (family, given, patronymic) in zip((made.lead, made.mentee), heads, strict=True):
        signatory = organisation.signatory
        signatory.address = "ул. Школьная, д. 1"
        signatory.inn = "5200000000"
        signatory.save()
        EmploymentFactory.create(
            person=PersonFactory.create(
                territory=signatory.territory, family_name=family, given_name=given, patronymic=patronymic
            ),
            organisation=signatory,
            position="директор",
        )
    return made


def draft(partnership: Partnership | None = None, **values: Any) -> Agreement:
    """Return a complete draft of a pair."""
    load_agreement_reference(actor=SYSTEM)
    return create_for_partnership(partnership or pair(), actor=ACTOR, **values)


def agreed(partnership: Partnership | None = None, **values: Any) -> Agreement:
    """Return an agreed agreement without a signature."""
    return agree_without_chain(draft(partnership, **values), actor=ACTOR, reason="согласовано на бумаге")


def scan(name: str = "scan.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    """Return a file as a form gives it."""
    return SimpleUploadedFile(name, content)


def signed(
    partnership: Partnership | None = None, *, day: dt.date = dt.date(2024, 9, 10), **values: Any
) -> Agreement:
    """Return a signed agreement as it is on the day."""
    row = agreed(partnership, **values)
    add_file(row, actor=ACTOR, file=scan(), kind=AgreementFileKind.SCAN)
    return sign_agreement(row, actor=ACTOR, signed_on=min(day, dt.date(2024, 9, 5)), number="12", today=day)


def paper_file() -> ContentFile[bytes]:
    """Return a kept file."""
    return ContentFile(PDF, "scan.pdf")


LEAD_DUTIES: Final = (
    "В рамках настоящего соглашения Школа-лидер под руководством муниципального координатора, назначенного приказом "
    "управления образования, по делам молодежи и спорта от 03.04.2020 г. № 145-А:\n"
    "– проводит консультирование руководителя Школы с низкими результатами, экспертизу управленческих документов;\n"
    "– организует на базе Красновской основной школы консультации учителя-логопеда, педагога-психолога;\n"
    "– формирует наставнические пары;\n"
    "– обеспечивает проведение семинаров, мастер-классов;\n"
    "– организует дистанционные семинары, вебинары в рамках деятельности сетевых пар;\n"
    "– участвует в работе муниципальных методических объединений педагогов;\n"
    "– участвует в иных мероприятиях в соответствии с Планом мероприятий, утвержденным приказом от 13.01.2021 № 6."
)
S3_CLAUSES: Final = (
    ("1", "subject", "", "Предмет соглашения"),
    ("1.1", "subject", "", "Настоящее соглашение заключено в целях оказания филиалу МБОУ Болтинской основной школы – "
     "Красновской основной школе – консультационной, методической, организационной и др. поддержки в соответствии с "
     "Муниципальной программой, утвержденной приказом управления образования от 13.01.2021 г. №6 (далее – Проект)."),
    ("1.2", "duties", "lead", LEAD_DUTIES),
    ("1.4", "payment", "", "Настоящее Соглашение реализуется Сторонами на безвозмездной основе."),
    ("1.5", "communication", "", "При исполнении условий настоящего Соглашения Стороны осуществляют взаимодействие с "
     "рабочей группой по реализации проекта, возглавляемой муниципальным координатором проекта."),
    ("2", "term", "", "Срок действия Соглашения"),
    ("2.1", "term", "", "Настоящее Соглашение заключено на весь период действия Муниципальной программы, утвержденной "
     "приказом управления образования, по делам молодежи и спорта от 13.01.2021г. № 6."),
    ("2.2", "changes", "", "Настоящее Соглашение может быть расторгнуто по соглашению Сторон."),
    ("3", "disputes", "", "Заключительные положения"),
    ("3.1", "disputes", "", "Стороны разрешают все споры и разногласия путем переговоров."),
    ("3.2", "changes", "", "Все изменения и дополнения действительны, если они совершены в письменной форме."),
    ("3.3", "copies", "", "Во всем остальном Стороны будут руководствоваться законодательством Российской Федерации."),
    ("3.4", "copies", "", "Настоящее Соглашение составлено в двух экземплярах, имеющих равную юридическую силу."),
    ("4", "requisites", "", "Подписи Сторон"),
)  # fmt: skip
"""The agreement of S3 point by point (domain.md A3.2); slips of the scanner are mended."""


def s3_agreement() -> Agreement:
    """Return the agreement of S3 as a draft: Сеченовская school, and Болтинская for its branch, Красновская."""
    load_agreement_reference(actor=SYSTEM)
    district = MunicipalityFactory.create(name="Сеченовский район")
    lead = OrganisationFactory.create(
        territory=district,
        short_name="МБОУ Сеченовская СШ",
        name="МБОУ Сеченовская средняя школа",
        address="с. Сеченово",
    )
    parent = OrganisationFactory.create(
        territory=district,
        short_name="МБОУ Болтинская ОШ",
        name="МБОУ Болтинская основная школа",
        address="с. Болтинка",
    )
    branch = OrganisationFactory.create(
        territory=district,
        short_name="Красновская ОШ",
        name="Красновская основная школа",
        kind=OrganisationKind.BRANCH,
        parent=parent,
    )
    row = create_agreement(
        actor=ACTOR,
        sides=[(lead, PartyRole.LEAD), (branch, PartyRole.MENTEE)],
        kind="cooperation",
        territory=district,
        school_year=SchoolYearFactory.create(start_year=2020),
        title="Соглашение о совместной деятельности общеобразовательных организаций",
        place="с. Сеченово",
        starts_on=dt.date(2021, 1, 13),
    )
    people = (
        ("Школа-лидер", "Наумов Евгений Геннадьевич", "директора Наумова Евгения Геннадьевича"),
        (
            "Школа с низкими результатами",
            "Савкин Дмитрий Михайлович",
            "директора Савкина Дмитрия Михайловича",
        ),
    )
    for party, (called, name, genitive) in zip(row.parties.all(), people, strict=True):
        update_party(
            party, actor=ACTOR, called=called, representative=name, representative_post="директор",
            represented_by=genitive, basis="Устава",
        )  # fmt: skip
    for clause in AgreementClause.objects.filter(version__agreement=row):
        drop_clause(clause, actor=ACTOR)
    for number, section, side, text in S3_CLAUSES:
        add_clause(row, actor=ACTOR, number=number, section=section, side=side, text=text)
    return row

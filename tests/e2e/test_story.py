"""The whole way of a municipal coordinator in a browser: from files of one's own to the order that opens in Word."""

import io
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from django.utils.translation import gettext, override
from docx import Document
from playwright.sync_api import Page, expect

from mayak.accounts.enums import Role
from mayak.kernel.jobs.models import Job, JobState
from mayak.kernel.jobs.services import run_now
from mayak.matching.models import MatchingRun
from mayak.networks.models import Partnership
from mayak.registry.models import Organisation, Territory
from mayak.registry.services.reference import load_registry_reference
from mayak.results.models import SchoolResult, SchoolStatus
from mayak.results.services.reference import load_results_reference
from tests.e2e.conftest import Axe, scrolls_sideways
from tests.factories.accounts import PASSWORD, RoleAssignmentFactory, UserFactory
from tests.factories.registry import AuthorityFactory, MunicipalityFactory, SchoolFactory

pytestmark = [pytest.mark.django_db(transaction=True)]

EMAIL = "coordinator@tosno.example"
LEADS = ("Гимназия № 1", "СОШ № 2")
WEAK = ("Боровская СОШ", "Ключевская ООШ", "Полянская СОШ", "Рябинковская ООШ")
PROCEDURES = (("Математика", 5), ("Русский язык", 6), ("Математика", 6))
HEADERS = "Логин ОО;Название ОО;Количество участников;Отметка 2;Отметка 3;Отметка 4;Отметка 5;Средний балл"
STRONG_MARKS, WEAK_MARKS = (1, 9, 20, 10), (16, 14, 8, 2)


def said(text: str) -> str:
    """The words of the interface as the coordinator reads them."""
    with override("ru"):
        return gettext(text)


def work() -> None:
    """Do what waits for the background worker, here and now."""
    for job in Job.objects.filter(state=JobState.WAITING):
        run_now(job)


def press(page: Page, text: str) -> None:
    """Press the button or follow the link with these words, wherever it stands on the page."""
    name = re.compile(rf"^\s*{re.escape(said(text))}\s*$")
    button = page.locator("main").get_by_role("button", name=name)
    button.or_(page.locator("main").get_by_role("link", name=name)).first.click()


def csv_of(schools: Mapping[str, tuple[int, ...]], logins: Mapping[str, str]) -> bytes:
    """A table of marks as a spreadsheet program of the region saves it."""
    lines = [HEADERS]
    for name, marks in schools.items():
        mean = sum(mark * count for mark, count in zip((2, 3, 4, 5), marks, strict=True)) / sum(marks)
        cells = [logins.get(name, ""), name, sum(marks), *marks, f"{mean:.2f}".replace(".", ",")]
        lines.append(";".join(str(cell) for cell in cells))
    return ("\r\n".join(lines) + "\r\n").encode("cp1251")


def pack(files: Mapping[str, bytes]) -> bytes:
    """A .zip of the files."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return held.getvalue()


@pytest.fixture
def district() -> Territory:
    """A district with its schools and no result, and its coordinator."""
    load_registry_reference()
    load_results_reference()
    territory = MunicipalityFactory(name="Тосненский район")
    for number, name in enumerate((*LEADS, *WEAK)):
        SchoolFactory(
            territory=territory,
            name=f"МБОУ «{name}»",
            short_name=name,
            fis_oko_login=f"edu47160{number}",
            latitude=59.5 + number / 20,
            longitude=30.9 + number / 20,
        )
    authority = AuthorityFactory(
        territory=territory, name="Комитет образования Тосненского района", settlement="Тосно"
    )
    RoleAssignmentFactory(
        user=UserFactory(email=EMAIL, full_name="Анна Координатор"),
        role=Role.MUNICIPAL_COORDINATOR,
        organisation=authority,
    )
    return territory


@pytest.fixture
def logins(district: Territory) -> dict[str, str]:
    return dict(Organisation.objects.schools().values_list("short_name", "fis_oko_login"))


@pytest.fixture
def coordinator(page: Page, district: Territory, live_server: Any) -> Page:
    """The coordinator, come in through the form."""
    page.set_default_timeout(10_000)
    page.goto(f"{live_server.url}/results/")
    page.locator("#id_username").fill(EMAIL)
    page.locator("#id_password").fill(PASSWORD)
    page.locator("main button[type=submit]").first.click()
    page.wait_for_url(f"{live_server.url}/results/")
    return page


def upload(page: Page, base: str, name: str, content: bytes) -> None:
    """Send a file, let the trial run happen and stand on the page of the import."""
    page.goto(f"{base}/results/upload/")
    page.locator("#id_files").set_input_files(
        {"name": name, "mimeType": "application/zip", "buffer": content}
    )
    press(page, "Upload and check")
    page.wait_for_url(re.compile(r"/results/imports/\d+/$"))
    work()
    page.reload()


def confirm(page: Page, label: str) -> None:
    """Press a button that asks once more."""
    question = page.locator("main details.confirm", has=page.locator("summary", has_text=said(label)))
    question.locator("summary").click()
    question.locator("button[type=submit]").click()


def test_from_files_of_ones_own_to_numbers_and_back(
    coordinator: Page, logins: dict[str, str], live_server: Any, axe: Axe
) -> None:
    page, base = coordinator, live_server.url
    known = csv_of(
        dict.fromkeys(LEADS, STRONG_MARKS) | {"МБОУ Берёзовская школа": WEAK_MARKS}, logins
    )  # no such school
    spoiled = csv_of({WEAK[0]: WEAK_MARKS, WEAK[1]: WEAK_MARKS}, logins).replace(b";16;", b";many;", 1)
    upload(
        page, base, "итоги.zip",
        pack({"ВПР 2026 Математика 5 класс.csv": known, "мониторинг.csv": spoiled}),
    )  # fmt: skip
    assert axe(page) == []

    # What the name of the file does not say, a person says.
    page.get_by_role("link", name=said("Look and correct")).last.click()
    page.locator("#id_kind").select_option("vpr")
    page.locator("#id_subject_text").fill("Русский язык")
    page.locator("#id_grade").fill("6")
    page.locator("#id_year").fill("2026")
    page.locator("main form.form button[type=submit]").first.click()
    page.wait_for_url(re.compile(r"/results/imports/\d+/$"))
    work()
    page.reload()

    # A school that the registry does not know.
    press(page, "Decide on the schools")
    expect(page.locator("main")).to_contain_text("Берёзовская")
    assert axe(page) == []
    page.locator("input[type=radio][value=create]").first.check()
    press(page, "Save the answers")
    work()
    page.goto(re.sub(r"schools/$", "", page.url))

    # The report names the file, the row and the reason.
    address = page.url
    page.goto(f"{address}report/?kind=rejected")
    rejected = page.locator("#list tbody tr").first
    expect(rejected).to_contain_text("мониторинг.csv")
    expect(rejected).to_contain_text("2")
    expect(rejected).to_contain_text("many")
    assert axe(page) == []
    page.goto(address)
    assert SchoolResult.objects.visible().count() == 0
    confirm(page, "Load into the system")
    page.wait_for_load_state()
    work()
    assert SchoolResult.objects.visible().count() == 4

    # Every number says where it comes from.
    page.goto(f"{base}/results/schools/?q=Гимназия")
    page.locator("#list tbody a[href*='/results/schools/']").first.click()
    press(page, "Where the numbers come from")
    expect(page.locator("main")).to_contain_text("ВПР 2026 Математика 5 класс.csv")
    expect(page.locator("main")).to_contain_text("edu471600")
    assert not scrolls_sideways(page)

    page.goto(address)
    press(page, "Undo the import")
    page.locator("#id_reason").fill("не тот год")
    page.locator("main form.form button[type=submit]").first.click()
    page.wait_for_url(address)
    assert SchoolResult.objects.visible().count() == 0


def load_two_years(page: Page, base: str, logins: Mapping[str, str]) -> None:
    """Four schools fail in everything, two do well."""
    marks = dict.fromkeys(LEADS, STRONG_MARKS) | dict.fromkeys(WEAK, WEAK_MARKS)
    files = {
        f"ВПР {year} {subject} {grade} класс.csv": csv_of(marks, logins)
        for year in (2025, 2026)
        for subject, grade in PROCEDURES
    }
    upload(page, base, "результаты.zip", pack(files))
    confirm(page, "Load into the system")
    page.wait_for_load_state()
    work()
    assert SchoolResult.objects.visible().count() == 6 * 6


def find_and_approve(page: Page, base: str, axe: Axe) -> None:
    """The rule of 2025 finds the four, and says why."""
    page.goto(f"{base}/identification/")
    label = page.locator("#id_rule option", has_text="ШНОР").first.inner_text()
    page.locator("#id_rule").select_option(label=label)
    page.locator("#id_year").select_option("2026")
    press(page, "Find the schools")
    work()
    page.wait_for_url(re.compile(r"/identification/runs/\d+/"))
    address = page.url
    expect(page.locator("#list tbody tr")).to_have_count(4)
    page.locator("#list tbody a", has_text=WEAK[0]).first.click()
    expect(page.locator("main")).to_contain_text(said("Why on the list"))
    expect(page.locator("main")).to_contain_text("40")
    assert axe(page) == []
    page.goto(address)
    press(page, "Approve the list")
    press(page, "Approve the list")
    page.wait_for_load_state()
    assert SchoolStatus.objects.filter(kind__code="low_results", valid_to=None).count() == 4


def appoint_leads(page: Page, base: str) -> None:
    """A person says who helps, and why."""
    for name in LEADS:
        page.goto(f"{base}/identification/statuses/new/")
        page.locator("#id_organisation").fill(name)
        page.locator("#id_kind").select_option(label="Школа-лидер")
        page.locator("#id_level").select_option("municipal")
        page.locator("#id_reason").fill("Стабильно высокие результаты, согласна помогать")
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_load_state()
    assert SchoolStatus.objects.filter(kind__code="lead_school").count() == 2


def pair(page: Page, base: str, axe: Axe) -> None:
    """Pairs are computed; one is locked, one moved by hand."""
    page.goto(f"{base}/matching/new/")
    press(page, "Next: is everything there?")
    assert axe(page) == []
    press(page, "Next: rules and weights")
    press(page, "Pair schools")
    page.wait_for_load_state()
    work()
    run = MatchingRun.objects.get()
    page.goto(f"{base}/matching/{run.pk}/")
    expect(page.locator("#list tbody tr")).to_have_count(4)
    assert axe(page) == []
    press(page, "Lock")
    page.wait_for_load_state()
    assert run.rules.count() == 1
    moved = run.pairs.exclude(mentee__in=run.rules.values("mentee")).first()
    assert moved is not None
    page.goto(f"{base}/matching/{run.pk}/schools/{moved.mentee_id}/")
    press(page, "Move here")
    page.wait_for_load_state()
    assert run.pairs.get(mentee=moved.mentee_id).lead_id != moved.lead_id
    page.goto(f"{base}/matching/{run.pk}/approve/")
    press(page, "Approve")
    page.wait_for_load_state()
    assert Partnership.objects.count() == 4


def take_the_order(page: Page, base: str, folder: Path, axe: Axe) -> Path:
    """The order is filled in from the pairs and opens in Word."""
    run = MatchingRun.objects.get()
    page.goto(f"{base}/documents/runs/{run.pk}/")
    press(page, "Make the order")
    page.locator("#id_signatory_name").fill("И. И. Иванова")
    press(page, "Make the order")
    page.wait_for_url(re.compile(r"/documents/\d+/$"))
    assert axe(page) == []
    with page.expect_download() as waiting:
        press(page, "Download for Word")
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


def test_from_results_to_the_order_in_word(
    coordinator: Page, logins: dict[str, str], live_server: Any, axe: Axe, tmp_path: Path
) -> None:
    page, base = coordinator, live_server.url
    load_two_years(page, base, logins)
    find_and_approve(page, base, axe)
    appoint_leads(page, base)
    pair(page, base, axe)
    path = take_the_order(page, base, tmp_path, axe)
    assert path.suffix == ".docx"
    order = Document(str(path))
    texts = [paragraph.text for paragraph in order.paragraphs]
    texts += [cell.text for table in order.tables for row in table.rows for cell in row.cells]
    words = "\n".join(texts).replace("\u00a0", " ")
    assert "списка сетевого партнёрства" in words
    assert all(name in words for name in (*LEADS, *WEAK))

"""Imports of registry tables: what a trial run promises, writing, undoing, bad input."""

import datetime as dt
import io

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from mayak.kernel.access import Scope
from mayak.kernel.models import AuditEntry
from mayak.registry.enums import ImportState, NameKind, OrganisationKind, SchoolType
from mayak.registry.exports import export_file, report_file, template_file
from mayak.registry.imports import TableProblem, build_plan, read_upload
from mayak.registry.models import (
    Employment,
    Organisation,
    OrganisationName,
    Person,
    ProgrammeRole,
    ProgrammeStage,
    RegistryImport,
    Territory,
)
from mayak.registry.selectors.sheets import SHEETS
from mayak.registry.services.import_plan import ImportPlan, RowAction
from mayak.registry.services.import_trials import drop_import, keep_upload, record_trial
from mayak.registry.services.imports import apply_import, undo_import
from tests.factories.registry import (
    AssociationFactory,
    BranchFactory,
    EmploymentFactory,
    LegalActFactory,
    OrganisationFactory,
    ParticipantFactory,
    PersonFactory,
    ProgrammeFactory,
    StaffingFactory,
    SubjectFactory,
    WorkingGroupFactory,
)
from tests.registry.conftest import ACTOR, World

pytestmark = pytest.mark.django_db


def plan_of(
    name: str, content: str | bytes, key: str, scope: Scope, *, clears_empty: bool = False
) -> ImportPlan:
    """Read and check a file as the page does."""
    data = content.encode() if isinstance(content, str) else content
    sheet = SHEETS[name]
    table = read_upload("file.csv" if isinstance(content, str) else "file.xlsx", data, sheet, sheet.key(key))
    return build_plan(table, sheet, sheet.key(key), scope, clears_empty=clears_empty)


def trial(name: str, content: str | bytes, key: str, scope: Scope) -> RegistryImport:
    """Keep a trial run."""
    data = content.encode() if isinstance(content, str) else content
    upload = keep_upload(
        name,
        actor=ACTOR,
        file_name="школы.csv",
        content=data,
        key=key,
        clears_empty=False,
        territory_path=scope.territory_paths[0],
    )
    return record_trial(upload, plan_of(name, content, key, scope))


def load(name: str, content: str | bytes, key: str, scope: Scope) -> RegistryImport:
    """Check and write a file."""
    upload = trial(name, content, key, scope)
    return apply_import(upload, plan_of(name, content, key, scope), actor=ACTOR)


def counts(plan: ImportPlan) -> tuple[int, int, int, int]:
    """Created, updated, unchanged, rejected."""
    created, updated, unchanged, rejected = (plan.count(action) for action in RowAction)
    return created, updated, unchanged, rejected


def problems(plan: ImportPlan) -> list[tuple[int, str, str, str]]:
    """Row, column, value, reason of everything that is refused."""
    return [
        (row.row, problem.column, problem.value, problem.reason)
        for row in plan.rows
        for problem in row.problems
    ]


SCHOOLS = (
    "Территория;Вид;Полное название;Краткое название;Логин ФИС ОКО;Обучающиеся\n"
    "Тосненский район;школа;Средняя школа № 2;МБОУ СОШ № 2;edu200002;210\n"
    "Тосненский район;школа;Средняя школа № 3;МБОУ СОШ № 3;edu200003;\n"
).replace("Обучающиеся", "Pupils")


def test_the_trial_run_writes_nothing(world: World) -> None:
    before = (Organisation.objects.count(), OrganisationName.objects.count(), AuditEntry.objects.count())
    upload = trial("organisations", SCHOOLS, "fis_oko_login", world.scope)
    after = (Organisation.objects.count(), OrganisationName.objects.count(), AuditEntry.objects.count())
    assert before == after
    assert (upload.state, upload.created_count) == (ImportState.CHECKED, 2)


def test_a_confirmed_file_is_written_with_keys_and_names_and_one_audit_entry(world: World) -> None:
    upload = load("organisations", SCHOOLS, "fis_oko_login", world.scope)
    school = Organisation.objects.get(fis_oko_login="edu200002")
    assert (school.pupils, school.sort_key) == (210, "сош № 000002")
    assert set(school.names.values_list("name", flat=True)) == {"МБОУ СОШ № 2", "Средняя школа № 2"}
    entry = AuditEntry.objects.get(action="import")
    assert (entry.row_count, entry.content_hash) == (2, upload.file_hash)
    assert entry.territory_path == world.own.path


def test_the_same_file_again_changes_nothing(world: World) -> None:
    load("organisations", SCHOOLS, "fis_oko_login", world.scope)
    assert counts(plan_of("organisations", SCHOOLS, "fis_oko_login", world.scope)) == (0, 0, 2, 0)


def test_an_empty_cell_leaves_the_value_unless_it_is_told_to_clear_it(world: World) -> None:
    world.school.pupils = 50
    world.school.save()
    text = "Логин ФИС ОКО;Pupils\nedu203389;\n"
    assert counts(plan_of("organisations", text, "fis_oko_login", world.scope)) == (0, 0, 1, 0)
    plan = plan_of("organisations", text, "fis_oko_login", world.scope, clears_empty=True)
    assert [(row.changed, row.instance.pupils) for row in plan.rows] == [(("pupils",), None)]


def test_every_mistake_of_a_row_is_named_with_its_column_and_value(world: World) -> None:
    text = (
        "Территория;Вид;Полное название;Краткое название;Логин ФИС ОКО;ОГРН;Классы с\n"
        "Тосненский район;университет;А;А;203389;12;много\n"
        "Кировский район;школа;Б;Б;edu5;;\n"
        "Тосненский район;школа;;В;edu6;;\n"
    )
    assert problems(plan_of("organisations", text, "fis_oko_login", world.scope)) == [
        (2, "Вид", "университет", problems_of_kind()),
        (2, "Классы с", "много", "нужно число"),
        (3, "Территория", "Кировский район", "по этому названию или коду ничего не найдено"),
        (4, "Полное название", "", "для новой записи нужно значение"),
    ]


def problems_of_kind() -> str:
    """The reason that lists the possible kinds."""
    kinds = ", ".join(str(label) for label in OrganisationKind.labels)
    return f"нет такого значения; возможны: {kinds}"


def test_rules_of_fields_are_checked_after_the_cells(world: World) -> None:
    text = (
        "Территория;Вид;Полное название;Краткое название;ОГРН;Классы с;Классы по;ИНН\n"
        "Тосненский район;школа;А;А;12;;;34\n"
        "Тосненский район;школа;Б;Б;;9;1;\n"
    )
    assert problems(plan_of("organisations", text, "name", world.scope)) == [
        (2, "ОГРН", "12", "13 или 15 цифр."),
        (2, "ИНН", "34", "10 или 12 цифр."),
        (3, "", "", "Последний класс не может быть меньше первого."),
    ]


def test_a_login_of_the_neighbour_is_refused_without_naming_the_neighbour(world: World) -> None:
    text = "Территория;Вид;Полное название;Краткое название;Логин ФИС ОКО\nТосненский район;школа;А;А;edu209999\n"
    found = problems(plan_of("organisations", text, "name", world.scope))
    assert [(row, column, value) for row, column, value, _reason in found] == [
        (2, "Логин ФИС ОКО", "edu209999")
    ]
    assert "МКОУ СОШ № 9" not in found[0][3]


def test_a_school_of_the_neighbour_cannot_be_changed_by_its_login(world: World) -> None:
    text = "Логин ФИС ОКО;Краткое название\nedu209999;Чужая\n"
    plan = plan_of("organisations", text, "fis_oko_login", world.scope)
    assert counts(plan)[1] == 0
    assert counts(plan)[3] == 1


def test_a_row_without_the_code_of_the_key_is_refused(world: World) -> None:
    text = "Территория;Вид;Полное название;Краткое название;Логин ФИС ОКО\nТосненский район;школа;А;А;\n"
    assert problems(plan_of("organisations", text, "fis_oko_login", world.scope)) == [
        (2, "Логин ФИС ОКО", "", "нет кода, по которому ищется запись")
    ]


def test_the_second_row_of_one_key_is_refused(world: World) -> None:
    text = "Логин ФИС ОКО;Краткое название\nedu203389;А\nedu203389;Б\n"
    assert problems(plan_of("organisations", text, "fis_oko_login", world.scope)) == [
        (3, "Логин ФИС ОКО", "edu203389", "тот же ключ в строке 2")
    ]


def test_a_branch_may_stand_in_the_file_with_its_school(world: World) -> None:
    text = (
        "Территория;Вид;Филиал школы;Полное название;Краткое название\n"
        "Тосненский район;школа;;Школа № 7;СОШ № 7\n"
        "Тосненский район;филиал школы;СОШ № 7;Филиал № 7;Филиал СОШ № 7\n"
    ).replace("Филиал школы", "Branch of", 1)
    load("organisations", text, "name", world.scope)
    assert Organisation.objects.get(short_name="Филиал СОШ № 7").parent == Organisation.objects.get(
        short_name="СОШ № 7"
    )


def test_a_name_that_fits_two_schools_is_never_guessed(world: World) -> None:
    first, second = (OrganisationFactory(territory=world.own, short_name="СОШ № 5") for _ in range(2))
    text = "Организация;Название;Вид\nСОШ № 5;Старая школа;встречается в файлах\n"
    plan = plan_of("names", text.replace("встречается в файлах", NameKind.ALIAS), "name", world.scope)
    assert problems(plan) == [
        (
            2,
            "Организация",
            "СОШ № 5",
            f"Подходят несколько записей (2): СОШ № 5 [id:{first.pk}]; СОШ № 5 [id:{second.pk}]."
            " Укажите нужную с номером в квадратных скобках.",
        )
    ]


def test_a_code_of_one_school_with_the_name_of_another_is_refused(world: World) -> None:
    OrganisationFactory(territory=world.own, short_name="СОШ № 5")
    text = f"Организация;Название;Вид\nСОШ № 5 [edu203389];Старая;{NameKind.ALIAS}\n"
    assert problems(plan_of("names", text, "name", world.scope))[0][3] == (
        "код принадлежит «МБОУ СОШ № 1», а название — «СОШ № 5»"
    )


def test_a_renaming_by_a_file_keeps_the_old_name(world: World) -> None:
    load(
        "organisations",
        "Логин ФИС ОКО;Краткое название\nedu203389;МАОУ СОШ № 1\n",
        "fis_oko_login",
        world.scope,
    )
    names = OrganisationName.objects.filter(organisation=world.school, kind=NameKind.SHORT)
    assert {(row.name, row.valid_to is None) for row in names} == {
        ("МБОУ СОШ № 1", False),
        ("МАОУ СОШ № 1", True),
    }


def test_undoing_brings_every_row_back(world: World) -> None:
    names_before = list(world.school.names.values("name", "kind", "valid_from", "valid_to"))
    row_before = Organisation.objects.values().get(pk=world.school.pk)
    text = SCHOOLS + "Тосненский район;школа;Полное;МАОУ СОШ № 1;edu203389;99\n"
    upload = load("organisations", text, "fis_oko_login", world.scope)
    assert undo_import(upload, Organisation, (), actor=ACTOR) == 3
    assert Organisation.objects.values().get(pk=world.school.pk) == row_before
    assert list(world.school.names.values("name", "kind", "valid_from", "valid_to")) == names_before
    assert not Organisation.objects.filter(fis_oko_login__in=["edu200002", "edu200003"]).exists()
    assert upload.state == ImportState.UNDONE
    assert AuditEntry.objects.filter(action="undo import", row_count=3).count() == 1


def test_undoing_is_refused_after_a_later_change(world: World) -> None:
    upload = load("organisations", SCHOOLS, "fis_oko_login", world.scope)
    Organisation.objects.filter(fis_oko_login="edu200002").update(pupils=1)
    with pytest.raises(ValidationError) as refused:
        undo_import(upload, Organisation, (), actor=ACTOR)
    assert refused.value.messages == [
        "Загрузку нельзя отменить: после неё изменены строки (1): МБОУ СОШ № 2."
    ]
    assert Organisation.objects.filter(fis_oko_login="edu200003").exists()


def test_undoing_is_refused_where_something_refers_to_a_created_row(world: World) -> None:
    upload = load("organisations", SCHOOLS, "fis_oko_login", world.scope)
    StaffingFactory(organisation=Organisation.objects.get(fis_oko_login="edu200002"))
    with pytest.raises(ValidationError) as refused:
        undo_import(upload, Organisation, (), actor=ACTOR)
    assert refused.value.messages[0].startswith("Загрузку нельзя отменить: на созданное ею ссылаются")


def test_nothing_is_written_when_the_registry_changed_after_the_trial_run(world: World) -> None:
    upload = trial("organisations", SCHOOLS, "fis_oko_login", world.scope)
    OrganisationFactory(territory=world.own, fis_oko_login="edu200002")
    plan = plan_of("organisations", SCHOOLS, "fis_oko_login", world.scope)
    with pytest.raises(ValidationError) as refused:
        apply_import(upload, plan, actor=ACTOR)
    assert refused.value.messages == ["После проверки реестр изменился. Проверьте файл ещё раз."]
    assert not Organisation.objects.filter(fis_oko_login="edu200003").exists()


def test_an_import_is_written_once(world: World) -> None:
    upload = load("organisations", SCHOOLS, "fis_oko_login", world.scope)
    with pytest.raises(ValidationError) as refused:
        apply_import(upload, plan_of("organisations", SCHOOLS, "fis_oko_login", world.scope), actor=ACTOR)
    assert refused.value.messages == ["Эта загрузка не ждёт подтверждения."]


def test_a_dropped_import_cannot_be_written(world: World) -> None:
    upload = drop_import(trial("organisations", SCHOOLS, "fis_oko_login", world.scope), actor=ACTOR)
    assert upload.state == ImportState.DROPPED
    with pytest.raises(ValidationError):
        drop_import(upload, actor=ACTOR)


def test_posts_with_subjects_are_written_and_undone(world: World) -> None:
    person = PersonFactory(
        territory=world.own, family_name="Петрова", given_name="Анна", patronymic="Львовна"
    )
    SubjectFactory(code="math", name="Математика")
    SubjectFactory(code="physics", name="Физика")
    text = (
        "Человек;Организация;Должность;Предметы\nПетрова Анна Львовна;edu203389;учитель;Математика; Физика\n"
    )
    text = text.replace("Математика; Физика", '"Математика; Физика"')
    upload = load("posts", text, "place", world.scope)
    post = Employment.objects.get(person=person)
    assert {one.code for one in post.subjects.all()} == {"math", "physics"}
    undo_import(upload, Employment, ("subjects",), actor=ACTOR)
    assert not Employment.objects.exists()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "Файл"),
        (b"%PDF-1.4 x", "PDF"),
        (
            "Совсем;другие;заголовки\n1;2;3\n".encode(),
            "В файле нет строки с заголовками таблицы «Организации»",
        ),
        ("Краткое название;Полное название\nА;Б\n".encode(), "В файле нет столбца «Логин ФИС ОКО»"),
        ("Логин ФИС ОКО;Краткое название\n".encode(), "В файле есть заголовки, но под ними нет строк."),
    ],
)
def test_a_file_that_is_no_such_table_is_refused_in_words(world: World, content: bytes, message: str) -> None:
    sheet = SHEETS["organisations"]
    with pytest.raises(TableProblem) as refused:
        read_upload("file.csv", content, sheet, sheet.key("fis_oko_login"))
    assert message in refused.value.message


def test_a_workbook_in_windows_encoding_is_read(world: World) -> None:
    sheet = SHEETS["organisations"]
    table = read_upload("file.csv", SCHOOLS.encode("cp1251"), sheet, sheet.key("fis_oko_login"))
    assert table.lines[0].cells["short_name"] == "МБОУ СОШ № 2"
    assert table.lines[0].row == 2


def test_the_template_has_headings_an_example_and_explanations() -> None:
    book = openpyxl.load_workbook(
        io.BytesIO(template_file(SHEETS["organisations"], file_format="xlsx").content)
    )
    first, second = book.worksheets
    assert [cell.value for cell in first[1]][:4] == [
        "Номер в системе",
        "Территория",
        "Вид",
        first.cell(1, 4).value,
    ]
    assert first.max_row == 2
    assert second.title == "Пояснения"
    assert second.max_row == len(SHEETS["organisations"].all_columns) + 1


def test_the_report_names_every_line(world: World) -> None:
    text = "Логин ФИС ОКО;Краткое название\nedu203389;А\nedu203389;Б\n"
    upload = trial("organisations", text, "fis_oko_login", world.scope)
    sheet = openpyxl.load_workbook(io.BytesIO(report_file(upload).content)).active
    assert sheet is not None
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert rows == [
        [2, "обновлено", "А", None, None, None],
        [3, "отклонено", "Б", "Логин ФИС ОКО", "edu203389", "тот же ключ в строке 2"],
    ]


def everything(world: World) -> None:
    """One row, at least, of every table."""
    BranchFactory(parent=world.school)
    person = PersonFactory(territory=world.own, is_early_career=True, email="p@example.org")
    act = LegalActFactory(territory=world.own)
    SubjectFactory(code="math", name="Математика", aliases=["Алгебра", "МА"])
    EmploymentFactory(person=person, organisation=world.school, valid_from=dt.date(2020, 9, 1))
    StaffingFactory(organisation=world.school, overloaded_share="12.50")
    AssociationFactory(organisation=world.school, head=person).members.add(person)
    WorkingGroupFactory(organisation=world.authority, founding_act=act).members.add(person)
    programme = ProgrammeFactory(territory=world.own)
    programme.legal_basis.add(act)
    ParticipantFactory(programme=programme, organisation=world.school)
    ProgrammeStage.objects.create(programme=programme, name="Запуск", position=1)
    ProgrammeRole.objects.create(programme=programme, name="школа-лидер", description="делится опытом")


@pytest.mark.parametrize("file_format", ["xlsx", "csv"])
@pytest.mark.parametrize("name", list(SHEETS))
def test_an_export_that_is_imported_changes_nothing(world: World, name: str, file_format: str) -> None:
    everything(world)
    content = export_file(SHEETS[name], world.scope, file_format=file_format).content
    sheet = SHEETS[name]
    key = sheet.key("id")
    plan = build_plan(read_upload(f"a.{file_format}", content, sheet, key), sheet, key, world.scope)
    assert problems(plan) == []
    assert counts(plan)[0::3] == (0, 0)
    assert counts(plan)[1] == 0
    assert counts(plan)[2] >= 1


NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=30)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=NAMES, address=NAMES, pupils=st.none() | st.integers(0, 5000))
def test_any_text_survives_export_and_import(
    world: World, name: str, address: str, pupils: int | None
) -> None:
    Organisation.objects.filter(pk=world.school.pk).update(short_name=name, address=address, pupils=pupils)
    sheet = SHEETS["organisations"]
    for file_format in ("xlsx", "csv"):
        content = export_file(sheet, world.scope, file_format=file_format).content
        table = read_upload(f"a.{file_format}", content, sheet, sheet.key("id"))
        assert counts(build_plan(table, sheet, sheet.key("id"), world.scope)) == (0, 0, 2, 0)


def test_planning_costs_the_same_number_of_queries_for_many_rows(
    world: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    OrganisationFactory.create_batch(50, territory=world.own)
    content = export_file(SHEETS["organisations"], world.scope, file_format="csv").content
    with django_assert_max_num_queries(8):
        plan_of("organisations", content.decode("utf-8-sig"), "id", world.scope)


def test_territories_find_their_parents_in_the_same_file(world: World) -> None:
    everything_scope = Scope.of_everything()
    text = "Вид;Название;Входит в\nmunicipality;Новый район;Новая область\nregion;Новая область;Россия\n"
    plan = plan_of(
        "territories",
        "Kind;Name;Lies in\ncountry;Россия;\nregion;Новая область;Россия\n",
        "name",
        everything_scope,
    )
    assert counts(plan) == (2, 0, 0, 0)
    assert problems(plan_of("territories", text, "name", everything_scope))[0][0] == 2
    assert Territory.objects.filter(name="Новая область").count() == 0


def test_people_of_one_name_are_not_mixed_up(world: World) -> None:
    for _ in range(2):
        PersonFactory(territory=world.own, family_name="Иванова", given_name="Мария", patronymic="Петровна")
    text = "Территория;Фамилия;Имя;Отчество;E-mail\nТосненский район;Иванова;Мария;Петровна;a@example.org\n"
    assert problems(plan_of("people", text, "name", world.scope))[0][3] == (
        "в реестре несколько записей с таким ключом; используйте номер в системе"
    )
    assert not Person.objects.filter(email="a@example.org").exists()


@pytest.mark.parametrize(
    "place", ["Кировский муниципальный район", "Кировский район", "Кировский", "кировский р-н"]
)
def test_a_territory_and_a_type_are_read_as_people_write_them(world: World, place: str) -> None:
    Territory.objects.filter(pk=world.own.pk).update(name="Кировский муниципальный район")
    text = "Территория;Вид;Полное название;Краткое название;Тип школы;Логин ФИС ОКО\n"
    row = f"{place};школа;Назиевская СОШ;Назиевская СОШ;СОШ;edu555001\n"
    load("organisations", text + row, "fis_oko_login", world.scope)
    made = Organisation.objects.get(fis_oko_login="edu555001")
    assert (made.territory_id, made.school_type) == (world.own.pk, SchoolType.SECONDARY)

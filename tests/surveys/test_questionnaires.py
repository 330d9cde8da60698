"""Questionnaires and their versions: what changes, what is frozen, what two people at once do."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.exceptions import ValidationError

from mayak.kernel.access import Actor, Scope
from mayak.kernel.models import AuditEntry
from mayak.surveys.algorithms.definition import DefinitionError, Question, QuestionKind, Words
from mayak.surveys.algorithms.editing import put_question, remove_question
from mayak.surveys.algorithms.parsing import definition_from_dict, section_from_dict
from mayak.surveys.enums import VersionState
from mayak.surveys.models import Block, Questionnaire, QuestionnaireVersion
from mayak.surveys.selectors.questionnaires import problems_of_version, questionnaire_list, version_list
from mayak.surveys.services.questionnaires import (
    add_block,
    archive_questionnaire,
    code_of,
    create_questionnaire,
    import_version,
    remove_block,
    save_block,
    update_questionnaire,
)
from mayak.surveys.services.reference import load_blocks, load_questionnaires
from mayak.surveys.services.versions import (
    StaleError,
    change_version,
    drop_draft,
    freeze_version,
    make_draft,
    stamp_of,
)
from tests.factories.campaigns import choice, document, text
from tests.factories.questionnaires import block, draft
from tests.factories.registry import AuthorityFactory, MunicipalityFactory

pytestmark = pytest.mark.django_db
ACTOR = Actor(user_id=7, label="anna@example.org")


def add(code: str) -> Any:
    question = Question(code, QuestionKind.DATE, Words("Когда?"))
    return lambda old: put_question(old, question, section="s1")


def change(version: QuestionnaireVersion, how: Any, stamp: str = "") -> QuestionnaireVersion:
    return change_version(version, how, actor=ACTOR, stamp=stamp or stamp_of(version.document))


def codes(version: QuestionnaireVersion) -> list[str]:
    version.refresh_from_db()
    return [question.code for question in version.definition.questions()]


def test_a_change_of_the_draft_is_written_and_logged() -> None:
    version = draft()
    changed = change(version, add("q3"))
    assert changed.pk == version.pk
    assert codes(version) == ["q1", "q2", "q3"]
    entry = AuditEntry.objects.latest("pk")
    assert (entry.action, entry.object_type) == ("update", "surveys.questionnaireversion")


def test_a_form_that_is_out_of_date_overwrites_nothing() -> None:
    version = draft()
    stamp = stamp_of(version.document)
    change(version, add("q3"))
    with pytest.raises(StaleError):
        change(version, add("q4"), stamp)
    assert codes(version) == ["q1", "q2", "q3"]


def test_a_version_in_use_stays_and_the_change_goes_into_the_next_draft() -> None:
    version = draft()
    freeze_version(version, actor=ACTOR)
    changed = change(version, add("q3"))
    assert (changed.number, changed.state) == (2, VersionState.DRAFT)
    assert codes(version) == ["q1", "q2"]
    assert codes(changed) == ["q1", "q2", "q3"]
    with pytest.raises(ValidationError, match="2"):
        change(version, add("q4"))


def test_what_cannot_be_answered_is_not_frozen_and_says_why() -> None:
    version = draft(content=document(choice("q1", options=[]), text("q2")), for_students=True)
    with pytest.raises(ValidationError) as error:
        freeze_version(version, actor=ACTOR)
    assert len(error.value.messages) == 2
    assert "q1" in error.value.messages[0]
    version.refresh_from_db()
    assert version.state == VersionState.DRAFT


def test_a_short_questionnaire_is_measured() -> None:
    many = document(*(text(f"q{number}") for number in range(6)))
    assert problems_of_version(draft(content=many)) == []
    assert [fault.code for fault in problems_of_version(draft(content=many, is_short=True))] == ["too_long"]


def test_codes_twice_and_empty_texts_are_refused_with_their_place() -> None:
    version = draft()
    with pytest.raises(ValidationError) as error:
        change(version, add("q1"))
    assert "q1" in error.value.messages[0]
    empty = Question("q9", QuestionKind.DATE, Words())
    with pytest.raises(ValidationError):
        change(version, lambda old: put_question(old, empty, section="s1"))
    assert codes(version) == ["q1", "q2"]


def test_what_a_colleague_removed_is_said() -> None:
    version = draft()
    with pytest.raises(ValidationError) as error:
        change(version, lambda old: remove_question(old, "q9"))
    assert error.value.code == "gone"


def test_the_next_draft_is_made_once() -> None:
    version = draft()
    freeze_version(version, actor=ACTOR)
    second = make_draft(version.questionnaire, actor=ACTOR)
    assert (second.number, second.document) == (2, version.document)
    assert make_draft(version.questionnaire, actor=ACTOR).pk == second.pk


def test_only_a_draft_besides_another_version_is_thrown_away() -> None:
    version = draft()
    with pytest.raises(ValidationError):
        drop_draft(version, actor=ACTOR)
    freeze_version(version, actor=ACTOR)
    with pytest.raises(ValidationError):
        drop_draft(version, actor=ACTOR)
    drop_draft(make_draft(version.questionnaire, actor=ACTOR), actor=ACTOR)
    assert [one.number for one in version.questionnaire.versions.all()] == [1]


def test_a_copy_belongs_to_whoever_made_it() -> None:
    supplied = draft(is_supplied=True, source="S2").questionnaire
    owner = AuthorityFactory.create()
    made = create_questionnaire(
        actor=ACTOR, owner=owner, title_ru="Наша анкета", copy_of=supplied, purpose="", is_short=False
    )
    assert (made.owner, made.is_supplied, made.source, made.code) == (owner, False, "S2", "nasha-anketa")
    assert made.versions.get().document == supplied.versions.get().document
    again = create_questionnaire(actor=ACTOR, owner=owner, title_ru="Наша анкета")
    assert again.code == "nasha-anketa_2"


def test_a_code_begins_with_a_letter() -> None:
    assert code_of("Эффективность: 2026!") == "effektivnost-2026"
    assert code_of("2026") == "q-2026"
    assert code_of("«»") == "q"


def test_what_is_promised_does_not_change_under_those_who_answered() -> None:
    version = draft()
    freeze_version(version, actor=ACTOR)
    questionnaire = version.questionnaire
    update_questionnaire(questionnaire, actor=ACTOR, title_ru="Иначе")
    with pytest.raises(ValidationError):
        update_questionnaire(questionnaire, actor=ACTOR, is_short=True)
    with pytest.raises(ValidationError):
        update_questionnaire(draft(is_supplied=True).questionnaire, actor=ACTOR, title_ru="Иначе")


def test_archiving_is_logged_once() -> None:
    questionnaire = draft().questionnaire
    archive_questionnaire(questionnaire, actor=ACTOR, is_archived=True)
    archive_questionnaire(questionnaire, actor=ACTOR, is_archived=True)
    assert AuditEntry.objects.filter(action="archive").count() == 1


def test_a_file_does_not_overwrite_a_draft_with_work_in_it() -> None:
    version = draft()
    other = definition_from_dict(document(choice("other")))
    with pytest.raises(ValidationError, match="1"):
        import_version(version.questionnaire, other, actor=ACTOR)
    freeze_version(version, actor=ACTOR)
    made = import_version(version.questionnaire, other, actor=ACTOR, note="из файла")
    assert (made.number, codes(made), made.note) == (2, ["other"], "из файла")


def test_a_block_is_copied_and_its_change_changes_nothing() -> None:
    version = draft()
    owner = version.questionnaire.owner
    assert owner is not None
    kept = block(owner)
    changed = add_block(version, kept, actor=ACTOR, stamp=stamp_of(version.document))
    assert codes(changed) == ["q1", "q2", "q1_2"]
    remove_block(kept, actor=ACTOR)
    assert codes(changed) == ["q1", "q2", "q1_2"]
    section = version.definition.sections[0]
    saved = save_block(section, actor=ACTOR, owner=owner, title_ru="Начало")
    assert section_from_dict(saved.document) == section
    saved.is_supplied = True
    with pytest.raises(ValidationError):
        remove_block(saved, actor=ACTOR)


def test_own_and_supplied_ones_are_seen_foreign_ones_are_not() -> None:
    municipality = MunicipalityFactory.create()
    own = draft(AuthorityFactory.create(territory=municipality))
    supplied = draft(is_supplied=True)
    Questionnaire.objects.filter(pk=supplied.questionnaire_id).update(owner=None)
    foreign = draft()
    scope = Scope(territory_paths=(municipality.path or "",), rights=frozenset({"surveys.manage"}))
    assert set(questionnaire_list(scope)) == {own.questionnaire, supplied.questionnaire}
    assert foreign not in set(version_list(scope))


# What comes with Mayak


def write(folder: Path, code: str, *questions: dict[str, Any], **values: Any) -> None:
    row = {"code": code, "title_ru": "Анкета", **document(*questions), **values}
    (folder / f"{code}.yaml").write_text(yaml.safe_dump(row, allow_unicode=True), encoding="utf-8")


def test_supplied_questionnaires_are_loaded_again_without_harm(tmp_path: Path) -> None:
    write(tmp_path, "one", choice("q1"))
    first = load_questionnaires(tmp_path, actor=ACTOR)
    assert (first.created, first.updated, first.unchanged) == (1, 0, 0)
    again = load_questionnaires(tmp_path, actor=ACTOR)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 1)
    version = Questionnaire.objects.get(code="one").versions.get()
    write(tmp_path, "one", choice("q1"), choice("q2"))
    load_questionnaires(tmp_path, actor=ACTOR)
    assert codes(version) == ["q1", "q2"]
    freeze_version(version, actor=ACTOR)
    write(tmp_path, "one", choice("q1"), choice("q3"), title_ru="Иначе")
    load_questionnaires(tmp_path, actor=ACTOR)
    questionnaire = Questionnaire.objects.get(code="one")
    assert (questionnaire.title_ru, [one.number for one in questionnaire.versions.all()]) == ("Иначе", [2, 1])
    assert codes(version) == ["q1", "q2"]


def test_a_wrong_file_is_named(tmp_path: Path) -> None:
    write(tmp_path, "bad", {"code": "q", "kind": "song", "text": {"ru": "Что?"}})
    with pytest.raises(DefinitionError, match=r"bad\.yaml: sections\.1\.questions\.1\.kind"):
        load_questionnaires(tmp_path, actor=ACTOR)


def test_a_questionnaire_of_people_with_the_same_code_is_kept(tmp_path: Path) -> None:
    own = draft()
    write(tmp_path, own.questionnaire.code, choice("other"))
    assert load_questionnaires(tmp_path, actor=ACTOR).kept == 1
    assert codes(own) == ["q1", "q2"]


def test_supplied_blocks_are_loaded(tmp_path: Path) -> None:
    section = document(choice("q1"))["sections"][0]
    row = {"code": "about", "title_ru": "О себе", "section": section}
    (tmp_path / "about.yaml").write_text(yaml.safe_dump(row, allow_unicode=True), encoding="utf-8")
    assert load_blocks(tmp_path, actor=ACTOR).created == 1
    assert load_blocks(tmp_path, actor=ACTOR).unchanged == 1
    assert Block.objects.get(code="about").is_supplied

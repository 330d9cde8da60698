"""Forms of lesson observation: versions, freezing, the trial before use, the supplied ones, the editor's pages."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import translation

from mayak.accounts.enums import Role
from mayak.diagnosis.enums.lessons import ObservationFormState
from mayak.diagnosis.models import ObservationForm
from mayak.diagnosis.services.lesson_reference import load_lesson_reference
from mayak.diagnosis.services.observation_forms import (
    change_definition,
    copy_form,
    create_form,
    delete_form,
    new_form_version,
    put_form_in_use,
    retire_form,
    update_form,
    withdraw_form,
)
from mayak.kernel.access import Actor, Scope
from mayak.kernel.models import AuditEntry
from tests.factories.accounts import RoleAssignmentFactory
from tests.factories.lessons import definition, lesson, observation_form
from tests.factories.registry import AuthorityFactory, MunicipalityFactory, SchoolFactory

pytestmark = pytest.mark.django_db
ACTOR = Actor(user_id=7, label="anna@example.org")


@pytest.fixture(autouse=True)
def _english():
    with override_settings(LANGUAGE_CODE="en"), translation.override("en"):
        yield


def draft(**fields) -> ObservationForm:
    return observation_form(code="own-1", state=ObservationFormState.DRAFT, **fields)


def test_the_supplied_forms_come_ready_for_use_and_loading_again_changes_nothing() -> None:
    first = load_lesson_reference(actor=ACTOR)[0]
    again = load_lesson_reference(actor=ACTOR)[0]
    assert (first.created, again.created, again.updated, again.unchanged) == (2, 0, 0, 2)
    assert set(ObservationForm.objects.values_list("code", "state", "is_assumption", "territory")) == {
        ("lesson-card", "in_use", True, None), ("lesson-stages", "in_use", True, None),
    }  # fmt: skip


def test_a_supplied_version_by_which_a_lesson_was_observed_stays_as_it_was() -> None:
    load_lesson_reference(actor=ACTOR)
    card = ObservationForm.objects.get(code="lesson-card")
    ObservationForm.objects.filter(pk=card.pk).update(title="Старое название")
    lesson(form=card)
    load_lesson_reference(actor=ACTOR)
    card.refresh_from_db()
    assert card.title == "Старое название"


def test_a_form_whose_maxima_do_not_add_up_cannot_be_put_in_use_and_says_where() -> None:
    raw = definition()
    raw["sections"][0]["parts"][0]["max"] = 5
    raw["sections"][0]["parts"][1]["items"][0]["levels"] = []
    form = draft(definition=raw)
    with pytest.raises(ValidationError) as refused:
        put_form_in_use(form, actor=ACTOR)
    assert refused.value.messages == [
        "Методические: the maximum is stated as 10, but what lies in it adds up to 11",
        "1 Цель урока: the maximum is stated as 5, but what lies in it adds up to 4",
        "2.1 пункт i3: the item has no levels, so nobody knows what a score means",
    ]
    form.refresh_from_db()
    assert form.state == ObservationFormState.DRAFT


def test_putting_a_version_in_use_retires_the_older_one() -> None:
    old = observation_form()
    new = new_form_version(old, actor=ACTOR)
    assert (new.version, new.state) == (2, ObservationFormState.DRAFT)
    put_form_in_use(new, actor=ACTOR)
    old.refresh_from_db()
    assert (old.state, new.state) == (ObservationFormState.RETIRED, ObservationFormState.IN_USE)


def test_there_is_one_draft_of_a_form_at_a_time() -> None:
    form = observation_form()
    new_form_version(form, actor=ACTOR)
    with pytest.raises(ValidationError, match="There is a draft"):
        new_form_version(form, actor=ACTOR)


def test_a_version_in_use_is_frozen() -> None:
    form = observation_form()
    for change in (
        lambda: change_definition(form, {}, actor=ACTOR, what="-"),
        lambda: update_form(form, actor=ACTOR, title="Другое"),
        lambda: delete_form(form, actor=ACTOR),
    ):
        with pytest.raises(ValidationError, match="not a draft"):
            change()


def test_a_form_in_use_becomes_a_draft_again_only_as_long_as_no_lesson_was_observed_by_it() -> None:
    form = observation_form()
    assert withdraw_form(form, actor=ACTOR).state == ObservationFormState.DRAFT
    put_form_in_use(form, actor=ACTOR)
    lesson(form=form)
    with pytest.raises(ValidationError, match="stays as it is"):
        withdraw_form(form, actor=ACTOR)


def test_a_copy_belongs_to_the_territory_and_is_a_draft() -> None:
    territory = MunicipalityFactory.create()
    copied = copy_form(observation_form(), actor=ACTOR, territory=territory)
    assert (copied.code, copied.title, copied.territory, copied.state) == (
        "card-1", "Карта урока (copy)", territory, ObservationFormState.DRAFT,
    )  # fmt: skip
    assert copied.definition == definition()


def test_a_retired_form_cannot_be_retired_again() -> None:
    form = retire_form(observation_form(), actor=ACTOR)
    with pytest.raises(ValidationError, match="Only a form in use"):
        retire_form(form, actor=ACTOR)


def test_every_change_stands_in_the_log() -> None:
    form = create_form(actor=ACTOR, territory=MunicipalityFactory.create(), title="Свой лист")
    change_definition(form, definition(), actor=ACTOR, what="Методические")
    put_form_in_use(form, actor=ACTOR)
    actions = AuditEntry.objects.filter(object_type="diagnosis.observationform").order_by("pk")
    assert list(actions.values_list("action", flat=True)) == ["create", "update", "put_in_use"]


def test_forms_of_a_neighbour_are_not_seen_and_those_from_above_are() -> None:
    place = MunicipalityFactory.create()
    neighbour = MunicipalityFactory.create(parent=place.parent)
    for code, territory in (("own", place), ("theirs", neighbour), ("above", place.parent), ("all", None)):
        observation_form(code=code, territory=territory)
    school = SchoolFactory.create(territory=place)
    for scope in (Scope(territory_paths=(place.path,)), Scope(organisation_ids=frozenset({school.pk}))):
        assert set(ObservationForm.objects.within(scope).values_list("code", flat=True)) == {
            "own",
            "above",
            "all",
        }
    assert list(ObservationForm.objects.within(Scope())) == []


@pytest.fixture
def methodist():
    return RoleAssignmentFactory.create(role=Role.METHODIST, organisation=AuthorityFactory.create())


@pytest.fixture
def client(methodist) -> Client:
    client = Client()
    client.force_login(methodist.user)
    return client


def own_draft(methodist) -> ObservationForm:
    return draft(territory=methodist.organisation.territory)


def test_a_form_is_made_from_nothing_on_its_pages(client: Client, methodist) -> None:
    territory = methodist.organisation.territory
    client.post(reverse("diagnosis:lesson-form-new"), {"title": "Лист", "territory": territory.pk})
    form = ObservationForm.objects.get(title="Лист")
    add = reverse("diagnosis:lesson-part-add", args=[form.pk, "part"])
    client.post(add, {"title": "Раздел", "max": 2})
    client.post(f"{add}?in=s1", {"title": "Критерий", "max": 2, "competence": "", "advice": ""})
    item = {"text": "Смотрим", "kind": "scale", "max": 2, "levels": "0 = нет\n1 = отчасти\n2 = да"}
    client.post(f"{reverse('diagnosis:lesson-part-add', args=[form.pk, 'item'])}?in=c1", item)
    page = client.get(reverse("diagnosis:lesson-form", args=[form.pk]))
    assert "The maximum of the form is stated as 0, but the sections add up to 2." in page.content.decode()
    client.post(reverse("diagnosis:lesson-form-sums", args=[form.pk]))
    client.post(reverse("diagnosis:lesson-form-deed", args=[form.pk, "use"]))
    form = ObservationForm.objects.get(pk=form.pk)
    assert (form.state, form.rubric.max) == (ObservationFormState.IN_USE, 2)
    assert [level.text for level in form.rubric.by_code["i1"].levels] == ["нет", "отчасти", "да"]


def test_levels_that_are_no_levels_are_refused_with_their_line(client: Client, methodist) -> None:
    form = own_draft(methodist)
    item = {"text": "Смотрим", "kind": "scale", "max": 2, "levels": "0 = нет\nотчасти"}
    page = client.post(reverse("diagnosis:lesson-part-edit", args=[form.pk, "i1"]), item)
    assert page.status_code == 400
    assert "Line 2 is not “score = description”." in page.content.decode()
    form.refresh_from_db()
    assert form.definition == definition()


def test_a_part_is_changed_moved_and_removed(client: Client, methodist) -> None:
    form = own_draft(methodist)
    values = {"title": "Диалог", "max": 6, "competence": "dialogue", "advice": ""}
    client.post(reverse("diagnosis:lesson-part-edit", args=[form.pk, "talk"]), values)
    client.post(reverse("diagnosis:lesson-part-deed", args=[form.pk, "talk", "up"]))
    client.post(reverse("diagnosis:lesson-part-deed", args=[form.pk, "i2", "remove"]))
    form = ObservationForm.objects.get(pk=form.pk)
    assert [part.title for part in form.rubric.criteria()] == ["Диалог", "Цель урока"]
    assert [item.code for item in form.rubric.items()] == ["i3", "i4", "i1"]


def test_the_head_of_a_draft_has_the_limits_of_the_levels(client: Client, methodist) -> None:
    form = own_draft(methodist)
    address = reverse("diagnosis:lesson-form-edit", args=[form.pk])
    values = {
        "title": "Карта",
        "note": "",
        "source": "",
        "year": "",
        "low_to": 40,
        "high_from": 70,
        "max": 10,
    }
    assert client.post(address, {**values, "high_from": 40}).status_code == 400
    assert client.post(address, values).status_code == 302
    form = ObservationForm.objects.get(pk=form.pk)
    assert [(level.title, level.starts) for level in form.rubric.levels] == [
        ("низкий", 0.0), ("средний", 0.4), ("высокий", 0.7),
    ]  # fmt: skip
    assert form.is_assumption is False


def test_a_supplied_form_is_copied_and_never_changed(client: Client, methodist) -> None:
    form = observation_form()
    address = reverse("diagnosis:lesson-form", args=[form.pk])
    assert client.get(address).status_code == 200
    assert client.get(reverse("diagnosis:lesson-form-edit", args=[form.pk])).status_code == 403
    territory = methodist.organisation.territory
    client.post(reverse("diagnosis:lesson-form-copy", args=[form.pk]), {"territory": territory.pk})
    assert ObservationForm.objects.get(code="card-1").territory == territory


def test_unknown_parts_and_deeds_are_not_found(client: Client, methodist) -> None:
    form = own_draft(methodist)
    for name, args in (
        ("diagnosis:lesson-part-edit", [form.pk, "x"]),
        ("diagnosis:lesson-part-add", [form.pk, "star"]),
        ("diagnosis:lesson-part-add", [form.pk, "item"]),
    ):
        assert client.get(reverse(name, args=args)).status_code == 404
    assert client.post(reverse("diagnosis:lesson-form-deed", args=[form.pk, "burn"])).status_code == 404
    assert client.post(reverse("diagnosis:lesson-part-deed", args=[form.pk, "i1", "burn"])).status_code == 404

"""Models: foreign keys follow the flow, and what belongs to a territory or organisation can be scoped."""

import pytest
from django.apps import apps
from django.db import models

from mayak.kernel.access import Scope, ScopedQuerySet
from tests.architecture.source import FLOW

OURS = [model for model in apps.get_models() if model.__module__.startswith("mayak.")]
SCOPE = Scope(territory_paths=("/1/",), organisation_ids=frozenset({1}))
READ_THROUGH_THEIR_PARENT = {"registry.RegistryImportChange"}
"""Rows that no page or service asks for except through a parent that was found within the scope."""

PLACES = {"registry.territory", "registry.organisation"}


def linked(model: type[models.Model]) -> list[models.Field[object, object]]:
    """Return the model's own foreign keys and one-to-one links."""
    return [field for field in model._meta.concrete_fields if field.is_relation]


def belongs_to_a_place(model: type[models.Model]) -> bool:
    """Whether the model is a place, names one, or cannot be without a row that does."""
    if model._meta.label_lower in PLACES or any(
        f.name == "territory_path" for f in model._meta.concrete_fields
    ):
        return True
    for field in linked(model):
        target = field.related_model
        if not isinstance(target, type) or target is model:
            continue
        if target._meta.label_lower in PLACES:
            return True
        if not field.null and target in OURS and belongs_to_a_place(target):
            return True
    return False


def label(model: type[models.Model]) -> str:
    return model._meta.label


@pytest.mark.parametrize("model", OURS, ids=label)
def test_no_foreign_key_points_up_the_flow(model: type[models.Model]) -> None:
    own = FLOW.index(model._meta.app_label)
    wrong = [
        field.name
        for field in [*linked(model), *model._meta.many_to_many]
        if isinstance(field.related_model, type)
        and field.related_model in OURS
        and FLOW.index(field.related_model._meta.app_label) > own
    ]
    assert wrong == []


SCOPED = [
    model for model in OURS if belongs_to_a_place(model) and label(model) not in READ_THROUGH_THEIR_PARENT
]


@pytest.mark.django_db
@pytest.mark.parametrize("model", SCOPED, ids=label)
def test_what_belongs_to_a_place_is_narrowed_by_a_scope(model: type[models.Model]) -> None:
    rows = model._default_manager.all()
    assert isinstance(rows, ScopedQuerySet)
    narrowed = rows.within(SCOPE)
    assert str(narrowed.query) != str(rows.query)  # also: the lookups of the queryset exist
    assert "WHERE" in str(narrowed.query)
    assert (
        not rows.within(Scope()).query.is_empty() or rows.within(Scope()).query.where
    )  # nothing without a scope


@pytest.mark.parametrize("model", OURS, ids=label)
def test_a_model_has_translated_names(model: type[models.Model]) -> None:
    for name in (model._meta.verbose_name, model._meta.verbose_name_plural):
        assert not isinstance(name, str), f"{label(model)}: mark {name!r} with gettext_lazy"


@pytest.mark.parametrize("model", OURS, ids=label)
def test_saving_has_no_side_effects(model: type[models.Model]) -> None:
    assert model.save is models.Model.save or model.save.__module__.startswith("django.")
    assert model.delete is models.Model.delete or model.delete.__module__.startswith("django.")

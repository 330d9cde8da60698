"""The form of one row: fields from the model, choices from the user's scope, saving by a service."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import DateField, ForeignKey, ManyToManyField, Model
from django.forms.models import ModelChoiceField

from mayak.kernel.access import Scope
from mayak.registry.forms.fields import ReferenceField, day_input
from mayak.registry.models import Organisation, Person, Territory

#: A key has at most as many digits; SQLite raises on greater numbers where a list of keys is looked up.
_KEY_DIGITS = 18


class ManyField(forms.ModelMultipleChoiceField[Any]):
    """Several rows; a number that no database can hold is a wrong choice, not a failure."""

    def clean(self, value: Any) -> Any:
        """Check the keys."""
        for key in value if isinstance(value, list | tuple) else ():
            if str(key).strip().isdecimal() and len(str(key).strip()) > _KEY_DIGITS:
                raise ValidationError(self.error_messages["invalid_choice"], params={"value": key})
        return super().clean(value)


def form_field(db_field: Any, **kwargs: Any) -> Any:
    """Return the form field of a model field: suggestions for organisations and people, a calendar for days."""
    if isinstance(db_field, ForeignKey) and db_field.related_model in (Organisation, Person):
        return ReferenceField(
            db_field.related_model, required=not db_field.blank, label=_capital(str(db_field.verbose_name))
        )
    if isinstance(db_field, DateField):
        kwargs["widget"] = day_input()
    if isinstance(db_field, ManyToManyField):
        kwargs["form_class"] = ManyField
    field = db_field.formfield(**kwargs)
    if isinstance(field, forms.DecimalField | forms.IntegerField):
        field.localize = True
        field.widget = forms.TextInput(attrs={"inputmode": "decimal"})
        field.widget.is_localized = True
    return field


class ScopedForm(forms.ModelForm):  # type: ignore[type-arg]  # the model is named by each Meta
    """Base of the forms of the registry; ``values`` goes to a service, the form itself never saves."""

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scope = scope
        for name, field in self.fields.items():
            narrow(field, scope)
            if isinstance(field, forms.TypedChoiceField) and not field.required:
                choices: Any = field.choices
                field.choices = [("", "—"), *[pair for pair in choices if pair[0]]]
            if self.instance.pk is None and name == "territory":
                self.initial.setdefault(name, _only_territory(scope))

    @property
    def values(self) -> dict[str, Any]:
        """The cleaned values for a service."""
        return dict(self.cleaned_data)


class ScopedPlainForm(forms.Form):
    """A form that is no row of a model, with the same narrowing."""

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            narrow(field, scope)


def narrow(field: forms.Field, scope: Scope) -> None:
    """Let a field offer and accept only what the scope shows."""
    if isinstance(field, ReferenceField):
        field.scope = scope
    elif isinstance(field, ModelChoiceField) and field.queryset is not None:
        rows: Any = field.queryset
        if hasattr(rows, "within"):
            rows = rows.within(scope)
        if hasattr(rows, "kept"):
            rows = rows.kept()
        field.queryset = rows


def _only_territory(scope: Scope) -> Model | None:
    paths = scope.territory_paths
    return Territory.objects.filter(path=paths[0]).first() if len(paths) == 1 else None


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]

"""Fields that name an organisation or a person: typed with suggestions, so that 40,000 schools need no list."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mayak.kernel.access import Scope
from mayak.registry.models import Organisation, Person
from mayak.registry.selectors.references import find_rows, reference_text, search_rows

SHOWN = 5
_OPTIONS = {Organisation: "organisations", Person: "people"}


class ReferenceInput(forms.TextInput):
    """A text input with suggestions from the server; without JavaScript the whole name or code is typed."""

    template_name = "registry/widgets/reference.html"

    def __init__(self, model: type[Model], attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"autocomplete": "off", **(attrs or {})})
        self.model = model

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Add the address of the suggestions."""
        context: dict[str, Any] = super().get_context(name, value, attrs)
        context["options_url"] = reverse_lazy("registry:options", args=[_OPTIONS[self.model]])
        return context


class ReferenceField(forms.Field):
    """One row of the user's scope, named by «name [code]», a code, or a whole name."""

    default_help = gettext_lazy("Begin with the name or the code and choose from the list.")

    def __init__(self, model: type[Model], **kwargs: Any) -> None:
        kwargs.setdefault("widget", ReferenceInput(model))
        kwargs.setdefault("help_text", self.default_help)
        super().__init__(**kwargs)
        self.model = model
        self.scope = Scope()

    def prepare_value(self, value: Any) -> Any:
        """Show a stored key as «name [code]»."""
        if isinstance(value, Model):
            return reference_text(value)
        if isinstance(value, int):
            return reference_text(self.model._default_manager.filter(pk=value).first())
        return value

    def to_python(self, value: Any) -> Model | None:
        """Return the row that the text means.

        Raises:
            ValidationError: none or several rows fit; some are named.
        """
        text = str(value or "").strip()
        if not text:
            return None
        found = find_rows(self.model, self.scope, text)
        if len(found) == 1:
            return found[0]
        if not found:
            near = search_rows(self.model, self.scope, text.split()[0], limit=SHOWN)
            hint = "; ".join(reference_text(row) for row in near)
            message = _("Nothing is found for “%(text)s”.") % {"text": text}
            raise ValidationError(
                f"{message} {_('Perhaps: %(names)s.') % {'names': hint}}" if near else message
            )
        names = "; ".join(reference_text(row) for row in found[:SHOWN])
        raise ValidationError(
            _("Several fit: %(names)s. Write the one you mean with its code in brackets.") % {"names": names}
        )

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare what is shown."""
        return bool(str(self.prepare_value(initial) or "") != str(data or ""))


class LinesField(forms.CharField):
    """A list of words, one a line."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 5}), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Show a list as lines."""
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        """Return the list of the lines that are not empty."""
        return [line.strip() for line in str(value or "").splitlines() if line.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare the lists."""
        return bool((initial or []) != self.to_python(data))


def date_field(*, required: bool = False, **kwargs: Any) -> forms.DateField:
    """Return a field for a day with the calendar of the browser."""
    return forms.DateField(required=required, widget=day_input(), **kwargs)


def day_input() -> forms.DateInput:
    """Return the input of a day; browsers want the ISO form as its value."""
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})

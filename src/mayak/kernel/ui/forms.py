"""How forms look: every plain Django form gets the components of the interface, without a word in the form itself."""

from typing import Any

from django.forms import BoundField, Widget
from django.forms.renderers import TemplatesSetting

CLASS_OF_INPUT = {
    "select": "form-select",
    "checkbox": "form-check-input",
    "radio": "form-check-input",
    "hidden": "",
}
"""Classes by the kind of input; everything else (text, number, date, file, textarea) is a ``form-control``."""


def input_class(widget: Widget) -> str:
    """Return the class that the widget's input carries."""
    return CLASS_OF_INPUT.get(getattr(widget, "input_type", "") or "text", "form-control")


class MayakBoundField(BoundField):
    """A field that knows the classes of its input and points to its error."""

    def build_widget_attrs(self, attrs: dict[str, Any], widget: Widget | None = None) -> dict[str, Any]:
        """Return the attributes of the input: its class, and ``is-invalid`` beside an error."""
        chosen = widget or self.field.widget
        built: dict[str, Any] = super().build_widget_attrs(attrs, chosen)
        if self.use_fieldset:  # the attributes of a group belong to its box, not to its inputs
            return built
        classes = [str(built.get("class") or chosen.attrs.get("class") or ""), input_class(chosen)]
        if self.errors:
            classes.append("is-invalid")
        if joined := " ".join(name for name in classes if name):
            built["class"] = joined
        return built

    @property
    def is_checkbox(self) -> bool:
        """Whether the label stands to the right of the input."""
        return getattr(self.field.widget, "input_type", "") == "checkbox" and not self.use_fieldset

    @property
    def error_anchor(self) -> str:
        """Where a link of the error summary leads: the input, or the first input of a group."""
        return f"{self.auto_id}_0" if self.use_fieldset else str(self.id_for_label or self.auto_id)


class MayakFormRenderer(TemplatesSetting):
    """Draws forms with the components of the interface."""

    form_template_name = "ui/form.html"
    field_template_name = "ui/field.html"
    bound_field_class = MayakBoundField

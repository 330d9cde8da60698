"""Forms of territories, organisations, their names and successors."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mayak.registry.enums import NameKind
from mayak.registry.forms.base import ScopedForm, ScopedPlainForm, form_field
from mayak.registry.forms.fields import ReferenceField, date_field
from mayak.registry.models import Organisation, OrganisationName, Succession, Territory


class TerritoryForm(ScopedForm):
    """A territory."""

    class Meta:
        model = Territory
        fields = ("parent", "kind", "name", "code")
        formfield_callback = form_field

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].required = not self.scope.everything


class OrganisationForm(ScopedForm):
    """A school, a branch, an authority, a service."""

    class Meta:
        model = Organisation
        fields = (
            "territory",
            "kind",
            "parent",
            "name",
            "short_name",
            "legal_form",
            "school_type",
            "fis_oko_login",
            "rcoi_code",
            "ogrn",
            "inn",
            "address",
            "settlement",
            "locality",
            "latitude",
            "longitude",
            "coordinates_source",
            "grade_from",
            "grade_to",
            "pupils",
            "teachers",
            "opened_on",
        )
        formfield_callback = form_field


class OrganisationEditForm(OrganisationForm):
    """The same with the question what a new name is: a renaming or a correction."""

    renamed_on = date_field(
        label=_("New name since"),
        help_text=_("The old name is kept until the day before; empty means today."),
    )
    is_correction = forms.BooleanField(
        label=_("The old name was a mistake: replace it and do not keep it"), required=False
    )


class CloseForm(ScopedPlainForm):
    """The day on which something ends."""

    day = date_field(required=True, label=_("Last day"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"day": timezone.localdate()})
        super().__init__(*args, **kwargs)


class NameForm(ScopedForm):
    """A name that the organisation bore or under which files call it."""

    class Meta:
        model = OrganisationName
        fields = ("name", "kind", "valid_from", "valid_to")
        formfield_callback = form_field

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("kind", NameKind.ALIAS)


class SuccessionForm(ScopedForm):
    """Who follows the organisation."""

    successor = ReferenceField(Organisation, label=_("Successor"))

    class Meta:
        model = Succession
        fields = ("successor", "kind", "happened_on", "basis")
        formfield_callback = form_field

"""Forms of people, posts, staffing, associations and groups."""

from django import forms
from django.utils.translation import gettext_lazy as _

from mayak.registry.forms.base import ScopedForm, ScopedPlainForm, form_field
from mayak.registry.forms.fields import ReferenceField
from mayak.registry.models import Employment, Person, StaffingRecord, SubjectAssociation, WorkingGroup


class PersonForm(ScopedForm):
    """An adult who works in education."""

    class Meta:
        model = Person
        fields = (
            "territory",
            "family_name",
            "given_name",
            "patronymic",
            "email",
            "category",
            "category_until",
            "teaching_since",
            "is_early_career",
        )
        formfield_callback = form_field


class PostForm(ScopedForm):
    """A post of a person."""

    class Meta:
        model = Employment
        fields = ("organisation", "position", "subjects", "rate", "valid_from", "valid_to")
        formfield_callback = form_field
        widgets = {"subjects": forms.CheckboxSelectMultiple}


class StaffingForm(ScopedForm):
    """Staffing of a school year."""

    class Meta:
        model = StaffingRecord
        fields = (
            "organisation",
            "school_year",
            "teachers",
            "vacancies",
            "overloaded_share",
            "with_category",
            "early_career",
            "psychologists",
            "speech_therapists",
            "special_teachers",
            "social_teachers",
            "source",
        )
        formfield_callback = form_field


class AssociationForm(ScopedForm):
    """A subject association."""

    class Meta:
        model = SubjectAssociation
        fields = ("organisation", "level", "name", "subject", "head")
        formfield_callback = form_field


class GroupForm(ScopedForm):
    """A working group, team or council."""

    class Meta:
        model = WorkingGroup
        fields = ("organisation", "kind", "name", "founding_act", "founded_on", "dissolved_on")
        formfield_callback = form_field


class MemberForm(ScopedPlainForm):
    """A new member."""

    person = ReferenceField(Person, label=_("Person"))


class GroupMemberForm(MemberForm):
    """A new member and the part taken."""

    part = forms.CharField(label=_("Part in the group"), max_length=100, required=False)

"""Plain Django forms get the look, and their errors lead to the fields."""

from typing import Any

import pytest
from django import forms
from django.template import Context, Template
from django.utils import translation

from mayak.kernel.ui.forms import input_class


class SchoolForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label="Name", help_text="As in the charter.")
    kind = forms.ChoiceField(label="Kind", choices=[("a", "A")])
    grades = forms.MultipleChoiceField(
        label="Grades", choices=[("1", "1")], widget=forms.CheckboxSelectMultiple
    )
    is_rural = forms.BooleanField(label="Rural", required=False)
    token = forms.CharField(widget=forms.HiddenInput, required=False)


def page(form: forms.Form, **values: Any) -> str:
    with translation.override("en"):
        return Template("{% form_page form 'Save the school' cancel_url='/back/' %}").render(
            Context({"form": form, "csrf_token": "abc", **values})
        )


@pytest.mark.parametrize(
    ("widget", "name"),
    [
        (forms.TextInput(), "form-control"),
        (forms.Textarea(), "form-control"),
        (forms.DateInput(), "form-control"),
        (forms.FileInput(), "form-control"),
        (forms.Select(), "form-select"),
        (forms.CheckboxInput(), "form-check-input"),
        (forms.HiddenInput(), ""),
    ],
)
def test_an_input_gets_its_class(widget: forms.Widget, name: str) -> None:
    assert input_class(widget) == name


def test_a_form_has_one_action_and_a_way_back() -> None:
    drawn = page(SchoolForm())
    assert '<button class="btn btn-lamp" type="submit">Save the school</button>' in drawn
    assert '<a class="btn btn-quiet" href="/back/">Cancel</a>' in drawn
    assert drawn.count("btn-lamp") == 1
    assert 'name="csrfmiddlewaretoken" value="abc"' in drawn


def test_a_field_has_a_label_a_help_and_says_when_it_is_optional() -> None:
    drawn = page(SchoolForm())
    assert '<label class="field-label" for="id_name">Name</label>' in drawn
    assert 'id="id_name_helptext">As in the charter.' in drawn
    assert 'aria-describedby="id_name_helptext"' in drawn
    assert '<legend class="field-label">Grades</legend>' in drawn
    assert '<label class="form-check-label" for="id_is_rural">Rural</label>' in drawn


def test_errors_stand_at_the_top_with_links_and_at_the_fields() -> None:
    drawn = page(SchoolForm({"kind": "a"}))
    assert '<a href="#id_name">Name: This field is required.</a>' in drawn
    assert '<a href="#id_grades_0">Grades: This field is required.</a>' in drawn
    assert 'id="id_name_error"' in drawn
    assert 'class="form-control is-invalid"' in drawn
    assert 'aria-invalid="true"' in drawn
    assert 'role="alert"' in drawn


def test_an_error_of_the_whole_form_is_in_the_summary() -> None:
    form = SchoolForm({"name": "x", "kind": "a", "grades": ["1"]})
    form.add_error(None, "The dates overlap.")
    assert "<li>The dates overlap.</li>" in page(form)


def test_a_form_without_errors_has_no_summary() -> None:
    assert "error-summary" not in page(SchoolForm({"name": "x", "kind": "a", "grades": ["1"]}))


def test_a_form_with_a_file_is_sent_as_one() -> None:
    class FileForm(forms.Form):
        file = forms.FileField()

    assert 'enctype="multipart/form-data"' in page(FileForm())
    assert "enctype" not in page(SchoolForm())

"""Forms of questionnaires, sections and blocks."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from mayak.surveys.algorithms.definition import Section, Words
from mayak.surveys.algorithms.parsing import CODE, LONGEST_TEXT
from mayak.surveys.models import Block, Questionnaire, QuestionnaireVersion


class CodeField(forms.RegexField):
    """A code that tables and other programs use; empty means that Mayak gives one."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            CODE,
            label=_("Code"),
            required=False,
            max_length=64,
            error_messages={
                "invalid": _("Latin letters, digits, «_» and «-», a letter first, at most 64 characters.")
            },
            **kwargs,
        )


class WordsField(forms.CharField):
    """A text in one of the languages."""

    def __init__(self, *, lines: int = 1, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("max_length", LONGEST_TEXT)
        if lines > 1:
            kwargs["widget"] = forms.Textarea(attrs={"rows": lines})
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        """Keep one kind of line end."""
        return str(super().clean(value) or "").replace("\r\n", "\n").replace("\r", "\n")


class QuestionnaireForm(forms.ModelForm[Questionnaire]):
    """What the questionnaire is."""

    class Meta:
        model = Questionnaire
        fields = ("title_ru", "title_en", "purpose", "source", "is_short", "for_students")
        widgets = {"purpose": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "purpose": _("One or two sentences for whoever chooses a questionnaire."),
            "source": _("The order or methodology; without one write who composed it."),
        }


class NewQuestionnaireForm(QuestionnaireForm):
    """The same with what it begins from."""

    copy_of = forms.ModelChoiceField(
        queryset=Questionnaire.objects.none(),
        label=_("Begin with a copy of"),
        required=False,
        empty_label=_("nothing: an empty questionnaire"),
    )
    field_order = ("copy_of", "title_ru")

    def __init__(self, *args: Any, questionnaires: QuerySet[Questionnaire], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["copy_of"].queryset = questionnaires  # type: ignore[attr-defined]  # ModelChoiceField


class NoteForm(forms.ModelForm[QuestionnaireVersion]):
    """What is new in a version."""

    class Meta:
        model = QuestionnaireVersion
        fields = ("note",)


class SectionForm(forms.Form):
    """Title and text of a section."""

    title_ru = WordsField(label=_("Title"), max_length=300)
    title_en = WordsField(label=_("Title in English"), max_length=300)
    text_ru = WordsField(label=_("Text before the questions"), lines=3)
    text_en = WordsField(label=_("Text before the questions, in English"), lines=3)
    code = CodeField(help_text=_("Stands in tables of answers. Empty: Mayak gives one."))

    def words(self, name: str) -> Words:
        """Return a text in both languages."""
        return Words(self.cleaned_data[f"{name}_ru"], self.cleaned_data[f"{name}_en"])


def section_initial(section: Section) -> dict[str, str]:
    """Return the values of the form."""
    return {
        "title_ru": section.title.ru,
        "title_en": section.title.en,
        "text_ru": section.text.ru,
        "text_en": section.text.en,
        "code": section.code,
    }


class InsertBlockForm(forms.Form):
    """Which block to copy."""

    block = forms.ModelChoiceField(queryset=Block.objects.none(), label=_("Block"))

    def __init__(self, *args: Any, blocks: QuerySet[Block], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["block"].queryset = blocks  # type: ignore[attr-defined]  # ModelChoiceField


class SaveBlockForm(forms.Form):
    """How the block is called."""

    title_ru = forms.CharField(
        label=_("Name of the block"),
        max_length=200,
        help_text=_("Colleagues choose it by this name in their questionnaires."),
    )

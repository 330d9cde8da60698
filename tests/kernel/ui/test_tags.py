"""Every component draws exactly what its words promise."""

from typing import Any

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


def draw(source: str, **values: Any) -> str:
    request = RequestFactory().get("/page/", {"q": "a b", "page": "2"})
    text = Template(source).render(Context({"request": request, **values}))
    return " ".join(text.split())


@pytest.mark.parametrize(
    ("tone", "shape"),
    [
        ("good", "check-circle-fill"),
        ("warning", "exclamation-triangle-fill"),
        ("bad", "x-octagon-fill"),
        ("info", "info-circle-fill"),
        ("neutral", "circle"),
    ],
)
def test_a_badge_has_a_colour_a_shape_and_a_word(tone: str, shape: str) -> None:
    expected = (
        f'<span class="state state-{tone}"><svg class="icon" aria-hidden="true">'
        f'<use href="/static/ui/icons.svg#{shape}"></use></svg>Loaded</span>'
    )
    assert draw("{% badge tone 'Loaded' %}", tone=tone) == expected


def test_an_unknown_tone_is_neutral() -> None:
    assert 'class="state state-neutral"' in draw("{% badge 'pink' 'Loaded' %}")


def test_no_component_trusts_its_words() -> None:
    drawn = draw(
        "{% badge 'good' word %}{% empty_state word %}{% key_figure word word %}{% notice 'bad' %}{{ word }}"
        "{% endnotice %}{% details word %}{{ word }}{% enddetails %}{% card word %}{{ word }}"
        "{% endcard %}{% progress 1 2 word %}",
        word="<script>alert(1)</script>",
    )
    assert "<script>" not in drawn
    assert drawn.count("&lt;script&gt;") == 10


def test_a_badge_stands_in_a_sentence_without_blanks() -> None:
    assert draw("({% badge 'good' 'yes' %})").startswith("(<span") is True
    assert draw("({% badge 'good' 'yes' %})").endswith("</span>)") is True


def test_a_key_figure_groups_thousands_and_leads_to_its_records() -> None:
    drawn = draw("{% key_figure 12345 'Schools' note='of them 3 branches' tone='bad' url='/schools/' %}")
    assert '<a href="/schools/">Schools</a>' in drawn
    assert "12,345" in drawn
    assert "of them 3 branches" in drawn
    assert "figure figure-bad" in drawn


@pytest.mark.parametrize(
    ("language", "value", "digits", "text"),
    [
        ("ru", 1234567, None, "1\u202f234\u202f567"),
        ("en", 1234567, None, "1,234,567"),
        ("ru", 3.5, 2, "3,50"),
        ("ru", 0, None, "0"),
        ("ru", None, None, "—"),
    ],
)
def test_numbers_follow_the_language(language: str, value: Any, digits: int | None, text: str) -> None:
    with translation.override(language):
        assert Template("{% num value digits %}").render(Context({"value": value, "digits": digits})) == text


def test_a_percent_says_of_how_many() -> None:
    assert Template("{% percent 0.125 %}").render(Context()) == "12.5\u202f%"
    assert Template("{% percent 0.125 n=240 %}").render(Context()) == "12.5\u202f% of 240"
    assert Template("{% percent None %}").render(Context()) == "—"


def test_progress_counts_and_never_leaves_its_bar() -> None:
    drawn = draw("{% progress 3 8 'Files' %}")
    assert "done 3 of 8" in drawn
    assert 'max="100" value="37"' in drawn
    assert 'value="100"' in draw("{% progress 9 8 'Files' %}")


def test_progress_without_a_total_only_moves() -> None:
    assert "value=" not in draw("{% progress 3 None 'Reading' %}")


def test_details_open_without_javascript() -> None:
    assert draw("{% details 'Why?' %}<p>Because.</p>{% enddetails %}").startswith(
        '<details class="more"> <summary>'
    )


def test_a_confirm_button_posts_with_a_token_behind_its_question() -> None:
    drawn = draw("{% confirm_button '/undo/' 'Undo' 'Undo 240 rows?' %}", csrf_token="abc")
    assert '<summary class="btn btn-outline-bad">Undo</summary>' in drawn
    assert 'method="post" action="/undo/"' in drawn
    assert 'name="csrfmiddlewaretoken" value="abc"' in drawn
    assert "Undo 240 rows?" in drawn


def test_fields_without_a_value_are_not_shown_but_zero_is() -> None:
    drawn = draw(
        "{% fields rows %}", rows=[("School", "№ 5"), ("Branch of", ""), ("Site", None), ("Vacancies", 0)]
    )
    assert drawn.count("<dt>") == 2
    assert "<dt>Vacancies</dt><dd>0</dd>" in drawn


def test_the_last_crumb_is_this_page_and_no_link() -> None:
    drawn = draw("{% breadcrumbs %}", breadcrumbs=[("Schools", "/schools/"), ("№ 5", "/schools/5/")])
    assert '<a href="/schools/">Schools</a>' in drawn
    assert '<li aria-current="page">№ 5</li>' in drawn


def test_a_known_abbreviation_is_explained_and_an_unknown_one_left_alone() -> None:
    drawn = draw("{% term 'ШНОР' %},")
    assert 'href="/glossary/#шнор"' in drawn
    assert "School with low educational results" in drawn
    assert drawn.endswith("</span></span>,")
    assert draw("{% term word %}", word="АБВ<") == "АБВ&lt;"


def test_ids_are_unique_on_a_page() -> None:
    drawn = draw("{% term 'ШНОР' %}{% term 'РПШ' %}{% progress 1 2 'x' %}")
    assert 'id="term-1"' in drawn
    assert 'id="term-2"' in drawn
    assert 'id="progress-3"' in drawn


def test_a_query_keeps_what_it_does_not_change() -> None:
    assert draw("{% query sort='name' page=None %}") == "?q=a+b&amp;sort=name"
    assert draw("{% query q=None page=None %}") == "?"


def test_a_notice_about_a_fault_is_read_aloud() -> None:
    assert 'role="alert"' in draw("{% notice 'bad' %}x{% endnotice %}")
    assert 'role="alert"' not in draw("{% notice 'info' %}x{% endnotice %}")

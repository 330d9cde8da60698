"""Templates: small, translated, without inline scripts and without addresses outside."""

import re
from pathlib import Path

import pytest
from django.template.base import Lexer, TokenType

from tests.architecture.source import PACKAGE, name_of, templates

LINES = 250
GAP = "\x00"
"""Stands for a tag or a variable of the template language."""

INLINE = re.compile(
    r"<style|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:|<script(?![^>]*\bsrc=)(?![^>]*type=[\"']application/json)",
    re.IGNORECASE,
)
OUTSIDE = re.compile(r"(?:https?:)?//(?!www\.w3\.org/)[\w\-]+\.[\w\-]+", re.IGNORECASE)
SPOKEN = re.compile(r"\s(?:title|alt|placeholder|aria-label|aria-description|label)\s*=\s*\"([^\"]*)\"")
WORD = re.compile(r"[A-Za-zА-Яа-яЁё]{2,}")
NAMES = {
    "Mayak",
    "CSV",
    "Excel",
    "xlsx",
    "XLSX",
    "csv",
    "JSON",
    "json",
    "YAML",
    "yaml",
    "SVG",
    "PNG",
    "XLSForm",
}
"""Names that are the same in every language."""

TEMPLATES = templates()


def plain_text(source: str) -> str:
    """Return the template without its tags, variables and comments, and without what is marked for translation."""
    kept: list[str] = []
    translating = False
    for token in Lexer(source).tokenize():
        words = token.split_contents() if token.token_type == TokenType.BLOCK else []
        if words and (
            words[0] in {"blocktranslate", "blocktrans"} or (words[0] == "block" and "class" in words[1])
        ):
            translating = True  # or the classes of an element, which nobody reads
        elif words and words[0] in {"endblocktranslate", "endblocktrans", "endblock"}:
            translating = False
        if token.token_type == TokenType.TEXT:
            kept += [] if translating else [token.contents]
        elif token.token_type != TokenType.COMMENT:
            kept.append(GAP)
    return "".join(kept)


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_no_template_is_longer_than_250_lines(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= LINES


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_a_template_begins_with_its_context(path: Path) -> None:
    assert path.read_text().startswith("{# context:"), "begin with {# context: what the template needs #}"


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_no_inline_script_or_style(path: Path) -> None:
    assert INLINE.findall(plain_text(path.read_text())) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_every_word_is_marked_for_translation(path: Path) -> None:
    text = re.sub(r"<(script|style|code|pre)\b.*?</\1>", "", plain_text(path.read_text()), flags=re.DOTALL)
    spoken = SPOKEN.findall(text)
    visible = re.sub(r"&\w+;", " ", re.sub(r"<[^>]*>", " ", text))
    unmarked = [word for part in [visible, *spoken] for word in WORD.findall(part) if word not in NAMES]
    assert unmarked == []


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_translated_words_of_a_template_are_english(path: Path) -> None:
    assert re.findall(r"[а-яё]+", re.sub(r"\{#.*?#\}", "", path.read_text())) == []


@pytest.mark.parametrize(
    "path",
    [*TEMPLATES, *sorted(path for path in PACKAGE.glob("**/static/**/*.css") if "vendor" not in path.parts)],
    ids=name_of,
)
def test_nothing_is_fetched_from_outside(path: Path) -> None:
    assert OUTSIDE.findall(path.read_text()) == []

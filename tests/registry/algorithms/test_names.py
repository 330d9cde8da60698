"""Spellings of school names and the normal form they share, or must not share."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mayak.registry.algorithms import name_tables as tables
from mayak.registry.algorithms.names import names_territory, normalise_name, split_login

SAME = {
    "сош №1": [
        "МБОУ СОШ № 1",
        "МКОУ СОШ №1",
        "СОШ№1",
        "СОШ N1",
        "СОШ N 1",
        "СОШ No 1",
        "СОШ Nо. 1",
        "сош #1",
        "СОШ номер 1",
        "СОШ-1",
        "СОШ 1",
        "СОШ № 01",
        "«СОШ № 1»",
        'МБОУ "СОШ" №1',
        "МБОУ „Средняя общеобразовательная школа № 1“",
        "МБОУСОШ№1",
        "МAOУ\u00a0COШ\u00a0№\u00a01",
        "Средняя школа № 1",
        "МБОУ СШ №1",
        "Муниципальное бюджетное общеобразовательное учреждение «Средняя общеобразовательная школа № 1»",
        "Муниципальное казённое общеобразовательное учреждение средняя общеобразовательная школа № 1",
        "Муниципальное общеобразовательноеучреждение средняя  общеобразовательная школа №1",
        "МОУ СОШ № 1 Кировского муниципального района Ленинградской области",
        "МБОУ «СОШ № 1» (edu203389)",
        "СРЕДНЕЙ ОБЩЕОБРАЗОВАТЕЛЬНОЙ ШКОЛЫ № 1",
    ],
    "школа №1252": ["ШКОЛА №1252", "ГБОУ школа1252", "ГБОУ города Москвы «Школа № 1252»"],
    "сош №5а": ["СОШ № 5а", "СОШ № 5-А", "сош №5A", "СОШ 5а"],
    "оош путиловская": ["МКОУ «Путиловская ООШ»", "Путиловская основная школа", "Путиловской ОШ"],
    "гимназия №1 г никольское": ["Гимназия № 1 г. Никольское", "ГИМНАЗИЯ №1 города Никольское"],
    "оош п мга": ["ООШ пос. Мга", "ООШ п. Мга", "ООШ поселка Мга"],
    "кадетская-школа-интернат №9": ["Кадетская школа - интернат № 9", "КШИ №9", "кадетская школа–интернат 9"],
    "лицей-интернат №2": ["Лицей-интернат №2", "ГАОУ лицей — интернат № 2"],
    "цо №1953 москва 98": ["ГБОУ ЦО № 1953 «Москва-98»", "Центр образования №1953 «Москва-98»"],
    "сош №3 углубл изучением отдельных предметов": [
        "СОШ № 3 с УИОП",
        "СОШ с углублённым изучением отдельных предметов № 3",
    ],
    "сош им есенина с а": ["СОШ им. С.А. Есенина", "СОШ имени С. А. Есенина", "СОШ имени Есенина С.А."],
    "школа ника": [
        "АНО ОО «Школа «Ника»",
        "Автономная некоммерческая организация школа Ника",
        "ЧОУ «ШКОЛА НИКА»",
    ],
    "оу №2 димитър благоев": [
        "ІІ ОУ Димитър Благоев",
        "II ОУ Димитър Благоев",
        "Второ основно училище Димитър Благоев",
    ],
    "су №7 кузман шапкарев": [
        "VІІ СУ Кузман Шапкарев",
        "7. СУ Кузман Шапкарев",
        "VII Средно училище Кузман Шапкарев",
    ],
    "оу №4 ив вазов": ["IVОУ Ив.Вазов", "ІV ОУ Ив. Вазов"],
    "оу №49 бенито хуарес": ["49 ОУ Бенито Хуарес", "49-то ОУ Бенито Хуарес", "49. ОУ „Бенито Хуарес“"],
    "оу №10": ["Х ОУ", "X OУ", "10 ОУ"],
    "пмг акад сергей корольов": [
        "ПМГ Акад. Сергей Корольов",
        "Природо-математическа гимназия Акад. Сергей Корольов",
    ],
}

DIFFERENT = [
    ("СОШ № 1", "СОШ № 2"),
    ("СОШ № 5", "СОШ № 5а"),
    ("СОШ № 1-2", "СОШ № 12"),
    ("СОШ № 1", "ООШ № 1"),
    ("СОШ № 1", "Школа № 1"),
    ("Гимназия № 1", "Лицей № 1"),
    ("Школа № 17", "Школа-интернат № 17"),
    ("Школа № 1212", "Немецкая школа № 1212"),
    ("СОШ № 1", "СОШ № 1 г. Никольское"),
    ("ООШ с. Ивановка", "ООШ д. Ивановка"),
    ("ІІ ОУ Христо Ботев", "ІІІ ОУ Христо Ботев"),
    ("ОУ Христо Ботев", "СУ Христо Ботев"),
    ("Болтинская ОШ", "филиал Болтинской ОШ"),
    ("Болтинская ОШ – филиал Красновской ОШ", "филиал Болтинской ОШ – Красновская ОШ"),
]


@pytest.mark.parametrize(("key", "raw"), [(key, raw) for key, spellings in SAME.items() for raw in spellings])
def test_spellings_of_one_name_give_one_key(key: str, raw: str) -> None:
    assert normalise_name(raw).key == key


@pytest.mark.parametrize(("one", "two"), DIFFERENT)
def test_names_of_two_schools_give_two_keys(one: str, two: str) -> None:
    assert normalise_name(one).key != normalise_name(two).key


@pytest.mark.parametrize(
    ("raw", "form", "owner"),
    [
        ("МБОУ СОШ № 1", "МБОУ", "municipal"),
        ("Муниципальное казенное общеобразовательное учреждение СОШ № 1", "МКОУ", "municipal"),
        ("Государственное автономное общеобразовательное учреждение «Школа № 1»", "ГАОУ", "state"),
        (
            "Государственное бюджетное профессиональное образовательное учреждение «Колледж № 1»",
            "ГБПОУ",
            "state",
        ),
        ("ГАОУ ВПО МИОО. СОШ №179", "ГАОУ", "state"),
        ("Федеральное государственное казенное общеобразовательное учреждение «СОШ № 5»", "ФГКОУ", "federal"),
        ("Частное общеобразовательное учреждение «Венда»", "ЧОУ", "private"),
        ("Негосударственное образовательное учреждение «Эрудит»", "НОУ", "private"),
        ("АНО ОО «Ника»", "АНО", "private"),
        ("Некоммерческое партнерство «Глобус»", "НП", "private"),
        ("СОШ № 1", "", ""),
    ],
)
def test_legal_form_and_owner_stay_outside_the_key(raw: str, form: str, owner: str) -> None:
    name = normalise_name(raw)
    assert (name.legal_form, name.owner) == (form, owner)


def test_figures_that_count_no_school_are_not_numbers() -> None:
    assert normalise_name("Школа 21 века").numbers == ()
    assert normalise_name("Гимназия имени 50-летия Победы").numbers == ()
    assert normalise_name("ОУ Цар Симеон І").numbers == ()
    assert normalise_name("129 ОУ Антим І").numbers == ("129",)
    assert normalise_name("Школа № 1 и № 2").numbers == ("1", "2")


def test_fields_explain_the_name() -> None:
    name = normalise_name("Филиал МБОУ «СОШ № 2 с. Путилово» Кировского района")
    assert name.is_branch
    assert name.numbers == ("2",)
    assert name.kind == "сош"
    assert name.settlement_hint == "путилово"
    assert name.territory_hint == ("киров",)
    assert normalise_name("Путиловская ООШ").proper == ("путиловская",)


@pytest.mark.parametrize("raw", ["", "   ", "МБОУ", "«»", "№", "МБОУ СОШ", "СОШ с УИОП"])
def test_a_name_without_number_and_own_words_is_weak(raw: str) -> None:
    assert normalise_name(raw).is_weak


def test_a_login_is_taken_out_of_the_name() -> None:
    assert split_login("МБОУ СОШ № 1 (edu203389)") == ("МБОУ СОШ № 1", "edu203389")
    assert split_login("СОШ № 1 (еdu203389) Кол-во участников: 89") == (
        "СОШ № 1 Кол-во участников: 89",
        "edu203389",
    )
    assert split_login("СОШ № 1") == ("СОШ № 1", "")


def test_a_stem_answers_to_the_name_of_its_territory() -> None:
    stem = normalise_name("СОШ № 1 Тосненского района").territory_hint[0]
    assert names_territory(stem, "Тосненский муниципальный район")
    assert not names_territory(stem, "Кировский район")


# Properties -----------------------------------------------------------------------------------------------

SPELLINGS = st.sampled_from([raw for spellings in SAME.values() for raw in spellings])
PIECES = st.sampled_from(
    [
        *("МБОУ", "ГБОУ", "СОШ", "ООШ", "школа", "гимназия", "лицей", "интернат", "кадетская", "средняя"),
        *("основная", "общеобразовательная", "№", "N", "1", "12", "5а", "1-я", "21", "века", "им.", "имени"),
        *(
            "С.А.",
            "Есенина",
            "с.",
            "г.",
            "Путилово",
            "Путиловская",
            "филиал",
            "района",
            "Кировского",
            "«",
            "»",
        ),
        *(
            '"',
            "-",
            "–",
            "(",
            ")",
            ".",
            ",",
            "УИОП",
            "ІІ",
            "Х",
            "XXI",
            "ОУ",
            "СУ",
            "училище",
            "основно",
            "св.",
        ),
        *("Global", "Ёлка", "центр", "образования", "города", "Москвы", "учреждение", "частное", "edu203389"),
    ]
)
NAMES = st.one_of(
    st.lists(PIECES, max_size=9).map(" ".join),
    st.lists(PIECES, max_size=5).map("".join),
    st.text(max_size=30),
)
LOOK_ALIKES = {
    "А": "A",
    "В": "B",
    "Е": "E",
    "К": "K",
    "М": "M",
    "Н": "H",
    "О": "O",
    "Р": "P",
    "С": "C",
    "Т": "T",
    "Х": "X",
}


@given(NAMES)
def test_the_normal_form_is_its_own_normal_form(raw: str) -> None:
    key = normalise_name(raw).key
    assert normalise_name(key).key == key


@given(SPELLINGS, st.sampled_from([str.upper, str.lower, str.swapcase]))
def test_case_does_not_change_the_key(raw: str, change) -> None:  # type: ignore[no-untyped-def]  # a str method
    assert normalise_name(change(raw)).key == normalise_name(raw).key


@given(SPELLINGS, st.data())
def test_blanks_quotes_and_e_do_not_change_the_key(raw: str, data: st.DataObject) -> None:
    blank = data.draw(st.sampled_from(["  ", "\u00a0", " \u2009", "\t"]))
    quote = data.draw(st.sampled_from(["«", "»", '"', "“", "”", "„"]))
    changed = quote + raw.replace(" ", blank).replace("ё", "е") + quote
    assert normalise_name(changed).key == normalise_name(raw).key
    assert normalise_name(unicodedata.normalize("NFD", raw)).key == normalise_name(raw).key


@given(SPELLINGS, st.data())
def test_latin_look_alikes_do_not_change_the_key(raw: str, data: st.DataObject) -> None:
    upper = raw.upper()
    swapped = "".join(
        LOOK_ALIKES[letter] if letter in LOOK_ALIKES and data.draw(st.booleans()) else letter
        for letter in upper
    )
    assert normalise_name(swapped).key == normalise_name(upper).key


@given(
    st.sampled_from(
        ["МБОУ СОШ № {}", "СОШ{}", "школа №{} г. Тосно", "Гимназия № {} «Гамма»", "{} ОУ Антим", "№ {}"]
    ),
    st.integers(1, 3000),
    st.integers(1, 3000),
)
def test_different_numbers_never_give_equal_keys(template: str, one: int, two: int) -> None:
    keys = {normalise_name(template.format(number)).key for number in (one, two)}
    assert len(keys) == (1 if one == two else 2)


def test_every_canonical_kind_names_itself() -> None:
    assert {kind: normalise_name(kind).kind for kind in tables.KINDS} == {kind: kind for kind in tables.KINDS}

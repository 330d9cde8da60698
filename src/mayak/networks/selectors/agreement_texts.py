"""An agreement as a paper: title, preamble, clauses with their fields filled, requisites. Papers are Russian."""

import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from django.utils.translation import override

from mayak.networks.algorithms.completeness import fields_in
from mayak.networks.algorithms.declension import acting_word
from mayak.networks.enums.agreements import AgreementKind, PartyRole, Payment
from mayak.networks.models import Agreement, AgreementClause, AgreementParty, AgreementVersion

NBSP: Final = "\u00a0"
EMPTY: Final = "____________"
BLANK_DAY: Final = "«___» ____________ 20___ г."
TITLES: Final[dict[str, str]] = {
    AgreementKind.COOPERATION: "Соглашение о сотрудничестве",
    AgreementKind.NETWORK_FORM: "Договор о сетевой форме реализации образовательной программы",
    AgreementKind.SIMPLE_PARTNERSHIP: "Договор простого товарищества (о совместной деятельности)",
    AgreementKind.NETWORK_RULES: "Положение о сети",
    AgreementKind.CENTRE_RULES: "Положение о координационном центре сети",
    AgreementKind.AMENDMENT: "Дополнительное соглашение",
}
CALLED: Final[dict[str, str]] = {
    PartyRole.LEAD: "Ведущая школа",
    PartyRole.MENTEE: "Школа-участник",
    PartyRole.MEMBER: "Участник сети",
    PartyRole.CENTRE: "Координационный центр",
    PartyRole.AUTHORITY: "Орган управления образованием",
}
BASIS: Final = "Устава"
REQUISITES: Final = {
    "address": "Адрес",
    "inn": "ИНН",
    "kpp": "КПП",
    "ogrn": "ОГРН",
    "bank": "Банковские реквизиты",
    "contacts": "Телефон, эл. почта",
}
"""Fields of a party that stand above its signature, in their order."""
_PAPER_WORD: Final[dict[str, str]] = {
    AgreementKind.NETWORK_FORM: "настоящий договор",
    AgreementKind.SIMPLE_PARTNERSHIP: "настоящий договор",
    AgreementKind.AMENDMENT: "настоящее дополнительное соглашение",
}
_PAYMENT: Final[dict[str, str]] = {
    Payment.FREE: "на безвозмездной основе",
    Payment.PAID: "на возмездной основе; размер и порядок оплаты определяются приложением",
}
_COPIES: Final = ("одном", "двух", "трёх", "четырёх", "пяти", "шести", "семи", "восьми", "девяти", "десяти")
_MONTHS: Final = (
    *("января", "февраля", "марта", "апреля", "мая", "июня"),
    *("июля", "августа", "сентября", "октября", "ноября", "декабря"),
)
_OPTIONAL: Final = re.compile(r"\[\[(.*?)\]\]", re.DOTALL)
_FIELD: Final = re.compile(r"\{([\w\-]+)\}")


@dataclass(frozen=True, slots=True)
class PaperClause:
    """A clause as it is read."""

    key: str
    number: str
    text: str
    is_heading: bool

    @property
    def paragraphs(self) -> list[str]:
        """The lines of the text."""
        return self.text.split("\n")


@dataclass(frozen=True, slots=True)
class PaperParty:
    """A party at the end of the paper."""

    name: str
    called: str
    requisites: tuple[tuple[str, str], ...]
    post: str
    signature: str


@dataclass(frozen=True, slots=True)
class AgreementPaper:
    """The whole text."""

    title: str
    place: str
    preamble: str
    clauses: tuple[PaperClause, ...]
    parties: tuple[PaperParty, ...]

    def to_json(self) -> dict[str, Any]:
        """Return plain data to keep."""
        return json.loads(json.dumps(asdict(self)))  # type: ignore[no-any-return]  # tuples become lists

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "AgreementPaper":
        """Return the paper that was kept."""
        parties = tuple(
            PaperParty(**{**one, "requisites": tuple((label, value) for label, value in one["requisites"])})
            for one in kept["parties"]
        )
        clauses = tuple(PaperClause(**one) for one in kept["clauses"])
        return cls(kept["title"], kept["place"], kept["preamble"], clauses, parties)

    @property
    def blank_day(self) -> str:
        """What stands in place of the day until it is signed."""
        return BLANK_DAY

    @property
    def content_hash(self) -> str:
        """SHA-256 of everything that is read."""
        plain = json.dumps(self.to_json(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(plain.encode()).hexdigest()


def paper_of(
    agreement: Agreement,
    version: AgreementVersion,
    *,
    parties: Iterable[AgreementParty] | None = None,
    clauses: Iterable[AgreementClause] | None = None,
) -> AgreementPaper:
    """Return the paper of a version: the kept one where it is frozen."""
    if version.paper:
        return AgreementPaper.from_json(version.paper)
    people = list(agreement.parties.all() if parties is None else parties)
    values = field_values(agreement, people)
    rows = version.clauses.all() if clauses is None else clauses
    return AgreementPaper(
        title=agreement.title,
        place=agreement.place,
        preamble=preamble_of(agreement, people),
        clauses=tuple(
            PaperClause(row.key, row.number, filled(row.text, values), row.is_heading) for row in rows
        ),
        parties=tuple(_paper_party(one) for one in people),
    )


def field_values(agreement: Agreement, parties: list[AgreementParty]) -> dict[str, str]:
    """Return what the fields of the text stand for; an unknown value is empty."""
    pair = agreement.partnership
    changed = agreement.amends
    return {
        "учебный_год": str(agreement.school_year),
        "предмет": agreement.subjects,
        "срок_с": russian_date(agreement.starts_on),
        "срок_по": russian_date(agreement.ends_on),
        "программа": str(agreement.programme or ""),
        "сеть": agreement.network.name if agreement.network else "",
        "основание": _basis(pair.basis if pair is not None else None),
        "оплата": _PAYMENT[agreement.payment],
        "экземпляров": _copies(len(parties)),
        "изменяемое": _changed(changed) if changed is not None else "",
        **{f"сторона_{number}": one.name for number, one in enumerate(parties, start=1)},
    }


def filled(text: str, values: Mapping[str, str]) -> str:
    """Return the text with its fields filled; an optional part without its value is left out."""

    def optional(found: re.Match[str]) -> str:
        return found[1] if all(values.get(name) for name in fields_in(found[1])) else ""

    shown = _OPTIONAL.sub(optional, text)
    shown = _FIELD.sub(lambda found: values.get(found[1]) or EMPTY, shown)
    return shown.replace("г..", "г.")  # a date ends with the dot that ends the sentence


def kept_fields(text: str, values: Mapping[str, str]) -> str:
    """Return the text without the optional parts that fall out: the fields that are left must be filled."""
    return _OPTIONAL.sub(
        lambda found: found[1] if all(values.get(name) for name in fields_in(found[1])) else "", text
    )


def preamble_of(agreement: Agreement, parties: list[AgreementParty]) -> str:
    """Return who concludes the agreement, in the words of agreements."""
    if agreement.is_rules:
        names = ", ".join(one.name for one in parties)
        return f"Положение приняли: {names}." if names else ""
    said = [_introduced(one) for one in parties]
    if not said:
        return ""
    joined = ", и ".join([", ".join(said[:-1]), said[-1]] if len(said) > 1 else said)
    word = _PAPER_WORD.get(agreement.kind, "настоящее соглашение")
    return f"{joined}, совместно именуемые «Стороны», заключили {word} о нижеследующем:"


def russian_date(day: dt.date | None) -> str:
    """Return «1 сентября 2024 г.», nothing for no day."""
    return f"{day.day}{NBSP}{_MONTHS[day.month - 1]}{NBSP}{day.year}{NBSP}г." if day else ""


def signature_of(name: str) -> str:
    """Return «Е. Г. Наумов» for «Наумов Евгений Геннадьевич»."""
    family, *rest = name.split() or [""]
    initials = NBSP.join(f"{word[0]}." for word in rest)
    return f"{initials}{NBSP}{family}" if initials else family


def _introduced(party: AgreementParty) -> str:
    branch = f", в интересах филиала – {party.for_branch}" if party.for_branch else ""
    person = party.represented_by or EMPTY
    return (
        f"{party.name}{branch}, именуемое в дальнейшем «{party.called}», в лице {person}, "
        f"{acting_word(party.representative)} на основании {party.basis or EMPTY}"
    )


def _paper_party(party: AgreementParty) -> PaperParty:
    rows = ((label, str(getattr(party, name))) for name, label in REQUISITES.items())
    requisites = tuple((label, value) for label, value in rows if value)
    return PaperParty(
        party.name,
        party.called,
        requisites,
        party.representative_post,
        signature_of(party.representative),
    )


def _basis(act: Any) -> str:
    if act is None:
        return ""
    with override("ru"):
        kind = str(act.get_kind_display())
    number = f" №{NBSP}{act.number}" if act.number else ""
    return f"{kind} от {act.date:%d.%m.%Y}{number}"


def _copies(count: int) -> str:
    word = _COPIES[count - 1] if 0 < count <= len(_COPIES) else str(count)
    return f"{word} экземпляре" if count == 1 else f"{word} экземплярах"


def _changed(agreement: Agreement) -> str:
    number = f" №{NBSP}{agreement.number}" if agreement.number else ""
    signed = f" от {russian_date(agreement.signed_on)}" if agreement.signed_on else ""
    title = agreement.title[:1].lower() + agreement.title[1:]
    return f"{title}{signed}{number}"

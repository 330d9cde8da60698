"""What an order says: the fields of the template, read from a pairing and from the form."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.utils import timezone

from mayak.diagnosis.selectors import reference_day
from mayak.documents.algorithms.typography import (
    enumeration,
    genitive_plural_of_kind,
    kilometres,
    plain,
    plural,
    russian_date,
    school_name,
    typeset_all,
)
from mayak.documents.enums import TemplateKind
from mayak.documents.models import GeneratedDocument
from mayak.matching.enums import MatchingState
from mayak.matching.models import MatchingRun, MatchPair
from mayak.matching.selectors import covered_needs, pair_list
from mayak.networks.models import Partnership
from mayak.registry.enums import ActKind, ActState, OrganisationKind
from mayak.registry.models import LegalAct, Organisation, Territory
from mayak.results.enums import StatusRole
from mayak.results.models import SchoolStatus, StatusKind

FORM_FIELDS: Final = (
    *("authority", "place", "basis", "deadline", "service", "control"),
    *("signatory_position", "signatory_name", "number", "date"),
)
"""What a person fills in; everything else comes from the pairing."""

REMEMBERED: Final = (
    "authority",
    "place",
    "basis",
    "service",
    "control",
    "signatory_position",
    "signatory_name",
)
"""What the form takes over from the last order of the territory."""

EMPTY_NUMBER: Final = "________"
EMPTY_DATE: Final = "________________"
EMPTY_NAME: Final = "____________________"
NO_CONTENT: Final = "методическая помощь по запросу школы"
DAYS_TO_AGREE: Final = 30
"""Days from today to the deadline that the form proposes. Assumption: the orders of S1 give three to eleven weeks."""

_AUTHORITIES: Final = (
    OrganisationKind.EDUCATION_AUTHORITY_MUNICIPAL,
    OrganisationKind.EDUCATION_AUTHORITY_REGIONAL,
)
_HELPED_ROLES: Final = (StatusRole.NEEDS_HELP, StatusRole.WATCH, StatusRole.CONTEXT)
_INSTRUMENTAL: Final[Mapping[str, str]] = {
    ActKind.DIRECTIVE: "распоряжением",
    ActKind.ORDER: "приказом",
    ActKind.LETTER: "письмом",
    ActKind.REGULATION: "положением",
    ActKind.CHARTER: "уставом",
    ActKind.LAW: "законом",
    ActKind.RESOLUTION: "постановлением",
    ActKind.PROTOCOL: "протоколом",
    ActKind.OTHER: "документом",
}


def order_title(run: MatchingRun) -> str:
    """Return the heading of the order; papers are Russian whatever the interface speaks."""
    return f"Об утверждении списка сетевого партнёрства школ на {run.school_year} учебный год"


def list_title(run: MatchingRun) -> str:
    """Return the heading of the list."""
    return f"Список сетевого партнёрства школ на {run.school_year} учебный год"


def order_defaults(run: MatchingRun) -> dict[str, Any]:
    """Return what the form begins with: the last order of the territory, else the authority of the registry."""
    authority = authority_of(run.territory)
    found: dict[str, Any] = {
        "authority": authority.name if authority else "",
        "place": authority.settlement if authority else "",
        "basis": ", ".join(basis_texts(run)),
        "deadline": timezone.localdate() + dt.timedelta(days=DAYS_TO_AGREE),
    }
    orders = GeneratedDocument.objects.filter(kind=TemplateKind.PARTNERSHIP_ORDER, territory=run.territory_id)
    last = orders.filter(run=run).first() or orders.first()
    if last is None:
        return found
    same_run = last.run_id == run.pk
    kept = [name for name in REMEMBERED if same_run or name != "basis"]
    found |= {name: last.fields[name] for name in kept if last.fields.get(name)}
    if same_run and last.fields.get("deadline"):
        found["deadline"] = dt.date.fromisoformat(last.fields["deadline"])
    return found


def authority_of(territory: Territory) -> Organisation | None:
    """Return the education authority of the territory, else of the nearest one above it."""
    place: Territory | None = territory
    while place is not None:
        own = Organisation.objects.open().filter(territory=place, kind__in=_AUTHORITIES)
        if found := own.first():
            return found
        place = place.parent
    return None


def basis_texts(run: MatchingRun) -> list[str]:
    """Return the acts by which the schools have their statuses, in the instrumental case, the oldest first."""
    ids = [key for pair in pairs_of(run) for key in (pair.mentee_id, pair.lead_id)]
    statuses = SchoolStatus.objects.held_on(reference_day(run.school_year)).filter(organisation__in=ids)
    acts = LegalAct.objects.filter(
        pk__in=statuses.exclude(basis=None).values("basis"), state__in=(ActState.IN_FORCE, ActState.AMENDED)
    )
    return [act_text(act) for act in acts.order_by("date", "number")]


def act_text(act: LegalAct) -> str:
    """Return «приказом от 8 июня 2023 г. № 237 «О …» (Комитет образования)»."""
    number = f" № {act.number}" if act.number else ""
    return f"{_INSTRUMENTAL[act.kind]} от {russian_date(act.date)}{number} «{act.title}» ({act.issuer})"


def pairs_of(run: MatchingRun) -> list[MatchPair]:
    """Return the pairs that the paper names; of an approved pairing only those that have not ended since."""
    pairs = list(pair_list(run))
    if run.state != MatchingState.APPROVED:
        return pairs
    current = set(
        Partnership.objects.current().filter(school_year=run.school_year).values_list("mentee_id", "lead_id")
    )
    return [pair for pair in pairs if (pair.mentee_id, pair.lead_id) in current]


def order_context(run: MatchingRun, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return all fields of the template, typeset.

    Args:
        run: the pairing.
        fields: the values of ``FORM_FIELDS``; dates are ``datetime.date`` or None.
    """
    pairs = pairs_of(run)
    kinds = kinds_of_mentees(run, pairs)
    leads = [paper_name(pair.lead) for pair in pairs]
    mentees = [paper_name(pair.mentee) for pair in pairs]
    names = {"lead": list(dict.fromkeys(leads)), "mentee": list(dict.fromkeys(mentees))}
    content = contents_of(run)
    day, number = fields.get("date"), plain(fields.get("number") or "")
    return {
        "authority": typeset_all(lines_of(fields.get("authority"))),
        "date": russian_date(day) if day else EMPTY_DATE,
        "number": number or EMPTY_NUMBER,
        "is_draft": run.state != MatchingState.APPROVED,
        "one_lead": len(names["lead"]) == 1,
        "one_mentee": len(names["mentee"]) == 1,
        **typeset_all(
            {
                "place": fields.get("place") or "",
                "school_year": str(run.school_year),
                "territory": run.territory.name,
                "supported": supported_text(kinds.values()),
                "basis": fields.get("basis") or "",
                "lead_names": enumeration(names["lead"]),
                "mentee_names": enumeration(names["mentee"]),
                "deadline": russian_date(fields["deadline"]) if fields.get("deadline") else EMPTY_DATE,
                "service": capitalised(str(fields.get("service") or "")),
                "control": fields.get("control") or "",
                "signatory_position": fields.get("signatory_position") or EMPTY_NAME,
                "signatory_name": fields.get("signatory_name") or EMPTY_NAME,
                "copies": enumeration(["в дело", *leads, *mentees]),
                "mentee_title": mentee_title(kinds.values()),
                "totals": totals_text(len(pairs), len(names["lead"]), len(names["mentee"])),
                "abbreviations": abbreviations_text(kinds.values()),
                "pairs": [
                    {
                        "number": str(number),
                        "lead": paper_name(pair.lead),
                        "mentee": paper_name(pair.mentee),
                        "content": content_text(
                            content.get((pair.mentee_id, pair.lead_id)) or covered_needs(pair)
                        ),
                        "ground": ground_text(kinds.get(pair.mentee_id, []), pair.distance_km),
                    }
                    for number, pair in enumerate(pairs, start=1)
                ],
            }
        ),
    }


def lines_of(text: Any) -> list[str]:
    """Return the lines of a form field, empty ones left out."""
    return [line.strip() for line in str(text or "").splitlines() if line.strip()]


def capitalised(text: str) -> str:
    """Return the text with a capital at its beginning: it begins a point of the order."""
    return text[:1].upper() + text[1:]


def paper_name(school: Organisation) -> str:
    """Return the school as orders name it: legal form and short name in quotes."""
    return school_name(school.short_name or school.name, school.legal_form)


def kinds_of_mentees(run: MatchingRun, pairs: Iterable[MatchPair]) -> dict[int, list[StatusKind]]:
    """Return the kinds of status for which each mentee school is supported, in the order of the dictionary."""
    found: dict[int, list[StatusKind]] = {}
    statuses = (
        SchoolStatus.objects.held_on(reference_day(run.school_year))
        .filter(organisation__in={pair.mentee_id for pair in pairs}, kind__role__in=_HELPED_ROLES)
        .select_related("kind")
        .order_by("kind__position", "kind__name")
    )
    for status in statuses:
        kinds = found.setdefault(status.organisation_id, [])
        if status.kind not in kinds:
            kinds.append(status.kind)
    return found


def contents_of(run: MatchingRun) -> dict[tuple[int, int], list[dict[str, Any]]]:
    """Return what each partnership of the pairing is about."""
    rows = Partnership.objects.current().filter(run=run).values_list("mentee_id", "lead_id", "content")
    return {(mentee, lead): content for mentee, lead, content in rows}


def content_text(needs: Iterable[Mapping[str, Any]]) -> str:
    """Return «математика (5, 6 классы), русский язык (9 класс)»."""
    grades: dict[str, list[int]] = {}
    for need in needs:
        known = grades.setdefault(str(need["name"]), [])
        if need.get("grade"):
            known.append(int(need["grade"]))
    texts = []
    for name, found in grades.items():
        numbers = [str(grade) for grade in sorted(set(found))]
        word = "класс" if len(numbers) == 1 else "классы"
        subject = name if name[:2].isupper() else name[:1].lower() + name[1:]
        texts.append(f"{subject} ({', '.join(numbers)} {word})" if numbers else subject)
    return ", ".join(texts) or NO_CONTENT


def ground_text(kinds: Iterable[StatusKind], distance_km: float | None) -> str:
    """Return «ШНОР; 12,4 км»; what is unknown is left out."""
    named = ", ".join(kind.abbreviation or kind.name for kind in kinds)
    return "; ".join(part for part in (named, kilometres(distance_km)) if part) or "–"


def supported_text(kinds: Iterable[Iterable[StatusKind]]) -> str:
    """Return whom the order supports, each abbreviation explained at its first use."""
    texts = [
        genitive_plural_of_kind(kind.name) + (f" (далее – {kind.abbreviation})" if kind.abbreviation else "")
        for kind in _distinct(kinds)
    ]
    return ", ".join(texts) or "школ, которым нужна методическая помощь"


def mentee_title(kinds: Iterable[Iterable[StatusKind]]) -> str:
    """Return the heading of the column: the name of the status only where every school bears it alone."""
    rows = [list(one) for one in kinds]
    only_low = bool(rows) and all(len(one) == 1 and one[0].abbreviation == "ШНОР" for one in rows)
    return "Школа с НОР (ведомая)" if only_low else "Ведомая школа"


def abbreviations_text(kinds: Iterable[Iterable[StatusKind]]) -> str:
    """Return «ШНОР – школа с низкими образовательными результатами; …»."""
    explained = [kind for kind in _distinct(kinds) if kind.abbreviation]
    return "; ".join(f"{kind.abbreviation} – {kind.name[:1].lower()}{kind.name[1:]}" for kind in explained)


def totals_text(pairs: int, leads: int, mentees: int) -> str:
    """Return «16 пар: 2 школы-лидера, 16 ведомых школ»."""
    return (
        f"{plural(pairs, 'пара', 'пары', 'пар')}: {plural(leads, 'школа-лидер', 'школы-лидера', 'школ-лидеров')}, "
        f"{plural(mentees, 'ведомая школа', 'ведомые школы', 'ведомых школ')}"
    )


def _distinct(kinds: Iterable[Iterable[StatusKind]]) -> list[StatusKind]:
    found = {kind.pk: kind for one in kinds for kind in one}
    return sorted(found.values(), key=lambda kind: (kind.position, kind.name))

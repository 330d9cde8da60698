"""Risk factors, cut-offs, criteria for mentors and weights of needs that come with the product."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mayak.diagnosis.models import MentorCriteria, MentorCriterion, NeedRule, RiskCutoff, RiskFactor
from mayak.kernel.access import Actor
from mayak.registry.services.reference import LoadCount, load_rows, read_data

DATA = Path(__file__).resolve().parent.parent / "data"


def load_school_reference(*, actor: Actor) -> list[LoadCount]:
    """Load what risk profiles, needs and the choice of mentors need; call it inside a transaction."""
    criteria = read_data(DATA / "mentor_criteria.yaml")
    factors = load_rows(RiskFactor, supplied_factors(), key=["programme", "year", "code"], actor=actor)
    version = load_rows(MentorCriteria, [_version(criteria)], key=["version"], actor=actor)
    return [
        factors,
        load_rows(RiskCutoff, _cutoffs(), key=["factor", "basis", "year_from"], actor=actor),
        version,
        load_rows(MentorCriterion, _criteria(criteria), key=["criteria", "code"], actor=actor),
        load_rows(NeedRule, read_data(DATA / "need_rules.yaml")["rules"], key=["code"], actor=actor),
    ]


def supplied_factors() -> Iterator[dict[str, Any]]:
    """Yield the columns of each supplied risk factor."""
    data = read_data(DATA / "risk_factors.yaml")
    base = {
        "programme": data["programme"],
        "year": data["year"],
        "source": data["source"],
        "is_assumption": True,
    }
    for number, row in enumerate(data["factors"], start=1):
        yield base | {"position": number * 10} | row


def _cutoffs() -> Iterator[dict[str, Any]]:
    """Yield the cut-offs with factors instead of codes; without its factor a cut-off is left out."""
    data = read_data(DATA / "risk_factors.yaml")
    found = RiskFactor.objects.filter(programme=data["programme"], year=data["year"])
    factors = {factor.code: factor for factor in found}
    for row in read_data(DATA / "risk_cutoffs.yaml")["cutoffs"]:
        code = row.get("factor")
        if code is None or code in factors:
            yield {"year_from": 2000, "is_assumption": True} | row | {"factor": factors.get(code)}


def _version(data: dict[str, Any]) -> dict[str, Any]:
    names = ("version", "title", "source", "source_page", "source_year", "is_assumption", "note")
    others = MentorCriteria.objects.filter(is_current=True).exclude(version=data["version"])
    return {name: data[name] for name in names} | {"is_supplied": True, "is_current": not others.exists()}


def _criteria(data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the criteria of the supplied version, none where sheets were written by it: it is frozen then."""
    version = MentorCriteria.objects.filter(version=data["version"], scorings__isnull=True).first()
    if version is None:
        return
    items = [(group["name"], item) for group in data["groups"] for item in group["items"]]
    for number, (group, item) in enumerate(items, start=1):
        yield {
            "criteria": version,
            "group": group,
            "max_points": data["max_points"],
            "hint": data["hint"],
            "position": number * 10,
        } | item

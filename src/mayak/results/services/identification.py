"""Applying a rule to a territory and year, and approving what it found."""

import datetime as dt
import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

import numpy as np
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mayak.kernel.access import Actor
from mayak.kernel.audit.services import difference, record, snapshot
from mayak.kernel.bulk import bulk_insert, portions
from mayak.registry.enums import TerritoryKind
from mayak.registry.models import Territory
from mayak.results.algorithms.identification import rules as r
from mayak.results.algorithms.identification.evaluation import Decision, Identification, identify
from mayak.results.algorithms.identification.messages import RuleError
from mayak.results.algorithms.identification.parsing import fingerprint, rule_from_dict
from mayak.results.algorithms.identification.stability import DEFAULT_DRAWS, Stability, stability
from mayak.results.algorithms.identification.value_added import ValueAdded
from mayak.results.enums import RunState
from mayak.results.models import IdentificationRun, RuleSet, SchoolDecision
from mayak.results.selectors.identification_data import LoadedData, Progress, joined_hash, load_data
from mayak.results.selectors.rule_words import problem_words
from mayak.results.selectors.run_history import decided_before, previous_run
from mayak.results.services.context_model import context_year, laid_for, result_against_context
from mayak.results.services.identification_rows import COLUMNS, RunArrays, decision_rows, item_rows

SEED: Final = 20250901
ALGORITHM: Final = 1
"""Goes up when the same input may give another result."""
_DRAW_BUDGET = 40_000_000
"""Cells that are drawn again at most, so that a country takes seconds and not minutes."""
_LEAST_DRAWS = 50
_PORTION = 5_000


@dataclass(frozen=True, slots=True)
class RunSettings:
    """What a person may choose besides rule, territory and year."""

    seed: int = SEED
    draws: int = DEFAULT_DRAWS

    @classmethod
    def of(cls, given: Mapping[str, Any] | None) -> "RunSettings":
        """Read the settings of a form or of a job.

        Raises:
            ValidationError: a setting is unknown or no whole number.
        """
        known = {"seed", "draws"}
        values = dict(given or {})
        if set(values) - known or not all(isinstance(value, int) and value >= 0 for value in values.values()):
            raise ValidationError(
                _("Settings of a run are whole numbers: %(known)s.") % {"known": ", ".join(sorted(known))}
            )
        return cls(**values)


@dataclass(frozen=True, slots=True)
class Computed:
    """A run before it is stored."""

    loaded: LoadedData
    arrays: RunArrays
    stability: Stability

    @property
    def result(self) -> Identification:
        """The decisions."""
        return self.arrays.result


def run_identification(
    rule_set: RuleSet,
    *,
    territory: Territory,
    year: int,
    actor: Actor,
    settings: Mapping[str, Any] | None = None,
    progress: Progress = lambda done, stage: None,
) -> IdentificationRun:
    """Apply the rule and keep every decision with its reasons, the input's hash and the versions.

    Args:
        rule_set: the rule; it is frozen from now on.
        territory: whose schools are decided on.
        year: calendar year of the procedures.
        actor: who asks.
        settings: see ``RunSettings``.
        progress: receives a count and a stage («results», «deciding», «decisions»).

    Raises:
        ValidationError: the rule is wrong or its data are missing; names each place. Nothing is changed.
    """
    chosen = RunSettings.of(settings)
    rule = read_rule(rule_set)
    computed = compute(rule, territory, year, chosen, progress=progress)
    return _keep(rule_set, territory, computed, settings=chosen, actor=actor, progress=progress)


def read_rule(rule_set: RuleSet) -> r.RuleSet:
    """Return the rule that the stored document says.

    Raises:
        ValidationError: it contradicts itself.
    """
    try:
        return rule_from_dict(rule_set.definition)
    except RuleError as error:
        raise ValidationError(
            [problem_words(problem, rule_set.definition) for problem in error.problems]
        ) from error


def compute(
    rule: r.RuleSet,
    territory: Territory,
    year: int,
    settings: RunSettings,
    *,
    progress: Progress = lambda done, stage: None,
) -> Computed:
    """Decide on every school without storing anything.

    Raises:
        ValidationError: a condition has no data; each is named with its place in the rule.
    """
    loaded = load_data(rule, territory, year, progress=progress)
    progress(loaded.rows, "deciding")
    wide = _region_of(territory)
    return decide(rule, loaded, year, settings, around=None if wide is None else load_data(rule, wide, year))


def decide(
    rule: r.RuleSet, loaded: LoadedData, year: int, settings: RunSettings, *, around: LoadedData | None = None
) -> Computed:
    """Decide on schools whose data are there already, from the database or from files.

    Args:
        rule: the conditions.
        loaded: the data.
        year: calendar year of the procedures.
        settings: see ``RunSettings``.
        around: the data of a wider territory for the comparison with the context, where the own schools are few.

    Raises:
        ValidationError: a condition has no data; each is named with its place in the rule.
    """
    result = _identified(rule, loaded, year)
    certain = stability(result, draws=_draws(result, settings.draws), seed=settings.seed)
    if around is None:
        shown, added = result_against_context(result)
    else:
        shown, added = result_against_context(_identified(rule, around, year))
        shown, added = laid_for(result.schools, around.data.results.schools, shown, added)
        both = joined_hash(loaded.input_hash, around.input_hash)
        loaded = replace(loaded, input_hash=both)
    return Computed(loaded, RunArrays(result, loaded.is_own, certain.listed, added, shown), certain)


def _identified(rule: r.RuleSet, loaded: LoadedData, year: int) -> Identification:
    try:
        return identify(rule, loaded.data, year)
    except RuleError as error:
        raise ValidationError([problem_words(problem, rule) for problem in error.problems]) from error


def _region_of(territory: Territory) -> Territory | None:
    """A district has too few schools for a comparison with their context: its region is looked at."""
    if territory.kind != TerritoryKind.MUNICIPALITY or territory.parent is None:
        return None
    return territory.parent if territory.parent.kind == TerritoryKind.REGION else None


def _draws(result: Identification, wanted: int) -> int:
    cells = max(result.cube.n.size, 1)
    return min(wanted, max(_LEAST_DRAWS, _DRAW_BUDGET // cells))


@transaction.atomic
def _keep(
    rule_set: RuleSet,
    territory: Territory,
    computed: Computed,
    *,
    settings: RunSettings,
    actor: Actor,
    progress: Progress,
) -> IdentificationRun:
    year = computed.result.year
    before = previous_run(rule_set.status_kind_id, territory, year)
    run = IdentificationRun.objects.create(
        rule_set=rule_set,
        territory=territory,
        year=year,
        settings={"seed": settings.seed, "draws": settings.draws},
        input_hash=computed.loaded.input_hash,
        previous=before,
        owner_id=actor.user_id,
        owner_label=actor.label[:200],
    )
    changes = change_of_each(computed.result, decided_before(rule_set.status_kind_id, territory, year))
    written = 0
    for portion in portions(decision_rows(run.pk, computed.arrays, changes), _PORTION):
        written += bulk_insert(SchoolDecision, COLUMNS, portion)
        progress(written, "decisions")
    run.summary = _summary(run, computed)
    run.save(update_fields=["summary"])
    if not rule_set.is_frozen:
        RuleSet.objects.filter(pk=rule_set.pk).update(is_frozen=True)
        rule_set.is_frozen = True
    found = {name: run.summary[name] for name in ("listed", "schools")}
    record(
        run, actor=actor, action="identify", territory_path=territory.path or "",
        changes={"rule": str(rule_set), "year": year, **found},
    )  # fmt: skip
    return run


def change_of_each(result: Identification, history: Mapping[int, Mapping[int, int]]) -> dict[Hashable, str]:
    """Return how each school's place changed against the earlier years; only schools of which something can be said.

    Args:
        result: the decisions of this year.
        history: year -> school -> ``Decision`` of the runs of earlier years.
    """
    if not history:
        return {}
    ordered = [history[year] for year in sorted(history)]
    last, earlier = ordered[-1], ordered[:-1]
    found: dict[Hashable, str] = {}
    for key, now in zip(result.schools, result.decision.tolist(), strict=True):
        school = int(str(key))
        word = _change(now, last.get(school, Decision.NO_DATA), [of.get(school) for of in earlier])
        if word:
            found[key] = word
    return found


def _change(now: int, before: int, earlier: list[int | None]) -> str:
    """The word for one school, empty where one of the two years has no data or the school is on neither list."""
    if Decision.NO_DATA in (now, before):
        return ""
    if now != Decision.LISTED:
        return "left" if before == Decision.LISTED else ""
    if before == Decision.LISTED:
        return "stayed"
    return "relapsed" if Decision.LISTED in earlier else "entered"


def _summary(run: IdentificationRun, computed: Computed) -> dict[str, Any]:
    result, own = computed.result, computed.arrays.is_own
    counts = {decision: int(((result.decision == decision) & own).sum()) for decision in Decision}
    added, context = computed.arrays.added, computed.loaded.data.context
    return {
        "schools": int(own.sum()),
        "listed": counts[Decision.LISTED],
        "no_data": counts[Decision.NO_DATA],
        "vetoed": counts[Decision.VETOED],
        "few": SchoolDecision.objects.filter(run=run, is_listed=True, few_participants=True).count(),
        "items": item_rows(result),
        "results": computed.loaded.rows,
        "context_year": None if context is None else context_year(context, result.year),
        "stability": {
            "method": computed.stability.method.value,
            "draws": computed.stability.draws,
            "seed": computed.stability.seed,
            "prior": computed.stability.prior,
        },
        "against": None if added is None else _model(added),
        "versions": {
            "mayak": _product_version(),
            "algorithm": ALGORITHM,
            "rule": fingerprint(result.rule),
            "numpy": np.__version__,
        },
    }


def _product_version() -> str:
    """The version of the product; empty where it runs from its sources without being installed."""
    try:
        return version("mayak")
    except PackageNotFoundError:
        return ""


def _model(added: ValueAdded) -> dict[str, Any]:
    return {
        "reason": None if added.reason is None else added.reason.value,
        "schools": added.schools,
        "coverage": round(added.coverage, 4),
        "r2": None if math.isnan(added.r2) else round(added.r2, 4),
        "used": list(added.used),
        "dropped": list(added.dropped),
    }


@transaction.atomic
def archive_run(run: IdentificationRun, *, actor: Actor) -> IdentificationRun:
    """Put a draft away; its decisions stay readable.

    Raises:
        ValidationError: the run is approved: the next approved one replaces it.
    """
    run = IdentificationRun.objects.select_for_update().get(pk=run.pk)
    if run.state == RunState.APPROVED:
        raise ValidationError(_("An approved list is replaced by approving another one, not put away."))
    change_state(run, RunState.ARCHIVED, actor=actor)
    return run


def change_state(
    run: IdentificationRun, state: RunState, *, actor: Actor, approved_at: dt.datetime | None = None
) -> None:
    """Write the state of a run and log it; the only place where it changes."""
    before = snapshot(run, ["state", "approved_at"])
    run.state = state
    if state == RunState.APPROVED:
        run.approved_at = approved_at or timezone.now()
    run.save(update_fields=["state", "approved_at"])
    changes = difference(before, snapshot(run, ["state", "approved_at"]))
    record(run, actor=actor, action=str(state), changes=changes, territory_path=run.territory.path or "")

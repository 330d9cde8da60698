"""``mayak identify``: apply a rule to the database or straight to files (docs/formats/identify.md)."""

import sys
from pathlib import Path
from typing import Any, Final

import yaml
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from mayak.kernel.access import Actor
from mayak.kernel.importing import ImportProblem
from mayak.registry.enums import TerritoryKind
from mayak.registry.models import Organisation, Territory
from mayak.results.algorithms.identification import rules as r
from mayak.results.algorithms.identification.messages import Problem, RuleError
from mayak.results.algorithms.identification.parsing import rule_from_dict
from mayak.results.enums import AssessmentKind
from mayak.results.exports.identification import document, write_document
from mayak.results.imports import Mapping
from mayak.results.imports.identification_files import FilesRefused, known_subjects, read_files
from mayak.results.models import RuleSet
from mayak.results.selectors.rule_words import problem_words
from mayak.results.services.identification import RunSettings, compute, decide, run_identification
from mayak.results.services.identification_approval import approve_run
from mayak.results.services.rule_reference import status_codes, supplied_status_codes

DONE, SOME_REJECTED, WRONG_USE, UNREADABLE, CANNOT_ANSWER = 0, 1, 2, 3, 4
ACTOR: Final = Actor(user_id=None, label="command line")
_SHOWN = 20


class Command(BaseCommand):
    """Finds the schools that a rule names."""

    help = (
        "Apply a rule of identification. Exit code: 0 done, 1 done but some rows of the files were rejected, "
        "2 wrong use or a wrong rule, 3 unreadable file, 4 the data cannot answer the rule."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "--rule", required=True, help="code of a stored rule (code:version), or a YAML file"
        )
        parser.add_argument(
            "--year", type=int, help="calendar year of the procedures; the latest of the data"
        )
        parser.add_argument(
            "--territory", default="", help="code, name or path; the country where it is left out"
        )
        parser.add_argument(
            "--results", nargs="+", type=Path, default=[], metavar="FILE", help="read files instead"
        )
        parser.add_argument(
            "--mapping", type=Path, action="append", default=[], metavar="FILE",
            help="what the columns mean; may be given several times, each sheet takes the first that fits",
        )  # fmt: skip
        parser.add_argument("--kind", choices=AssessmentKind.values, help="of files that do not say it")
        parser.add_argument("--subject", help="of files that do not say it")
        parser.add_argument("--grade", type=int, help="of files that do not say it")
        parser.add_argument("--out", type=Path, help="write the decisions to this .json, .csv or .xlsx file")
        parser.add_argument("--seed", type=int, default=RunSettings().seed)
        parser.add_argument("--draws", type=int, default=RunSettings().draws)
        parser.add_argument("--save", action="store_true", help="keep the run in the database as a draft")
        parser.add_argument(
            "--approve", action="store_true", help="keep and approve it: schools get their statuses"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run one of the two modes; end with the documented code."""
        out = options["out"]
        if out is not None and out.suffix.lower() not in {".json", ".csv", ".xlsx"}:
            raise CommandError(_("The file must end with .json, .csv or .xlsx."), returncode=WRONG_USE)
        code = self._from_files(options) if options["results"] else self._from_database(options)
        if code:
            sys.exit(code)

    def _from_files(self, options: dict[str, Any]) -> int:
        if options["save"] or options["approve"] or options["territory"]:
            raise CommandError(
                _("Files are only read: --save, --approve and --territory need the database."),
                returncode=WRONG_USE,
            )
        rule = known_subjects(_rule_file(Path(options["rule"])))
        defaults = {"kind": options["kind"], "subject_text": options["subject"], "grade": options["grade"]}
        try:
            mappings = [Mapping.from_yaml(_text(path), file=path.name) for path in options["mapping"]]
        except ImportProblem as problem:
            raise CommandError(problem.message, returncode=WRONG_USE) from problem
        for path in options["results"]:
            if not path.is_file():
                raise CommandError(_("There is no file %(path)s.") % {"path": path}, returncode=UNREADABLE)
        try:
            files = read_files(options["results"], mappings, defaults, rule)
        except ImportProblem as problem:
            raise CommandError(problem.message, returncode=UNREADABLE) from problem
        except FilesRefused as refused:
            raise CommandError("\n".join(refused.messages), returncode=WRONG_USE) from refused
        results = files.loaded.data.results
        year = options["year"] or int(results.year.max(initial=0))
        try:
            computed = decide(rule, files.loaded, year, _settings(options))
        except ValidationError as error:
            raise CommandError("\n".join(error.messages), returncode=CANNOT_ANSWER) from error
        labels = {
            key: {"name": ref.name or "", "municipality": ref.municipality or "", "region": ref.region or "",
                  "settlement": ref.settlement or ""}
            for key, ref in files.labels.items()
        }  # fmt: skip
        self._tell(document(computed, labels), options)
        for line in files.rejected[:_SHOWN]:
            self.stderr.write(line)
        if len(files.rejected) > _SHOWN:
            self.stderr.write(_("… and %(count)s more") % {"count": len(files.rejected) - _SHOWN})
        return SOME_REJECTED if files.rejected else DONE

    def _from_database(self, options: dict[str, Any]) -> int:
        rule_set, rule = _rule(options["rule"])
        territory = _territory(options["territory"])
        year = options["year"] or _latest_year(rule, territory)
        keep = options["save"] or options["approve"]
        if keep and rule_set is None:
            raise CommandError(
                _("Only a stored rule can be kept with its run: give its code."), returncode=WRONG_USE
            )
        settings = _settings(options)
        try:
            if keep and rule_set is not None:
                run = run_identification(
                    rule_set, territory=territory, year=year, actor=ACTOR,
                    settings={"seed": settings.seed, "draws": settings.draws},
                )  # fmt: skip
                if options["approve"]:
                    approve_run(run, actor=ACTOR)
            if options["out"] is None and keep:
                found: dict[str, Any] = {**run.summary, "rule": run.rule_set.definition, "year": year}
            else:
                found = document(compute(rule, territory, year, settings), _labels(territory))
        except ValidationError as error:
            raise CommandError("\n".join(error.messages), returncode=CANNOT_ANSWER) from error
        self._tell(found, options)
        return DONE

    def _tell(self, found: dict[str, Any], options: dict[str, Any]) -> None:
        numbers = {name: found.get(name) for name in ("listed", "schools", "no_data", "vetoed", "year")}
        line = _(
            "%(listed)s of %(schools)s schools meet the rule in %(year)s; not enough results: %(no_data)s; "
        )
        line += _("held back by a quality sign: %(vetoed)s")
        self.stdout.write(line % numbers)
        if options["out"] is not None:
            try:
                write_document(found, options["out"])
            except OSError as error:
                text = _("%(path)s cannot be written: the folder is missing or closed.")
                raise CommandError(text % {"path": options["out"]}, returncode=UNREADABLE) from error
            self.stdout.write(str(options["out"]))


def _settings(options: dict[str, Any]) -> RunSettings:
    return RunSettings(seed=options["seed"], draws=options["draws"])


def _rule(name: str) -> tuple[RuleSet | None, r.RuleSet]:
    """A stored rule by its code, or a file."""
    if name.endswith((".yaml", ".yml", ".json")):
        return None, _rule_file(Path(name))
    code, _colon, version = name.partition(":")
    rows = RuleSet.objects.filter(code=code).order_by("-version")
    if version.isdigit():
        rows = rows.filter(version=int(version))
    rule_set = rows.first()
    if rule_set is None:
        known = ", ".join(RuleSet.objects.values_list("code", flat=True).distinct().order_by("code"))
        raise CommandError(
            _("There is no rule “%(name)s”. Known are: %(known)s.") % {"name": name, "known": known or "—"},
            returncode=WRONG_USE,
        )
    return rule_set, rule_from_dict(rule_set.definition)


def _rule_file(path: Path) -> r.RuleSet:
    """Read a rule from a file; every fault is named with its place."""
    try:
        data = yaml.safe_load(_text(path))
    except yaml.YAMLError as error:
        raise CommandError(
            _("%(path)s is not valid YAML: %(error)s") % {"path": path, "error": error}, returncode=WRONG_USE
        ) from error
    try:
        rule = rule_from_dict(data if isinstance(data, dict) else {})
    except RuleError as error:
        words = [problem_words(problem, data if isinstance(data, dict) else {}) for problem in error.problems]
        raise CommandError("\n".join(words), returncode=WRONG_USE) from error
    if rule.status in supplied_status_codes():  # files alone need no database
        return rule
    if rule.status not in (kinds := status_codes()):
        fault = Problem("status", "choice_unknown", {"found": rule.status, "known": ", ".join(kinds)})
        raise CommandError(problem_words(fault, rule), returncode=WRONG_USE)
    return rule


def _text(path: Path) -> str:
    if not path.is_file():
        raise CommandError(_("There is no file %(path)s.") % {"path": path}, returncode=UNREADABLE)
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(
            _("%(path)s cannot be read as text.") % {"path": path}, returncode=UNREADABLE
        ) from error


def _territory(name: str) -> Territory:
    rows = Territory.objects.order_by("path")
    if name:
        found = (
            rows.filter(path=name)
            if name.startswith("/")
            else rows.filter(code=name) | rows.filter(name=name)
        )
    else:
        found = rows.filter(parent__isnull=True)
    if found.count() != 1:
        text = (
            _("There is no territory “%(name)s”.")
            if not found.exists()
            else _("Several territories are called “%(name)s”.")
        )
        raise CommandError(text % {"name": name or _("country")}, returncode=WRONG_USE)
    return found.get()


def _latest_year(rule: r.RuleSet, territory: Territory) -> int:
    from mayak.results.models import SchoolResult  # noqa: PLC0415  # asked only where no year is given

    rows = SchoolResult.objects.visible().filter(organisation__territory__path__under=territory.path)
    latest = rows.order_by("-assessment__year").values_list("assessment__year", flat=True).first()
    if latest is None:
        raise CommandError(_("There are no results in this territory."), returncode=CANNOT_ANSWER)
    return int(latest)


def _labels(territory: Territory) -> dict[Any, dict[str, Any]]:
    rows = Organisation.objects.schools().filter(territory__path__under=territory.path)
    fields = (
        "pk",
        "short_name",
        "fis_oko_login",
        "rcoi_code",
        "settlement",
        "territory__name",
        "territory__path",
    )
    regions = dict(Territory.objects.filter(kind=TerritoryKind.REGION).values_list("path", "name"))
    return {
        pk: {"name": name, "code": login or code, "settlement": settlement, "municipality": place,
             "region": _region(path or "", regions)}
        for pk, name, login, code, settlement, place, path in rows.values_list(*fields)
    }  # fmt: skip


def _region(path: str, regions: dict[str | None, str]) -> str:
    """The name of the region in which a path lies."""
    parts = path.strip("/").split("/")
    above = ("/" + "/".join(parts[:count]) + "/" for count in range(1, len(parts) + 1))
    return next((regions[one] for one in above if one in regions), "")

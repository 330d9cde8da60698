"""``mayak match``: pairs schools from the database or from files (docs/formats/matching.md)."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from mayak.kernel.access import Actor
from mayak.matching.algorithms.matching import match
from mayak.matching.algorithms.messages import ProblemError
from mayak.matching.algorithms.plan import Matching
from mayak.matching.algorithms.problem import Lead, Mentee
from mayak.matching.algorithms.validation import faults_of
from mayak.matching.enums import Objective
from mayak.matching.exports import pairs_csv, result_json, unmatched_csv
from mayak.matching.imports import FileFault, FileInput, Rules, read_input, read_mapping, read_rules
from mayak.matching.models import MatchingRun
from mayak.matching.selectors.problems import stored_problem
from mayak.matching.services import create_run, solve_run
from mayak.matching.services.guard import fault_texts
from mayak.registry.models import SchoolYear, Territory

ACTOR = Actor(user_id=None, label="command line: match")
BAD_CALL, BAD_FILE, CONTRADICTION, NOTHING = 2, 3, 4, 5


class Command(BaseCommand):
    """Exit codes: 0 computed, 2 wrong call, 3 a file cannot be used, 4 contradictory input, 5 nothing to pair."""

    help = "Pair schools that need help with lead schools: from the database (--territory) or from files (--needs)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--territory", help="code, key or name of a territory of the database")
        parser.add_argument("--year", type=int, help="calendar year in which the school year begins")
        parser.add_argument("--title", default="", help="name of the pairing that is kept in the database")
        parser.add_argument(
            "--needs", type=Path, action="append", default=[], help="file of schools that need help"
        )
        parser.add_argument("--leads", type=Path, action="append", default=[], help="file of lead schools")
        parser.add_argument("--coordinates", type=Path, action="append", default=[], help="file of places")
        parser.add_argument("--mapping", type=Path, help="YAML: which columns mean what")
        parser.add_argument(
            "--rules", "--weights", type=Path, help="YAML: objective, weights, limits, locks, bans"
        )
        parser.add_argument("--objective", default="", help=", ".join(Objective.values))
        parser.add_argument(
            "--out", type=Path, help="pairs: .csv, or .json for everything; standard output without it"
        )
        parser.add_argument("--unmatched", type=Path, help="csv of the schools without a pair")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compute and write; nothing is written where anything is refused."""
        if options["out"] is not None and options["out"].suffix.lower() not in {".csv", ".json"}:
            raise CommandError(_("The file must end with .csv or .json."), returncode=BAD_CALL)
        from_files, from_database = bool(options["needs"] or options["leads"]), bool(options["territory"])
        if from_files == from_database:
            raise CommandError(
                _("Give either --territory and --year, or --needs and --leads."), returncode=BAD_CALL
            )
        try:
            matching, names, unknown = self._files(options) if from_files else self._database(options)
        except FileFault as fault:
            raise CommandError(str(fault), returncode=BAD_FILE) from fault
        except ProblemError as problem:
            raise CommandError(str(problem), returncode=CONTRADICTION) from problem
        self._write(matching, names, unknown, options)

    def _files(self, options: dict[str, Any]) -> tuple[Matching, dict[str, str], list[str]]:
        if not (options["needs"] and options["leads"]):
            raise CommandError(_("Both --needs and --leads are needed."), returncode=BAD_CALL)
        rules = read_rules(options["rules"], objective=options["objective"])
        found: FileInput = read_input(
            options["needs"],
            options["leads"],
            options["coordinates"],
            mapping=read_mapping(options["mapping"]),
            rules=rules,
        )
        if not (found.problem.mentees and found.problem.leads):
            raise CommandError(_("There are no schools to pair."), returncode=NOTHING)
        if faults := faults_of(found.problem):
            raise CommandError("\n".join(fault_texts(faults, found.names)), returncode=CONTRADICTION)
        return match(found.problem), found.names, found.without_coordinates

    def _database(self, options: dict[str, Any]) -> tuple[Matching, dict[str, str], list[str]]:
        rules = read_rules(options["rules"], objective=options["objective"])
        if rules.locked or rules.forbidden:
            raise CommandError(_("Locks and bans of the database are set on its pages."), returncode=BAD_CALL)
        if rules.last_year or rules.earlier or rules.preferred:
            raise CommandError(_("The database knows last year's pairs itself."), returncode=BAD_CALL)
        territory, year = self._territory(options["territory"]), self._year(options["year"])
        try:
            solved = self._kept(territory, year, rules, options["title"])
        except ValidationError as error:
            code = NOTHING if error.code in {"no_mentees", "no_leads"} else CONTRADICTION
            raise CommandError("\n".join(error.messages), returncode=code) from error
        problem = stored_problem(solved)
        schools: list[Mentee | Lead] = [*problem.mentees, *problem.leads]
        unknown = sorted(school.key for school in schools if school.latitude is None)
        self.stderr.write(_("Kept as pairing %(pk)s: %(title)s") % {"pk": solved.pk, "title": solved.title})
        return match(problem), solved.snapshot["names"], unknown

    @transaction.atomic
    def _kept(self, territory: Territory, year: SchoolYear, rules: Rules, title: str) -> MatchingRun:
        """Make and compute a pairing; nothing stays where it is refused."""
        run = create_run(
            territory, year, actor=ACTOR, title=title, objective=rules.objective, settings=rules.settings
        )
        return solve_run(run, actor=ACTOR)

    def _territory(self, asked: str) -> Territory:
        by_key = {"pk": int(asked)} if asked.isdigit() else {"name": asked}
        found = list(Territory.objects.filter(code=asked)[:2]) or list(Territory.objects.filter(**by_key)[:2])
        if len(found) != 1:
            raise CommandError(
                _("%(count)s territories are called «%(name)s»; give the code or the key.")
                % {"count": len(found), "name": asked},
                returncode=BAD_CALL,
            )
        return found[0]

    def _year(self, start: int | None) -> SchoolYear:
        year = SchoolYear.objects.filter(start_year=start).first() if start else None
        if year is None:
            raise CommandError(
                _("Give --year: the year in which a registered school year begins."), returncode=BAD_CALL
            )
        return year

    def _write(
        self, matching: Matching, names: dict[str, str], unknown: list[str], options: dict[str, Any]
    ) -> None:
        out: Path | None = options["out"]
        text = (
            result_json(matching, names, unknown)
            if out is not None and out.suffix.lower() == ".json"
            else pairs_csv(matching, names)
        )
        try:
            if out is None:
                self.stdout.write(text, ending="")
            else:
                out.write_text(text, encoding="utf-8")
            if options["unmatched"] is not None:
                options["unmatched"].write_text(unmatched_csv(matching, names), encoding="utf-8")
        except OSError as error:
            text = _("%(path)s cannot be written: the folder is missing or closed.")
            raise CommandError(text % {"path": error.filename}, returncode=BAD_FILE) from error
        words = {
            "served": matching.served,
            "mentees": len(matching.problem.mentees),
            "leads": len(matching.problem.leads),
            "distance": f"{matching.distance_km:.1f}",
            "score": f"{matching.score:.1f}",
            "unknown": len(unknown),
            "proof": _("proven") if matching.proof.is_proven else _("not proven"),
        }
        self.stderr.write(
            _(
                "%(served)s of %(mentees)s schools got a lead school out of %(leads)s; total %(score)s points, "
                "%(distance)s km; without coordinates: %(unknown)s; optimum: %(proof)s"
            )
            % words
        )

"""``mayak import-results FILE...``: the same import as in the browser, for regions and big files."""  # noqa: N999 - a command

import json
import sys
import time
from pathlib import Path
from typing import Any, Final

import yaml
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.translation import gettext as _

from mayak.kernel.access import Actor
from mayak.kernel.importing import ImportProblem, Limits
from mayak.kernel.jobs.services import run_now
from mayak.kernel.models import Job
from mayak.registry.enums import TerritoryKind
from mayak.registry.models import Subject, Territory
from mayak.registry.services.reference import load_registry_reference
from mayak.registry.services.territories import create_territory
from mayak.results.enums import AssessmentKind, BatchState
from mayak.results.imports import Mapping
from mayak.results.imports.receiving import Incoming, UploadRefused, receive_files
from mayak.results.imports.stored import reuse_saved_mappings, stored_source
from mayak.results.imports.words import issue_text
from mayak.results.jobs import ask_apply
from mayak.results.models import ImportBatch, ImportIssue
from mayak.results.services.batches import BusyError, change_state, discard_batch
from mayak.results.services.new_schools import CODED, MODES
from mayak.results.services.places import ensure_root
from mayak.results.services.reference import load_results_reference
from mayak.results.services.trial import trial_run

ALL_DONE, SOME_REJECTED, WRONG_USE, UNREADABLE, NOTHING_WRITTEN = 0, 1, 2, 3, 4
LIMITS: Final = Limits(file_bytes=4 << 30, unpacked_bytes=8 << 30, sheet_cells=100_000_000)
ACTOR: Final = Actor(user_id=None, label="command line")
_SHOWN_LINES = 20


class Command(BaseCommand):
    """Loads files of results. Exit codes: docs/formats/cli.md."""

    help = (
        "Load files of results. Exit code: 0 all taken, 1 some rows rejected, 2 wrong use, 3 unreadable file, "
        "4 nothing written."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--mapping", type=Path, help="YAML file that says what the columns mean")
        parser.add_argument("--year", type=int, help="calendar year of the assessment")
        parser.add_argument("--subject", help="subject of the whole table")
        parser.add_argument("--grade", type=int)
        parser.add_argument("--kind", choices=AssessmentKind.values)
        parser.add_argument(
            "--territory", default="", help="code, name or path; the country where it is left out"
        )
        parser.add_argument("--title", default="")
        parser.add_argument("--trial-run", action="store_true", help="report only, write nothing")
        parser.add_argument(
            "--create-schools",
            nargs="?",
            const=CODED,
            default="",
            choices=MODES,
            help="new: unlike any school; coded (default): besides, with a code of their own; all: every unclear one",
        )
        parser.add_argument("--create-territories", action="store_true")
        parser.add_argument("--create-subjects", action="store_true")
        parser.add_argument("--report", type=Path, help="write the report to this .json or .yaml file")

    def handle(self, *args: Any, **options: Any) -> None:
        """Receive, then try or write; end with the documented code."""
        self._begin = time.monotonic()
        if not options["trial_run"] and not Subject.objects.exists():
            # An empty database: without its dictionaries every subject and every threshold would be unknown.
            load_registry_reference(actor=ACTOR)
            load_results_reference(actor=ACTOR)
        try:
            batch = self._receive(options)
        except UploadRefused as refused:
            raise CommandError("\n".join(refused.messages), returncode=UNREADABLE) from refused
        try:
            code = self._trial(batch) if options["trial_run"] else self._write(batch)
        except ImportProblem as problem:
            with transaction.atomic():
                discard_batch(batch, actor=ACTOR)
            raise CommandError(problem.message, returncode=WRONG_USE) from problem
        if options["report"]:
            write_report(self._data, options["report"])
        self._tell(batch)
        if code:
            sys.exit(code)

    def _receive(self, options: dict[str, Any]) -> ImportBatch:
        for path in options["files"]:
            if not path.is_file():
                raise CommandError(_("There is no file %(path)s.") % {"path": path}, returncode=UNREADABLE)
        known = set(Territory.objects.values_list("pk", flat=True))
        batch = receive_files(
            [Incoming(path.name, path) for path in options["files"]],
            actor=ACTOR,
            territory=_territory(options["territory"], create=options["create_territories"]),
            title=options["title"],
            settings=_settings(options),
            limits=LIMITS,
        )
        self._is_new_territory = batch.territory_id not in known
        if not options["mapping"]:
            reuse_saved_mappings(batch, actor=ACTOR)
        return batch

    def _trial(self, batch: ImportBatch) -> int:
        """Report and forget everything: not even the entry of the import stays, nor a country made for it."""
        trial_run(batch, stored_source(batch), actor=ACTOR)
        self._look(batch)
        report, territory = batch.report, batch.territory
        with transaction.atomic():
            discard_batch(batch, actor=ACTOR)
            ImportBatch.objects.filter(pk=batch.pk).delete()
            if self._is_new_territory:
                territory.delete()
        return SOME_REJECTED if report["rows"]["rejected"] or report["questions"]["missing"] else ALL_DONE

    def _write(self, batch: ImportBatch) -> int:
        with transaction.atomic():
            change_state(batch, BatchState.CHECKED, actor=ACTOR)
        self._run(ask_apply(batch, actor=ACTOR))
        batch.refresh_from_db()
        self._look(batch)
        if batch.state == BatchState.FAILED:
            code = WRONG_USE if batch.settings.get("mapping") else NOTHING_WRITTEN
            raise CommandError(batch.error, returncode=code)
        rejected = bool(batch.report["rows"]["rejected"] or batch.report["questions"]["missing"])
        if batch.state != BatchState.APPLIED:
            report = batch.report
            missing = report["questions"]["missing"]
            is_known = any(report[part]["unchanged"] for part in ("results", "context", "markers"))
            discard_batch(batch, actor=ACTOR)
            if missing:
                words = "; ".join(issue_text(f"missing_{what}") for what in missing)
                text = _("%(words)s. Give --kind, --year, --subject, --grade or --mapping.") % {
                    "words": words
                }
                raise CommandError(text, returncode=WRONG_USE)
            return NOTHING_WRITTEN if not is_known else SOME_REJECTED if rejected else ALL_DONE
        return SOME_REJECTED if rejected else ALL_DONE

    def _look(self, batch: ImportBatch) -> None:
        """Take the report before the lines of a forgotten import are deleted."""
        self._lines = _lines(batch)
        self._data = report_data(batch)

    def _run(self, job: Job) -> None:
        """Run the job here; if a worker was faster, wait for it."""
        try:
            run_now(job)
        except ValueError:
            while not job.is_finished:
                time.sleep(0.5)
                job.refresh_from_db()
        except (BusyError, ValidationError) as error:
            text = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
            raise CommandError(text, returncode=NOTHING_WRITTEN) from error

    def _tell(self, batch: ImportBatch) -> None:
        """Print the report in words."""
        report = batch.report
        rows = report["rows"]
        self.stdout.write(
            _(
                "Import № %(number)s, %(title)s: rows read %(read)s, taken %(taken)s, rejected %(rejected)s, "
                "skipped %(skipped)s"
            )
            % {
                "number": batch.pk,
                "title": batch.title,
                "read": rows["read"],
                "taken": rows["taken"],
                "rejected": rows["rejected"],
                "skipped": sum(rows["skipped"].values()),
            }
        )
        names = {
            "results": _("results"),
            "participants": _("participants"),
            "context": _("context"),
            "markers": _("markers"),
        }
        for part, label in names.items():
            counts = report[part]
            if any(counts.values()):
                line = _("%(what)s: new %(created)s, changed %(updated)s, unchanged %(unchanged)s")
                self.stdout.write(line % {"what": label, **counts})
        if report["questions"]["schools"]:
            self.stdout.write(
                _("Schools that wait for a decision: %(count)s") % {"count": report["questions"]["schools"]}
            )
        for line in self._lines:
            self.stdout.write(line)
        self.stdout.write(_("%(seconds)s seconds") % {"seconds": round(time.monotonic() - self._begin, 1)})


def _settings(options: dict[str, Any]) -> dict[str, Any]:
    """Answers of the command line; a wrong mapping ends the command."""
    defaults = {
        "year": options["year"],
        "subject_text": options["subject"],
        "grade": options["grade"],
        "kind": options["kind"],
    }
    settings: dict[str, Any] = {
        "options": {
            "create_schools": options["create_schools"],
            "create_territories": options["create_territories"],
            "create_subjects": options["create_subjects"],
        },
        "defaults": {name: value for name, value in defaults.items() if value not in (None, "")},
    }
    path: Path | None = options["mapping"]
    if path is not None:
        try:
            text = path.read_text(encoding="utf-8")
            settings["mapping"] = Mapping.from_yaml(text, file=path.name).to_yaml()
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(
                _("The mapping %(path)s cannot be read.") % {"path": path}, returncode=WRONG_USE
            ) from error
        except ImportProblem as problem:
            raise CommandError(problem.message, returncode=WRONG_USE) from problem
    return settings


def _territory(text: str, *, create: bool) -> Territory:
    """The territory by code, path or name; in an empty database the country, where territories may be created."""
    if not text:
        roots = list(Territory.objects.filter(parent__isnull=True)[:2])
        if len(roots) == 1 or (create and not roots):
            return ensure_root(actor=ACTOR)
        raise CommandError(_("Say for which territory: --territory CODE or NAME."), returncode=WRONG_USE)
    for field in ("code", "path", "name__iexact"):
        found = list(Territory.objects.filter(**{field: text})[:2])
        if len(found) == 1:
            return found[0]
        if found:
            raise CommandError(
                _("Several territories are called “%(name)s”: give the code.") % {"name": text},
                returncode=WRONG_USE,
            )
    roots = list(Territory.objects.filter(parent__isnull=True)[:2])
    if create and not roots:
        return ensure_root(actor=ACTOR, name=text)
    if create and len(roots) == 1:
        return create_territory(actor=ACTOR, name=text, kind=TerritoryKind.REGION, parent=roots[0])
    raise CommandError(_("There is no territory “%(name)s”.") % {"name": text}, returncode=WRONG_USE)


def _lines(batch: ImportBatch) -> list[str]:
    found = []
    lines = ImportIssue.objects.filter(batch=batch).exclude(code="school_question").order_by("pk")
    for line in lines[:_SHOWN_LINES]:
        place = ", ".join(
            str(part) for part in (line.file, line.sheet, line.row and f"{_('row')} {line.row}") if part
        )
        found.append(f"  {place}: {line.value} — {issue_text(line.code, line.params)}")
    more = lines.count() - len(found)
    return [
        *found,
        *([_("  … and %(count)s more lines: --report FILE") % {"count": more}] if more > 0 else []),
    ]


def report_data(batch: ImportBatch) -> dict[str, Any]:
    """The report with its lines (docs/formats/report.md)."""
    lines = [
        {
            "kind": line.kind,
            "file": line.file,
            "sheet": line.sheet,
            "row": line.row,
            "column": line.column,
            "value": line.value,
            "code": line.code,
            "reason": issue_text(line.code, line.params),
        }
        for line in ImportIssue.objects.filter(batch=batch)
        .exclude(code="school_question")
        .order_by("pk")
        .iterator()
    ]
    return {
        "import": batch.pk,
        "title": batch.title,
        "state": str(batch.state),
        **batch.report,
        "lines": lines,
    }


def write_report(data: dict[str, Any], path: Path) -> None:
    """Write the report as JSON, or as YAML where the name of the file says so."""
    if path.suffix.lower() in (".yaml", ".yml"):
        text = yaml.safe_dump(data, allow_unicode=True, sort_keys=False)
    else:
        text = json.dumps(data, ensure_ascii=False, indent=1)
    path.write_text(text, encoding="utf-8")

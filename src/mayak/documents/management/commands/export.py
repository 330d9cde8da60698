"""``mayak export``: lists of schools, results, context; papers of a pairing (docs/howto/export.md)."""

import datetime as dt
from argparse import ArgumentTypeError
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from mayak.documents.exports import TABLES
from mayak.documents.models import GeneratedDocument
from mayak.documents.selectors import order_defaults
from mayak.documents.selectors.order import FORM_FIELDS
from mayak.documents.services import make_partnership_list, make_partnership_order, register_order
from mayak.kernel.access import Actor, Scope
from mayak.kernel.exporting.tables import save_xlsx, stream_csv
from mayak.matching.enums import MatchingState
from mayak.matching.models import MatchingRun
from mayak.registry.models import Territory

ACTOR: Final = Actor(user_id=None, label="command line: export")
ORDER, LIST = "partnership-order", "partnership-list"
BAD_CALL, REFUSED = 2, 4
_DAYS: Final = ("deadline", "date")


def day(text: str) -> dt.date:
    """Return the date of «2026-10-12» or «12.10.2026».

    Raises:
        ArgumentTypeError: it is neither.
    """
    for form in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            return dt.datetime.strptime(text, form).date()  # noqa: DTZ007  # a day has no zone
        except ValueError:
            continue
    raise ArgumentTypeError(_("“%(text)s” is not a date like 2026-10-12.") % {"text": text})


class Command(BaseCommand):
    """Exit codes: 0 written, 2 wrong call, 4 refused (nothing is written or kept)."""

    help = "Write lists (schools, results, context) or the papers of a pairing (partnership-order, partnership-list)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options of each kind of file."""
        kinds = parser.add_subparsers(dest="kind", required=True, metavar="WHAT")
        for name in TABLES:
            table = kinds.add_parser(name, help=f"{name}: a .xlsx or .csv file")
            table.add_argument("file", type=Path, metavar="FILE")
            table.add_argument(
                "--territory", default="", help="code, name or path; everything where it is left out"
            )
            table.add_argument("--year", type=int)
        for name in (ORDER, LIST):
            paper = kinds.add_parser(name, help="a paper of a pairing")
            paper.add_argument("--run", type=int, metavar="N", help="number of the pairing")
            paper.add_argument(
                "--territory", default="", help="instead of --run: the approved pairing of a territory"
            )
            paper.add_argument(
                "--year", type=int, help="with --territory: the year in which the school year begins"
            )
            paper.add_argument("--out", type=Path, default=Path(), metavar="DIR", help="folder of the file")
            if name == ORDER:
                _add_fields(paper)

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the file and say where it is."""
        if options["kind"] in TABLES:
            self._write_table(options)
            return
        run = _run(options)
        try:
            document = (
                _order(run, options) if options["kind"] == ORDER else make_partnership_list(run, actor=ACTOR)
            )
        except ValidationError as error:
            raise CommandError("\n".join(error.messages), returncode=REFUSED) from error
        self.stdout.write(str(_written(document, options["kind"], options["out"])))

    def _write_table(self, options: dict[str, Any]) -> None:
        path: Path = options["file"]
        ending = path.suffix.lower()
        if ending not in (".csv", ".xlsx"):
            raise CommandError(_("The file must end with .csv or .xlsx."), returncode=BAD_CALL)
        columns, rows = TABLES[options["kind"]](_scope(options["territory"]), options["year"])
        counted = _Counted(rows)
        if ending == ".xlsx":
            save_xlsx(path, columns, counted, title=options["kind"])
        else:
            with path.open("wb") as file:
                file.writelines(stream_csv(columns, counted))
        self.stdout.write(_("%(file)s: %(count)s rows") % {"file": path, "count": counted.count})


class _Counted(Iterable[Sequence[Any]]):
    """Rows that are counted while they pass."""

    def __init__(self, rows: Iterator[Sequence[Any]]) -> None:
        self._rows, self.count = rows, 0

    def __iter__(self) -> Iterator[Sequence[Any]]:
        for row in self._rows:
            self.count += 1
            yield row


def _add_fields(paper: CommandParser) -> None:
    """Declare the fields of the order; what is left out is filled in as the form of the page fills it."""
    for name in FORM_FIELDS:
        kind = day if name in _DAYS else str
        paper.add_argument(
            f"--{name.replace('_', '-')}", dest=f"field_{name}", type=kind, help=f"field «{name}»"
        )
    paper.add_argument("--register", action="store_true", help="register the order by --number and --date")


def _order(run: MatchingRun, options: dict[str, Any]) -> GeneratedDocument:
    given = {
        name: options[f"field_{name}"] for name in FORM_FIELDS if options.get(f"field_{name}") is not None
    }
    fields = order_defaults(run) | given
    if options["register"] and not (fields.get("number") and fields.get("date")):
        raise CommandError(_("--register needs --number and --date."), returncode=BAD_CALL)
    document = make_partnership_order(run, actor=ACTOR, fields=fields)
    if options["register"]:
        document = register_order(document, actor=ACTOR, number=fields["number"], date=fields["date"])
    return document


def _written(document: GeneratedDocument, kind: str, folder: Path) -> Path:
    run = document.run
    year = str(run.school_year).replace("/", "-") if run else ""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{kind}-{document.run_id}-{year}.{document.format}"
    with document.file.open("rb") as file:
        path.write_bytes(file.read())
    return path


def _run(options: dict[str, Any]) -> MatchingRun:
    runs = MatchingRun.objects.select_related("territory", "school_year")
    if options["run"] is not None:
        found = runs.filter(pk=options["run"]).first()
        if found is None:
            raise CommandError(
                _("There is no pairing %(number)s.") % {"number": options["run"]}, returncode=BAD_CALL
            )
        return found
    if not options["territory"] or options["year"] is None:
        raise CommandError(_("Give --run, or --territory and --year."), returncode=BAD_CALL)
    path = _territory(options["territory"]).path
    approved = runs.filter(
        territory__path=path, school_year__start_year=options["year"], state=MatchingState.APPROVED
    ).first()
    if approved is None:
        raise CommandError(_("There is no approved pairing of this territory and year."), returncode=BAD_CALL)
    return approved


def _scope(text: str) -> Scope:
    if not text:
        return Scope.of_everything()
    return Scope(territory_paths=(_territory(text).path or "",))


def _territory(text: str) -> Territory:
    for field in ("code", "path", "name__iexact"):
        found = list(Territory.objects.filter(**{field: text})[:2])
        if len(found) == 1:
            return found[0]
    raise CommandError(_("There is no territory “%(name)s”.") % {"name": text}, returncode=BAD_CALL)

"""Loading the files through the same command that a region uses."""

from io import StringIO
from pathlib import Path

from django.core.management import call_command
from django.utils.translation import gettext as _

from mayak.registry.models import Territory
from mayak.web.demonstration.result_files import RegionFiles

COMMAND = "import-results"


class NotLoadedError(Exception):
    """The import did not take every row; its words say why."""


def load_files(files: RegionFiles) -> None:
    """Load every year as one import, so that each can be seen and undone alone.

    Raises:
        NotLoadedError: a row was rejected; the demonstration must be whole.
    """
    for year, paths in files.by_year.items():
        _load(files.region.territory, paths, _("Results of %(year)s") % {"year": year})


def _load(territory: Territory, paths: list[Path], title: str) -> None:
    told = StringIO()
    try:
        call_command(
            COMMAND,
            *(str(path) for path in paths),
            territory=territory.path,
            title=title,
            stdout=told,
        )
    except SystemExit as ended:
        raise NotLoadedError(told.getvalue()) from ended

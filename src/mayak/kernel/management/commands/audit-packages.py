"""``mayak audit-packages``: are weaknesses known of the locked packages? Exit code 0 none, 1 some, 2 nobody knows."""  # noqa: N999  # the name of the command

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mayak.kernel.advisories import (
    SERVICE,
    Hit,
    NoAdvisoriesError,
    fetch_advisories,
    find_hits,
    locked_packages,
    read_advisories,
)

CLEAN, FOUND, UNKNOWN = 0, 1, 2


class Command(BaseCommand):
    """Compares the locked versions with a dump of advisories, or with the service of OSV."""

    help = "Compare the locked packages with published advisories."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Describe the options."""
        parser.add_argument("--advisories", type=Path, help="a dump of OSV or PyPA: .json, .zip or a folder")
        parser.add_argument(
            "--lock",
            type=Path,
            default=Path("requirements.txt"),
            help="the locked packages (requirements.txt)",
        )
        parser.add_argument("--service", default=SERVICE, help="address of the OSV service")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare and say."""
        dump = options["advisories"] or (Path(settings.ADVISORIES) if settings.ADVISORIES else None)
        try:
            packages = locked_packages(options["lock"])
            found = read_advisories(dump) if dump else fetch_advisories(packages, options["service"])
        except OSError as error:
            self._stop(_("The locked packages cannot be read: %(error)s") % {"error": error})
        except NoAdvisoriesError as error:
            self._stop(
                _("There are no advisories to compare with: %(error)s") % {"error": error},
                _("Take a dump on a machine with a network (osv.dev, PyPI) and name it in MAYAK_ADVISORIES."),
            )
        if not packages:
            self._stop(_("The file %(file)s holds no locked package.") % {"file": options["lock"]})
        self._tell(len(packages), find_hits(packages, found))

    def _tell(self, count: int, hits: list[Hit]) -> None:
        for hit in hits:
            fixed = (
                _("fixed in %(versions)s") % {"versions": ", ".join(hit.fixed_in)}
                if hit.fixed_in
                else _("not fixed")
            )
            self.stdout.write(f"{hit.package} {hit.version}: {hit.advisory} — {hit.summary} ({fixed})")
        compared = ngettext("%(count)s package compared.", "%(count)s packages compared.", count) % {
            "count": count
        }
        known = ngettext("%(count)s known weakness.", "%(count)s known weaknesses.", len(hits)) % {
            "count": len(hits)
        }
        none = _("No known weakness.")
        self.stdout.write(f"{compared} {known if hits else none}")
        sys.exit(FOUND if hits else CLEAN)

    def _stop(self, *lines: str) -> None:
        self.stderr.write("\n".join(lines))
        sys.exit(UNKNOWN)

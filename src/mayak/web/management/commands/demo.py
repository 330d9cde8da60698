"""``mayak demo``: builds the demonstration into an empty database and does the main job on it."""

import time
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from mayak.web.demonstration.build import DEFAULT_SCHOOLS, DEFAULT_SEED, NotEmptyError, build_demonstration
from mayak.web.demonstration.loading import NotLoadedError
from mayak.web.demonstration.plans import KEYS
from mayak.web.demonstration.summary import summary_lines

MOST_SCHOOLS = 1200


class Command(BaseCommand):
    """Builds the demonstration and prints what it made."""

    help = "Build the demonstration from a seed into an empty database."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the seed, the size of the synthetic region and the parts."""
        parser.add_argument(
            "--seed", type=int, default=DEFAULT_SEED, help="the same seed gives the same data"
        )
        parser.add_argument(
            "--schools", type=int, default=DEFAULT_SCHOOLS, help="schools of the synthetic region"
        )
        parser.add_argument("--only", default="", help=f"parts with commas between them: {','.join(KEYS)}")

    def handle(self, *args: Any, **options: Any) -> None:
        """Build and print."""
        began = time.monotonic()
        only = frozenset(part.strip() for part in options["only"].split(",") if part.strip())
        if unknown := only - set(KEYS):
            raise CommandError(
                _("Unknown parts: %(unknown)s. There are %(known)s.")
                % {"unknown": ", ".join(sorted(unknown)), "known": ", ".join(KEYS)}
            )
        if not 1 <= options["schools"] <= MOST_SCHOOLS:
            raise CommandError(_("The region takes 1 to %(most)d schools.") % {"most": MOST_SCHOOLS})
        try:
            built = build_demonstration(
                seed=options["seed"],
                schools=options["schools"],
                only=only,
                say=lambda line: self.stdout.write(f"[{time.monotonic() - began:5.1f}] {line}"),
            )
        except NotEmptyError as error:
            raise CommandError(str(error)) from error
        except NotLoadedError as error:
            message = _(
                "The results were not loaded, so the demonstration is not whole: begin with an empty database."
            )
            raise CommandError(f"{message}\n{error}") from error
        except ValidationError as error:
            message = _("The main job was not done on the demonstration: begin with an empty database.")
            raise CommandError("\n".join([message, *error.messages])) from error
        for line in summary_lines(built):
            self.stdout.write(line)

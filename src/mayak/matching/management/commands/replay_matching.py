"""``mayak replay_matching KEY``: computes a kept pairing once more from its snapshot."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from mayak.matching.models import MatchingRun
from mayak.matching.services.replay import replay_run, replay_texts

DIFFERS, BAD_CALL = 1, 2


class Command(BaseCommand):
    """Exit codes: 0 the same pairs, 1 other pairs, 2 no such pairing or nothing computed."""

    help = "Compute a kept pairing once more from its snapshot and compare the results."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("run", type=int, help="key of the pairing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compute and compare; nothing is written to the database."""
        run = MatchingRun.objects.filter(pk=options["run"]).first()
        if run is None:
            raise CommandError(_("There is no pairing %(pk)s.") % {"pk": options["run"]}, returncode=BAD_CALL)
        try:
            replay = replay_run(run)
        except ValidationError as error:
            raise CommandError("\n".join(error.messages), returncode=BAD_CALL) from error
        texts = replay_texts(replay)
        if not replay.is_same:
            raise CommandError("\n".join(texts), returncode=DIFFERS)
        for text in texts:
            self.stdout.write(text)

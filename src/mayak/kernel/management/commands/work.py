"""``manage.py work``: the worker that runs background jobs."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from mayak.kernel.jobs.worker import JobWorker


class Command(BaseCommand):
    """Runs until SIGTERM or Ctrl-C; any number of workers may run side by side."""

    help = "Run background jobs until told to stop."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Describe the options."""
        parser.add_argument("--batch", action="store_true", help="stop when nothing is waiting")
        parser.add_argument(
            "--interval", type=float, default=1.0, help="seconds between two looks at the queue"
        )
        parser.add_argument("--no-schedule", action="store_true", help="do not ask for periodic jobs")

    def handle(self, *args: Any, **options: Any) -> None:
        """Start the worker."""
        worker = JobWorker(
            interval=options["interval"], batch=options["batch"], periodic=not options["no_schedule"]
        )
        worker.configure_signals()
        worker.run()

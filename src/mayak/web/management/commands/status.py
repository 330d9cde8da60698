"""``mayak status``: what the database holds, where the files lie, how to sign in."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection
from django.utils.translation import gettext as _

from mayak.accounts.enums import DEMO_PASSWORD
from mayak.accounts.models import User
from mayak.kernel.findings.models import Finding, FindingState
from mayak.kernel.ui.tables import number_text
from mayak.registry.enums import SCHOOL_KINDS, TerritoryKind
from mayak.registry.models import Organisation, Person, Territory
from mayak.results.models import SchoolResult


class Command(BaseCommand):
    """Prints a few lines for a person; with a question it answers by the exit code, for scripts."""

    help = "Show what the database holds, where the files lie and how to sign in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Describe the questions."""
        question = parser.add_mutually_exclusive_group()
        question.add_argument(
            "--is-empty", action="store_true", help="exit code 0 if nobody has put anything in"
        )
        question.add_argument("--places", action="store_true", help="only where everything lies")
        question.add_argument(
            "--has-demo", action="store_true", help="exit code 0 if there is a demonstration"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Answer."""
        if options["is_empty"]:
            sys.exit(1 if User.objects.exists() or Organisation.objects.exists() else 0)
        if options["has_demo"]:
            sys.exit(0 if User.objects.filter(is_demo=True).exists() else 1)
        lines = [*place_lines()] if options["places"] else [*found_lines(), *place_lines(), *sign_in_lines()]
        self.stdout.write("\n".join(lines))


def found_lines() -> Iterator[str]:
    """Yield what the database holds."""
    counts = [
        (_("Municipalities"), Territory.objects.filter(kind=TerritoryKind.MUNICIPALITY).count()),
        (_("Schools and branches"), Organisation.objects.filter(kind__in=SCHOOL_KINDS).count()),
        (_("People"), Person.objects.count()),
        (_("Results of schools"), SchoolResult.objects.count()),
        (_("Open findings of the checks"), Finding.objects.filter(state=FindingState.OPEN).count()),
    ]
    yield _("In the database:")
    for name, count in counts:
        yield f"  {name}: {number_text(count)}"


def place_lines() -> Iterator[str]:
    """Yield where everything lies."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "postgresql":
        name = f"PostgreSQL, {connection.settings_dict['HOST'] or 'localhost'}/{name}"
    yield _("Database: %(place)s") % {"place": name}
    yield _("Files (originals, documents): %(place)s") % {"place": settings.MEDIA_ROOT}


def sign_in_lines() -> Iterator[str]:
    """Yield the demonstration sign-ins, or how to make the first user."""
    users = list(User.objects.filter(is_demo=True))
    if users:
        yield _("Demonstration sign-ins (all people and results are invented), password %(password)s:") % {
            "password": DEMO_PASSWORD
        }
        for user in users:
            yield f"  {user.email:34} {user.full_name}"
    elif not User.objects.exists():
        yield _("Nobody can sign in yet. Make the first user: %(command)s") % {
            "command": ".venv/bin/mayak createsuperuser"
        }

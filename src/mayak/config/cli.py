"""Entry point of ``manage.py`` and of the installed command ``mayak``."""

import os
import sys


def main() -> None:
    """Run a management command; the arguments come from ``sys.argv``."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mayak.config.settings")
    from django.core.management import execute_from_command_line

    from mayak.config import checks  # noqa: F401  # registers what «check --deploy» looks at

    execute_from_command_line(sys.argv)

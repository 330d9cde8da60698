"""Entry point of ``manage.py`` and of the installed command ``mayak``."""

import os
import sys


def main() -> None:
    """Run a management command; the arguments come from ``sys.argv``."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mayak.config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)

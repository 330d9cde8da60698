"""A process that writes entries as fast as it can; some transactions are rolled back, some are long."""

import os
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()


def main(database: str, name: str, count: int) -> None:
    """Write so many entries into the database of the tests."""
    from django.conf import settings
    from django.db import connection, transaction

    from mayak.kernel.access import SYSTEM
    from mayak.kernel.audit.services import record_bulk
    from mayak.kernel.models import Job

    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = database
    for number in range(count):
        try:
            with transaction.atomic():
                record_bulk(Job, actor=SYSTEM, action=name, row_count=number)
                if number % 5 == 0:
                    time.sleep(0.01)
                if number % 7 == 3:
                    raise RuntimeError  # noqa: TRY301  # rolled back
        except RuntimeError:
            continue


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))

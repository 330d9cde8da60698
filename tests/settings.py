"""Settings of the tests: the product's own, with what makes tests fast and warnings loud."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("MAYAK_DATA", tempfile.mkdtemp(prefix="mayak-tests-"))
os.environ.setdefault("MAYAK_SECRET_KEY", "tests only")

from mayak.config.settings import *  # noqa: E402,F403  # the tests' settings are the product's plus what follows

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
DATABASES["default"].setdefault("TEST", {})  # noqa: F405  # comes with the star import
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    # A file, not memory: threads and the worker process of the tests must see the same rows.
    DATABASES["default"]["TEST"]["NAME"] = str(Path(os.environ["MAYAK_DATA"]) / "tests.sqlite3")  # noqa: F405

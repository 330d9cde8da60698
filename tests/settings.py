"""Settings of the tests: the product's own, with what makes tests fast and warnings loud."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

if "MAYAK_DATA" not in os.environ:  # the processes of a parallel run share the folder of the first
    os.environ["MAYAK_DATA"] = tempfile.mkdtemp(prefix="mayak-tests-")
    atexit.register(shutil.rmtree, os.environ["MAYAK_DATA"], ignore_errors=True)
os.environ.setdefault("MAYAK_SECRET_KEY", "tests only")

from mayak.config.settings import *  # noqa: F403  # the tests' settings are the product's plus what follows

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "mayak.kernel.uploads.storage.PrivateStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
DATABASES["default"].setdefault("TEST", {})  # noqa: F405  # comes with the star import
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405  # comes with the star import
    # A file, not memory: threads and the worker process of the tests must see the same rows.
    DATABASES["default"]["TEST"]["NAME"] = str(Path(os.environ["MAYAK_DATA"]) / "tests.sqlite3")  # noqa: F405  # comes with the star import
STRONG_SIGN_IN = (
    frozenset()
)  # tests of other pages sign in without a second factor; those of the policy switch it on
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405  # comes with the star import

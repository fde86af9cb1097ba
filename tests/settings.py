"""Settings of the tests: a data folder of their own, thrown away at the end; the owner makes the test database."""

import os
import tempfile
from pathlib import Path

folder = tempfile.TemporaryDirectory(prefix="fournets-test-", ignore_cleanup_errors=True)
Path(folder.name).chmod(0o755)
os.environ["FOURNETS_HOME"] = folder.name
os.environ["FOURNETS_LANG"] = "en"
for name in ("DATABASE_URL", "DATABASE_APP_URL"):
    os.environ.pop(name, None)

from fournets import database  # noqa: E402

database.prepare()

from fournets.settings import *  # noqa: E402, F403

DATABASES = {"default": database.as_django(database.owner_url())}
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher"
]  # hashing that costs time is not what they test
STORAGES = {
    **STORAGES,  # noqa: F405
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
    },  # nothing is collected
}
STATIC_ROOT = Path(folder.name) / "static"
STATIC_ROOT.mkdir()

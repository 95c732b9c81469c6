"""A gunicorn of our own: started, waited for, stopped."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

import httpx

STARTING_SECONDS = 60
LAST_LINES = 20


class ServerError(OSError):
    """The server did not come up."""


def free_port(first: int = 0) -> int:
    """The first free port of the machine from ``first`` on; any free one for 0."""
    for port in range(first, first + 50) if first else (0,):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise ServerError(f"The ports {first} to {first + 49} are all taken: choose another with --port")


class Server:
    """The site as a context: it answers inside, and has ended after."""

    def __init__(self, root: Path, env: Mapping[str, str], port: int, log: Path) -> None:
        """Prepare a server; ``env`` is its whole environment, ``log`` its access log, with its errors beside it."""
        self.url = f"http://127.0.0.1:{port}"
        self._command = [sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.py", "config.wsgi"]
        self._env = {**env, "BIND": f"127.0.0.1:{port}", "SITE_URL": self.url, "ACCESS_LOG": str(log)}
        self._root = root
        self.errors = log.with_suffix(".errors")
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Server:
        print(f"\n$ gunicorn -c config/gunicorn.py config.wsgi    ({self.url})", flush=True)
        with self.errors.open("wb") as errors:
            self._process = subprocess.Popen(
                self._command, cwd=self._root, env=self._env, start_new_session=True, stdout=errors, stderr=errors
            )
        try:
            self._until_it_answers()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def wait(self) -> None:
        """Return when the server has ended by itself."""
        assert self._process, "wait() is called inside the context"
        if code := self._process.wait():
            raise ServerError(f"the server ended (code {code}){self._its_words()}")

    def stop(self) -> None:
        process = self._process
        if process is None or process.poll() is not None:
            return
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def _until_it_answers(self) -> None:
        assert self._process, "the process was started"
        until = time.monotonic() + STARTING_SECONDS
        while time.monotonic() < until:
            if self._process.poll() is not None:
                raise ServerError(f"the server ended while starting{self._its_words()}")
            try:
                reply = httpx.get(self.url + "/", timeout=10, trust_env=False)  # no proxy stands before loopback
            except httpx.TransportError:
                time.sleep(0.2)
            else:
                if reply.status_code == httpx.codes.OK:
                    return
                raise ServerError(f"the front page answers {reply.status_code}{self._its_words()}")
        raise ServerError(f"no answer from {self.url} within {STARTING_SECONDS} seconds{self._its_words()}")

    def _its_words(self) -> str:
        """What the server wrote last, as the rest of a message."""
        lines = self.errors.read_text(encoding="utf-8", errors="replace").splitlines()[-LAST_LINES:]
        return "\n".join((f"; {self.errors} ends with" if lines else f"; {self.errors} is empty", *lines))

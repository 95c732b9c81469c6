"""The site of a rehearsal: started, waited for, and stopped for sure."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import httpx
from django.conf import settings

from surveys.rehearsal.scratch import Scratch
from surveys.services.errors import ServiceError

STARTING_SECONDS = 60
STOPPING_SECONDS = 20
_LAST_LINES = 20


class Site:
    """The site as a context: it answers inside, and has ended after.

    It ends with this process, too, however this one ends. What it says stands in ``site.log`` of the folder, what it
    was asked in ``access.log``, without keys.

    Parameters
    ----------
    scratch
        Where it works.
    more
        Settings besides those of the folder, such as ``FRAMED_BY``.
    """

    def __init__(self, scratch: Scratch, **more: str) -> None:
        self.url = scratch.url
        self.log = scratch.folder / "site.log"
        self._environment = scratch.environment(ACCESS_LOG=str(scratch.folder / "access.log"), **more)
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Site:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start it and wait until it answers.

        Raises
        ------
        ServiceError
            It does not come up.
        """
        command = [
            sys.executable, "-m", "surveys.rehearsal.held", "--config", "config/gunicorn.py", "config.wsgi",
        ]  # fmt: skip
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                command, cwd=settings.BASE_DIR, env=self._environment, start_new_session=True,
                stdin=subprocess.PIPE, stdout=log, stderr=log,
            )  # fmt: skip
        try:
            self._until_it_answers(self._process)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Ask it to stop, and kill whatever of it is still there when it has not."""
        if (process := self._process) is None:
            return
        self._process = None
        process.send_signal(signal.SIGINT)  # gunicorn's quick way: nobody is to be waited for
        try:
            process.wait(STOPPING_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        if process.stdin:
            process.stdin.close()

    def _until_it_answers(self, process: subprocess.Popen[bytes]) -> None:
        until = time.monotonic() + STARTING_SECONDS
        while time.monotonic() < until:
            if process.poll() is not None:
                raise ServiceError(f"The rehearsal's site ended while starting. {self._its_words()}")
            try:
                reply = httpx.get(f"{self.url}/", timeout=10, trust_env=False)
            except httpx.TransportError:
                time.sleep(0.05)
                continue
            if reply.status_code != httpx.codes.OK:
                raise ServiceError(f"The rehearsal's front page answers {reply.status_code}. {self._its_words()}")
            return
        raise ServiceError(f"No answer from {self.url} within {STARTING_SECONDS} seconds. {self._its_words()}")

    def _its_words(self) -> str:
        lines = self.log.read_text("utf-8", errors="replace").splitlines()[-_LAST_LINES:]
        return "\n".join((f"{self.log} ends with:" if lines else f"{self.log} is empty.", *lines))

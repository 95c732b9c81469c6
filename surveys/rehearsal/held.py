"""python -m surveys.rehearsal.held …: gunicorn, for as long as whoever started it holds the other end of its input.

However the starter ends, killed or not, its end of the pipe closes, and the server stops.
"""

from __future__ import annotations

import os
import signal
import threading

from gunicorn.app import wsgiapp


def _stop_when_let_go() -> None:
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGINT)


def main() -> None:
    """Serve as gunicorn's command line says."""
    threading.Thread(target=_stop_when_let_go, daemon=True).start()
    wsgiapp.run()


if __name__ == "__main__":
    main()

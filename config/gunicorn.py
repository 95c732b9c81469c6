"""Settings of gunicorn, read by ``gunicorn -c config/gunicorn.py config.wsgi``."""

from __future__ import annotations

import os
from typing import Any

from gunicorn.glogging import Logger

from config.redaction import RedactTokens, redact


class RedactingLogger(Logger):  # type: ignore[misc]
    """Logs without addresses, browsers and secret paths."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for handler in (*self.error_log.handlers, *self.access_log.handlers):
            handler.addFilter(RedactTokens())

    def atoms(self, *args: Any) -> dict[str, Any]:
        atoms: dict[str, Any] = super().atoms(*args)
        return {name: redact(value) if isinstance(value, str) else value for name, value in atoms.items()}


bind = os.environ.get("BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_PROCESSES", "2"))
worker_class = "gthread"
threads = int(os.environ.get("WEB_THREADS", "4"))
keepalive = 5
timeout = 60
graceful_timeout = 10
control_socket_disable = True
logger_class = RedactingLogger
access_log_format = '%(t)s "%(r)s" %(s)s %(B)s %(D)s'
accesslog = os.environ.get("ACCESS_LOG") or None
loglevel = "warning"

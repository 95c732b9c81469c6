"""Keep participants' and staff's secret paths out of every log."""

from __future__ import annotations

import logging
import re

_SECRET_PATH = re.compile(r"(/+(?:join|take|enter)/+)[^/\s?\"']+")

_QUERY = re.compile(r"(/+(?:join|take|enter)/+[^\s?\"']*\?)[^\s\"']+")
"""What a panel puts on an address says who somebody is."""

_ADDRESS = re.compile(r"\bip=\S+")


def redact(text: str) -> str:
    """Put an ellipsis for the secret part of a path (``/take/…/answers/``), its query, and an address of gunicorn's."""
    return _ADDRESS.sub("ip=…", _QUERY.sub(r"\1…", _SECRET_PATH.sub(r"\1…", text)))


class RedactTokens(logging.Filter):
    """Redact a record's message and arguments, exception text included."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = redact(record.getMessage())
        record.args = ()
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = redact(record.exc_text)
        return True

"""Whether a call that was sent may still be answered to another process."""

import os
import socket
import time
import uuid
from collections.abc import Mapping
from typing import Any

GRACE_SECONDS = 30
PHASES = 4  # connecting, headers, body and its last read may each take that long


def mark(timeout_seconds: float) -> dict[str, Any]:
    """Return who sends a call now, and until when an answer may come."""
    return {
        "machine": socket.gethostname(),
        "process": os.getpid(),
        "mark": uuid.uuid4().hex,
        "until": round(time.time() + PHASES * timeout_seconds + GRACE_SECONDS, 3),
    }


def may_be(row: Mapping[str, Any]) -> bool:
    """Tell whether whoever sent a call may still be waiting for its answer.

    This process is not asked about: it makes one call of a key at a time.
    """
    if time.time() > row["until"] or (row["machine"], row["process"]) == (socket.gethostname(), os.getpid()):
        return False
    return row["machine"] != socket.gethostname() or _lives(row["process"])


def _lives(process: int) -> bool:
    if os.name != "posix":  # there, asking would end it
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True

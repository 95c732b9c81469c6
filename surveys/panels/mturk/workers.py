"""Worker ids: personal data. Checked at the door, never written into a message."""

from __future__ import annotations

import re

from surveys.panels.base import ArrivalRefused

WORKER = re.compile(r"A[A-Z0-9]{1,63}")
ENTITY = re.compile(r"[A-Z0-9]{1,64}")
QUOTED = re.compile(r"\"[^\"]*\"|(?<=[Vv]alue )'[^']*'")
LOOKS_LIKE_ONE = re.compile(r"(?<![A-Za-z0-9.])A(?=[A-Z0-9]*[0-9])[A-Z0-9]{4,}")


def checked_worker(text: str) -> str:
    """Return a worker id as Mechanical Turk writes them, or refuse without repeating it."""
    if WORKER.fullmatch(text) is None:
        raise ArrivalRefused(
            "The worker id in the address is not one that Mechanical Turk gives.",
            "Open the task from Mechanical Turk again, without changing its address.",
            code="worker id",
        )
    return text


def checked_entity(text: str, what: str) -> str:
    """Return an id of a HIT or an assignment, or refuse without repeating it."""
    if ENTITY.fullmatch(text) is None:
        raise ArrivalRefused(
            f"The {what} id in the address is not one that Mechanical Turk gives.",
            "Open the task from Mechanical Turk again, without changing its address.",
            code=f"{what} id",
        )
    return text


def without_workers(message: str) -> str:
    """Return a message of the service with everything that may be a worker id taken out."""
    if "workerid" in message.lower():
        message = QUOTED.sub("(a worker id)", message)
    return LOOKS_LIKE_ONE.sub("(a worker id)", message)

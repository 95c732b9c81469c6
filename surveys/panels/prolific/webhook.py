"""What Prolific posts to us: proven, then read. Nothing here asks or stores anything."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from surveys.panels.base import PanelRefused, PanelUnreachable, State
from surveys.panels.prolific.people import AN_ID
from surveys.panels.prolific.readings import state_of

SIGNATURE = "X-Prolific-Request-Signature"
TIMESTAMP = "X-Prolific-Request-Timestamp"
EVENT_ID = "X-Event-ID"
CHANGE = "submission.status.change"
MOST_BYTES = 16_384
MOST_SECONDS = 300
SECONDS = re.compile(r"[0-9]{1,12}(\.[0-9]{1,9})?")
REMEDY = "Only Prolific posts here; look at PROLIFIC_WEBHOOK_SECRET if it was Prolific."


@dataclass(frozen=True, slots=True)
class Change:
    """A submission is in another state. The participant's id that came along is dropped."""

    submission: str
    state: State
    study: str = ""  # where the event says it: Prolific's documents do not
    event: str = ""  # the same for each delivery of the same event; empty where none was given


def sign(body: bytes, timestamp: str, secret: str) -> str:
    """Return the signature of a delivery: base64 of HMAC-SHA256 over timestamp and body."""
    digest = hmac.new(secret.encode(), timestamp.encode() + body, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def verify(headers: Mapping[str, str], body: bytes, secret: str, *, now: float) -> None:
    """Refuse a delivery that is too large, unsigned, signed by somebody else, or not of these five minutes.

    Parameters
    ----------
    headers
        The request's, by any spelling of upper and lower case.
    now
        Seconds since 1970.
    """
    if not secret:
        raise _refused("No secret for webhooks is set, so nothing that is posted can be proven.", "secret")
    if len(body) > MOST_BYTES:
        raise _refused(f"A delivery has {len(body)} bytes; at most {MOST_BYTES} are read.", "size")
    given, timestamp = _header(headers, SIGNATURE), _header(headers, TIMESTAMP)
    if not given or not SECONDS.fullmatch(timestamp):
        raise _refused("A delivery is not signed as Prolific signs.", "unsigned")
    if not hmac.compare_digest(sign(body, timestamp, secret).encode(), given.encode(errors="replace")):
        raise _refused("The signature of a delivery is not Prolific's.", "signature")
    if abs(now - float(timestamp)) > MOST_SECONDS:
        raise _refused(f"A delivery is more than {MOST_SECONDS // 60} minutes old, or from the future.", "stale")


def receive(headers: Mapping[str, str], body: bytes, secret: str, *, now: float) -> Change:
    """Verify a delivery, and read the change it tells of."""
    verify(headers, body, secret, now=now)
    event = _parsed(body)
    if event.get("event_type") != CHANGE:
        raise _refused(f"A delivery is not of the kind {CHANGE}.", "event type")
    submission, study = _id(event.get("resource_id")), _id(event.get("study_id"))
    if not submission or not isinstance(event.get("status"), str):
        raise _refused("A delivery does not name a submission and its status.", "fields")
    try:
        state = state_of(event["status"])
    except PanelUnreachable as error:
        raise _refused(error.what, "status") from error
    named = _header(headers, EVENT_ID)[:64]
    return Change(submission, state, study, named)


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise _refused("A delivery is no JSON.", "json") from error
    if not isinstance(found, dict):
        raise _refused("A delivery is not an event.", "json")
    return found


def _header(headers: Mapping[str, str], name: str) -> str:
    return next((text.strip() for key, text in headers.items() if key.lower() == name.lower()), "")


def _id(value: object) -> str:
    return value if isinstance(value, str) and AN_ID.fullmatch(value) else ""


def _refused(what: str, code: str) -> PanelRefused:
    return PanelRefused(what, REMEDY, code=code)

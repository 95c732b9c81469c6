"""A second Mechanical Turk, written from its documentation alone: small, suspicious, and nothing of our simulator.

It knows what is dangerous: HITs that cannot be changed at first, lists that lag, tokens that are refused and then
forgotten, ids that go to somebody else, pages that end empty, and replies that are none.
"""

from __future__ import annotations

import itertools
import json
import re
import socket
import threading
import time
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PAGE_OF_A_PROXY = b"<!DOCTYPE html><html><title>Sign in</title><p>503 Service Unavailable</html>"
SECRET_OF_STATES = "This operation can be called with a status of: "


class No(Exception):  # noqa: N818
    def __init__(self, code: str, message: str, kind: str = "RequestError", status: int = 400) -> None:
        said = {"__type": kind, "Message": f"{message} ({time.time_ns() // 1_000_000} s)"}
        if kind in ("RequestError", "ServiceFault"):
            said["TurkErrorCode"] = f"AWS.MechanicalTurk.{code}"
        self.body, self.status = json.dumps(said).encode(), status


def invalid(message: str) -> No:
    return No("", f"1 validation error detected: {message}", "com.amazon.coral.validate#ValidationException")


@cache
def model() -> Any:
    from botocore.session import get_session

    return get_session().get_service_model("mturk")


def suspect(shape: Any, value: Any, name: str) -> None:
    """Refuse what the service's model forbids."""
    if shape.type_name == "structure":
        for member in shape.required_members:
            if value.get(member) in (None, ""):
                raise invalid(f"Value null at '{member}' failed to satisfy constraint: Member must not be null")
        for member, one in value.items():
            suspect(shape.members[member], one, member)
    elif shape.type_name == "list":
        for one in value:
            suspect(shape.member, one, name)
    rules = shape.metadata
    size = len(value) if isinstance(value, str) else value
    if isinstance(value, str) and "pattern" in rules and not re.search(rules["pattern"], value):
        raise invalid(f"Value '{value}' at '{name}' failed to satisfy constraint: Member must satisfy {rules}")
    if isinstance(value, str | int) and not rules.get("min", size) <= size <= rules.get("max", size):
        raise invalid(f"Value at '{name}' failed to satisfy constraint: length or value, {rules}")
    if rules.get("enum") and value not in rules["enum"]:
        raise invalid(f"Value '{value}' at '{name}' failed to satisfy enum value set")


def moderate(request: dict[str, Any]) -> None:
    """Refuse what is too much of something."""
    most = {"Title": 128, "Description": 2000, "Keywords": 1000, "RequesterFeedback": 1024, "Question": 65_535}
    for name, length in most.items():
        if len(request.get(name, "").encode()) > length:
            raise No("", f"The value is too long for the parameter {name}.", "ParameterValidationError")
    wanted = request.get("QualificationRequirements", [])
    if len(wanted) > 10 or any(len(one.get("IntegerValues", [])) > 15 for one in wanted):
        raise No("", "Too many values for the parameter QualificationRequirements.", "ParameterValidationError")


@dataclass
class State:
    """An account. Times are the service's own; `ahead` moves them."""

    cents: int = 50_000
    ahead: float = 0
    young_for: float = 0  # seconds in which a HIT can only be expired
    list_lag: float = 0
    null_for: float = 0  # seconds after a submission in which verdicts hear “null”
    already: str = 'The HIT with ID "{id}" already exists.'
    already_code: str = "HitAlreadyExists"
    hits: dict[str, dict[str, Any]] = field(default_factory=dict)
    types: dict[str, dict[str, Any]] = field(default_factory=dict)
    kinds: dict[str, dict[str, Any]] = field(default_factory=dict)  # qualification types
    names_taken: set[str] = field(default_factory=set)  # deleted, and reserved
    work: dict[str, dict[str, Any]] = field(default_factory=dict)
    bonuses: list[dict[str, Any]] = field(default_factory=list)
    used: dict[tuple[str, str], tuple[float, str]] = field(default_factory=dict)
    pages: dict[str, tuple[str, int]] = field(default_factory=dict)
    wrong: list[tuple[str, str]] = field(default_factory=list)  # (operation or *, what goes wrong), once each
    log: list[str] = field(default_factory=list)
    ids: Any = field(default_factory=lambda: itertools.count(1))
    lock: Any = field(default_factory=threading.RLock)

    def now(self) -> float:
        return time.time() + self.ahead

    def new_id(self) -> str:
        return f"AZ{next(self.ids)}"  # short, and like a worker's

    def spend(self, cents: int) -> None:
        if cents > self.cents:
            raise No("InsufficientFunds", "This Requester has insufficient funds in their account.")
        self.cents -= cents

    def use(self, operation: str, token: str | None, made: str, cents: int = 0) -> None:
        """Refuse a token that was used in the last day; pay, and remember the token."""
        at, before = self.used.get((operation, token or ""), (0.0, ""))
        if token and before and self.now() - at < 86_400:
            if operation == "CreateHIT":
                raise No(self.already_code, self.already.format(id=before))
            raise No("Duplicate", f'The idempotency token "{token}" has already been processed.')
        self.spend(cents)
        self.used[operation, token or ""] = (self.now(), made)

    def hit(self, identifier: str, *, young_too: bool = True) -> dict[str, Any]:
        found = self.hits.get(identifier)
        if found is None or found["deleted"]:
            raise No("HITDoesNotExist", f"Hit {identifier} does not exist.")
        if not young_too and self.now() - found["CreationTime"] < self.young_for:
            raise No("HITNotReady", "You may not change this HIT at the moment.")
        return found

    def accept(self, hit: str, worker: str) -> str:
        """Take a place: a returned id goes to the next worker."""
        with self.lock:
            free = [one for one, work in self.work.items() if work["HITId"] == hit and work["state"] == "returned"]
            name = free[0] if free else self.new_id()
            self.work[name] = {"HITId": hit, "WorkerId": worker, "state": "accepted"}
            return name

    def submit(self, assignment: str) -> None:
        self.work[assignment].update(state="Submitted", at=self.now())

    def give_back(self, assignment: str) -> None:
        self.work[assignment]["state"] = "returned"

    def at_work(self, hit: str, *states: str) -> list[str]:
        return [one for one, work in self.work.items() if work["HITId"] == hit and work["state"] in states]


class Stricter:
    """The server. `state` is replaced by each test."""

    def __init__(self) -> None:
        self.state = State()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (_Handler,), {"stricter": self}))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Stricter:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    stricter: Stricter

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_POST(self) -> None:
        state, name = self.stricter.state, self.headers["X-Amz-Target"].rpartition(".")[2]
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        state.log.append(name)
        wrong = next((one for one in state.wrong if one[0] in (name, "*")), ("", ""))
        if wrong[1]:
            state.wrong.remove(wrong)
        if not self._instead(wrong[1]):
            self._carry_out(name, request, wrong[1])

    def _carry_out(self, name: str, request: dict[str, Any], wrong: str) -> None:
        from tests.panels.mturk.stricter.calls import CALLS

        state = self.stricter.state
        try:
            suspect(model().operation_model(name).input_shape, request, name)
            moderate(request)
            if "/us-east-1/mturk-requester/" not in self.headers["Authorization"]:
                raise No("", "Credential should be scoped to a valid region.", "InvalidSignatureException", 403)
            with state.lock:
                body = json.dumps(CALLS[name](state, request)).encode()
        except No as no:
            self._say(no.status, no.body)
        else:
            self._afterwards(wrong, body)

    def _instead(self, wrong: str) -> bool:
        """Answer without doing anything, where that is what goes wrong."""
        replies = {
            "page 200": (200, PAGE_OF_A_PROXY), "page 503": (503, PAGE_OF_A_PROXY), "page 403": (403, PAGE_OF_A_PROXY),
            "garbage": (200, b"\x00\xff{"), "list": (200, b"[1]"), "null": (200, b"null"), "redirect": (307, b""),
            "throttle": (400, No("", "Rate exceeded", "ThrottlingException").body),
            "busy": (503, No("", "Rate exceeded", "ThrottlingException").body),
            "skew": (403, No("", "Signature not yet current: 2026 is later", "InvalidSignatureException").body),
        }  # fmt: skip
        if wrong in replies:
            self._say(*replies[wrong])
        return wrong in replies

    def _afterwards(self, wrong: str, body: bytes) -> None:
        """Answer after it was done, or break off."""
        if wrong == "slow":
            time.sleep(0.7)
        if wrong == "500":
            self._say(500, No("SystemError", "Internal", "ServiceFault").body)
        elif wrong == "short":  # fewer bytes than were promised
            self._say(200, body[: len(body) // 2], promised=len(body))
        elif wrong != "drop":
            self._say(200, {"half": body[: len(body) // 2], "empty": b""}.get(wrong, body))
        if wrong in ("short", "drop"):
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)

    def _say(self, status: int, body: bytes, *, promised: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/x-amz-json-1.1")
        self.send_header("Content-Length", str(len(body) if promised is None else promised))
        if status == 307:
            self.send_header("Location", "http://127.0.0.1:9/")
        self.end_headers()
        self.wfile.write(body)

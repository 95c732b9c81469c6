"""Makes paid calls: each at most once unasked, within a budget, and with a row in the journal before and after."""

import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from compression import under_way
from compression.backoff import PATIENCE_SECONDS, TRIES, BackOff
from compression.budget import Budget
from compression.errors import StopRun
from compression.journal import Attempt, Journal
from compression.paid import POSSIBLY_BILLED, Answer, CallFailed, Estimate, PlannedCall, Reply
from compression.prices import Prices
from compression.store import Store

__all__ = ["Answer", "CallFailed", "Caller", "Estimate", "PlannedCall", "Reply"]

WORST_CASE = "the cost is the most it can have been: the answer does not say what it used"
_one_at_a_time: dict[str, threading.Lock] = {}  # by key, for all callers of this process


class Caller:
    """Makes paid calls for the threads of one run.

    Parameters
    ----------
    store
        Keeps the journal and the answers.
    budget
        Asked before each call, with the worst it can cost.
    prices
        What models cost; None: nobody knows.
    concurrency
        Calls at a time.
    repeat_possibly_billed
        Whether calls are made again of which nobody knows what became.
    retry_failed
        Whether calls are made again that were refused, or whose answer was of no use.
    sleep
        Waits for a number of seconds.
    """

    def __init__(
        self,
        store: Store,
        budget: Budget,
        prices: Prices | None = None,
        *,
        concurrency: int = 2,
        repeat_possibly_billed: bool = False,
        retry_failed: bool = False,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.concurrency = concurrency
        self.repeat_possibly_billed = repeat_possibly_billed
        self.retry_failed = retry_failed
        self.refused: StopRun | None = None
        self._store = store
        self._journal = Journal(store)
        self._budget = budget
        self._prices = prices or Prices()
        self._sleep = sleep
        self._backoff = BackOff(sleep)

    def call(self, planned: PlannedCall) -> Answer:
        """Return the answer to a call: the one that is kept, or that of a request made now.

        Raises
        ------
        CallFailed
            When there is no usable answer and none is asked for again.
        StopRun
            When no further call of this run may be made.
        """
        with _one_at_a_time.setdefault(planned.key, threading.Lock()):
            return self._answer(planned)

    def _answer(self, planned: PlannedCall) -> Answer:
        last = self._latest(planned.key)
        if last and last.state == "done":
            return self._kept(last)
        if last and not last.free:
            self._may_repeat(last)
        return self._tried(planned, 1 if last is None else last.number + (last.state != "planned"))

    def _tried(self, planned: PlannedCall, first: int) -> Answer:
        for tried in range(TRIES):
            self._go_on()
            try:
                return self._attempt(planned, first + tried)
            except CallFailed as error:
                if error.outcome not in {"wait", "stop"}:
                    raise
                self._wait_or_stop(error, tried)
        raise AssertionError("the last try waits no more")

    def _latest(self, key: str) -> Attempt | None:
        while True:
            attempts = self._journal.attempts(key)
            last = attempts[-1] if attempts else None
            if last is None or last.state != "sent" or not under_way.may_be(last.rows["sent"]):
                return last
            self._sleep(1)
            if self.refused:
                raise self.refused

    def _may_repeat(self, last: Attempt) -> None:
        if self.repeat_possibly_billed if last.possibly_billed else self.retry_failed:
            return
        if last.state == "sent":
            message = f"Possibly billed: the call was sent at {last.row['at']}, and no answer to it was kept"
            raise _again(last, message, POSSIBLY_BILLED)
        raise _again(last, last.row["message"], last.row["remedy"])

    def _attempt(self, planned: PlannedCall, number: int) -> Answer:
        worst, currency = self._prices.worst(planned.worst)
        reserved = f"{planned.key}:{number}"
        self._reserve(reserved, worst, currency)
        try:
            self._announce(planned, number, worst, currency)
        except BaseException:
            self._budget.release(reserved)
            raise
        clock = time.monotonic()
        try:
            reply = _send(planned)
        except CallFailed as error:
            ended = self._failed(planned, number, error, round(time.monotonic() - clock, 3))
            self._settle(reserved, error, ended)
            raise
        done = self._used(planned, reply) | {"seconds": round(time.monotonic() - clock, 3)}
        self._journal.write(planned.key, number, "done", done | {"result": self._store.put_blob(reply.result)})
        self._budget.settle(reserved, _amount(done))
        return self._kept(self._journal.attempts(planned.key)[-1])

    def _reserve(self, key: str, worst: Decimal | None, currency: str) -> None:
        try:
            self._budget.reserve(key, worst, currency)
        except StopRun as error:
            self.refused = self.refused or error
            raise

    def _announce(self, planned: PlannedCall, number: int, worst: Decimal | None, currency: str) -> None:
        estimate = planned.worst
        row = {
            "at": _now(), "backend": estimate.backend, "host": estimate.host, "model_asked": estimate.model,
            "description": dict(planned.description),
        }  # fmt: skip
        if worst is not None:
            row |= {"cost_at_most": str(worst), "currency": currency}
        self._journal.write(planned.key, number, "planned", row)
        sent = {"at": _now()} | under_way.mark(planned.timeout_seconds)
        if not self._journal.write(planned.key, number, "sent", sent):
            raise CallFailed(
                "Another run has just sent this very call",
                "build again with --retry-failed when that one has ended: its answer will be used",
                outcome="unknown",
            )

    def _failed(self, planned: PlannedCall, number: int, error: CallFailed, seconds: float) -> Mapping[str, Any]:
        row = {"outcome": error.outcome, "message": error.message, "remedy": error.remedy, "seconds": seconds}
        used = self._used(planned, error.reply or Reply(b"", b""))
        if error.outcome not in {"unusable", "unknown"}:
            used = {name: value for name, value in used.items() if name not in {"cost", "currency", "notes"}}
        self._journal.write(planned.key, number, "failed", row | used)
        error.provenance = _provenance(self._journal.attempts(planned.key)[-1])
        return used

    def _used(self, planned: PlannedCall, reply: Reply) -> dict[str, Any]:
        row: dict[str, Any] = {"at": _now(), "request_id": reply.request_id, "model_answered": reply.model}
        row |= {"usage": dict(reply.usage), "answer": self._store.put_blob(reply.body) if reply.body else ""}
        worst, currency = self._prices.worst(planned.worst)
        actual = self._prices.actual(planned.worst, reply.usage)
        notes = list(reply.notes)
        if actual is None and worst is not None:
            actual = worst
            notes.append(WORST_CASE)
        if actual is not None:
            row |= {"cost": str(actual), "currency": currency}
        return {name: value for name, value in (row | {"notes": notes}).items() if value}

    def _settle(self, reserved: str, error: CallFailed, ended: Mapping[str, Any]) -> None:
        if error.outcome in {"unusable", "unknown"}:
            self._budget.settle(reserved, _amount(ended))
        else:
            self._budget.release(reserved)

    def _kept(self, attempt: Attempt) -> Answer:
        try:
            return Answer(self._store.read(attempt.row["result"]), _provenance(attempt))
        except FileNotFoundError as error:
            message = f"The answer to call {attempt.key} was paid for, and its file {attempt.row['result']} is lost"
            remedy = f"put it back, or delete journal/{attempt.key[:2]}/{attempt.key} to pay again"
            raise CallFailed(message, remedy, outcome="unusable") from error

    def _go_on(self) -> None:
        self._backoff.wait()
        if self.refused:
            raise self.refused

    def _wait_or_stop(self, error: CallFailed, tried: int) -> None:
        if error.outcome == "stop":
            raise self._stop(error.message, error.remedy) from error
        if error.retry_after is not None and error.retry_after > PATIENCE_SECONDS:
            message = f"{error.message} (it asks to wait {error.retry_after:.0f} seconds)"
            raise self._stop(message, "build again after that time") from error
        if tried + 1 == TRIES:
            raise self._stop(f"{error.message}, {TRIES} times", error.remedy) from error
        self._backoff.later(tried, error.retry_after)

    def _stop(self, message: str, remedy: str) -> StopRun:
        self.refused = self.refused or StopRun(message, remedy)
        return self.refused


def _send(planned: PlannedCall) -> Reply:
    try:
        return planned.send()
    except CallFailed:
        raise
    except StopRun as error:  # before anything was sent
        raise CallFailed(error.message, error.remedy, outcome="stop") from error
    except Exception as error:  # whatever it is, the request may have gone out
        message = f"Possibly billed: the call broke off ({type(error).__name__})"
        raise CallFailed(message, POSSIBLY_BILLED, outcome="unknown") from error


def _again(attempt: Attempt, message: str, remedy: str) -> CallFailed:
    error = CallFailed(message, remedy, outcome=attempt.row.get("outcome", "unknown"))
    error.provenance = _provenance(attempt)
    return error


def _provenance(attempt: Attempt) -> dict[str, Any]:
    """Return what a record says of the call, from its rows alone: the same now and in every later run."""
    planned, ended = attempt.rows["planned"], attempt.row
    found = {"backend": planned["backend"], "host": planned["host"], "model_asked": planned["model_asked"]}
    names = ("model_answered", "request_id", "usage", "cost", "currency", "seconds", "notes")
    found |= {name: ended[name] for name in names if name in ended}
    return found | {"started_at": attempt.rows.get("sent", planned)["at"]}


def _amount(row: Mapping[str, Any]) -> Decimal | None:
    return Decimal(row["cost"]) if "cost" in row else None


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")

"""Makes paid calls: each at most once unasked, within a budget, and with a row in the journal before and after."""

import secrets
import threading
import time
from collections.abc import Callable
from itertools import count

from compression import call_rows, under_way
from compression.backoff import PATIENCE_SECONDS, BackOff
from compression.budget import Budget
from compression.errors import StopRun
from compression.journal import Attempt, Journal
from compression.paid import POSSIBLY_BILLED, Answer, CallFailed, Estimate, PlannedCall, Reply
from compression.prices import Prices
from compression.store import Store

__all__ = ["Answer", "CallFailed", "Caller", "Estimate", "PlannedCall", "Reply"]

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
        self._token = secrets.token_hex(6)
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
        for tried in count():
            self._go_on()
            try:
                return self._attempt(planned, first + tried)
            except CallFailed as error:
                if error.outcome not in {"wait", "stop"}:
                    raise
                self._wait_or_stop(error, tried)
        raise AssertionError("counting does not end")

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
        self._set_aside(planned, number)
        clock = time.monotonic()
        try:
            reply = _send(planned)
        except CallFailed as error:
            raise self._failed(planned, number, error, round(time.monotonic() - clock, 3)) from error.__cause__
        row = call_rows.done(planned, reply, self._prices, self._keep_body(reply), self._store.put_blob(reply.result))
        self._journal.write(planned.key, number, "done", row | {"seconds": round(time.monotonic() - clock, 3)})
        self._budget.settle(self._reserved(planned, number), call_rows.amount(row))
        return self._kept(self._journal.attempts(planned.key)[-1])

    def _set_aside(self, planned: PlannedCall, number: int) -> None:
        worst, currency = self._prices.worst(planned.worst)
        reserved = self._reserved(planned, number)
        try:
            self._budget.reserve(reserved, worst, currency)
        except StopRun as error:
            self.refused = self.refused or error
            raise
        try:
            self._announce(planned, number)
        except BaseException:
            self._budget.release(reserved)
            raise

    def _announce(self, planned: PlannedCall, number: int) -> None:
        self._journal.write(planned.key, number, "planned", call_rows.planned(planned, self._prices))
        sent = {"at": call_rows.now()} | under_way.mark(planned.timeout_seconds)
        if not self._journal.write(planned.key, number, "sent", sent):
            raise CallFailed(
                "Another run has just sent this very call",
                "build again with --retry-failed when that one has ended: its answer will be used",
                outcome="unknown",
            )

    def _failed(self, planned: PlannedCall, number: int, error: CallFailed, seconds: float) -> CallFailed:
        row = call_rows.failed(planned, error, self._prices, self._keep_body(error.reply))
        self._journal.write(planned.key, number, "failed", row | {"seconds": seconds})
        error.provenance = call_rows.provenance(self._journal.attempts(planned.key)[-1])
        if error.billable:
            self._budget.settle(self._reserved(planned, number), call_rows.amount(row))
        else:
            self._budget.release(self._reserved(planned, number))
        return error

    def _reserved(self, planned: PlannedCall, number: int) -> str:
        """Name what is set aside for an attempt; of two callers that race for it each has its own."""
        return f"{planned.key}:{number}:{self._token}"

    def _keep_body(self, reply: Reply | None) -> str:
        return self._store.put_blob(reply.body) if reply and reply.body else ""

    def _kept(self, attempt: Attempt) -> Answer:
        try:
            return Answer(self._store.read(attempt.row["result"]), call_rows.provenance(attempt))
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
        if tried + 1 >= error.tries:
            raise self._stop(f"{error.message}, {tried + 1} times", error.remedy) from error
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
    error.provenance = call_rows.provenance(attempt)
    return error

"""Verdicts and pay."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from surveys.panels.base import Call, Journal, Money, PanelBusy, PanelRefused, Reply, Submission, carry_out
from surveys.panels.mturk.names import marked
from surveys.panels.mturk.wire import Wire
from surveys.panels.mturk.words import AlreadyThere, InAnotherState

MOST_FEEDBACK = 1024


class Work:
    """What can be done with submitted work through a wire."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def approve(
        self, one: Submission, *, token: str, journal: Journal, feedback: str = "", override: bool = False
    ) -> None:
        """Approve; with `override`, also what was rejected."""
        more: dict[str, Any] = {"RequesterFeedback": _fitting(feedback)} if feedback else {}
        if override:
            more["OverrideRejection"] = True
        self._decide("ApproveAssignment", "Approved", one, more, token=token, journal=journal)

    def reject(self, one: Submission, reason: str, *, token: str, journal: Journal) -> None:
        """Reject with a reason, which the service asks for."""
        if not reason.strip():
            raise PanelRefused("A rejection needs a reason: the worker reads it.", "Say what was wrong.")
        more = {"RequesterFeedback": _fitting(reason)}
        self._decide("RejectAssignment", "Rejected", one, more, token=token, journal=journal)

    def _decide(
        self, operation: str, verdict: str, one: Submission, more: dict[str, Any], *, token: str, journal: Journal
    ) -> None:
        def send() -> Reply:
            try:
                self._wire.call(operation, AssignmentId=one.assignment, **more)
            except InAnotherState as error:
                if "null" in error.what:  # submitted, and not seen by every server of theirs yet
                    raise PanelBusy(
                        "Mechanical Turk does not see this submission everywhere yet.", "Try again in some minutes."
                    ) from error
                if look() is None:
                    raise
            return {"AssignmentId": one.assignment}

        def look() -> Reply | None:
            found = self._wire.call("GetAssignment", AssignmentId=one.assignment)["Assignment"]
            mine = found["WorkerId"] == one.person and found["AssignmentStatus"] == verdict
            return {"AssignmentId": one.assignment} if mine else None

        request: Reply = {"AssignmentId": one.assignment, **more}
        carry_out(journal, Call(operation, token, request), send, _unless_invisible(look), repeatable=True)

    def bonus(self, one: Submission, amount: Money, reason: str, *, token: str, journal: Journal) -> None:
        """Pay a bonus, once, to the worker whom the service names."""
        reason = marked(reason, token)
        parameters = {
            "WorkerId": one.person,
            "AssignmentId": one.assignment,
            "BonusAmount": in_dollars(amount),
            "Reason": reason,
            "UniqueRequestToken": token,
        }

        def send() -> Reply:
            with contextlib.suppress(AlreadyThere):
                self._wire.call("SendBonus", **parameters)
            return {"AssignmentId": one.assignment}

        def look() -> Reply | None:
            for paid in self._wire.pages("ListBonusPayments", AssignmentId=one.assignment):
                if paid["WorkerId"] == one.person and paid["Reason"] == reason:
                    return {"AssignmentId": one.assignment}
            return None

        request: Reply = {key: value for key, value in parameters.items() if key != "WorkerId"}
        carry_out(journal, Call("SendBonus", token, request), send, look, repeatable=True)


def in_dollars(amount: Money) -> str:
    """Write an amount as the service takes it: dollars with two decimals, nothing else."""
    if amount.currency != "USD":
        raise PanelRefused(f"Mechanical Turk pays in USD, not in {amount.currency}.", "Give the amount in USD.")
    cents = amount.amount.quantize(Decimal("0.01"))
    if cents != amount.amount or cents < 0:
        raise PanelRefused(f"{amount} is not an amount of whole cents.", "Round it to the cent.")
    return str(cents)


def _fitting(text: str) -> str:
    if len(text) > MOST_FEEDBACK:
        raise PanelRefused(
            f"The text is {len(text)} characters long; Mechanical Turk takes {MOST_FEEDBACK}.", "Shorten it."
        )
    return text


def _unless_invisible(look: Callable[[], Reply | None]) -> Callable[[], Reply | None]:
    def looked() -> Reply | None:
        try:
            return look()
        except InAnotherState:  # the service shows submitted work only, and that not at once
            return None

    return looked

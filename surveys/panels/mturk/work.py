"""Verdicts and pay."""

from __future__ import annotations

import contextlib
from decimal import Decimal
from typing import Any

from surveys.panels.base import Call, Journal, Money, PanelBusy, PanelRefused, Reply, Submission, carry_out
from surveys.panels.mturk.names import marked
from surveys.panels.mturk.once import carry_out_once
from surveys.panels.mturk.wire import Wire
from surveys.panels.mturk.words import AlreadyThere, Gone, InAnotherState, NotYet, Unknown

MOST_FEEDBACK = 1024
TAKING_BACK = (
    "A rejection can be taken back for 30 days after the work was submitted, and while its HIT stands. After that pay "
    "by a bonus, or compensate them."
)


class Work:
    """What can be done with submitted work through a wire.

    Money moves only for the worker whom the service itself names. An assignment's id goes to somebody else after a
    return, but never after it was submitted; so what this object once read from the service holds, and costs no
    further call. Submissions from anywhere else are looked up first: one call more for each.
    """

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._named: dict[str, str] = {}  # assignment → worker, as the service said

    def saw(self, one: Submission) -> Submission:
        """Hear whom the service names."""
        self._named[one.assignment] = one.person
        return one

    def approve(
        self, one: Submission, *, token: str, journal: Journal, feedback: str = "", override: bool = False
    ) -> None:
        """Approve; with `override`, also what was rejected."""
        more: dict[str, Any] = {"RequesterFeedback": _fitting(feedback)} if feedback else {}
        if override:
            more["OverrideRejection"] = True
        try:
            self._decide("ApproveAssignment", "Approved", one, more, token=token, journal=journal)
        except (InAnotherState, Gone, Unknown) as error:
            if not override:
                raise
            raise PanelRefused(error.what, TAKING_BACK, code=error.code) from error

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
            self._must_be_theirs(one)
            try:
                self._wire.call(operation, AssignmentId=one.assignment, **more)
            except InAnotherState as error:
                if look() is None and f"state '{verdict}'" not in error.what:
                    raise
            return {"AssignmentId": one.assignment}

        def look() -> Reply | None:
            found = self._seen(one)
            mine = found is not None and found["WorkerId"] == one.person and found["AssignmentStatus"] == verdict
            return {"AssignmentId": one.assignment} if mine else None

        request: Reply = {"AssignmentId": one.assignment, **more}
        carry_out(journal, Call(operation, token, request), send, look, repeatable=True)

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
            self._must_be_theirs(one)
            with contextlib.suppress(AlreadyThere):
                self._wire.call("SendBonus", **parameters)
            return {"AssignmentId": one.assignment}

        def look() -> Reply | None:
            for paid in self._wire.pages("ListBonusPayments", AssignmentId=one.assignment):
                if paid["WorkerId"] == one.person and paid.get("Reason") == reason:
                    return {"AssignmentId": one.assignment}
            return None

        request: Reply = {key: value for key, value in parameters.items() if key != "WorkerId"}
        carry_out_once(journal, Call("SendBonus", token, request), send, look)

    def _must_be_theirs(self, one: Submission) -> None:
        """Refuse to judge or pay work that the service gives to somebody else, or to nobody yet."""
        if self._named.get(one.assignment) == one.person:
            return
        found = self._seen(one)
        if found is None:
            raise PanelBusy(
                "Mechanical Turk does not show this submission (yet): nobody was judged or paid.",
                "Fetch the state again in some minutes, then decide.",
            )
        if found["WorkerId"] != one.person:
            raise PanelRefused(
                "Mechanical Turk names another worker for this assignment: nobody was judged or paid.",
                "Fetch the state again: its id went to somebody else after a return.",
                code="another worker",
            )
        self._named[one.assignment] = one.person

    def _seen(self, one: Submission) -> dict[str, Any] | None:
        """Return an assignment as the service shows it: submitted work only, and that not at once."""
        try:
            found: dict[str, Any] = self._wire.call("GetAssignment", AssignmentId=one.assignment)["Assignment"]
        except (InAnotherState, NotYet):
            return None
        return found


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

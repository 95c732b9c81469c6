"""Verdicts and pay."""

from __future__ import annotations

from typing import Any

from surveys.panels.base import Call, Journal, Money, PanelRefused, Reply, Submission, carry_out
from surveys.panels.prolific.money import in_cents
from surveys.panels.prolific.names import part
from surveys.panels.prolific.studies import id_of
from surveys.panels.prolific.wire import Wire
from surveys.panels.prolific.words import InAnotherState

CATEGORIES = (
    "TOO_QUICKLY", "TOO_SLOWLY", "FAILED_INSTRUCTIONS", "INCOMP_LONGITUDINAL", "FAILED_CHECK", "LOW_EFFORT",
    "MALINGERING", "NO_CODE", "BAD_CODE", "NO_DATA", "UNSUPP_DEVICE", "OTHER",
)  # fmt: skip
LEAST_MESSAGE = 100  # characters
MAY_RETURN = ("AWAITING REVIEW", "ACTIVE", "RESERVED")


class Work:
    """What can be done with submissions through a wire."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def approve(self, one: Submission, *, token: str, journal: Journal) -> None:
        """Approve; Prolific passes no words on."""
        self._decide("APPROVE", ("APPROVED",), one, {}, token=token, journal=journal)

    def reject(self, one: Submission, reason: str, category: str, *, token: str, journal: Journal) -> None:
        """Reject with a category of Prolific's and a message that the participant reads."""
        if category not in CATEGORIES:
            raise PanelRefused(
                "A rejection at Prolific needs one of its own categories.", f"Choose one: {', '.join(CATEGORIES)}."
            )
        reason = reason.strip()
        if len(reason) < LEAST_MESSAGE:
            raise PanelRefused(
                f"The message to the participant has {len(reason)} characters; Prolific takes no fewer than "
                f"{LEAST_MESSAGE}.",
                "Say more exactly what was wrong.",
            )
        more = {"message": reason, "rejection_category": category}
        self._decide("REJECT", ("REJECTED",), one, more, token=token, journal=journal)

    def unreject(self, one: Submission, *, token: str, journal: Journal) -> None:
        """Take a rejection back, so that it can be approved."""
        self._decide("UNREJECT", ("AWAITING REVIEW", "APPROVED"), one, {}, token=token, journal=journal)

    def _decide(
        self,
        action: str,
        reached: tuple[str, ...],
        one: Submission,
        more: dict[str, str],
        *,
        token: str,
        journal: Journal,
    ) -> None:
        doing = f"{action.lower()} submission"

        def look() -> Reply | None:
            found = self._mine(one)
            return {"id": one.assignment} if str(found["status"]) in reached else None

        def send() -> Reply:
            path = f"/submissions/{one.assignment}/transition/"
            try:
                self._wire.write("POST", doing, path, {"action": action, **more}, hide=(one.person,))
            except InAnotherState:
                if look() is None:
                    raise
            return {"id": one.assignment}

        request: Reply = {"id": one.assignment, "action": action, **more}
        carry_out(journal, Call(doing, part(token, action.lower()), request), send, look, repeatable=True)

    def bonus(self, one: Submission, amount: Money, currency: str, *, token: str, journal: Journal) -> None:
        """Pay a bonus on a submission, once.

        Setting one up moves no money and may be repeated. Paying is not idempotent at the service, which shows neither
        which set-up was paid nor why: a payment whose end is unknown counts as made if one more bonus of this amount
        stands on the submission than before, and is never sent again by itself.
        """
        cents = in_cents(amount, currency)
        counted = [0]

        def set_up() -> Reply:
            counted[0] = self._equal_bonuses(one, cents)
            body = {"study_id": one.posting, "csv_bonuses": f"{one.assignment},{cents // 100}.{cents % 100:02d}\n"}
            made = self._wire.write("POST", "set up bonus", "/submissions/bonus-payments/", body, hide=(one.person,))
            return {"id": id_of(made), "before": counted[0]}

        request: Reply = {"id": one.assignment, "cents": cents, "currency": amount.currency}
        ready = carry_out(
            journal, Call("set up bonus", part(token, "set"), request), set_up, lambda: None, repeatable=True
        )
        bulk = str(ready["id"])
        counted[0] = int(str(ready["before"]))

        def pay() -> Reply:
            counted[0] = self._equal_bonuses(one, cents)
            self._wire.write("POST", "pay bonus", f"/bulk-bonus-payments/{bulk}/pay/", {}, hide=(one.person,))
            return {"id": bulk}

        def look() -> Reply | None:
            return {"id": bulk} if self._equal_bonuses(one, cents) > counted[0] else None

        carry_out(
            journal, Call("pay bonus", part(token, "pay"), {**request, "bulk": bulk}), pay, look, repeatable=False
        )

    def ask_to_return(self, one: Submission, reason: str, *, token: str, journal: Journal) -> None:
        """Ask a participant to return a submission that is still open; asked before is done."""

        def look() -> Reply | None:
            found = self._mine(one)
            asked = found.get("return_requested") or str(found["status"]) not in MAY_RETURN
            return {"id": one.assignment} if asked else None

        def send() -> Reply:
            if look() is None:
                path = f"/submissions/{one.assignment}/request-return/"
                self._wire.write("POST", "request return", path, {"request_return_reasons": [reason]})
            return {"id": one.assignment}

        call = Call("request return", part(token, "return"), {"id": one.assignment, "reason": reason})
        carry_out(journal, call, send, look, repeatable=True)

    def bonuses(self, submission: str) -> list[int]:
        """Return the bonuses paid on a submission, in hundredths."""
        return [int(cents) for cents in self._one(submission).get("bonus_payments") or []]

    def status(self, submission: str) -> str:
        """Return the service's word for where a submission is."""
        return str(self._one(submission)["status"])

    def _equal_bonuses(self, one: Submission, cents: int) -> int:
        return self.bonuses(one.assignment).count(cents)

    def _mine(self, one: Submission) -> dict[str, Any]:
        """Return a submission, if the service says that it is this person's."""
        found = self._one(one.assignment)
        if one.person and found.get("participant") not in (None, one.person):
            raise PanelRefused("Prolific says that this submission is somebody else's.", "Fetch the list again.")
        return found

    def _one(self, submission: str) -> dict[str, Any]:
        return self._wire.read("retrieve submission", f"/submissions/{submission}/")

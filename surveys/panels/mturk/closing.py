"""The end of a HIT: expire → wait for who is at it → verdicts → delete, by as few calls as it takes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from surveys.panels.base import Call, Closing, Journal, PanelRefused, Reply, carry_out
from surveys.panels.mturk.hits import OVER, Hits
from surveys.panels.mturk.names import part
from surveys.panels.mturk.wire import Wire
from surveys.panels.mturk.words import Gone, InAnotherState, Unknown


class Closings:
    """Removes HITs.

    The service itself refuses to delete a HIT that is open, that somebody is at, or whose submissions wait for a
    verdict. So a HIT is expired and deleted without a look: two calls; or only deleted, where a list that was read
    through the same panel has shown that it is over. Only what was refused is looked at.
    """

    def __init__(self, wire: Wire, hits: Hits) -> None:
        self._wire = wire
        self._hits = hits
        self._over: set[str] = set()  # expired or all submitted, as a list has shown
        self._refused: set[str] = set()  # to be deleted; looked at first from then on

    def saw(self, hit: Mapping[str, Any]) -> None:
        """Hear what a list says of a HIT."""
        expires = hit.get("Expiration")
        over = hit["HITStatus"] in OVER or (expires is not None and expires <= datetime.now(UTC))
        (self._over.add if over else self._over.discard)(str(hit["HITId"]))

    def close(self, hit: str, *, token: str, journal: Journal) -> Closing:
        """Take a step towards removing a HIT."""
        try:
            straight = hit not in self._refused and self._expires_now(hit, token=token, journal=journal)
            if straight and self._delete(hit, token=token, journal=journal):
                return Closing(hit, done=True)
            return self._look_and_close(hit, tried=straight, token=token, journal=journal)
        except Gone:
            return self._is_gone(hit, token=token, journal=journal)

    def _is_gone(self, hit: str, *, token: str, journal: Journal) -> Closing:
        """Write down that it was removed: an earlier try may have done so and not have lived to say it."""
        reply: Reply = {"HITId": hit}
        call = Call("DeleteHIT", part(token, "d"), reply)
        carry_out(journal, call, lambda: reply, lambda: reply, repeatable=True)
        return Closing(hit, done=True)

    def _expires_now(self, hit: str, *, token: str, journal: Journal) -> bool:
        """Return whether it is expired as of now; False when that was asked for before, or is refused."""
        if hit in self._over:
            return True
        try:
            return self._hits.expire(hit, token=part(token, "e"), journal=journal)
        except (InAnotherState, Unknown):
            return False

    def _look_and_close(self, hit: str, *, tried: bool, token: str, journal: Journal) -> Closing:
        found = self._hits.find(hit)
        if found is None:
            return self._is_gone(hit, token=token, journal=journal)
        expires = found.get("Expiration")
        if found["HITStatus"] not in OVER and expires is not None and expires > datetime.now(UTC):  # opened again since
            self._hits.expire(hit, token=part(token, f"e{int(expires.timestamp())}"), journal=journal)
            tried = False
        at_it = int(found.get("NumberOfAssignmentsPending") or 0)
        if at_it:
            return Closing(hit, done=False, waiting_for=f"{at_it} still at it")
        if not tried and self._delete(hit, token=token, journal=journal):
            return Closing(hit, done=True)
        return Closing(hit, done=False, waiting_for=self._why_not(hit))

    def _why_not(self, hit: str) -> str:
        waiting = self._wire.pages("ListAssignmentsForHIT", HITId=hit, AssignmentStatuses=["Submitted"])
        if next(waiting, None) is not None:
            return "submissions without a verdict"
        return "Mechanical Turk to let it be removed"

    def _delete(self, hit: str, *, token: str, journal: Journal) -> bool:
        """Return whether it is removed; False when the service does not allow it yet."""

        def send() -> Reply:
            try:
                self._wire.call("DeleteHIT", HITId=hit)
            except Gone:
                pass
            except PanelRefused as error:
                if not isinstance(error, InAnotherState | Unknown) or look() is None:
                    raise
            return {"HITId": hit}

        def look() -> Reply | None:
            return {"HITId": hit} if self._hits.find(hit) is None else None

        call = Call("DeleteHIT", part(token, "d"), {"HITId": hit})
        try:
            carry_out(journal, call, send, look, repeatable=True)
        except (InAnotherState, Unknown):
            self._over.discard(hit)
            self._refused.add(hit)
            return False
        return True

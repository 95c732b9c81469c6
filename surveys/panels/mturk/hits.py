"""HITs: made, found again, extended, expired, removed."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from surveys.panels.base import Call, Closing, Journal, Opening, PanelError, PanelRefused, PanelUnsure, Reply, carry_out
from surveys.panels.mturk.names import annotation, part
from surveys.panels.mturk.question import external_question
from surveys.panels.mturk.wire import Wire
from surveys.panels.mturk.words import AlreadyThere, Gone, InAnotherState

AN_ID = re.compile(r"\b[A-Z0-9]{8,64}\b")
LONG_PAST = timedelta(days=1)  # clocks differ


class Hits:
    """What can be done with HITs through a wire."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def make(self, opening: Opening, places: int, *, token: str, journal: Journal, before: Any = None) -> Reply:
        """Make one HIT, once; `before` is called just before something is sent."""
        parameters: dict[str, Any] = {
            "HITTypeId": opening.reference,
            "MaxAssignments": places,
            "LifetimeInSeconds": opening.offer.seconds_open,
            "Question": external_question(opening.offer.url, opening.offer.frame_height),
            "RequesterAnnotation": annotation(token),
            "UniqueRequestToken": token,
        }

        def send() -> Reply:
            if before is not None:
                before()
            try:
                return _of_hit(self._wire.call("CreateHITWithHITType", **parameters)["HIT"])
            except AlreadyThere as error:
                return self._the_one_made(token, error)

        return carry_out(
            journal,
            Call("CreateHITWithHITType", token, {**parameters, "Question": opening.offer.url}),
            send,
            lambda: self._listed(token),
            repeatable=True,
        )

    def _the_one_made(self, token: str, error: PanelError) -> Reply:
        """Find the HIT that an earlier try made: its id is in the message, or its annotation is in the list."""
        for candidate in AN_ID.findall(error.what):
            try:
                hit = self._wire.call("GetHIT", HITId=candidate)["HIT"]
            except PanelRefused:
                continue
            if hit.get("RequesterAnnotation") == annotation(token):
                return _of_hit(hit)
        found = self._listed(token)
        if found is None:
            raise PanelUnsure(
                "Mechanical Turk says that this HIT was made before, and does not list it yet.",
                "Try again in a minute: it looks first, and nothing is made twice.",
                code=error.code,
            )
        return found

    def _listed(self, token: str) -> Reply | None:
        wanted = annotation(token)
        for hit in self._wire.pages("ListHITs"):
            if hit.get("RequesterAnnotation") == wanted:
                return _of_hit(hit)
        return None

    def add(self, hit: str, more: int, *, up_to: int, token: str, journal: Journal) -> None:
        """Add assignments to a HIT, which has `up_to` afterwards."""

        def send() -> Reply:
            with contextlib.suppress(AlreadyThere):
                self._wire.call(
                    "CreateAdditionalAssignmentsForHIT",
                    HITId=hit,
                    NumberOfAdditionalAssignments=more,
                    UniqueRequestToken=token,
                )
            return {"MaxAssignments": up_to}

        def look() -> Reply | None:
            now = int(self._wire.call("GetHIT", HITId=hit)["HIT"]["MaxAssignments"])
            return {"MaxAssignments": now} if now >= up_to else None

        request: Reply = {"HITId": hit, "NumberOfAdditionalAssignments": more, "up_to": up_to}
        carry_out(journal, Call("CreateAdditionalAssignmentsForHIT", token, request), send, look, repeatable=True)

    def expire(self, hit: str, *, token: str, journal: Journal) -> None:
        """Let nobody new accept it, from now on."""
        self._set_expiration(hit, datetime.now(UTC) - LONG_PAST, token=token, journal=journal)

    def reopen(self, hit: str, seconds: int, *, token: str, journal: Journal) -> None:
        """Let people accept it for so long from now."""
        self._set_expiration(hit, datetime.now(UTC) + timedelta(seconds=seconds), token=token, journal=journal)

    def _set_expiration(self, hit: str, at: datetime, *, token: str, journal: Journal) -> None:
        at = at.replace(microsecond=0)

        def send() -> Reply:
            try:
                self._wire.call("UpdateExpirationForHIT", HITId=hit, ExpireAt=at)
            except AlreadyThere:  # the same time twice: done, unless it was moved in between
                found = look()
                if found is None:
                    raise PanelUnsure(
                        "Mechanical Turk took the new expiry before and does not show it.", "Try again in a minute."
                    ) from None
            return {"HITId": hit}

        def look() -> Reply | None:
            shown = self._wire.call("GetHIT", HITId=hit)["HIT"]["Expiration"]
            now = datetime.now(UTC)
            return {"HITId": hit} if (shown <= now) == (at <= now) else None

        request: Reply = {"HITId": hit, "ExpireAt": at.isoformat()}
        carry_out(journal, Call("UpdateExpirationForHIT", token, request), send, look, repeatable=True)

    def close(self, hit: str, *, token: str, journal: Journal) -> Closing:
        """Take a step towards removing a HIT: expire → wait for who is at it → verdicts → delete."""
        try:
            found = self._wire.call("GetHIT", HITId=hit)["HIT"]
        except Gone:
            return Closing(hit, done=True)
        if found["HITStatus"] == "Disposed":
            return Closing(hit, done=True)
        if found["Expiration"] > datetime.now(UTC):
            self.expire(hit, token=part(token, f"e{int(found['Expiration'].timestamp())}"), journal=journal)
            found = self._wire.call("GetHIT", HITId=hit)["HIT"]
        waiting = self._waiting_for(hit, found)
        if waiting:
            return Closing(hit, done=False, waiting_for=waiting)
        return self._delete(hit, token=part(token, "d"), journal=journal)

    def _waiting_for(self, hit: str, found: Mapping[str, Any]) -> str:
        at_it = int(found["NumberOfAssignmentsPending"])
        if at_it:
            return f"{at_it} still at it"
        if any(True for _ in self._wire.pages("ListAssignmentsForHIT", HITId=hit, AssignmentStatuses=["Submitted"])):
            return "submissions without a verdict"
        return "" if found["HITStatus"] in ("Reviewable", "Reviewing") else "Mechanical Turk to make it reviewable"

    def _delete(self, hit: str, *, token: str, journal: Journal) -> Closing:
        def send() -> Reply:
            try:
                self._wire.call("DeleteHIT", HITId=hit)
            except (Gone, InAnotherState):
                if look() is None:
                    raise
            return {"HITId": hit}

        def look() -> Reply | None:
            try:
                gone = self._wire.call("GetHIT", HITId=hit)["HIT"]["HITStatus"] == "Disposed"
            except Gone:
                gone = True
            return {"HITId": hit} if gone else None

        carry_out(journal, Call("DeleteHIT", token, {"HITId": hit}), send, look, repeatable=True)
        return Closing(hit, done=True)


def _of_hit(hit: Mapping[str, Any]) -> Reply:
    """Keep of a HIT what its posting needs, as text."""
    expires = hit.get("Expiration")
    return {
        "HITId": str(hit["HITId"]),
        "HITTypeId": str(hit.get("HITTypeId") or ""),
        "HITGroupId": str(hit.get("HITGroupId") or ""),
        "MaxAssignments": int(hit.get("MaxAssignments") or 0),
        "RequesterAnnotation": str(hit.get("RequesterAnnotation") or ""),
        "Expiration": expires.isoformat() if expires is not None else None,
    }

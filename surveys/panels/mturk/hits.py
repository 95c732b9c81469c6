"""HITs: made, found again, extended, expired."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from surveys.panels.base import Call, Journal, Opening, PanelBusy, PanelError, PanelUnsure, Reply, carry_out
from surveys.panels.mturk.names import annotation
from surveys.panels.mturk.once import carry_out_once
from surveys.panels.mturk.question import external_question
from surveys.panels.mturk.wire import Wire
from surveys.panels.mturk.words import AlreadyThere, Gone, InAnotherState, Unknown

LONG_PAST = timedelta(days=1)  # clocks differ
NEW = timedelta(minutes=2)  # in its first seconds a HIT can only be expired; clocks differ
A_MOMENT = timedelta(seconds=5)
OVER = ("Reviewable", "Reviewing")
SECONDS_TRIED = 3  # expiries that were used before


class Hits:
    """What can be done with HITs through a wire."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._made: dict[str, float] = {}  # HIT → when, on this process's own clock

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
                made = self._wire.call("CreateHITWithHITType", **parameters)["HIT"]
            except AlreadyThere as error:
                made = self._the_one_made(token, error)
            self._made[made["HITId"]] = time.monotonic()
            return _of_hit(made, opening, places, annotation(token))

        def look() -> Reply | None:
            hit = self._listed(token)
            return _of_hit(hit, opening, places, annotation(token)) if hit is not None else None

        request = {**parameters, "Question": opening.offer.url}
        return carry_out_once(journal, Call("CreateHITWithHITType", token, request), send, look)

    def _the_one_made(self, token: str, error: AlreadyThere) -> Mapping[str, Any]:
        """Find the HIT that an earlier try made. It is there: not finding it must not be taken for “not made”."""
        try:
            found = self._wire.look_again(lambda: self._named(token, error.ids) or self._listed(token))
        except PanelError as trouble:
            raise _somewhere(trouble.what, trouble.code) from trouble
        if found is None:
            raise _somewhere("The list does not show it yet.", error.code)
        return found

    def _named(self, token: str, candidates: Iterable[str]) -> Mapping[str, Any] | None:
        """Return the HIT whose id stands in a message, if its annotation is the token's."""
        for candidate in candidates:
            with contextlib.suppress(PanelError):
                hit: dict[str, Any] = self._wire.call("GetHIT", HITId=candidate)["HIT"]
                if hit.get("RequesterAnnotation", annotation(token)) == annotation(token):
                    return hit
        return None

    def _listed(self, token: str) -> Mapping[str, Any] | None:
        wanted = annotation(token)
        hits = self._wire.pages("ListHITs")
        return next((hit for hit in hits if hit.get("RequesterAnnotation") == wanted), None)

    def shown(self, wanted: Iterable[str]) -> list[Mapping[str, Any]]:
        """Return the HITs that are there of these, by as few calls as it takes.

        A new HIT may be missing in the list for a while, so what is missing is asked for by its id.
        """
        wanted = dict.fromkeys(wanted)
        found: dict[str, Mapping[str, Any] | None] = {}
        for hit in self._wire.pages("ListHITs") if len(wanted) > 1 else ():
            if hit["HITId"] in wanted:
                found[hit["HITId"]] = hit
                if len(found) == len(wanted):
                    break
        each = [found[one] if one in found else self.find(one) for one in wanted]
        return [hit for hit in each if hit is not None]

    def find(self, hit: str) -> Mapping[str, Any] | None:
        """Return a HIT, or None when it was removed."""
        try:
            found: dict[str, Any] = self._wire.call("GetHIT", HITId=hit)["HIT"]
        except Gone:
            return None
        return None if found["HITStatus"] == "Disposed" else found

    def add(self, hit: str, more: int, *, up_to: int, token: str, journal: Journal) -> None:
        """Add assignments to a HIT, which has `up_to` afterwards."""

        def send() -> Reply:
            with contextlib.suppress(AlreadyThere):
                self._when_old_enough(
                    hit,
                    "CreateAdditionalAssignmentsForHIT",
                    NumberOfAdditionalAssignments=more,
                    UniqueRequestToken=token,
                )
            return {"MaxAssignments": up_to}

        def look() -> Reply | None:
            now = int(self._wire.call("GetHIT", HITId=hit)["HIT"]["MaxAssignments"])
            return {"MaxAssignments": now} if now >= up_to else None

        request: Reply = {"HITId": hit, "NumberOfAdditionalAssignments": more, "up_to": up_to}
        carry_out_once(journal, Call("CreateAdditionalAssignmentsForHIT", token, request), send, look)

    def expire(self, hit: str, *, token: str, journal: Journal) -> bool:
        """Let nobody new accept it, from now on; return whether anything was sent."""
        past = datetime.now(UTC) - LONG_PAST
        return self._set_expiration(hit, past, self._change, token=token, journal=journal)

    def reopen(self, hit: str, seconds: int, *, token: str, journal: Journal) -> None:
        """Let people accept it for so long from now."""
        then = datetime.now(UTC) + timedelta(seconds=seconds)
        self._set_expiration(hit, then, self._when_old_enough, token=token, journal=journal)

    def _set_expiration(
        self, hit: str, at: datetime, change: Callable[..., None], *, token: str, journal: Journal
    ) -> bool:
        at = at.replace(microsecond=0)
        sent = False

        def send() -> Reply:
            nonlocal sent
            sent = True
            for later in range(SECONDS_TRIED):
                try:
                    change(hit, "UpdateExpirationForHIT", ExpireAt=at + timedelta(seconds=later))
                except AlreadyThere:  # the same time twice: done, unless it was moved in between
                    if look() is None:
                        continue
                return {"HITId": hit}
            raise PanelUnsure("Mechanical Turk took the new expiry before and does not show it.", "Try again later.")

        def look() -> Reply | None:
            return {"HITId": hit} if _ends(self.find(hit), at) else None

        request: Reply = {"HITId": hit, "ExpireAt": at.isoformat()}
        carry_out(journal, Call("UpdateExpirationForHIT", token, request), send, look, repeatable=True)
        return sent

    def _change(self, hit: str, operation: str, **parameters: Any) -> None:
        self._wire.call(operation, HITId=hit, **parameters)

    def _when_old_enough(self, hit: str, operation: str, **parameters: Any) -> None:
        """Change a HIT, with patience: in its first seconds the service may refuse all but expiring it."""
        for seconds in (*self._wire.waits, None):
            try:
                return self._change(hit, operation, **parameters)
            except (InAnotherState, Unknown):
                found = self.find(hit)
                if found is None or not self._is_new(found):
                    raise
            if seconds is not None:
                time.sleep(seconds)
        raise PanelBusy("This HIT was made a moment ago and cannot be changed yet.", "Try again in a minute.")

    def _is_new(self, hit: Mapping[str, Any]) -> bool:
        made, created = self._made.get(hit["HITId"]), hit.get("CreationTime")
        if made is not None and time.monotonic() - made < NEW.total_seconds():
            return True
        return created is not None and abs(datetime.now(UTC) - created) < NEW


def _ends(hit: Mapping[str, Any] | None, at: datetime) -> bool:
    """Return whether a HIT's end is the one that was asked for: in the past, or not before then."""
    now = datetime.now(UTC)
    if hit is None:  # removed
        return at <= now
    shown = hit.get("Expiration")
    if at <= now:
        return hit["HITStatus"] in OVER or (shown is not None and shown <= now)
    return shown is not None and shown >= at - A_MOMENT


def _somewhere(why: str, code: str) -> PanelUnsure:
    return PanelUnsure(
        f"Mechanical Turk says that this HIT was made before, and it was not found. {why}",
        "Try again in a minute: it looks first, and nothing is made twice.",
        code=code,
    )


def _of_hit(hit: Mapping[str, Any], opening: Opening, places: int, mark: str) -> Reply:
    """Keep of a HIT what its posting needs, as text."""
    expires = hit.get("Expiration")
    return {
        "HITId": str(hit["HITId"]),
        "HITTypeId": str(hit.get("HITTypeId") or opening.reference),
        "HITGroupId": str(hit.get("HITGroupId") or ""),
        "MaxAssignments": int(hit.get("MaxAssignments") or places),
        "RequesterAnnotation": str(hit.get("RequesterAnnotation") or mark),
        "Expiration": expires.isoformat() if expires is not None else None,
    }

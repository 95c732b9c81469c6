"""Studies: drafted, found again, published, grown, paused, stopped."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from surveys.panels.base import Call, Closing, Journal, PanelRefused, PanelUnsure, Reply, carry_out
from surveys.panels.prolific.names import internal_name, part, tokens_of
from surveys.panels.prolific.wire import Wire
from surveys.panels.prolific.words import Gone, InAnotherState

DRAFT = {"UNPUBLISHED", "SCHEDULED"}
OPEN = {"ACTIVE", "PUBLISHING"}
NOBODY_GETS_IN = {"COMPLETED", "AWAITING REVIEW", "UNPUBLISHED"}
AT_IT = ("RESERVED", "ACTIVE")


class Studies:
    """What can be done with studies through a wire."""

    def __init__(self, wire: Wire, *, project: str = "") -> None:
        self._wire = wire
        self._list = f"/projects/{project}/studies/" if project else "/studies/"

    def all(self) -> Iterator[dict[str, Any]]:
        """Yield every study of the account, or of the project."""
        return self._wire.pages("list studies", self._list)

    def one(self, identifier: str) -> dict[str, Any]:
        """Return a study."""
        return self._wire.read("retrieve study", f"/studies/{identifier}/")

    def submissions(self, identifier: str) -> Iterator[dict[str, Any]]:
        """Yield every submission to a study."""
        return self._wire.pages("list submissions", "/submissions/", study=identifier, ordering="started_at")

    def draft(self, body: Mapping[str, Any], *, token: str, journal: Journal) -> str:
        """Return the draft of this token, made if it is not there. Of two made at once the later is deleted."""
        codes = tuple(str(one["code"]) for one in body["completion_codes"])

        def look() -> Reply | None:
            ours = [one for one in self.all() if tokens_of(str(one.get("internal_name") or ""))[0] == token]
            first = min(ours, key=lambda one: (str(one.get("date_created") or ""), str(one["id"])), default=None)
            return None if first is None else {"id": str(first["id"])}

        def send() -> Reply:
            found = look()  # a draft of a lost journal
            if found is not None:
                return found
            made = id_of(self._wire.write("POST", "create study", "/studies/", body, hide=codes))
            first = look() or {"id": made}
            if first["id"] != made:
                self._delete_draft(made)
            return first

        kinds = [str(one["code_type"]) for one in body["completion_codes"]]
        request: Reply = {**body, "completion_codes": kinds}  # codes are secret
        call = Call("create study", part(token, "draft"), request)
        return str(carry_out(journal, call, send, look, repeatable=True)["id"])

    def publish(
        self, identifier: str, places: int, *, token: str, journal: Journal, before: Callable[[], None]
    ) -> dict[str, Any]:
        """Set the places of a draft and publish it, once; `before` is called just before something is sent."""

        def look() -> Reply | None:
            study = self.one(identifier)
            return _published(study) if _is_published_as(study, token) else None

        def send() -> Reply:
            study = self.one(identifier)
            if _is_published_as(study, token):
                return _published(study)
            before()
            name = internal_name(tokens_of(str(study.get("internal_name") or ""))[0], token)
            change = {"internal_name": name, "total_available_places": places}
            self._wire.write("PATCH", "update study", f"/studies/{identifier}/", change)
            try:
                self._transition(identifier, "PUBLISH")
            except InAnotherState:  # somebody with this token was quicker
                found = look()
                if found is None:
                    raise
                return found
            return {"id": identifier, "places": places}

        request: Reply = {"id": identifier, "places": places}
        call = Call("publish study", part(token, "publish"), request)
        return dict(carry_out(journal, call, send, look, repeatable=True))

    def grow(self, identifier: str, up_to: int, *, token: str, journal: Journal) -> None:
        """Let a study have so many places; they never get fewer."""

        def look() -> Reply | None:
            return {"places": up_to} if places_of(self.one(identifier)) >= up_to else None

        def send() -> Reply:
            found = look()
            if found is None:
                change = {"total_available_places": up_to}
                self._wire.write("PATCH", "update study", f"/studies/{identifier}/", change)
            return {"places": up_to}

        request: Reply = {"id": identifier, "places": up_to}
        carry_out(journal, Call("add places", part(token, "add"), request), send, look, repeatable=True)

    def pause(self, identifier: str, *, token: str, journal: Journal) -> None:
        """Let nobody new in for a while."""
        self._move(identifier, "PAUSE", {"PAUSED", *NOBODY_GETS_IN}, token=token, journal=journal)

    def resume(self, identifier: str, *, token: str, journal: Journal) -> None:
        """Let people in again."""
        self._move(identifier, "START", {"ACTIVE", "AWAITING REVIEW"}, token=token, journal=journal)

    def stop(self, identifier: str, *, token: str, journal: Journal) -> None:
        """Let nobody new in any more."""
        self._move(identifier, "STOP", NOBODY_GETS_IN, token=token, journal=journal)

    def close(self, identifier: str, *, token: str, journal: Journal) -> Closing:
        """Take one step: stop, wait for who is at it and for verdicts; a draft is deleted, a study stays as it is."""
        try:
            status = str(self.one(identifier)["status"])
        except Gone:
            return Closing(identifier, done=True)
        if status in DRAFT:
            return self._delete(identifier, token=token, journal=journal)
        if status in OPEN or status == "PAUSED":
            self.stop(identifier, token=part(token, "stop"), journal=journal)
        return Closing(identifier, *self._waiting(identifier))

    def _waiting(self, identifier: str) -> tuple[bool, str]:
        states = [str(one["status"]) for one in self.submissions(identifier)]
        at_it, to_judge = sum(one in AT_IT for one in states), states.count("AWAITING REVIEW")
        said = [f"{at_it} who are at it"] * bool(at_it) + [f"{to_judge} who wait for a verdict"] * bool(to_judge)
        return not said, " and ".join(said)

    def _delete(self, identifier: str, *, token: str, journal: Journal) -> Closing:
        def look() -> Reply | None:
            try:
                self.one(identifier)
            except Gone:
                return {"id": identifier}
            return None

        def send() -> Reply:
            self._delete_draft(identifier)
            return {"id": identifier}

        call = Call("delete study", part(token, "delete"), {"id": identifier})
        carry_out(journal, call, send, look, repeatable=True)
        return Closing(identifier, done=True)

    def _delete_draft(self, identifier: str) -> None:
        with contextlib.suppress(Gone):
            self._wire.write("DELETE", "delete study", f"/studies/{identifier}/", {})

    def _move(self, identifier: str, action: str, reached: set[str], *, token: str, journal: Journal) -> None:
        def look() -> Reply | None:
            status = str(self.one(identifier)["status"])
            return {"status": status} if status in reached else None

        def send() -> Reply:
            found = look()
            if found is not None:
                return found
            try:
                self._transition(identifier, action)
            except InAnotherState:
                found = look()
                if found is None:
                    raise
            return found or {"status": action}

        request: Reply = {"id": identifier, "action": action}
        call = Call(f"{action.lower()} study", part(token, action.lower()), request)
        carry_out(journal, call, send, look, repeatable=True)

    def _transition(self, identifier: str, action: str) -> None:
        self._wire.write("POST", f"{action.lower()} study", f"/studies/{identifier}/transition/", {"action": action})


def places_of(study: Mapping[str, Any]) -> int:
    """Return the places of a study, which the service may write with a point."""
    return int(study.get("total_available_places") or 0)


def _is_published_as(study: Mapping[str, Any], token: str) -> bool:
    """Return whether this token published it; refuse where another did."""
    status, name = str(study["status"]), str(study.get("internal_name") or "")
    if status in DRAFT:
        return False
    if tokens_of(name)[1] != token:
        raise PanelRefused(
            "This study has been published before, by another order.",
            "Add places to what is published, or open the offer again under another token.",
        )
    return True


def _published(study: Mapping[str, Any]) -> Reply:
    return {"id": str(study["id"]), "places": places_of(study)}


def id_of(reply: Mapping[str, Any]) -> str:
    """Return what a reply says was made."""
    identifier = reply.get("id")
    if not isinstance(identifier, str) or not identifier:
        raise PanelUnsure("Prolific's reply does not name what it made.", "Try again: it looks first.", code="no id")
    return identifier

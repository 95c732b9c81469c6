"""Calls that create or pay: written down before they are sent, found again when nobody knows, never made twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from surveys.panels.base.errors import PanelError, PanelUnsure

Json: TypeAlias = "str | int | bool | Sequence[Json] | Mapping[str, Json] | None"  # no floats: money is text
Reply: TypeAlias = Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Call:
    """One call that creates or pays, as it is written down before it is sent. Person ids are not in `request`."""

    operation: str
    token: str  # the same for every try of the same thing, at most 64 characters
    request: Reply


@dataclass(frozen=True, slots=True)
class Before:
    """What the journal knows of earlier tries with this token."""

    tried: bool = False  # sent, or about to be, and its end is not known
    reply: Reply | None = None  # it was done: this is what came back


class Journal(Protocol):
    """Where calls are written down. Each method has committed when it returns."""

    def intend(self, call: Call) -> Before:
        """Write that the call is about to be sent; say what is known of earlier tries with its token."""

    def done(self, call: Call, reply: Reply) -> None:
        """Write that it happened, and what came back."""

    def failed(self, call: Call, error: PanelError) -> None:
        """Write that it did not happen, or, for `PanelUnsure`, that nobody knows."""


def carry_out(
    journal: Journal, call: Call, send: Callable[[], Reply], look: Callable[[], Reply | None], *, repeatable: bool
) -> Reply:
    """Make a call once, however often it is asked for.

    Parameters
    ----------
    send
        Make the request; raise a `PanelError`.
    look
        Ask the panel whether the thing is there; None when it is not.
    repeatable
        Whether sending again is harmless (the service knows the token, or the operation is idempotent). If not, a call
        whose end is unknown and which cannot be found is never sent again by itself.

    Raises
    ------
    PanelError
        After it was written down.
    """
    before = journal.intend(call)
    if before.reply is not None:
        return before.reply
    try:
        reply = _find_or_send(before, send, look, repeatable)
    except PanelError as error:
        journal.failed(call, error)
        raise
    journal.done(call, reply)
    return reply


def _find_or_send(
    before: Before, send: Callable[[], Reply], look: Callable[[], Reply | None], repeatable: bool
) -> Reply:
    if before.tried:
        found = _look(look)
        if found is not None:
            return found
        if not repeatable:
            raise _lost()
    for last in (not repeatable, True):
        try:
            return send()
        except PanelUnsure:
            found = _look(look)
            if found is not None:
                return found
            if last:
                raise
    raise AssertionError("unreachable")


def _look(look: Callable[[], Reply | None]) -> Reply | None:
    """Look whether it happened; not being able to look leaves it open."""
    try:
        return look()
    except PanelError as error:
        raise PanelUnsure(
            f"A call was sent, and whether it happened could not be looked up: {error.what}",
            "Try again: it looks first, and nothing is made twice.",
            code=error.code,
        ) from error


def _lost() -> PanelUnsure:
    return PanelUnsure(
        "An earlier try ended without an answer, and the panel does not show that it happened.",
        "Look at the panel's own pages, then mark the call as done or as not done.",
    )


class MemoryJournal:
    """A journal that lasts as long as the process: for rehearsals and tests."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.replies: dict[str, Reply] = {}
        self.unknown: set[str] = set()
        self.errors: list[PanelError] = []

    def intend(self, call: Call) -> Before:
        before = Before(tried=call.token in self.unknown, reply=self.replies.get(call.token))
        self.calls.append(call)
        if before.reply is None:
            self.unknown.add(call.token)
        return before

    def done(self, call: Call, reply: Reply) -> None:
        self.replies[call.token] = reply
        self.unknown.discard(call.token)

    def failed(self, call: Call, error: PanelError) -> None:
        self.errors.append(error)
        if not isinstance(error, PanelUnsure):
            self.unknown.discard(call.token)

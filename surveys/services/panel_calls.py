"""The journal of calls to panels in the database: what was sent is known whatever happens to whoever sent it."""

from __future__ import annotations

import time
from typing import Any

from django.db import transaction
from django.utils import timezone

from compression import under_way
from surveys.models import PanelCall, Study
from surveys.panels.base import Before, BeingAsked, Call, Environment, PanelError, PanelUnsure, Reply
from surveys.services.errors import ServiceError

State = PanelCall.State
CALL_SECONDS = 30.0
WAIT_SECONDS = 30.0
_LOOK_AGAIN_SECONDS = 0.1
_at_it: set[str] = set()
"""Marks of the calls that this process is making now."""


class DatabaseJournal:
    """A `Journal` of one study's calls to one environment of a panel. Each method has committed when it returns.

    Two who make the same call at the same time don't make it twice: the second waits for the first, unless that
    process is dead.
    """

    def __init__(self, study: Study, environment: Environment, *, wait_seconds: float = WAIT_SECONDS) -> None:
        self._study = study
        self._key = {"panel": environment.panel, "environment": environment.name}
        self._wait_seconds = wait_seconds
        self._marks: dict[str, str] = {}

    def intend(self, call: Call) -> Before:
        """Write that the call is about to be sent; say what is known of earlier tries with its token.

        Raises
        ------
        BeingAsked
            Somebody else is making this very call, and took too long.
        """
        end = time.monotonic() + self._wait_seconds
        while (before := self._write(call)) is None:
            if time.monotonic() > end:
                raise BeingAsked("Somebody else is making this very call now.", "Look again in a minute.")
            time.sleep(_LOOK_AGAIN_SECONDS)
        return before

    def _write(self, call: Call) -> Before | None:
        """Return what is known of earlier tries; None while another try is under way."""
        holder = under_way.mark(CALL_SECONDS)
        fresh = {"operation": call.operation, "request": call.request, "holder": holder, "sent_at": timezone.now()}
        with transaction.atomic(durable=True):
            rows = PanelCall.objects.select_for_update(no_key=True)
            row, new = rows.get_or_create(**self._key, token=call.token, defaults={"study": self._study, **fresh})
            if row.state == State.DONE:
                return Before(reply=row.reply)
            if not new:
                if row.state == State.INTENDED and _is_under_way(row.holder):
                    return None
                tried = row.state in (State.INTENDED, State.UNSURE)
                self._again(row, fresh)
        self._marks[call.token] = holder["mark"]
        _at_it.add(holder["mark"])
        return Before(tried=not new and tried)

    def _again(self, row: PanelCall, fresh: dict[str, Any]) -> None:
        for name, value in fresh.items():
            setattr(row, name, value)
        row.state, row.tries, row.ended_at = State.INTENDED, row.tries + 1, None
        row.save(update_fields=[*fresh, "state", "tries", "ended_at"])

    def done(self, call: Call, reply: Reply) -> None:
        """Write that it happened, and what came back."""
        self._end(call, state=State.DONE, reply=reply, error="")

    def failed(self, call: Call, error: PanelError) -> None:
        """Write that it did not happen, or, for `PanelUnsure`, that nobody knows."""
        state = State.UNSURE if isinstance(error, PanelUnsure) else State.FAILED
        self._end(call, state=state, error=str(error))

    def _end(self, call: Call, **values: Any) -> None:
        with transaction.atomic(durable=True):
            rows = PanelCall.objects.filter(**self._key, token=call.token).exclude(state=State.DONE)
            rows.update(ended_at=timezone.now(), **values)
        _at_it.discard(self._marks.pop(call.token, ""))


def is_unknown(row: PanelCall) -> bool:
    """Tell whether nobody knows if a call happened, and nobody is about to."""
    return row.state == State.UNSURE or (row.state == State.INTENDED and not _is_under_way(row.holder))


def settle(*, study: Study, call: int, happened: bool) -> PanelCall:
    """Say of a call whose end nobody knows whether it happened, after looking at the panel's own pages.

    Raises
    ------
    ServiceError
        There is no such call, or its end is known.
    """
    with transaction.atomic():
        row = PanelCall.objects.select_for_update(no_key=True).filter(study=study, pk=call).first()
        if row is None or not is_unknown(row):
            msg = f"There is no call {call} of this study whose end is unknown: look at the differences again."
            raise ServiceError(msg)
        row.state, row.ended_at = (State.DONE if happened else State.FAILED), timezone.now()
        row.reply, row.error = ({}, "") if happened else (None, "a person said that it did not happen")
        row.save(update_fields=["state", "ended_at", "reply", "error"])
    return row


def _is_under_way(holder: dict[str, Any]) -> bool:
    """Tell whether whoever sent a call may still be waiting for its answer."""
    if time.time() > holder["until"]:
        return False
    return holder["mark"] in _at_it or under_way.may_be(holder)

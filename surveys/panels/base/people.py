"""Who came through a panel, and what the panel says of their work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from surveys.panels.base.money import Money
from surveys.panels.base.offers import Environment


@dataclass(frozen=True, slots=True)
class Arrival:
    """Someone who came through a posting, in our words. Nothing of it is proven until the panel's own list says so."""

    environment: Environment
    posting: str = ""
    assignment: str = ""  # the panel's id of this person's piece of work; MTurk gives it to others again
    person: str = field(default="", repr=False)  # raw: personal data
    attempt: int = 1  # counted by the caller when one (assignment, person) comes back after returning
    preview: bool = False  # looking only: nothing may be written
    submit_to: str = field(default="", repr=False)  # where a form post goes at the end, already allow-listed


@dataclass(frozen=True, slots=True)
class Redirect:
    """Send the whole window there."""

    url: str = field(repr=False)  # holds a secret code


@dataclass(frozen=True, slots=True)
class FormPost:
    """Let the participant's own browser post these fields there."""

    url: str
    fields: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Code:
    """Show this code: they paste it at the panel, or nobody asks for it."""

    code: str = field(repr=False)


Finish: TypeAlias = Redirect | FormPost | Code


class State(StrEnum):
    """Where a submission is."""

    ACTIVE = "active"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    REJECTED = "rejected"
    RETURNED = "returned"
    TIMED_OUT = "timed_out"
    SCREENED_OUT = "screened_out"


@dataclass(frozen=True, slots=True)
class Submission:
    """One piece of work as the panel itself names it: the only word on whom to pay."""

    posting: str
    assignment: str
    person: str = field(repr=False)
    state: State
    accepted_at: datetime | None = None
    submitted_at: datetime | None = None
    decided_at: datetime | None = None
    approved_by_itself_at: datetime | None = None  # when the panel will approve unasked
    receipt_code: str = field(default="", repr=False)  # what they brought back
    feedback: str = ""


@dataclass(frozen=True, slots=True)
class BonusPaid:
    """A bonus that the panel's own list shows."""

    assignment: str
    person: str = field(repr=False)
    amount: Money
    paid_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Status:
    """What a panel says of one posting."""

    posting: str
    open: bool  # new people may still take it
    places: int
    submissions: tuple[Submission, ...]
    bonuses: tuple[BonusPaid, ...]
    cost: Money  # paid so far, fees included
    liability: Money  # may still have to be paid, fees included
    places_free: int | None = None  # as far as the panel tells

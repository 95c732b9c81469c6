"""What the service keeps. Money is whole hundredths."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

PLACE_TAKEN = ("RESERVED", "ACTIVE", "AWAITING REVIEW", "APPROVED")
AT_IT = ("RESERVED", "ACTIVE")
DUE = ("RESERVED", "ACTIVE", "AWAITING REVIEW")  # the reward may still have to be paid


@dataclass
class Participant:
    """Somebody who takes part."""

    id: str
    country: str = "United Kingdom"
    approval_rate: int = 100
    approvals: int = 1000


@dataclass
class Submission:
    """One person's piece of work."""

    id: str
    study: str
    participant: str
    status: str
    started_at: float
    deadline: float
    completed_at: float | None = None
    code: str | None = None
    return_requested: float | None = None
    bonuses: list[tuple[float, int]] = field(default_factory=list)  # seen from, amount


@dataclass
class Study:
    """A study and its submissions, in the order they began."""

    id: str
    values: dict[str, Any]
    created_at: float
    phase: str = "UNPUBLISHED"  # or ACTIVE, PAUSED, COMPLETED: what was asked for
    fee: int = 0  # for one reward
    screen_out_fee: int = 0
    held: int = 0
    paid: dict[str, int] = field(default_factory=lambda: {"rewards": 0, "fees": 0, "bonuses": 0, "bonus_fees": 0})
    submissions: dict[str, Submission] = field(default_factory=dict)

    @property
    def places(self) -> int:
        """Return the places there are."""
        return int(self.values["total_available_places"])

    @property
    def reward(self) -> int:
        """Return what is paid for one submission."""
        return int(self.values["reward"])

    def count(self, *states: str) -> int:
        """Count submissions."""
        return sum(one.status in states for one in self.submissions.values())

    def free(self) -> int:
        """Return the places that nobody has taken; those of who returned, ran out of time or was refused are free."""
        return max(0, self.places - self.count(*PLACE_TAKEN))

    def status(self) -> str:
        """Return the service's word: a study whose places are all used is not active any more."""
        if self.phase != "ACTIVE" or self.free() or self.count(*AT_IT):
            return self.phase
        return "AWAITING REVIEW" if self.count("AWAITING REVIEW") else "COMPLETED"

    def screen_out(self) -> dict[str, Any] | None:
        """Return the action that pays who is not eligible, if there is one."""
        actions = (action for code in self.values["completion_codes"] for action in code["actions"])
        return next((one for one in actions if one["action"] == "FIXED_SCREEN_OUT_PAYMENT"), None)


@dataclass
class Bulk:
    """Bonuses that were set up, and how often they were paid."""

    id: str
    study: str
    lines: list[tuple[str, int]]
    paid: int = 0


@dataclass
class Group:
    """Participants under a name."""

    id: str
    name: str
    members: set[str] = field(default_factory=set)

"""What the simulated service remembers."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any


@dataclass
class Assignment:
    """One worker at one slot. `id` goes to somebody else after a return."""

    id: str
    hit: str
    worker: str
    accepted_at: float
    deadline: float
    state: str = "Accepted"  # Accepted | Submitted | Approved | Rejected
    submitted_at: float = 0
    decided_at: float = 0
    answer: str = ""
    feedback: str = ""


@dataclass
class Hit:
    """One HIT; `values` are its type's."""

    id: str
    type: str
    values: dict[str, Any]
    question: str
    annotation: str
    most: int
    created_at: float
    expires_at: float
    reward: Decimal
    fee: Decimal  # for one assignment
    held: Decimal = Decimal(0)
    reviewing: bool = False
    disposed: bool = False
    assignments: dict[str, Assignment] = field(default_factory=dict)
    free_ids: list[str] = field(default_factory=list)  # given back, to be given again

    def count(self, *states: str) -> int:
        """Return how many assignments are in these states."""
        return sum(one.state in states for one in self.assignments.values())

    def free(self) -> int:
        """Return how many slots nobody holds; a rejection does not reopen one."""
        return self.most - len(self.assignments)

    def status(self, now: float) -> str:
        """Return the state as the service names it."""
        if self.disposed:
            return "Disposed"
        over = now >= self.expires_at or self.free() == 0
        if over and not self.count("Accepted"):
            return "Reviewing" if self.reviewing else "Reviewable"
        return "Unassignable" if over else "Assignable"


@dataclass
class Qualification:
    """A type of the requester's own, and who holds it."""

    id: str
    name: str
    description: str
    created_at: float
    holders: dict[str, int] = field(default_factory=dict)


@dataclass
class Worker:
    """Someone on the worker site."""

    id: str
    country: str = "US"
    approvals: int = 1000
    percent: int = 99


@dataclass(frozen=True)
class Bonus:
    """A bonus that was paid."""

    assignment: str
    hit: str
    worker: str
    amount: Decimal
    reason: str
    at: float

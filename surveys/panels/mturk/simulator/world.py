"""The state behind the wire: clock, money, HITs, people. One lock; everything goes through `World.lock`."""

from __future__ import annotations

import random
import string
import threading
import time
from decimal import Decimal

from surveys.panels.mturk.simulator.records import Assignment, Bonus, Hit, Qualification, Worker
from surveys.panels.mturk.simulator.refusals import Refusal, gone, no_funds, refused

DAY = 86_400
TOKENS_LAST = DAY
HITS_LAST = 120 * DAY


class World:
    """An account with a balance, its HITs, and the people who take them."""

    def __init__(self, balance: Decimal = Decimal("10000.00"), *, seed: int | None = None) -> None:
        self.lock = threading.RLock()
        self.deposited = balance
        self.available = balance
        self.held = Decimal(0)
        self.paid = Decimal(0)  # to workers
        self.fees = Decimal(0)
        self.ahead = 0.0  # seconds that the clock was moved
        self.submissions_lag = 0.0  # seconds until a submission is seen
        self.verdicts_lag = 0.0  # seconds until a submission can be judged, although it is seen
        self.hits_lag = 0.0  # seconds until a new HIT is listed
        self.changes_lag = 0.0  # seconds until a new HIT can be changed other than by expiring it
        self.already_code = "HitAlreadyExists"
        self.already = 'The HIT with ID "{id}" already exists.'
        self.reserved: dict[str, float] = {}  # names of deleted qualification types, and until when
        self.hits: dict[str, Hit] = {}
        self.types: dict[str, dict[str, object]] = {}
        self.qualifications: dict[str, Qualification] = {}
        self.workers: dict[str, Worker] = {}
        self.bonuses: list[Bonus] = []
        self.calls: list[str] = []  # operations, in the order they arrived
        self._ticked_at = 0.0
        self._tokens: dict[tuple[str, str], tuple[float, str]] = {}
        self._random = random.Random(seed)

    # Clock

    def now(self) -> float:
        """Return the service's time."""
        return time.time() + self.ahead

    def advance(self, seconds: float) -> None:
        """Move the clock, and let happen what falls due."""
        with self.lock:
            self.ahead += seconds
            self.tick()

    def tick(self, *, every: float = 0) -> None:
        """Let time-outs, automatic approvals, expiries and disposals happen, unless they did `every` seconds ago."""
        now = self.now()
        if now - self._ticked_at < every:
            return
        self._ticked_at = now
        for hit in self.hits.values():
            if not hit.disposed:
                self._tick(hit, now)

    def _tick(self, hit: Hit, now: float) -> None:
        for one in list(hit.assignments.values()):
            if one.state == "Accepted" and now > one.deadline:
                self.give_back(hit, one)
            elif one.state == "Submitted" and now >= self.approves_itself_at(hit, one):
                self.approve(hit, one, at=self.approves_itself_at(hit, one))
        if now > hit.created_at + HITS_LAST and not hit.count("Accepted", "Submitted"):
            hit.disposed = True
        self.settle(hit)

    def approves_itself_at(self, hit: Hit, one: Assignment) -> float:
        """Return when a submission is approved unasked: after 30 days if nothing was set."""
        return one.submitted_at + float(hit.values.get("AutoApprovalDelayInSeconds", 30 * DAY))

    # Money

    def settle(self, hit: Hit) -> None:
        """Hold what the HIT may still cost: what is submitted, what is being worked on, what may be accepted."""
        open_ = hit.free() if self.now() < hit.expires_at and not hit.disposed else 0
        due = (hit.reward + hit.fee) * (hit.count("Accepted", "Submitted") + open_)
        change = due - hit.held
        if change > self.available:
            raise no_funds()
        self.available -= change
        self.held += change
        hit.held = due

    def pay(self, amount: Decimal, fee: Decimal) -> None:
        """Pay at once, from what is available."""
        if amount + fee > self.available:
            raise no_funds()
        self.available -= amount + fee
        self.paid += amount
        self.fees += fee

    def approve(self, hit: Hit, one: Assignment, *, at: float) -> None:
        """Pay for a submission from what is held, or for one rejected before from what is available."""
        if one.state == "Rejected":
            self.pay(hit.reward, hit.fee)
        else:
            each = hit.reward + hit.fee
            hit.held -= each
            self.held -= each
            self.paid += hit.reward
            self.fees += hit.fee
        one.state, one.decided_at = "Approved", at

    def balances(self) -> bool:
        """Return whether every cent is somewhere."""
        with self.lock:
            held = sum((hit.held for hit in self.hits.values()), Decimal(0))
            return held == self.held and self.deposited == self.available + self.held + self.paid + self.fees

    # Slots

    def give_back(self, hit: Hit, one: Assignment) -> None:
        """Reopen a slot; its id goes to the next worker."""
        del hit.assignments[one.id]
        hit.free_ids.append(one.id)

    # Ids and tokens

    def new_id(self, length: int = 30) -> str:
        """Return an id as the service writes them."""
        return "3" + "".join(self._random.choices(string.ascii_uppercase + string.digits, k=length - 1))

    def seen(self, operation: str, token: str | None) -> str | None:
        """Return what a token made in the last 24 hours."""
        at, made = self._tokens.get((operation, token or ""), (0.0, ""))
        return made if made and self.now() - at < TOKENS_LAST else None

    def remember(self, operation: str, token: str | None, made: str) -> None:
        """Keep what a token made."""
        if token:
            self._tokens[operation, token] = (self.now(), made)

    def hit(self, identifier: str) -> Hit:
        """Return a HIT."""
        if identifier not in self.hits:
            raise gone("HIT", identifier)
        return self.hits[identifier]

    def assignment(self, identifier: str) -> tuple[Hit, Assignment]:
        """Return what was submitted under an id, if the service shows it yet."""
        for hit in self.hits.values():
            one = hit.assignments.get(identifier)
            if one is not None:
                if hit.disposed:
                    raise gone("HIT", hit.id)
                if not self.shows(one):
                    raise _invisible(one)
                return hit, one
        raise gone("Assignment", identifier)

    def judged(self, identifier: str) -> tuple[Hit, Assignment]:
        """Return what was submitted under an id, if verdicts and pay are possible yet."""
        hit, one = self.assignment(identifier)
        if self.now() < one.submitted_at + self.verdicts_lag:
            raise _invisible(one)
        return hit, one

    def changed(self, identifier: str, *, expires: bool = False) -> Hit:
        """Return a HIT that is to be changed, if it is old enough and not removed."""
        hit = self.hit(identifier)
        if not expires and self.now() < hit.created_at + self.changes_lag:
            raise refused("HITNotReady", "This HIT was created a moment ago and cannot be modified yet.")
        return hit

    def shows(self, one: Assignment) -> bool:
        """Return whether a submission has become visible."""
        return one.state != "Accepted" and self.now() >= one.submitted_at + self.submissions_lag

    def worker(self, identifier: str) -> Worker:
        """Return a worker, who is new if nobody knows them."""
        return self.workers.setdefault(identifier, Worker(identifier))


def _invisible(one: Assignment) -> Refusal:
    now = "null" if one.state == "Submitted" else one.state
    return refused(
        "InvalidAssignmentState",
        f"This operation can be called with a status of: Reviewable,Approved,Rejected; it has a status of: {now}",
    )

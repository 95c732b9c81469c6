"""The state behind the API: clock, money, studies, people. One lock; everything goes through `World.lock`."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

from surveys.panels.prolific.fees import Terms, fee
from surveys.panels.prolific.simulator.records import AT_IT, DUE, Bulk, Group, Participant, Study, Submission
from surveys.panels.prolific.simulator.refusals import Refusal, gone, no_funds, too_many

DAY = 86_400
APPROVES_ITSELF = 21 * DAY
WORKSPACE, PROJECT = "6500000000000000000000aa", "6500000000000000000000bb"


class World:
    """A workspace with a balance, its studies, and the people who take part."""

    def __init__(
        self, balance: int = 1_000_000, *, currency: str = "GBP", account: Terms | None = None, seed: int | None = None
    ) -> None:
        self.lock = threading.RLock()
        self.currency = currency
        self.account = account or Terms()
        self.deposited = balance
        self.available = balance
        self.held = 0
        self.paid = 0  # to participants
        self.fees = 0
        self.ahead = 0.0  # seconds that the clock was moved
        self.bonus_lag = 0.0  # seconds until a bonus that was paid is seen
        self.per_second = 0  # calls allowed in a second; 0 = any number
        self.studies: dict[str, Study] = {}
        self.bulks: dict[str, Bulk] = {}
        self.groups: dict[str, Group] = {}
        self.participants: dict[str, Participant] = {}
        self.calls: list[str] = []  # operations, in the order they arrived
        self.changed: Callable[[Submission], None] = lambda submission: None
        self._recent: list[float] = []
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

    def tick(self) -> None:
        """Let time-outs and automatic approvals happen."""
        now = self.now()
        for study in self.studies.values():
            for one in study.submissions.values():
                if one.status in AT_IT and now > one.deadline:
                    self.change(one, "TIMED-OUT")
                elif one.status == "AWAITING REVIEW" and now >= (one.completed_at or now) + APPROVES_ITSELF:
                    self.approve(study, one)

    def admit(self) -> None:
        """Refuse a call that is one too many in this second."""
        now = time.time()
        self._recent = [at for at in self._recent if now - at < 1]
        if self.per_second and len(self._recent) >= self.per_second:
            raise too_many(max(0.01, 1 - (now - self._recent[0])))
        self._recent.append(now)

    # Money

    def fee(self, cents: int) -> int:
        """Return what is taken for a reward or a bonus."""
        return int(fee(Decimal(cents) / 100, self.account, on=datetime.now(UTC).date()) * 100)

    def settle(self, study: Study) -> None:
        """Hold what a study may still cost: who is at it, who waits for a verdict, places, pay for the ineligible."""
        recruits = study.phase in ("ACTIVE", "PAUSED")
        due = (study.reward + study.fee) * (study.count(*DUE) + (study.free() if recruits else 0))
        screen_out = study.screen_out()
        if screen_out is not None and study.phase != "UNPUBLISHED":
            left = max(0, screen_out["slots"] - study.count("SCREENED OUT")) if recruits else 0
            due += (screen_out["fixed_screen_out_reward"] + study.screen_out_fee) * left
        change = due - study.held
        if change > self.available:
            raise no_funds()
        self.available -= change
        self.held += change
        study.held = due

    def pay(self, study: Study, cents: int, taken: int, *, bonus: bool = False) -> None:
        """Pay from what is available: settle afterwards to release what was held for it."""
        if cents + taken > self.available:
            raise no_funds()
        self.available -= cents + taken
        self.paid += cents
        self.fees += taken
        study.paid["bonuses" if bonus else "rewards"] += cents
        study.paid["bonus_fees" if bonus else "fees"] += taken

    def approve(self, study: Study, one: Submission) -> None:
        """Pay the reward, from what is held for it."""
        self._pay_from_held(study, one, "APPROVED", study.reward, study.fee)

    def screen_out(self, study: Study, one: Submission) -> None:
        """Pay who is not eligible, from what is held for it; the study pauses when that is used up."""
        action = study.screen_out()
        assert action is not None
        self._pay_from_held(study, one, "SCREENED OUT", action["fixed_screen_out_reward"], study.screen_out_fee)
        if study.count("SCREENED OUT") >= action["slots"] and study.status() == "ACTIVE":
            study.phase = "PAUSED"

    def _pay_from_held(self, study: Study, one: Submission, status: str, cents: int, taken: int) -> None:
        self.available += study.held
        self.held -= study.held
        study.held = 0
        try:
            self.pay(study, cents, taken)
            one.status = status
        finally:
            self._settle_or_end(study)
        self.changed(one)

    def _settle_or_end(self, study: Study) -> None:
        """Hold again what a study may cost, or end it where that is not there any more."""
        try:
            self.settle(study)
        except Refusal:
            study.phase = "COMPLETED"
            self.settle(study)

    def change(self, one: Submission, status: str) -> None:
        """Let a submission be in another state, and hold what follows from it."""
        before, one.status = one.status, status
        try:
            self.settle(self.studies[one.study])
        except Exception:
            one.status = before
            raise
        self.changed(one)

    def balances(self) -> bool:
        """Return whether every cent is somewhere."""
        with self.lock:
            held = sum(study.held for study in self.studies.values())
            spent = sum(sum(study.paid.values()) for study in self.studies.values())
            whole = self.deposited == self.available + self.held + self.paid + self.fees
            return whole and held == self.held and spent == self.paid + self.fees and self.available >= 0

    # Things by their ids

    def new_id(self) -> str:
        """Return an id as the service writes them."""
        return f"{self._random.getrandbits(96):024x}"

    def study(self, identifier: str) -> Study:
        """Return a study."""
        if identifier not in self.studies:
            raise gone("study")
        return self.studies[identifier]

    def submission(self, identifier: str) -> tuple[Study, Submission]:
        """Return a submission and its study."""
        for study in self.studies.values():
            if identifier in study.submissions:
                return study, study.submissions[identifier]
        raise gone("submission")

    def participant(self, identifier: str) -> Participant:
        """Return a participant, who is new if nobody knows them."""
        return self.participants.setdefault(identifier, Participant(identifier))

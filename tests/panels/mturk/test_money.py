"""The simulator's money: whatever happens, every cent is somewhere."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from surveys.panels.mturk.simulator import World
from surveys.panels.mturk.simulator.operations import carry_out
from surveys.panels.mturk.simulator.refusals import Refusal
from surveys.panels.mturk.simulator.site import WorkerSite
from tests.panels.mturk.test_simulator import make_hit


class Money(RuleBasedStateMachine):
    """Whatever requesters, workers and the clock do, every cent is somewhere."""

    hits = Bundle("hits")
    accepted = Bundle("accepted")

    def __init__(self):
        super().__init__()
        self.world = World(Decimal("40.00"), seed=0)
        self.site = WorkerSite(self.world)
        self.refusals: set[str] = set()

    def call(self, name, **request):
        try:
            return carry_out(self.world, name, request)
        except Refusal:
            return None

    @rule(target=hits, most=st.integers(1, 14), cents=st.integers(1, 300))
    def publish(self, most, cents):
        try:
            return make_hit(self.world, most, f"{Decimal(cents) / 100:.2f}", AutoApprovalDelayInSeconds=9000)
        except Refusal as refusal:
            self.refusals.add(refusal.code.split(".")[-1])
            return "3NONE"

    @rule(target=accepted, hit=hits, worker=st.integers(1, 5))
    def accept(self, hit, worker):
        try:
            return self.site.accept(hit, f"A{worker}").id
        except Refusal:
            return "3NONE"

    @rule(assignment=accepted)
    def submit(self, assignment):
        try:
            self.site.submit({"assignmentId": assignment, "x": "1"})
        except Refusal as refusal:
            self.refusals.add(refusal.code.split(".")[-1])

    @rule(assignment=accepted)
    def give_back(self, assignment):
        try:
            self.site.give_back(assignment)
        except Refusal as refusal:
            self.refusals.add(refusal.code.split(".")[-1])

    @rule(assignment=accepted, override=st.booleans())
    def approve(self, assignment, override):
        self.call("ApproveAssignment", AssignmentId=assignment, OverrideRejection=override)

    @rule(assignment=accepted)
    def reject(self, assignment):
        self.call("RejectAssignment", AssignmentId=assignment, RequesterFeedback="no")

    @rule(assignment=accepted, worker=st.integers(1, 5), cents=st.integers(1, 500), token=st.integers(1, 3))
    def bonus(self, assignment, worker, cents, token):
        self.call(
            "SendBonus", AssignmentId=assignment, WorkerId=f"A{worker}", Reason="r",
            BonusAmount=f"{Decimal(cents) / 100:.2f}", UniqueRequestToken=str(token),
        )  # fmt: skip

    @rule(hit=hits, more=st.integers(1, 5))
    def extend(self, hit, more):
        self.call("CreateAdditionalAssignmentsForHIT", HITId=hit, NumberOfAdditionalAssignments=more)

    @rule(hit=hits, seconds=st.integers(-100, 9000))
    def expire(self, hit, seconds):
        self.call("UpdateExpirationForHIT", HITId=hit, ExpireAt=self.world.now() + seconds)

    @rule(hit=hits)
    def delete(self, hit):
        self.call("DeleteHIT", HITId=hit)

    @rule(seconds=st.integers(1, 10_000))
    def wait(self, seconds):
        self.world.advance(seconds)

    @invariant()
    def every_cent_is_somewhere(self):
        world = self.world
        assert world.balances()
        assert min(world.available, world.held, world.paid, world.fees) >= 0
        approved = sum((hit.reward * hit.count("Approved") for hit in world.hits.values()), Decimal(0))
        assert world.paid == approved + sum((one.amount for one in world.bonuses), Decimal(0))

    @invariant()
    def no_is_said_for_a_known_reason(self):
        assert self.refusals <= {"InsufficientFunds", "AssignmentDoesNotExist"}

    @invariant()
    def what_is_held_is_what_may_still_be_paid(self):
        self.world.tick()
        now = self.world.now()
        for hit in self.world.hits.values():
            waiting = hit.count("Accepted", "Submitted")
            free = hit.free() if hit.expires_at > now and not hit.disposed else 0
            assert hit.held == (hit.reward + hit.fee) * (waiting + free)


TestMoney = Money.TestCase
TestMoney.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)

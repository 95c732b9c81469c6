"""Fees as rows, and a balance that holds to the penny whatever happens."""

from __future__ import annotations

import contextlib
import random
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.panels.base import Money, PanelRefused
from surveys.panels.prolific.fees import Terms, fee, terms
from surveys.panels.prolific.money import in_cents
from surveys.panels.prolific.simulator import World
from surveys.panels.prolific.simulator import account as _account
from surveys.panels.prolific.simulator import submissions as _submissions
from surveys.panels.prolific.simulator.refusals import Refusal
from surveys.panels.prolific.simulator.routes import find
from surveys.panels.prolific.simulator.site import ParticipantSite
from tests.panels.prolific.conftest import TODAY, gbp

assert _account
assert _submissions


@pytest.mark.parametrize(
    ("amount", "account", "taken"),
    [
        ("1.20", Terms("academic"), "0.40"), ("1.20", Terms("corporate"), "0.51"), ("0.01", Terms("academic"), "0.00"),
        ("3.00", Terms("academic"), "1.00"), ("1.20", Terms("academic", Decimal("0.2")), "0.48"),
    ],
)  # fmt: skip
def test_a_fee_is_a_share_and_tax_is_on_the_fee(amount, account, taken):
    assert fee(Decimal(amount), account, on=TODAY) == Decimal(taken)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("academic", Terms("academic")), (" Corporate ", Terms("corporate")),
        ("academic + VAT 20", Terms("academic", Decimal("0.2"))),
        ("corporate+vat 7.7", Terms("corporate", Decimal("0.077"))),
    ],
)  # fmt: skip
def test_what_an_account_is_charged_is_one_setting(text, expected):
    assert terms(text) == expected


@pytest.mark.parametrize("text", ["", "free", "academic +", "academic + VAT", "academic 20", "0.333"])
def test_other_settings_are_refused(text):
    with pytest.raises(PanelRefused, match="PROLIFIC_FEES"):
        terms(text)


def test_days_without_known_fees_are_refused():
    with pytest.raises(PanelRefused, match="2020-01-01"):
        fee(Decimal(1), Terms(), on=date(2020, 1, 1))


@given(st.integers(1, 10**7))
def test_an_amount_is_written_as_it_is_read(cents):
    assert in_cents(Money(Decimal(cents) / 100, "GBP")) == cents


@pytest.mark.parametrize("amount", ["0.001", "0", "-1.00"])
def test_an_amount_that_is_none_is_refused(amount):
    with pytest.raises(PanelRefused, match="whole cents"):
        in_cents(gbp(amount))


def test_another_currency_is_refused():
    with pytest.raises(PanelRefused, match="pays in USD, not in GBP"):
        in_cents(gbp("1.00"), "USD")


STUDY = {
    "name": "n", "description": "d", "prolific_id_option": "url_parameters", "total_available_places": 1,
    "external_study_url": "https://x.example/?a={{%PROLIFIC_PID%}}&b={{%STUDY_ID%}}&c={{%SESSION_ID%}}",
    "estimated_completion_time": 1,
}  # fmt: skip


class Walk:
    """Somebody who does anything that is possible, in any order, with a little money."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.world = World(self.random.choice([300, 2_000, 20_000]), seed=seed)
        self.site = ParticipantSite(self.world)
        self.people = [f"{number:024d}" for number in range(12)]
        self.completed = 0

    def ask(self, method, path, body=None):
        with self.world.lock:
            _, identifier, operation = find(method, f"/api/v1{path}")
            return operation(self.world, identifier, {}, body)[1]

    def one(self, *statuses):
        return self.random.choice(
            [one for study in self.world.studies.values() for one in study.submissions.values()
             if not statuses or one.status in statuses]
        )  # fmt: skip

    def study(self):
        return self.random.choice(list(self.world.studies.values()))

    def create(self):
        actions = [[{"action": "MANUALLY_REVIEW"}], [{"action": "AUTOMATICALLY_APPROVE"}]]
        codes = [{"code": "OK", "code_type": "COMPLETED", "actions": self.random.choice(actions)}]
        if self.random.random() < 0.7:
            paid = {"action": "FIXED_SCREEN_OUT_PAYMENT", "fixed_screen_out_reward": 15, "slots": 2}
            codes.append({"code": "OUT", "code_type": "SCREENED_OUT", "actions": [paid]})
        self.ask("POST", "/studies/", {**STUDY, "reward": self.random.randint(20, 300), "completion_codes": codes})

    def move(self):
        action = self.random.choice(["PUBLISH", "PUBLISH", "PAUSE", "START", "STOP"])
        self.ask("POST", f"/studies/{self.study().id}/transition/", {"action": action})

    def grow(self):
        study = self.study()
        self.ask(
            "PATCH", f"/studies/{study.id}/", {"total_available_places": study.places + self.random.randint(-1, 4)}
        )

    def take(self):
        self.site.take(self.study().id, self.random.choice(self.people))

    def complete(self):
        self.site.complete(self.one("ACTIVE").participant, self.random.choice(["OK", "OK", "OUT", "NOCODE"]))
        self.completed += 1

    def give_back(self):
        self.site.return_(self.one().id)

    def judge(self):
        body = {"action": self.random.choice(["APPROVE", "APPROVE", "REJECT", "UNREJECT"])}
        if body["action"] == "REJECT":
            body |= {"message": "x" * 100, "rejection_category": "OTHER"}
        self.ask("POST", f"/submissions/{self.one().id}/transition/", body)

    def bonus(self):
        one = self.one()
        text = f"{self.random.choice([one.id, one.participant])},0.{self.random.randint(10, 99)}\n"
        made = self.ask("POST", "/submissions/bonus-payments/", {"study_id": one.study, "csv_bonuses": text})
        for _ in range(self.random.randint(0, 2)):
            self.ask("POST", f"/bulk-bonus-payments/{made['id']}/pay/", {})

    def wait(self):
        self.world.advance(self.random.choice([30, 600, 22 * 86_400]))


def walked(seed):
    walk = Walk(seed)
    steps = {
        walk.create: 1, walk.move: 8, walk.grow: 3, walk.take: 14, walk.complete: 12, walk.give_back: 2, walk.judge: 6,
        walk.bonus: 3, walk.wait: 1,
    }  # fmt: skip
    for _ in range(250):
        (step,) = walk.random.choices(list(steps), list(steps.values()))
        with contextlib.suppress(Refusal, IndexError):
            step()
        assert walk.world.balances(), step
        assert all(study.held >= 0 for study in walk.world.studies.values())
    return walk


@pytest.mark.parametrize("seed", range(16))
def test_every_penny_is_somewhere_whatever_happens(seed):
    walked(seed)


def test_the_walks_get_somewhere():
    walks = [walked(seed) for seed in range(10)]
    assert sum(walk.completed for walk in walks) > 30
    assert all(sum(getattr(walk.world, kind) for walk in walks) > 0 for kind in ("paid", "fees"))
    seen = {one.status for walk in walks for study in walk.world.studies.values() for one in study.submissions.values()}
    assert seen >= {"ACTIVE", "APPROVED", "REJECTED", "RETURNED", "TIMED-OUT", "SCREENED OUT"}

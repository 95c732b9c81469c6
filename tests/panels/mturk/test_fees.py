"""Fees as the service takes them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.panels.mturk.fees import batches, bonus_fee, both_prices, fee
from tests.panels.mturk.conftest import usd

DAY = date(2026, 1, 1)


@pytest.mark.parametrize(
    ("reward", "places", "taken"),
    [
        ("0.75", 9, "0.15"), ("0.75", 10, "0.30"), ("2.00", 9, "0.40"), ("2.00", 100, "0.80"), ("0.01", 1, "0.01"),
        ("0.02", 1, "0.01"), ("0.12", 1, "0.02"), ("0.125", 1, "0.03"), ("0.07", 10, "0.03"), ("0.01", 10, "0.01"),
    ],
)  # fmt: skip
def test_a_fee_is_a_share_rounded_half_up_and_a_cent_at_least(reward, places, taken):
    assert fee(Decimal(reward), places=places, on=DAY) == Decimal(taken)


def test_a_bonus_costs_a_fifth_or_a_cent():
    assert [bonus_fee(Decimal(one), on=DAY) for one in ("1.00", "0.01", "0.13")] == [
        Decimal("0.20"),
        Decimal("0.01"),
        Decimal("0.03"),
    ]


@pytest.mark.parametrize(("reward", "small", "large"), [("0.75", "90", "105"), ("2.00", "240", "280")])
def test_both_prices_of_a_hundred_places(reward, small, large):
    prices = both_prices(100, usd(reward), on=DAY)
    assert (prices.in_batches.total.amount, prices.in_one.total.amount) == (Decimal(small), Decimal(large))
    assert prices.batches == (9,) * 11 + (1,)
    assert prices.in_batches.since == date(2015, 7, 22)
    assert prices.in_batches.source


@given(st.integers(1, 10_000))
def test_batches_are_as_few_as_they_can_be(places):
    sizes = batches(places)
    assert sum(sizes) == places
    assert max(sizes) <= 9
    assert len(sizes) == -(-places // 9)


@given(st.integers(1, 300), st.integers(0, 100_000))
def test_a_price_adds_up_and_batches_are_never_dearer(places, cents):
    prices = both_prices(places, usd(str(Decimal(cents) / 100)), on=DAY)
    for price in (prices.in_batches, prices.in_one):
        assert price.reward + price.fee == price.total
    assert prices.in_batches.total.amount <= prices.in_one.total.amount

"""Money at panels: every movement sums to zero, happens once, is never changed, and no path passes the limit."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import connection, connections
from django.db.models import Sum

from surveys.models import Entry, Study, Transfer
from surveys.models.money import AppendOnlyError
from surveys.selectors import transfers as selectors
from surveys.services import transfers
from surveys.services.transfers import Account, Kind, LimitError, Purse
from tests.surveys import factories

MOST = Decimal("10.00")


def purse(study: Study, environment: str = "simulator", *, live: bool = False) -> Purse:
    return Purse(study.pk, "mturk", environment, live, "USD")


def reserve(study: Study, key: str, amount: str, **where: object) -> bool:
    moved = Decimal(amount)
    amounts = {Account.BUDGET: -moved, Account.RESERVED: moved}
    return transfers.move(purse(study, **where), Kind.RESERVE, key, amounts, most=MOST)  # type: ignore[arg-type]


@pytest.fixture
def study(db: None) -> Study:
    return factories.make_study(originals=1, methods=1)


def test_what_moved_it_moves_it_once(study):
    assert reserve(study, "reserve:1", "4.20")
    assert not reserve(study, "reserve:1", "4.20")
    assert selectors.committed(study, live=False, environment="simulator") == Decimal("4.20")
    found = selectors.balances(study, panel="mturk", environment="simulator")
    assert (found["budget"], found["reserved"], found["paid"]) == (Decimal("-4.20"), Decimal("4.20"), Decimal(0))


def test_entries_that_do_not_sum_to_zero_are_refused(study):
    with pytest.raises(ValueError, match="do not sum to zero"):
        transfers.move(purse(study), Kind.PAY, "k", {Account.LIABILITY: Decimal(-1), Account.PAID: Decimal("0.99")})
    with pytest.raises(ValueError, match="ten-thousandths"):
        reserve(study, "k", "0.00001")
    assert not Transfer.objects.exists()


def test_no_reservation_passes_the_limit_and_what_is_released_may_be_reserved_again(study):
    assert reserve(study, "a", "10.00")
    with pytest.raises(LimitError, match=r"needs 0\.01 USD.*limit of 10\.00 USD 10\.00 are"):
        reserve(study, "b", "0.01")
    back: dict[str, Decimal] = {Account.RESERVED: Decimal(-3), Account.BUDGET: Decimal(3)}
    transfers.move(purse(study), Kind.RELEASE, "c", back)
    assert reserve(study, "b", "3.00")
    assert Transfer.objects.count() == 3
    with pytest.raises(LimitError, match="without a limit"):
        transfers.move(purse(study), Kind.RESERVE, "d", {Account.BUDGET: Decimal(-1), Account.RESERVED: Decimal(1)})


def test_practice_money_and_real_money_have_limits_of_their_own(study):
    assert reserve(study, "a", "10.00")
    assert reserve(study, "b", "10.00", environment="production", live=True)
    with pytest.raises(LimitError):
        reserve(study, "c", "0.01", environment="prolific", live=True)


def test_what_was_booked_can_be_neither_changed_nor_removed(study):
    reserve(study, "a", "1.00")
    for rows in (Transfer.objects.all(), Entry.objects.all()):
        row = rows[0]
        for forbidden in (row.save, row.delete, rows.delete, lambda rows=rows: rows.update(pk=1)):
            with pytest.raises(AppendOnlyError, match="book the opposite"):
                forbidden()
    assert Entry.objects.count() == 2


@pytest.mark.parametrize("seed", range(5))
def test_whatever_is_moved_in_whatever_order_all_sums_are_zero_and_the_limit_holds(study, seed):
    chance = random.Random(seed)
    ways = [
        *[(Kind.RESERVE, Account.BUDGET, Account.RESERVED)] * 3,
        (Kind.RELEASE, Account.RESERVED, Account.BUDGET),
        (Kind.OWE, Account.RESERVED, Account.LIABILITY),
        (Kind.PAY, Account.LIABILITY, Account.PAID),
        (Kind.FORGO, Account.LIABILITY, Account.BUDGET),
    ]
    refused = 0
    for _ in range(80):
        kind, source, target = chance.choice(ways)
        amount = Decimal(chance.randrange(1, 400)) / 100
        held = selectors.balances(study, panel="mturk", environment="simulator")[source]
        if source != Account.BUDGET:
            amount = min(amount, held)
        if amount <= 0:
            continue
        try:
            transfers.move(
                purse(study), kind, f"{kind}:{chance.randrange(120)}", {source: -amount, target: amount}, most=MOST
            )
        except LimitError:
            refused += 1
        assert 0 <= selectors.committed(study, live=False, environment="simulator") <= MOST
    assert refused, "the limit was never reached"
    assert all(row["sum"] == 0 for row in Entry.objects.values("transfer").annotate(sum=Sum("parts")).order_by())
    found = selectors.balances(study, panel="mturk", environment="simulator")
    assert sum(found.values()) == 0
    assert all(value >= 0 for name, value in found.items() if name != Account.BUDGET)


def test_many_who_reserve_at_once_never_pass_the_limit(transactional_db):
    own = factories.make_study(originals=1, methods=1)

    def one(number: int) -> bool:
        try:
            return reserve(own, f"reserve:{number % 12}", "3.00")
        except LimitError:
            return False
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(one, range(24)))
    connection.ensure_connection()
    assert sum(done) == 3
    assert selectors.committed(own, live=False, environment="simulator") == Decimal("9.00")

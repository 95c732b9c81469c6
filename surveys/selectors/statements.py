"""What a recruitment came to: places, people and money, in a few lines."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum
from django.utils import timezone

from surveys.models import Entry, LedgerEntry, Recruitment, Study, Survey
from surveys.panels.base import Money, Panel, PanelError
from surveys.selectors import transfers as sums
from surveys.selectors.differences import Difference, differences
from surveys.selectors.prices import price_of
from surveys.selectors.recruiting import unadvertised
from surveys.services import panels


@dataclass(frozen=True)
class Statement:
    """One recruitment as it stands: what was ordered, what the panel shows of it, and the money."""

    recruitment: Recruitment
    ordered: int
    postings: int
    advertised: int
    at_work: int
    states: dict[str, int]
    money: dict[str, Decimal]
    differences: tuple[Difference, ...]

    @property
    def waiting(self) -> int:
        """How many submissions are finished, payable work that nobody has decided on."""
        rows = self.recruitment.submissions
        return rows.filter(state="submitted", finding="matches", assignment__payable=True).count()

    @property
    def title(self) -> str:
        """What people call the panel."""
        return panels.title(self.recruitment.panel)

    @property
    def spent(self) -> Decimal:
        """What is paid, fees included."""
        return self.money["paid"] + self.money["fee"]

    @property
    def liability(self) -> Decimal:
        """What may still have to be paid: set aside and owed."""
        return self.money["reserved"] + self.money["liability"]

    @property
    def committed(self) -> Decimal:
        """What of the study's budget it takes: set aside, owed, paid and fees together."""
        return -self.money["budget"]

    @property
    def balanced(self) -> bool:
        """Whether every cent is somewhere."""
        return sum(self.money.values()) == 0


def statement(recruitment: Recruitment) -> Statement:
    """Return how a recruitment stands, as of the last look at the panel."""
    postings = recruitment.postings.filter(compensates=None)
    return Statement(
        recruitment,
        ordered=recruitment.rounds.aggregate(n=Sum("places"))["n"] or 0,
        postings=postings.count(),
        advertised=postings.aggregate(n=Sum("places"))["n"] or 0,
        at_work=postings.aggregate(n=Sum("at_work"))["n"] or 0,
        states=dict(Counter(recruitment.submissions.values_list("state", flat=True))),
        money=sums.of_recruitment(recruitment),
        differences=tuple(differences(recruitment)),
    )


def prices(survey: Survey, panel: Panel) -> list[str]:
    """Say what each way to advertise the survey's places costs, what an hour brings, and where it would be."""
    where, number = panel.environment, unadvertised(survey)
    kind = "REAL MONEY AND PEOPLE" if where.live else "practice: no real money"
    lines = [f"{where.panel} {where.name} ({kind}), {number} places to advertise."]
    price = price_of(survey)
    if not number or price is None:
        return lines
    reward = Money(price.reward, price.currency)
    try:
        ways = panel.ways(number, reward, on=timezone.now().date())
    except PanelError as error:
        return [*lines, f"  {error}"]
    for way in ways:
        size = f"at most {way.most} in a posting" if way.most else "all in one posting"
        lines.append(
            f"  --most {way.most}: {size}, {way.postings} postings, {way.price.total} "
            f"({way.price.reward} to people, {way.price.fee} to the panel)"
        )
    return [*lines, f"  An hour is expected to bring {price.an_hour:.2f} {price.currency}."]


def in_words(recruitment: Recruitment) -> str:
    """Return the statement as lines for a terminal."""
    found = statement(recruitment)
    states = ", ".join(f"{number} {state.replace('_', ' ')}" for state, number in sorted(found.states.items()))
    currency = recruitment.currency
    lines = [
        f"{recruitment.panel} {recruitment.environment}, {recruitment.state}: {found.advertised} of {found.ordered} "
        f"places in {found.postings} postings; submissions: {states or 'none'}.",
        *(f"  {name:<10}{amount:>12.4f} {currency}" for name, amount in found.money.items()),
        f"  {'together':<10}{sum(found.money.values()):>12.4f} {currency}",
    ]
    if recruitment.trouble:
        lines.append(f"  Last trouble: {recruitment.trouble}")
    return "\n".join([*lines, *(f"  {each.words} {each.todo}" for each in found.differences)])


LEDGER_COLUMNS = (
    "at", "panel", "environment", "live", "kind", "key", "assignment", "account", "amount", "currency",
)  # fmt: skip


def ledger_rows(study: Study) -> Iterator[dict[str, str]]:
    """Yield every movement of a study's money in the order it was booked: at panels, and for paid calls of its stimuli.

    People appear by assignment alone. Amounts are exact text; empty where nobody knows what a call costs.
    """
    moved = Entry.objects.filter(transfer__study=study).select_related("transfer", "assignment").order_by("pk")
    calls = LedgerEntry.objects.filter(study=study).order_by("pk")
    return _by_time(map(_of_panel, moved.iterator()), map(_of_call, calls.iterator()))


def _by_time(*streams: Iterator[dict[str, str]]) -> Iterator[dict[str, str]]:
    return heapq.merge(*streams, key=lambda row: row["at"])


def _of_panel(entry: Entry) -> dict[str, str]:
    moved = entry.transfer
    return {
        "at": moved.at.isoformat(timespec="microseconds"),
        "panel": moved.panel,
        "environment": moved.environment,
        "live": str(moved.live).lower(),
        "kind": moved.kind,
        "key": moved.key,
        "assignment": entry.assignment.code if entry.assignment else "",
        "account": entry.account,
        "amount": f"{entry.amount:.4f}",
        "currency": moved.currency,
    }


def _of_call(entry: LedgerEntry) -> dict[str, str]:
    return {
        "at": entry.at.isoformat(timespec="microseconds"),
        "panel": "",
        "environment": "stimuli",
        "live": "true",
        "kind": entry.kind,
        "key": entry.key,
        "assignment": "",
        "account": "calls",
        "amount": "" if entry.amount is None else str(entry.amount),
        "currency": entry.currency,
    }

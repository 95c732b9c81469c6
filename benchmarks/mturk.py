"""How many calls Mechanical Turk is asked, over the fewest possible with pages of 100.

python -m benchmarks.mturk [postings] [assignments of each]
"""

from __future__ import annotations

import math
import os
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from surveys.panels.base import Eligibility, MemoryJournal, Money, Offer, Status
from surveys.panels.mturk.panel import MTurk
from surveys.panels.mturk.simulator import Simulator, World
from surveys.panels.mturk.wire import connect

PAGE = 100
OFFER = Offer(
    title="How alike are two pictures?",
    description="A rating for each pair.",
    keywords=("pictures",),
    url="https://study.example/",
    reward=Money(Decimal("0.75"), "USD"),
    seconds_allowed=3600,
    seconds_open=86_400,
    seconds_to_approval=172_800,
    eligibility=Eligibility(once="benchmark"),
)


def main(postings: int = 300, each: int = 20) -> None:
    """Publish, submit, reconcile, approve, close; print calls beside the fewest possible, and processor seconds."""
    os.environ.update(AWS_ACCESS_KEY_ID="SIMULATOR", AWS_SECRET_ACCESS_KEY="simulator-secret")  # noqa: S106
    with Simulator(World(Decimal(1_000_000))) as simulator:
        panel, journal = MTurk(connect(endpoint=simulator.url, per_second=100_000)), MemoryJournal()
        plan = "benchmark"
        opening = panel.open(replace(OFFER, most=each), token=plan, journal=journal)
        took = time.process_time()
        found = panel.recruit(opening, postings * each, token=plan, journal=journal)
        made = [one.reference for one in found]
        _say("publish", panel.wire.requests, 2 + len(made), time.process_time() - took)
        for hit in made:
            for k in range(each):
                one = simulator.site.accept(hit, f"A{k}")
                simulator.site.submit({"assignmentId": one.id, "receipt_code": f"R{k}"})
        panel.wire.requests.clear()
        took = time.process_time()
        reconciled = panel.status(made, on=date(2026, 1, 1))
        assert sum(len(one.submissions) for one in reconciled) == postings * each
        fewest = math.ceil(postings / PAGE) + postings * math.ceil(each / PAGE)
        _say("reconcile", panel.wire.requests, fewest, time.process_time() - took)
        _judge(panel, reconciled, journal)
        _close(panel, made, 1, journal)  # a list has just shown that they are over
        found = panel.recruit(opening, postings * each, token=f"{plan}2", journal=journal)
        _close(panel, [one.reference for one in found], 2, journal)


def _judge(panel: MTurk, reconciled: Sequence[Status], journal: MemoryJournal) -> None:
    work = [one for status in reconciled for one in status.submissions]
    panel.wire.requests.clear()
    took = time.process_time()
    for one in work:
        panel.approve(one, token=f"a{one.assignment}"[:50], journal=journal)
    _say("approve", panel.wire.requests, len(work), time.process_time() - took)


def _close(panel: MTurk, hits: Sequence[str], calls_each: int, journal: MemoryJournal) -> None:
    panel.wire.requests.clear()
    took = time.process_time()
    assert all(panel.close(hit, token=f"c{hit}", journal=journal).done for hit in hits)
    what = "close what a list showed to be over" if calls_each == 1 else "close what is open"
    _say(what, panel.wire.requests, calls_each * len(hits), time.process_time() - took)


def _say(what: str, requests: Counter[str], fewest: int, seconds: float) -> None:
    calls = requests.total()
    print(f"{what}: {calls} calls, at least {fewest} ({calls / fewest:.3f} times); {seconds:.1f} s of processor time")
    print("  " + ", ".join(f"{name} {count}" for name, count in requests.most_common()))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

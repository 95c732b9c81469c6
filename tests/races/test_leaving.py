"""People leave, time out, finish late and arrive, all at once: no place ever has two holders."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from django.db import connection, transaction
from django.utils import timezone

from surveys.models import Assignment, Place
from surveys.services import assignments, claiming
from surveys.services.keys import token_for
from tests.servers import Server
from tests.surveys import factories

pytestmark = pytest.mark.races
EACH = 8


def at_once(calls: list[Callable[[], int]]) -> Counter[int]:
    """Make all calls at the same moment; return how often each status came."""
    statuses: list[int] = []
    gate = threading.Barrier(len(calls))

    def run(call: Callable[[], int]) -> None:
        gate.wait(timeout=60)
        statuses.append(call())

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert len(statuses) == len(calls), "a request was not answered"
    return Counter(statuses)


def test_leaving_finishing_late_and_arriving_at_once_keep_the_places_true(database_url, settings, tmp_path, note):
    settings.CLAIMS_PER_MINUTE_OPEN_LINK = 9999
    survey, published = factories.make_published_survey(
        factories.make_study(originals=3, methods=4), raters=6, link="open"
    )
    leaving = [claiming.claim_next(posting=published.posting) for _ in range(EACH)]
    late = [factories.take_part(published, items=3, finish=False) for _ in range(EACH)]
    on_time = [factories.take_part(published, items=3, finish=False) for _ in range(EACH)]
    assert survey.places.count() == 3 * EACH
    Assignment.objects.filter(pk__in=[row.pk for row in late]).update(lease_until=timezone.now() - timedelta(seconds=1))
    with Server(database_url, settings.MEDIA_ROOT, tmp_path / "access.log", CLAIMS_PER_MINUTE_OPEN_LINK="9999") as site:
        client = httpx.Client(base_url=site.url, timeout=60, trust_env=False)

        def post(path: str) -> Callable[[], int]:
            return lambda: client.post(path, data={"consent": "yes"}).status_code

        found = at_once(
            [
                *(post(f"/take/{token_for(row.code)}/leave/") for row in leaving),
                *(post(f"/take/{token_for(row.code)}/finish/") for row in [*late, *on_time]),
                *(post(f"/join/{published.keys[0]}/") for _ in range(2 * EACH)),
            ]
        )
        client.close()
    assert set(found) <= {200, 303, 409}, found
    rows = Assignment.objects.all()
    assert rows.filter(pk__in=[row.pk for row in leaving], state="returned", holds_place=False).count() == EACH
    assert rows.filter(pk__in=[row.pk for row in on_time], state="submitted", holds_place=True).count() == EACH
    finished_late = rows.filter(pk__in=[row.pk for row in late], state="submitted", payable=True)
    assert finished_late.exclude(receipt_code=None).count() == EACH
    for place in survey.places.all():
        holders = list(rows.filter(place=place, holds_place=True))
        states = [holder.state for holder in holders]
        expected = {Place.State.OPEN: [], Place.State.HELD: ["started"], Place.State.FILLED: ["submitted"]}
        assert states == expected[Place.State(place.state)], place
    surplus = finished_late.filter(holds_place=False).count()
    note(f"{connection.vendor}: {EACH} left, {2 * EACH} finished, {surplus} of them late as surplus: {dict(found)}")


def test_finishing_does_not_wait_for_whoever_is_claiming_by_the_same_link(database_url):
    _, published = factories.make_published_survey(raters=1, link="open")
    assignment = factories.take_part(published, items=2, finish=False)
    # SQLite has one writer at a time: nothing can be held beside it
    held = transaction.atomic() if connection.vendor == "postgresql" else nullcontext()
    done: list[str] = []

    def finish() -> None:
        try:
            with connection.cursor() as cursor:
                if connection.vendor == "postgresql":
                    cursor.execute("SET lock_timeout = '20s'")
            done.append(assignments.submit(code=assignment.code).state)
        finally:
            connection.close()

    with held:
        claiming._lock_link(published.posting, None)
        thread = threading.Thread(target=finish)
        thread.start()
        thread.join(timeout=30)
    assert done == [Assignment.State.SUBMITTED]


def test_no_lock_of_a_row_stops_those_who_only_point_to_it():
    """A plain FOR UPDATE waits for the foreign keys of others, and they for it: two such people are a deadlock."""
    source = "".join(path.read_text() for path in (Path(__file__).parents[2] / "surveys").rglob("*.py"))
    locks = re.findall(r"select_for_update\(\s*([^)]*)", source)
    assert len(locks) > 10
    assert [lock for lock in locks if not lock.startswith("no_key=True")] == []

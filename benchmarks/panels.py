"""What publishing and reconciling cost the site, beside asking alone: python -m benchmarks.panels [HITs] [each].

On a database of its own and the simulator. Calls are held against the fewest possible; processor time of a look against
that of the panel's client alone, which asks the same and writes nothing.
"""

from __future__ import annotations

import math
import os
import sys
import tempfile
import time
from decimal import Decimal
from typing import Any

from benchmarks.mturk import PAGE
from surveys.panels.mturk.simulator import Simulator, World


def main(hits: int = 300, each: int = 20) -> None:
    """Publish, hand in, look twice."""
    with tempfile.TemporaryDirectory() as folder, Simulator(World(Decimal(1_000_000))) as simulator:
        _set_up(folder, simulator.url)
        recruitment, panel = _published(hits, each)
        _say("publish", panel.wire.requests.total(), 2 + hits)
        for hit in simulator.world.hits:
            for number in range(each):
                one = simulator.site.accept(hit, f"A{number}PERSON")
                simulator.site.submit({"assignmentId": one.id, "receipt_code": "none"})
        from surveys.services import reconciling

        listed = list(recruitment.postings.values_list("reference", flat=True))
        alone = _seconds(lambda: panel.status(listed, on=recruitment.created_at.date()))
        fewest = math.ceil(hits / PAGE) + hits * math.ceil(each / PAGE)
        for look in ("first", "second"):
            panel.wire.requests.clear()
            took = _seconds(lambda: reconciling.sync(recruitment=recruitment, panel=panel))
            _say(f"{look} look", panel.wire.requests.total(), fewest)
            print(f"  processor time {took / alone:.1f} times that of asking alone")
        assert recruitment.submissions.count() == hits * each


def _set_up(folder: str, url: str) -> None:
    os.environ.update(
        DJANGO_SETTINGS_MODULE="config.settings",
        ENV_FILE="",
        VAR_DIR=folder,
        DATABASE_URL=f"sqlite:///{folder}/db.sqlite3",
        AWS_ACCESS_KEY_ID="SIMULATOR",
        AWS_SECRET_ACCESS_KEY="simulator-secret",  # noqa: S106
        AWS_ENDPOINT_URL_MTURK=url,
        FRAMED_BY=url,
        SITE_URL="https://study.example",
        MTURK_REQUESTS_PER_SECOND="100000",
    )
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def _published(hits: int, each: int) -> tuple[Any, Any]:
    """Advertise so many postings; more places than the little survey has, as only the panel's side matters here."""
    from surveys.models import Round
    from surveys.services import ordering, panel_money, panels, recruiting
    from surveys.services.ordering import Order
    from tests.surveys.panels.conftest import make_survey

    panel = panels.connect("mturk")
    wanted = Order(by="benchmark", places=each, most=0, at_most="999999")
    recruitment = ordering.order(survey=make_survey(raters=each), panel=panel, wanted=wanted)
    recruitment.offer["most"] = each
    recruitment.save(update_fields=["offer"])
    Round.objects.filter(recruitment=recruitment).update(places=hits * each)
    panel_money.reserve(recruitment, "benchmark", recruitment.each * (hits - 1) * each)
    return recruiting.advertise(recruitment=recruitment, panel=panel), panel


def _seconds(do: Any) -> float:
    began = time.process_time()
    do()
    return time.process_time() - began


def _say(what: str, calls: int, fewest: int) -> None:
    print(f"{what}: {calls} calls, at least {fewest} ({calls / fewest:.3f} times)")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

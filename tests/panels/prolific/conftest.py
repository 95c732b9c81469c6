"""A simulator, and the client's own panel at the other end of a real connection."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal

import pytest

from surveys.panels.base import Eligibility, MemoryJournal, Money, Offer, Panel, PanelError
from surveys.panels.prolific.connection import connect
from surveys.panels.prolific.panel import Prolific
from surveys.panels.prolific.simulator import Simulator, World
from surveys.panels.prolific.simulator.server import TOKEN

Open = Callable[..., Prolific]
TODAY = date(2026, 11, 1)
COMPLETE, SCREENED_OUT = "C0MPLETE", "SCR33NED"
REASON = "Every one of the fifteen ratings is the same, and each was given less than half a second after its picture."
KINDS = ["drop_before", "drop_after", "error_before", "error_after", "truncate", "throttle", "no_funds"]
EACH = 171  # 1.20, and 42.8 % of it
ANNE, BERT, CARL = (f"5f000000000000000000000{one}" for one in "abc")
QUERY = {"PROLIFIC_PID": ANNE, "STUDY_ID": "5e" * 12, "SESSION_ID": "5d" * 12}


@pytest.fixture(scope="session")
def server() -> Iterator[Simulator]:
    with Simulator() as running:
        yield running


@pytest.fixture
def simulator(server: Simulator) -> Iterator[Simulator]:
    server.reset(World(50_000, seed=1))
    yield server
    assert not server.faults.left(), "a fault was never met"


@pytest.fixture
def site(simulator: Simulator):
    return simulator.site


@pytest.fixture(scope="session")
def panels() -> dict[str, Prolific]:
    """Panels that tests share: making a client takes longer than most tests."""
    return {}


@pytest.fixture
def open_panel(simulator: Simulator, panels: dict[str, Prolific]) -> Open:
    def opened(**settings: object) -> Prolific:
        settings = {"base_url": simulator.url, "tries": 3, "per_second": 5000, "backoff_seconds": 0.001, **settings}
        if repr(settings) not in panels:
            panels[repr(settings)] = connect(TOKEN, **settings)  # type: ignore[arg-type]
        return panels[repr(settings)]

    return opened


@pytest.fixture
def panel(open_panel: Open) -> Panel:
    return open_panel()


@pytest.fixture
def once(open_panel: Open) -> Prolific:
    """The panel that tries nothing again by itself: what went wrong reaches us at once."""
    return open_panel(tries=1)


@pytest.fixture
def journal() -> MemoryJournal:
    return MemoryJournal()


def gbp(amount: str) -> Money:
    return Money(Decimal(amount), "GBP")


def until_it_works(do, tries=5):
    for _ in range(tries - 1):
        try:
            return do()
        except PanelError:
            continue
    return do()


@pytest.fixture
def offer() -> Offer:
    return Offer(
        title="How alike are two pictures?",
        description="Fifteen pairs of pictures, a rating for each.",
        keywords=("pictures", "survey"),
        url="https://study.example/join/prolific?survey=a",
        reward=gbp("1.20"),
        seconds_allowed=3600,
        seconds_open=86_400,
        seconds_to_approval=172_800,
        eligibility=Eligibility(("GB", "CZ"), 98, 500, "Twicetold study 1"),
        outcomes={"complete": COMPLETE, "screened_out": SCREENED_OUT},
        seconds_expected=600,
    )


@pytest.fixture
def published(panel, journal, offer):
    """An opening and its posting of three places."""
    opening = panel.open(offer, token="s1", journal=journal)
    (posting,) = panel.recruit(opening, 3, token="s1", journal=journal)
    return opening, posting


def only_status(panel, posting, **more):
    (found,) = panel.status([posting.reference], on=TODAY, **more)
    return found


@pytest.fixture
def submitted(panel, published, site):
    """What Anne has handed in."""
    site.take(published[1].reference, ANNE)
    site.complete(ANNE, COMPLETE)
    (found,) = only_status(panel, published[1]).submissions
    return found

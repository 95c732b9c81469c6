"""A simulator, and the client's own panel at the other end of a real connection."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

import pytest

from surveys.panels.base import Eligibility, MemoryJournal, Money, Offer
from surveys.panels.mturk.panel import MTurk
from surveys.panels.mturk.simulator import Simulator, World
from surveys.panels.mturk.wire import Wire, connect

Open = Callable[..., MTurk]


@pytest.fixture(scope="session")
def server() -> Iterator[Simulator]:
    with Simulator() as running:
        yield running


@pytest.fixture
def simulator(server: Simulator) -> Simulator:
    server.reset(World(Decimal("500.00"), seed=1))
    return server


@pytest.fixture
def site(simulator: Simulator):
    return simulator.site


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys as a deployment sets them; nothing of this machine's."""
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_MTURK", "HTTP_PROXY", "http_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "SIMULATOR")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "simulator-secret")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture(scope="session")
def wires() -> dict[str, Wire]:
    """Clients that tests share: making one takes longer than most tests."""
    return {}


@pytest.fixture
def open_panel(simulator: Simulator, monkeypatch: pytest.MonkeyPatch, wires: dict[str, Wire]) -> Open:
    """Return a function that opens the panel as AWS_ENDPOINT_URL_MTURK says."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_MTURK", simulator.url)

    def opened(**settings: object) -> MTurk:
        settings = {"tries": 3, "adaptive": False, "per_second": 2000, "waits": (0.05, 0.1), **settings}
        if repr(settings) not in wires:
            wires[repr(settings)] = connect(**settings)  # type: ignore[arg-type]
        wires[repr(settings)].requests.clear()
        return MTurk(wires[repr(settings)])

    return opened


@pytest.fixture
def panel(open_panel: Open) -> MTurk:
    return open_panel()


@pytest.fixture
def once(open_panel: Open) -> MTurk:
    """The panel with botocore's own tries off: what went wrong reaches us at once."""
    return open_panel(tries=1)


@pytest.fixture
def journal() -> MemoryJournal:
    return MemoryJournal()


def usd(amount: str) -> Money:
    return Money(Decimal(amount), "USD")


@pytest.fixture
def offer() -> Offer:
    return Offer(
        title="How alike are two pictures?",
        description="Fifteen pairs of pictures, a rating for each.",
        keywords=("pictures", "survey"),
        url="https://study.example/join/mturk?survey=a&b=<1>",
        reward=usd("0.75"),
        seconds_allowed=3600,
        seconds_open=86_400,
        seconds_to_approval=172_800,
        eligibility=Eligibility(("US", "DE"), 98, 500, "Twicetold study 1"),
        frame_height=900,
        most=9,
    )

"""The stricter service, and the client's own panel at the other end of a real connection."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from surveys.panels.base import MemoryJournal, Offer, Posting
from surveys.panels.mturk.panel import MTurk
from surveys.panels.mturk.wire import Wire, connect
from tests.panels.mturk.stricter.service import State, Stricter


@pytest.fixture(scope="session")
def server() -> Iterator[Stricter]:
    with Stricter() as running:
        yield running


@pytest.fixture
def state(server: Stricter) -> State:
    server.state = State()
    return server.state


@pytest.fixture(scope="session")
def shared() -> dict[int, Wire]:
    return {}


@pytest.fixture
def wire(server: Stricter, state: State, monkeypatch: pytest.MonkeyPatch, shared: dict[int, Wire]):
    """One try by botocore: whatever goes wrong is ours to mend."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_MTURK", server.url)

    def opened(tries: int = 1) -> Wire:
        if tries not in shared:
            shared[tries] = connect(
                tries=tries, adaptive=False, per_second=5000, waits=(0.02, 0.1, 0.3), timeout_seconds=0.5
            )
        return shared[tries]

    return opened


@pytest.fixture
def panel(wire) -> MTurk:
    return MTurk(wire())


@pytest.fixture
def posting(panel: MTurk, offer: Offer) -> Posting:
    journal = MemoryJournal()
    (made,) = panel.recruit(panel.open(offer, token="s", journal=journal), 3, token="s", journal=journal)
    return made

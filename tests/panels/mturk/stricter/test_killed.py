"""The whole life again, by processes that are killed at any moment and replies that go wrong at random."""

from __future__ import annotations

import random
import time

import pytest

from surveys.panels.base import MemoryJournal, PanelError
from surveys.panels.mturk.panel import MTurk
from tests.panels.mturk.stricter import test_whole_life as whole

HOURS = 3600


class Killed(BaseException):
    pass


class Deadly(MemoryJournal):
    """Kills its process before or after it has written something down."""

    chance: random.Random

    def _perhaps(self):
        if self.chance.random() < 0.12:
            raise Killed

    def intend(self, call):
        before = super().intend(call)
        self._perhaps()
        return before

    def done(self, call, reply):
        self._perhaps()
        super().done(call, reply)
        self._perhaps()

    def failed(self, call, error):
        self._perhaps()
        super().failed(call, error)


@pytest.mark.parametrize("seed", range(6))
def test_whatever_is_killed_is_completed_by_the_next_process(seed, wire, offer, state, monkeypatch):
    chance = random.Random(seed)
    wrong = [*whole.AFTERWARDS, *whole.NO_REPLY, "throttle"]
    state.wrong = [(chance.choice(whole.EVERY), chance.choice(wrong)) for _ in range(25)]
    state.list_lag, state.young_for, state.null_for = ((0.1, 0.05, 0.05), (0, 0, 0))[seed % 2]

    class Fresh:
        """A new process for everything that is asked."""

        def __getattr__(self, name):
            return getattr(MTurk(wire()), name)

    def until_it_works(do):
        for _ in range(60):
            try:
                return do()
            except (PanelError, Killed):
                time.sleep(0.01)
                state.ahead += chance.choice([0, 0, 30 * HOURS]) if seed % 3 == 0 else 0
        return do()

    monkeypatch.setattr(Deadly, "chance", chance, raising=False)
    monkeypatch.setattr(whole, "MemoryJournal", Deadly)
    monkeypatch.setattr(whole, "until_it_works", until_it_works)
    whole.live(Fresh(), offer, state)  # type: ignore[arg-type]

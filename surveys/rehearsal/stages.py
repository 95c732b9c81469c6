"""The panels that a rehearsal can take place at: a simulator of each, started and stopped with it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Protocol

from surveys.panels.mturk.simulator import Simulator as MTurkSimulator
from surveys.panels.mturk.simulator import World as MTurkWorld
from surveys.panels.mturk.simulator.server import KEYS
from surveys.panels.prolific.simulator import Simulator as ProlificSimulator
from surveys.panels.prolific.simulator import World as ProlificWorld
from surveys.rehearsal.browser import Browser
from surveys.rehearsal.mturk_people import MTurkWorker
from surveys.rehearsal.people import PanelSide
from surveys.rehearsal.prolific_people import ProlificParticipant

BALANCE = Decimal(10_000)
DAY = 86_400


class Stage(Protocol):
    """A simulated panel."""

    title: str
    previews: bool  # whether somebody can look before they take part
    rejection: tuple[str, ...]  # what a rejection needs besides a reason

    def start(self) -> None:
        """Answer from now on."""

    def stop(self) -> None:
        """Answer no more."""

    def settings(self) -> dict[str, str]:
        """Return the settings that lead a site to it."""

    def person(self, number: int) -> tuple[str, Callable[[Browser], PanelSide]]:
        """Return the id of the n-th person, and what makes their side."""

    def hand_in_nothing(self, number: int) -> bool:
        """Let somebody take the work and hand it in without having come to us; tell whether there was any to take."""

    def let_time_pass(self) -> None:
        """Let who walked away run out of time."""

    def account(self) -> str:
        """Say what the account has paid, and what it still holds."""


class MTurkStage:
    """Mechanical Turk."""

    title = "Mechanical Turk"
    previews = True
    rejection: tuple[str, ...] = ()

    def __init__(self, currency: str) -> None:
        self._simulator = MTurkSimulator(MTurkWorld(BALANCE))

    def start(self) -> None:
        self._simulator.start()

    def stop(self) -> None:
        self._simulator.stop()

    def settings(self) -> dict[str, str]:
        (key, secret), *_ = KEYS.items()
        return {
            "AWS_ENDPOINT_URL_MTURK": self._simulator.url,
            "AWS_ACCESS_KEY_ID": key,
            "AWS_SECRET_ACCESS_KEY": secret,
            "AWS_EC2_METADATA_DISABLED": "true",
            "FRAMED_BY": self._simulator.url,
            "MTURK_WORKER_SITES": "",
            "MTURK_REQUESTS_PER_SECOND": "500",
        }

    def person(self, number: int) -> tuple[str, Callable[[Browser], PanelSide]]:
        name = f"A{number:03}REHEARSED"
        return name, partial(MTurkWorker, site=self._simulator.url, worker=name)

    def hand_in_nothing(self, number: int) -> bool:
        site, (name, _) = self._simulator.site, self.person(number)
        for hit in site.discover(name):
            site.submit({"assignmentId": site.accept(hit.id, name).id, "receipt_code": "made up"})
            return True
        return False

    def let_time_pass(self) -> None:
        self._simulator.world.advance(2 * DAY)

    def account(self) -> str:
        world = self._simulator.world
        return f"{world.paid:.2f} USD paid to people, {world.fees:.2f} USD of fees, {world.held:.2f} USD held"


class ProlificStage:
    """Prolific."""

    title = "Prolific"
    previews = False
    rejection: tuple[str, ...] = ("--category", "LOW_EFFORT")

    def __init__(self, currency: str) -> None:
        self._simulator = ProlificSimulator(ProlificWorld(int(BALANCE) * 100, currency=currency))

    def start(self) -> None:
        self._simulator.start()

    def stop(self) -> None:
        self._simulator.stop()

    def settings(self) -> dict[str, str]:
        return {
            "PROLIFIC_API_URL": self._simulator.url,
            "PROLIFIC_API_TOKEN": self._simulator.token,
            "PROLIFIC_SITE": "",
            "PROLIFIC_WORKSPACE": "",
            "PROLIFIC_PROJECT": "",
            "PROLIFIC_REQUESTS_PER_SECOND": "500",
        }

    def person(self, number: int) -> tuple[str, Callable[[Browser], PanelSide]]:
        name = f"5f{number:022x}"
        return name, partial(ProlificParticipant, site=self._simulator.url, participant=name)

    def hand_in_nothing(self, number: int) -> bool:
        site, (name, _) = self._simulator.site, self.person(number)
        for study in site.studies(name):
            site.take(study.id, name)
            site.complete(name)
            return True
        return False

    def let_time_pass(self) -> None:
        self._simulator.world.advance(2 * DAY)

    def account(self) -> str:
        world = self._simulator.world
        paid, fees, held = (Decimal(cents) / 100 for cents in (world.paid, world.fees, world.held))
        currency = world.currency
        return f"{paid:.2f} {currency} paid to people, {fees:.2f} {currency} of fees, {held:.2f} {currency} held"


STAGES: dict[str, Callable[[str], Stage]] = {"mturk": MTurkStage, "prolific": ProlificStage}

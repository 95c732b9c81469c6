"""Many simulated people, a few at a time: each takes something at the panel, comes to our page, and goes back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass

from surveys.rehearsal.browser import Browser
from surveys.rehearsal.knowing import Known
from surveys.rehearsal.people import PanelSide
from surveys.rehearsal.player import Player
from surveys.rehearsal.visits import Behaviour, Ended, Visit

THREADS = 4


@dataclass(frozen=True)
class Person:
    """Somebody who comes: ``side`` makes their part at the panel's site, given their browser."""

    name: str
    seed: int
    side: Callable[[Browser], PanelSide]
    behaviour: Behaviour = Behaviour.FINISH


Told = Callable[[Person, Visit], None]


def ignore(person: Person, visit: Visit) -> None:
    """Listen to nothing."""


def run(
    people: Sequence[Person], *, threads: int = THREADS, known: Known | None = None, told: Told = ignore
) -> tuple[Visit, ...]:
    """Let people take part and return how each visit ended, in their order.

    Parameters
    ----------
    threads
        How many are at it at a time.
    known
        What attentive people answer to checks.
    told
        Called for each visit as it ends, in the caller's own thread.

    Raises
    ------
    PlayError
        A page did not do what it has to; who had not come yet stays away.
    """
    with ThreadPoolExecutor(threads) as pool:
        tasks: dict[Future[Visit], Person] = {pool.submit(take_part, each, known): each for each in people}
        try:
            for task in as_completed(tasks):
                told(tasks[task], task.result())
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise
        return tuple(task.result() for task in tasks)


def take_part(person: Person, known: Known | None = None) -> Visit:
    """Let one person take what the panel offers, come to our page, and go back to the panel as they were led."""
    with Browser() as browser:
        side, player = person.side(browser), Player(browser, seed=person.seed, known=known)
        looking = person.behaviour is Behaviour.PREVIEW
        url = side.preview() if looking else side.accept()
        if not url:
            return Visit(Ended.NOT_OFFERED)
        visit = player.play(url, person.behaviour)
        if visit.ended is Ended.FINISHED or visit.ending.leads_back:
            side.submit(visit.ending)
        elif visit.ended not in (Ended.ABANDONED, Ended.LOOKED):
            side.give_back()
        return visit

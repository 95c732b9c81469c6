"""``python -m examples.drawn_scenes.play``: simulated participants open their links and answer over HTTP.

They use the same pages as people: consent by POST, the place's JSON from the page, every picture fetched and known by
its sha256, one POST per answer with a key of its own, so that a run that was stopped repeats nothing. There may be more
links than places: who reads that every place is taken comes back once the others have left, for a place may have
reopened; as soon as somebody reads that the survey has all its answers, no further link is opened.
"""

from __future__ import annotations

import argparse
import csv
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

import httpx
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from examples.drawn_scenes.answering import UnknownQuestionError
from examples.drawn_scenes.participants import SimulatedParticipant
from examples.drawn_scenes.player import PATIENCE_SECONDS, Ended, Player, PlayError
from examples.drawn_scenes.receipts import Receipts
from examples.drawn_scenes.world import UnknownPictureError, World


@dataclass(frozen=True)
class Outcome:
    """What a run did: participants by how it ended for them (now or before), answers acknowledged in this run."""

    ended: Counter[Ended]
    answers: int

    @property
    def finished(self) -> int:
        return self.ended[Ended.FINISHED]


def read_links(path: Path, base_url: str, most: int | None = None) -> list[str]:
    """Addresses of a links file, on the server at ``base_url`` wherever they were made for."""
    with path.open(encoding="utf-8", newline="") as file:
        urls = [row["url"] for row in csv.DictReader(file)]
    return [urljoin(base_url, httpx.URL(url).path) for url in urls[:most]]


def play(
    links: list[str],
    world: World,
    seed: int,
    *,
    concurrency: int = 6,
    receipts: Receipts | None = None,
    patience: float = PATIENCE_SECONDS,
    advance: Callable[[], None] = lambda: None,
) -> Outcome:
    """Send one participant to each link; the n-th link is always the same participant's."""
    receipts = receipts or Receipts()
    limits = httpx.Limits(max_connections=concurrency, max_keepalive_connections=concurrency)
    ended: Counter[Ended] = Counter()
    enough = threading.Event()
    with httpx.Client(timeout=30, limits=limits, trust_env=False) as client, ThreadPoolExecutor(concurrency) as pool:
        waiting = [
            (Player(client, SimulatedParticipant(seed * 100_003 + k, world), receipts, patience), url)
            for k, url in enumerate(links)
        ]
        while waiting:
            tasks = {pool.submit(_go, player, url, enough): (player, url) for player, url in waiting}
            how = _all(pool, tasks, advance)
            ended.update(each for each in how.values() if each is not Ended.TURNED_AWAY)
            away = [tasks[task] for task in tasks if how[task] is Ended.TURNED_AWAY]
            if len(away) == len(waiting):
                raise PlayError("Every place is held by somebody who has gone: run this again in half an hour")
            waiting = away
    return Outcome(ended, receipts.count)


def _go(player: Player, url: str, enough: threading.Event) -> Ended:
    """Send a participant, unless somebody has read that nobody is needed any more."""
    if enough.is_set():
        return Ended.NOT_NEEDED
    how = player.play(url)
    if how is Ended.NOT_NEEDED:
        enough.set()
    return how


def _all(
    pool: ThreadPoolExecutor, tasks: Iterable[Future[Ended]], advance: Callable[[], None]
) -> dict[Future[Ended], Ended]:
    """Wait for all; the first error stops those who have not begun."""
    how: dict[Future[Ended], Ended] = {}
    try:
        for task in as_completed(tasks):
            how[task] = task.result()
            if how[task] is not Ended.TURNED_AWAY:
                advance()
    except BaseException:
        pool.shutdown(wait=True, cancel_futures=True)
        raise
    return how


def main() -> int:
    arguments = _arguments()
    links = read_links(arguments.links, arguments.base_url, arguments.participants)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    try:
        world = World.load(arguments.world)
        with Progress(*columns) as progress:
            task = progress.add_task("Simulated participants", total=len(links))
            outcome = play(
                links,
                world,
                arguments.seed,
                concurrency=arguments.concurrency,
                receipts=Receipts(arguments.receipts),
                patience=arguments.patience,
                advance=lambda: progress.advance(task),
            )
    except (PlayError, UnknownPictureError, UnknownQuestionError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    print(_in_words(outcome))
    return 0


def _in_words(outcome: Outcome) -> str:
    words = f"{outcome.finished} participants finished, {outcome.answers} answers acknowledged in this run."
    if out := outcome.ended[Ended.SCREENED_OUT]:
        words += f" For {out} it ended with practice."
    if spare := outcome.ended[Ended.NOT_NEEDED]:
        words += f" Every place is filled: {spare} links were not needed."
    return words


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m examples.drawn_scenes.play", description=(__doc__ or "").split("\n\n")[0]
    )
    parser.add_argument("--base-url", required=True, help="address of the site")
    parser.add_argument("--links", type=Path, required=True, help="CSV with a column url")
    parser.add_argument("--world", type=Path, required=True, help="what the participants know (world.json)")
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--participants", type=int, help="how many links to follow; all of them without it")
    parser.add_argument("--concurrency", type=int, default=6)
    parser.add_argument(
        "--patience", type=float, default=PATIENCE_SECONDS, help="seconds to wait for a server that is away"
    )
    parser.add_argument("--receipts", type=Path, help="CSV that gets every acknowledged receipt")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

"""``python -m examples.drawn_scenes.play``: simulated participants open their links and answer over HTTP.

They use the same pages as people: consent by POST, the place's JSON from the page, both pictures of every pair fetched
and known by their sha256, one POST per answer with a key of its own, so that a run that was stopped repeats nothing.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import html
import json
import os
import re
import sys
import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import httpx
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from examples.drawn_scenes.participants import SimulatedParticipant
from examples.drawn_scenes.world import UnknownPictureError, World

PATIENCE_SECONDS = 15.0
_PLACE = re.compile(r'<script[^>]*id="place"[^>]*>(.*?)</script>', re.DOTALL)
_NAMESPACE = uuid.UUID("5e6c2f2e-7a0b-4a44-9a4e-0f6a4f3f7a11")


class PlayError(Exception):
    """The run cannot go on; the message says why and what to do."""


def _for_this_user_alone(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


@dataclass
class Receipts:
    """What the server acknowledged; each line is on the disk before the next answer is given."""

    path: Path | None = None
    count: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, assignment: str, position: int, receipt: str) -> None:
        with self._lock:
            self.count += 1
            if self.path is None:
                return
            new = not self.path.exists()
            with open(self.path, "a", encoding="utf-8", newline="", opener=_for_this_user_alone) as file:
                writer = csv.writer(file, lineterminator="\n")
                if new:
                    writer.writerow(("assignment", "position", "receipt"))
                writer.writerow((assignment, position, receipt))
                file.flush()
                os.fsync(file.fileno())


@dataclass(frozen=True)
class Outcome:
    """What a run did: participants that are finished (now or before), answers acknowledged in this run."""

    finished: int
    answers: int


class Player:
    """One participant at one browser."""

    def __init__(
        self, client: httpx.Client, participant: SimulatedParticipant, receipts: Receipts, patience: float
    ) -> None:
        self._client, self._participant, self._receipts, self._patience = client, participant, receipts, patience

    def play(self, url: str) -> None:
        """Open the link, answer what is unanswered, and finish."""
        page = self._open(url)
        if "/done/" in page.url.path:
            return
        place = _place(page)
        base = str(page.url)
        assignment = place["answer_url"].rstrip("/").split("/")[-2].split(":")[0]  # the code, without its signature
        for item in place["items"]:
            if item["answered"] is None:
                self._answer(base, place, item, assignment)
        done = self._request("POST", urljoin(base, place["finish_url"]), headers={"Accept": "application/json"})
        _expect(done, "finish")

    def _open(self, url: str) -> httpx.Response:
        page = self._request("GET", url, follow_redirects=True)
        if page.status_code == 200 and "/join/" in page.url.path:
            page = self._request("POST", url, data={"consent": "yes"}, follow_redirects=True)
        return _expect(page, "open the link")

    def _answer(self, base: str, place: dict[str, Any], item: dict[str, Any], assignment: str) -> None:
        left, right = (self._fetch(urljoin(base, item[side]["url"])) for side in ("left", "right"))
        question = place["question"]["id"]
        answer = {
            "position": item["position"],
            "question": question,
            "value": self._participant.rate(left, right),
            "layout": "side",
            "key": str(
                uuid.uuid5(
                    _NAMESPACE, f"{self._participant.seed}/{assignment_key(place)}/{item['position']}/{question}"
                )
            ),
            "seconds": self._participant.seconds(left, right),
        }
        receipt = _expect(self._request("POST", urljoin(base, place["answer_url"]), json=answer), "answer").json()
        self._receipts.add(assignment, receipt["position"], receipt["receipt"])

    def _fetch(self, url: str) -> str:
        """The sha256 of the picture that really came."""
        return hashlib.sha256(_expect(self._request("GET", url), "fetch a picture").content).hexdigest()

    def _request(self, method: str, url: str, **options: Any) -> httpx.Response:
        """Send a request; a server that is away or too busy is asked again for a while."""
        until = time.monotonic() + self._patience
        pause = 0.1
        while True:
            try:
                response = self._client.request(method, url, **options)
            except httpx.TransportError as error:
                if time.monotonic() > until:
                    raise PlayError(
                        f"The server does not answer at {_site(url)} ({error}): start it and run this again"
                    ) from error
            else:
                if response.status_code not in (429, 502, 503) or time.monotonic() > until:
                    return response
            time.sleep(pause)
            pause = min(pause * 1.7, 2.0)


def assignment_key(place: dict[str, Any]) -> str:
    """What is the same for a place each time its link is opened, though the token in its addresses may change."""
    pictures = "".join(item[side]["url"] for item in place["items"] for side in ("left", "right"))
    return hashlib.sha256(pictures.encode()).hexdigest()


def _site(url: str) -> str:
    """An address without its secret path."""
    parts = httpx.URL(url)
    return f"{parts.scheme}://{parts.host}:{parts.port or 80}"


def _expect(response: httpx.Response, what: str) -> httpx.Response:
    if response.status_code == 200:
        return response
    try:
        words = response.json()["error"]
    except (ValueError, KeyError, TypeError):
        words = f"the page says {response.reason_phrase}"
    raise PlayError(f"A participant could not {what} ({response.status_code}): {words}")


def _place(page: httpx.Response) -> dict[str, Any]:
    found = _PLACE.search(page.text)
    if found is None:
        raise PlayError("The page of a place carries no place data: is this server Twicetold's?")
    place: dict[str, Any] = json.loads(html.unescape(found.group(1)) if "&quot;" in found.group(1) else found.group(1))
    return place


def read_links(path: Path, base_url: str, most: int) -> list[str]:
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
    finished = 0
    with httpx.Client(timeout=30, limits=limits, trust_env=False) as client, ThreadPoolExecutor(concurrency) as pool:
        players = [
            Player(client, SimulatedParticipant(seed * 100_003 + k, world), receipts, patience)
            for k in range(len(links))
        ]
        tasks = [pool.submit(player.play, url) for player, url in zip(players, links, strict=True)]
        try:
            for task in as_completed(tasks):
                task.result()
                finished += 1
                advance()
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise
    return Outcome(finished, receipts.count)


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
    except (PlayError, UnknownPictureError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{outcome.finished} participants finished, {outcome.answers} answers acknowledged in this run.")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m examples.drawn_scenes.play", description=(__doc__ or "").split("\n\n")[0]
    )
    parser.add_argument("--base-url", required=True, help="address of the site")
    parser.add_argument("--links", type=Path, required=True, help="CSV with a column url")
    parser.add_argument("--world", type=Path, required=True, help="what the participants know (world.json)")
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--participants", type=int, default=100)
    parser.add_argument("--concurrency", type=int, default=6)
    parser.add_argument(
        "--patience", type=float, default=PATIENCE_SECONDS, help="seconds to wait for a server that is away"
    )
    parser.add_argument("--receipts", type=Path, help="CSV that gets every acknowledged receipt")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

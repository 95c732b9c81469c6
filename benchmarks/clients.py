"""Participants in processes of their own, each with one connection: against the site, and against the floor."""

from __future__ import annotations

import json
import multiprocessing
import re
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from multiprocessing.synchronize import Barrier
from typing import Any
from urllib.parse import urlencode

FORK = multiprocessing.get_context("fork")
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
SCRIPT = {"Content-Type": "application/json", "Accept": "application/json"}


Work = Callable[["Client", Sequence[Any]], list[float]]


@dataclass(frozen=True)
class Crowd:
    """What so many clients saw: how long it took, and how long each answer took to be saved (s)."""

    wall: float
    saving: list[float]


class Client:
    def __init__(self, port: int) -> None:
        self.connection = HTTPConnection("127.0.0.1", port, timeout=60)

    def ask(self, method: str, path: str, body: str | None = None, headers: dict[str, str] | None = None) -> str:
        """Send a request and return its body; anything but 200 is an error, 303 gives the place it leads to."""
        self.connection.request(method, path, body, headers or {})
        reply: HTTPResponse = self.connection.getresponse()
        text = reply.read().decode()
        if reply.status == 303:
            return reply.headers["Location"]
        if reply.status != 200:
            msg = f"{method} {path}: {reply.status} {text[:200]}"
            raise RuntimeError(msg)
        return text

    def save(self, path: str, body: str, headers: dict[str, str]) -> float:
        start = time.perf_counter()
        self.ask("POST", path, body, headers)
        return time.perf_counter() - start


def at_the_floor(client: Client, stimuli: Sequence[int]) -> list[float]:
    """Answer so many stimuli, each on a page of its own."""
    saving = []
    for number in stimuli:
        client.ask("GET", f"/{number}/")
        saving.append(client.save(f"/{number}/", "value=7", FORM))
    return saving


def at_the_site(client: Client, keys: Sequence[str]) -> list[float]:
    """Take part by so many links: agree, claim, get the page of the place, answer it all, finish."""
    saving = []
    for key in keys:
        page = client.ask("GET", client.ask("POST", f"/join/{key}/", urlencode({"consent": "yes"}), FORM))
        found = re.search(r'<script[^>]*id="place"[^>]*>(.*?)</script>', page, re.DOTALL)
        if found is None:
            msg = "the page holds no place"
            raise RuntimeError(msg)
        place = json.loads(found.group(1))
        for item in place["items"]:
            answer = {"position": item["position"], "question": place["questions"][0]["id"], "value": 7, "seconds": 3.1}
            saving.append(client.save(place["answer_url"], json.dumps(answer | {"key": str(uuid.uuid4())}), SCRIPT))
        client.ask("POST", place["finish_url"], "", SCRIPT)
    return saving


def run(port: int, work: Work, shares: Sequence[Sequence[Any]]) -> Crowd:
    """Let a process for each share work, all from the same moment on."""
    barrier, told = FORK.Barrier(len(shares) + 1), FORK.SimpleQueue()
    processes = [FORK.Process(target=_take_part, args=(port, work, share, barrier, told)) for share in shares]
    for process in processes:
        process.start()
    barrier.wait(60)
    start = time.perf_counter()
    seen = [told.get() for _ in processes]
    wall = time.perf_counter() - start
    for process in processes:
        process.join()
    if failed := [each for each in seen if isinstance(each, str)]:
        raise RuntimeError(failed[0])
    return Crowd(wall, [seconds for each in seen for seconds in each])


def _take_part(port: int, work: Work, share: Sequence[Any], barrier: Barrier, told: Any) -> None:
    barrier.wait(60)
    try:
        told.put(work(Client(port), share))
    except Exception as error:
        told.put(f"{type(error).__name__}: {error}")

"""One simulated participant at one browser: the pages that people use, and nothing else."""

from __future__ import annotations

import hashlib
import html
import json
import re
import time
import uuid
from collections import Counter
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any
from urllib.parse import urljoin

import httpx

from examples.drawn_scenes.answering import Question, Respondent, Value
from examples.drawn_scenes.participants import SimulatedParticipant
from examples.drawn_scenes.receipts import Receipts

PATIENCE_SECONDS = 15.0
_PLACE = re.compile(r'<script[^>]*id="place"[^>]*>(.*?)</script>', re.DOTALL)
_NAMESPACE = uuid.UUID("5e6c2f2e-7a0b-4a44-9a4e-0f6a4f3f7a11")
Data = dict[str, Any]


_TITLE = re.compile(r"<h1[^>]*>(.*?)</h1>", re.DOTALL)


class PlayError(Exception):
    """The run cannot go on; the message says why and what to do."""


class Ended(Enum):
    """How it ended for one participant, by the title of the page that said so; finishing has a receipt instead."""

    FINISHED = ""
    SCREENED_OUT = "Thank you for trying"
    TURNED_AWAY = "Every place is taken"
    NOT_NEEDED = "This survey has all its answers"


_OVER = {how.value for how in Ended if how.value}


@dataclass(frozen=True)
class Place:
    """What the page of a place says, and where it was opened."""

    base: str
    data: Data

    def url(self, name: str) -> str:
        return urljoin(self.base, str(self.data[name]))

    @property
    def assignment(self) -> str:
        """The assignment's code, without its signature."""
        return str(self.data["answer_url"].rstrip("/").split("/")[-2].split(":")[0])

    @property
    def key(self) -> str:
        """What is the same each time the link is opened, though the token in its addresses may change."""
        pictures = "".join(url for item in self.data["items"] for url in picture_urls(item))
        return hashlib.sha256(pictures.encode()).hexdigest()


def picture_urls(item: Data) -> list[str]:
    """Addresses of an item's pictures: left and right, or the only one."""
    return [item[name]["url"] for name in ("picture", "left", "right") if name in item]


class Player:
    """Opens a link, answers what is unanswered, and finishes."""

    def __init__(
        self, client: httpx.Client, participant: SimulatedParticipant, receipts: Receipts, patience: float
    ) -> None:
        self._client, self._participant, self._receipts, self._patience = client, participant, receipts, patience

    def play(self, url: str) -> Ended:
        """Take part by this link, as far as the site lets this participant."""
        page = self._open(url)
        if "/done/" in page.url.path:
            return Ended.FINISHED
        if (title := _title(page)) in _OVER:
            return Ended(title)
        _expect(page, "open the link")
        place = Place(str(page.url), _place(page))
        times: Counter[str] = Counter()
        for item in place.data["items"]:
            shown = " ".join(sorted(picture_urls(item)))
            times[shown] += 1
            if not self._look_and_answer(place, item, times[shown]):
                _expect(self._request("POST", place.url("screen_out_url"), json={}), "end after practice")
                return Ended.SCREENED_OUT
        done = self._request("POST", place.url("finish_url"), headers={"Accept": "application/json"})
        _expect(done, "finish")
        return Ended.FINISHED

    def _open(self, url: str) -> httpx.Response:
        page = self._request("GET", url, follow_redirects=True)
        if page.status_code == 200 and "/join/" in page.url.path:
            page = self._request("POST", url, data={"consent": "yes"}, follow_redirects=True)
        return page

    def _look_and_answer(self, place: Place, item: Data, time: int) -> bool:
        """Answer an item's questions in the page's order; False when practice went wrong in every try and ends it."""
        questions, practice = place.data["questions"], item.get("practice")
        given: dict[str, Value] = {name: said["value"] for name, said in item["answered"].items()}
        if len(given) == len(questions) and not (practice and _misunderstood(practice, given)):
            return True
        pictures = tuple(self._fetch(urljoin(place.base, url)) for url in picture_urls(item))
        respondent = Respondent(self._participant, pictures, item.get("instruction", ""), time)
        self._answer(place, item, respondent, given, 1)
        if not practice:
            return True
        for attempt in range(2, practice["tries"] + 1):
            if not _misunderstood(practice, given):
                return True
            given.clear()
            self._answer(place, item, replace(respondent, told=practice["wrong"], time=attempt), given, attempt)
        return not ("screen_out_url" in place.data and _misunderstood(practice, given))

    def _answer(self, place: Place, item: Data, respondent: Respondent, given: dict[str, Value], attempt: int) -> None:
        """Answer what has no answer yet, and send each answer at once."""
        questions = place.data["questions"]
        for n, question in enumerate(questions, 1):
            if question["id"] not in given:
                value = given[question["id"]] = respondent.answer(question, given)
                self._send(place, item, question, value, respondent.seconds(questions[:n]), attempt)

    def _send(self, place: Place, item: Data, question: Question, value: Value, seconds: float, attempt: int) -> None:
        about = f"{self._participant.seed}/{place.key}/{item['position']}/{question['id']}"
        about += f"/{attempt}" if attempt > 1 else ""
        answer = {
            "position": item["position"],
            "question": question["id"],
            "value": value,
            **({"skipped": True} if value is None else {}),
            **({"layout": "side"} if "left" in item else {}),
            "key": str(uuid.uuid5(_NAMESPACE, about)),
            "seconds": seconds,
        }
        receipt = _expect(self._request("POST", place.url("answer_url"), json=answer), "answer").json()
        self._receipts.add(place.assignment, receipt["position"], receipt["question"], receipt["receipt"])

    def _fetch(self, url: str) -> str:
        """Look at the picture that really came and return its sha256."""
        return self._participant.world.see(_expect(self._request("GET", url), "fetch a picture").content)

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


def _misunderstood(practice: Data, given: dict[str, Value]) -> bool:
    """Tell whether the page would show its words for a wrong try."""
    ends = practice["expected"].items()
    return not all(isinstance(value := given[name], int) and low <= value <= high for name, (low, high) in ends)


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
        words = f"the page says {_title(response) or response.reason_phrase}"
    raise PlayError(f"A participant could not {what} ({response.status_code}): {words}")


def _title(page: httpx.Response) -> str:
    found = _TITLE.search(page.text)
    return html.unescape(found.group(1)).strip() if found else ""


def _place(page: httpx.Response) -> Data:
    found = _PLACE.search(page.text)
    if found is None:
        raise PlayError("The page of a place carries no place data: is this server Twicetold's?")
    place: Data = json.loads(html.unescape(found.group(1)) if "&quot;" in found.group(1) else found.group(1))
    return place

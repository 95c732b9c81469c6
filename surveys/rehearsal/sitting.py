"""One simulated person before the pictures of one place."""

from __future__ import annotations

import random
import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin

from surveys.rehearsal.answering import Value, answer
from surveys.rehearsal.browser import Browser, PlayError, Shown
from surveys.rehearsal.knowing import Known
from surveys.rehearsal.visits import Place

Item = Mapping[str, Any]


class Sitting:
    """Answers what a page shows, each answer sent at once; the same seed answers the same."""

    def __init__(self, browser: Browser, page: Shown, place: Place, *, seed: int, known: Known) -> None:
        self._browser, self._page, self._place, self._seed, self._known = browser, page, place, seed, known
        self.answers = sum(len(item["answered"]) for item in place["items"])

    def url(self, name: str) -> str:
        """Return one of the addresses in the page's data."""
        return urljoin(self._page.url, str(self._place[name]))

    def answer(self, most: int | None = None) -> None:
        """Answer the items, or the first few."""
        for item in self._place["items"][:most]:
            self._answer_item(item)

    def _answer_item(self, item: Item) -> None:
        """Look at the pictures and answer what is unanswered, in the page's order."""
        pictures = picture_urls(item)
        for url in pictures:
            self._browser.look_at(urljoin(self._page.url, url))
        given: dict[str, Value] = {name: said["value"] for name, said in item["answered"].items()}
        expected = item["practice"]["expected"] if "practice" in item else self._known.get(frozenset(pictures), {})
        for question in self._place["questions"]:
            name = question["id"]
            if name not in given:
                chance = self._chance(*sorted(pictures), name)
                told = item.get("instruction", "")
                given[name] = answer(question, given, told=told, expected=expected, chance=chance)
                self._send(item, name, given[name])

    def _send(self, item: Item, question: str, value: Value) -> None:
        chance = self._chance(str(item["position"]), question)
        key = str(uuid.UUID(int=chance.getrandbits(128), version=4))
        said: dict[str, Any] = {"position": item["position"], "question": question, "value": value, "key": key}
        if value is None:
            said["skipped"] = True
        if self._place["log_behaviour"]:
            said["seconds"] = round(chance.uniform(0.8, 1.6) * self._place["seconds_per_item"], 1)
            said |= {"layout": "side"} if "left" in item else {}
        if not self._browser.call(self.url("answer_url"), said).get("receipt"):
            raise PlayError("An answer was taken without a receipt.")
        self.answers += 1

    def _chance(self, *about: str) -> random.Random:
        return random.Random("\n".join((str(self._seed), *about)))


def picture_urls(item: Item) -> list[str]:
    """Return the addresses of an item's pictures: left and right, or the only one."""
    return [item[name]["url"] for name in ("picture", "left", "right") if name in item]

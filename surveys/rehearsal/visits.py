"""How people behave who come, and how their visits end."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from surveys.rehearsal.browser import Shown
from surveys.rehearsal.pages import Form

Place = Mapping[str, Any]


class Behaviour(StrEnum):
    """What somebody does who comes."""

    FINISH = "finish"
    PREVIEW = "preview"  # looks, and takes nothing
    RETURN = "return"  # gives the place back half-way
    ABANDON = "abandon"  # walks away half-way
    TWICE = "twice"  # opens the same address again half-way, and at the end
    MALFORMED = "malformed"  # comes with ids that are none


class Ended(StrEnum):
    """How it ended."""

    FINISHED = "finished"
    LOOKED = "looked"
    RETURNED = "returned"
    ABANDONED = "abandoned"
    REFUSED = "refused"  # not let in: the page's title and status say why
    NOT_OFFERED = "not_offered"  # the panel had nothing for this person


@dataclass(frozen=True)
class Ending:
    """What the last page shows: the receipt, and how the panel hears of it (one of these, or none)."""

    receipt_code: str = ""
    form: Form | None = None  # to be posted to the panel
    link: str = field(default="", repr=False)  # back to the panel; holds a secret code
    code: str = field(default="", repr=False)  # to be pasted at the panel

    @property
    def leads_back(self) -> bool:
        """Whether the panel is to hear of it."""
        return bool(self.form or self.link or self.code)


@dataclass(frozen=True)
class Visit:
    """How a visit ended, with the title and status of the page that said so."""

    ended: Ended
    title: str = ""
    status: int = 200
    answers: int = 0
    ending: Ending = Ending()


def ending_of(shown: Shown) -> Ending:
    """Read a last page."""
    page = shown.page
    return Ending(
        page.texts.get("code", ""), page.form("hand-in"), page.link("go-back"), page.texts.get("completion-code", "")
    )


def place_of(shown: Shown) -> Place | None:
    """Return the data of a page with pictures to answer; None where there are none."""
    if shown.status != 200 or "place" not in shown.page.texts:
        return None
    data: Place = json.loads(shown.page.texts["place"])
    return data


def code_of(shown: Shown) -> str:
    """Return the code of the assignment that a page belongs to: what is the same in each of its tokens."""
    return urlsplit(shown.url).path.split("/")[2].split(":")[0]

"""What is asked of a panel, and what it advertises."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from surveys.panels.base.money import Money


class Can(StrEnum):
    """What some panels can do and others cannot; asked for in vain, `PanelRefused`."""

    RECRUIT = "recruit"  # speaks to the service at all; without it postings are links of ours
    EXTEND = "extend"
    PAUSE = "pause"
    REFILL = "refill"  # places of rejected work are given to others by itself
    REJECT = "reject"
    UNREJECT = "unreject"
    BONUS = "bonus"
    COMPENSATE = "compensate"
    SCREEN_OUT = "screen_out"
    STATUS = "status"


@dataclass(frozen=True, slots=True)
class Environment:
    """Which instance of a panel: part of every row's key, so that practice is never taken for the real thing."""

    panel: str  # "mturk"
    name: str  # "production", "sandbox", "simulator", or the endpoint's host
    endpoint: str = ""
    live: bool = False  # real people and real money


@dataclass(frozen=True, slots=True)
class Eligibility:
    """Who may take part. A panel refuses what it cannot promise rather than drop it."""

    countries: tuple[str, ...] = ()  # ISO 3166-1 alpha-2; empty = anywhere
    approval_percent_at_least: int | None = None
    approvals_at_least: int | None = None
    once: str = ""  # people who took anything of this name do not see it again


@dataclass(frozen=True, slots=True)
class Offer:
    """What people are offered, alike for every posting of a survey."""

    title: str
    description: str
    keywords: tuple[str, ...]
    url: str  # our page, where everyone arrives
    reward: Money
    seconds_allowed: int  # from accepting to submitting
    seconds_open: int  # how long a posting stands
    seconds_to_approval: int  # after which the panel approves by itself
    eligibility: Eligibility = Eligibility()
    frame_height: int = 0  # px; 0 = fill the window. For panels that frame our page
    outcomes: Mapping[str, str] = field(default_factory=dict)  # outcome → completion code, for panels that use codes
    most: int = 0  # places in one posting, as in `Way`; 0 = all in one, where the panel has them in one
    seconds_expected: int = 0  # how long it takes, for panels that say so; 0 = not known


@dataclass(frozen=True, slots=True)
class Opening:
    """What `open` prepared, once per offer: keep it, and hand it back to `recruit`, `extend` and `compensate`."""

    reference: str  # the HIT type, the draft study, the link
    offer: Offer
    details: Mapping[str, str] = field(default_factory=dict)  # the panel's own, as text


@dataclass(frozen=True, slots=True)
class Posting:
    """One thing a panel advertises: a HIT, a study, a link."""

    reference: str
    places: int
    token: str  # the one it was created with
    url: str = ""  # where people of the panel see it
    expires_at: datetime | None = None
    opening: str = ""  # reference of its opening


@dataclass(frozen=True, slots=True)
class Funds:
    """What the account holds; None where the panel does not say."""

    available: Money | None
    on_hold: Money | None = None


@dataclass(frozen=True, slots=True)
class Closing:
    """How far closing a posting came: call again until `done`."""

    posting: str
    done: bool
    waiting_for: str = ""  # in words

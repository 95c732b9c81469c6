"""What every panel can be asked, in plain data: no models, no framework, nothing of ours.

A panel recruits, is told who finished, and pays. Answers never travel through it. Every call that creates or pays takes
the caller's token and a `Journal`, and goes through `carry_out`: written down before it is sent, found again when
nobody knows whether it happened, and never made twice.
"""

from surveys.panels.base.errors import (
    ArrivalRefused,
    BeingAsked,
    PanelBusy,
    PanelError,
    PanelRefused,
    PanelUnreachable,
    PanelUnsure,
)
from surveys.panels.base.journal import Before, Call, Journal, Json, MemoryJournal, Reply, carry_out
from surveys.panels.base.links import LinkPanel
from surveys.panels.base.money import Money, Price, Way
from surveys.panels.base.offers import Can, Closing, Eligibility, Environment, Funds, Offer, Opening, Posting
from surveys.panels.base.pace import Pace, pace_of
from surveys.panels.base.panel import Heard, Panel, ignore
from surveys.panels.base.people import Arrival, BonusPaid, Code, Finish, FormPost, Redirect, State, Status, Submission

__all__ = [
    "Arrival",
    "ArrivalRefused",
    "Before",
    "BeingAsked",
    "BonusPaid",
    "Call",
    "Can",
    "Closing",
    "Code",
    "Eligibility",
    "Environment",
    "Finish",
    "FormPost",
    "Funds",
    "Heard",
    "Journal",
    "Json",
    "LinkPanel",
    "MemoryJournal",
    "Money",
    "Offer",
    "Opening",
    "Pace",
    "Panel",
    "PanelBusy",
    "PanelError",
    "PanelRefused",
    "PanelUnreachable",
    "PanelUnsure",
    "Posting",
    "Price",
    "Redirect",
    "Reply",
    "State",
    "Status",
    "Submission",
    "Way",
    "carry_out",
    "ignore",
    "pace_of",
]

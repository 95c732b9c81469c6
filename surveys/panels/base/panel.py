"""The protocol that every panel implements."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Protocol

from surveys.panels.base.journal import Journal
from surveys.panels.base.money import Money, Way
from surveys.panels.base.offers import Can, Closing, Environment, Funds, Offer, Opening, Posting
from surveys.panels.base.people import Arrival, Finish, Status, Submission

Heard = Callable[[Posting], None]


def ignore(posting: Posting) -> None:
    """Listen to nothing."""


class Panel(Protocol):
    """A place where participants come from.

    `token` names what is wanted, not the try: the same token for the same thing, whatever happened before. Methods that
    make several things derive one token for each (`token` is at most 50 characters to leave room).
    """

    @property
    def environment(self) -> Environment: ...

    @property
    def abilities(self) -> frozenset[Can]: ...

    def funds(self) -> Funds:
        """Ask for the balance: also the way to see that keys and address work."""

    def ways(self, places: int, reward: Money, *, on: date) -> tuple[Way, ...]:
        """Say how n places can be advertised and what each way costs, without asking anybody; the cheapest first."""

    def fee(self, reward: Money, *, places: int, on: date) -> Money:
        """Say what the panel takes for one submission to a posting of n places."""

    def bonus_fee(self, amount: Money, *, on: date) -> Money:
        """Say what the panel takes for one bonus."""

    def open(self, offer: Offer, *, token: str, journal: Journal) -> Opening:
        """Prepare what all postings of an offer share. Nobody sees anything yet."""

    def recruit(
        self, opening: Opening, places: int, *, token: str, journal: Journal, heard: Heard = ignore
    ) -> tuple[Posting, ...]:
        """Advertise n places. A second call with this token returns the same postings, and makes what was missing.

        `heard` is told of each posting as soon as it is known, so that what was made is remembered whatever follows.
        """

    def extend(
        self, opening: Opening, posting: Posting, places: int, *, token: str, journal: Journal, heard: Heard = ignore
    ) -> tuple[Posting, ...]:
        """Add n places, to the posting or beside it; return what changed or was made, and tell `heard` at once."""

    def pause(self, posting: str, *, token: str, journal: Journal) -> None:
        """Let nobody new in for a while. Who is at it may finish, and is paid."""

    def resume(self, opening: Opening, posting: str, *, token: str, journal: Journal) -> None:
        """Let people in again after a pause."""

    def stop(self, posting: str, *, token: str, journal: Journal) -> None:
        """Let nobody new in any more. Who is at it may finish, and is paid."""

    def close(self, posting: str, *, token: str, journal: Journal) -> Closing:
        """Take one step towards removing a posting: stop, wait for who is at it and for verdicts, remove."""

    def began(self, opening: Opening, person: str, *, token: str, journal: Journal) -> None:
        """Hear that someone began: from now on nothing of the same `once` is offered to them."""

    def arrival(self, query: Mapping[str, str]) -> Arrival:
        """Read the parameters that the panel put on our address. Raises `ArrivalRefused`."""

    def finish(self, arrival: Arrival, *, receipt_code: str, outcome: str, opening: Opening | None) -> Finish:
        """Say where a finished person goes."""

    def approve(self, submission: Submission, *, token: str, journal: Journal, feedback: str = "") -> None:
        """Pay. Approved before is done."""

    def reject(self, submission: Submission, reason: str, *, category: str = "", token: str, journal: Journal) -> None:
        """Do not pay, and say why."""

    def unreject(self, submission: Submission, reason: str, *, token: str, journal: Journal) -> None:
        """Pay after all."""

    def bonus(self, submission: Submission, amount: Money, reason: str, *, token: str, journal: Journal) -> None:
        """Pay on top."""

    def compensate(
        self, opening: Opening, person: str, amount: Money, reason: str, *, url: str, token: str, journal: Journal
    ) -> Posting | None:
        """Pay someone who could not submit: by a posting at `url` that only they can take, or at once (None)."""

    def screen_out(self, submission: Submission, amount: Money, *, token: str, journal: Journal) -> None:
        """Pay someone who was not eligible for what they began."""

    def status(self, postings: Sequence[str], *, on: date, bonuses: bool = False) -> tuple[Status, ...]:
        """Ask for everything the panel knows of these postings, to the last page; bonuses only if asked (more calls).

        A posting that the panel no longer has is absent.
        """

    def postings(self) -> tuple[Posting, ...]:
        """List what the panel has of this account, ours or not, so that differences show."""

"""What panels have in common to which nobody can speak: people come by a link, and are paid elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from surveys.panels.base.errors import PanelRefused
from surveys.panels.base.journal import Journal
from surveys.panels.base.money import Money, Price, Way
from surveys.panels.base.offers import Can, Closing, Environment, Funds, Offer, Opening, Posting
from surveys.panels.base.panel import Heard, ignore
from surveys.panels.base.people import Status, Submission


class LinkPanel:
    """A panel that can be asked for nothing: every call that would need an answer from it is refused with a remedy.

    Postings are links of ours, so opening, extending and closing them happens here at once and costs no call. They are
    told apart by their tokens: the same token is the same posting.
    """

    abilities: frozenset[Can] = frozenset()

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    @property
    def environment(self) -> Environment:
        return self._environment

    def funds(self) -> Funds:
        return Funds(None)

    def ways(self, places: int, reward: Money, *, on: date) -> tuple[Way, ...]:
        """Rewards alone: what the panel takes besides is not known here."""
        total = reward * places
        price = Price(places, total, self.fee(reward, places=places, on=on), total, on, "rewards only")
        return (Way(0, 1, price),)

    def fee(self, reward: Money, *, places: int, on: date) -> Money:
        return Money(Decimal(0), reward.currency)

    def bonus_fee(self, amount: Money, *, on: date) -> Money:
        return Money(Decimal(0), amount.currency)

    def open(self, offer: Offer, *, token: str, journal: Journal) -> Opening:
        return Opening(token, offer)

    def recruit(
        self, opening: Opening, places: int, *, token: str, journal: Journal, heard: Heard = ignore
    ) -> tuple[Posting, ...]:
        made = Posting(token, places, token, url=opening.offer.url, opening=opening.reference)
        heard(made)
        return (made,)

    def extend(
        self, opening: Opening, posting: Posting, places: int, *, token: str, journal: Journal, heard: Heard = ignore
    ) -> tuple[Posting, ...]:
        grown = replace(posting, places=posting.places + places)
        heard(grown)
        return (grown,)

    def pause(self, posting: str, *, token: str, journal: Journal) -> None:
        raise self._elsewhere("kept waiting")

    def resume(self, opening: Opening, posting: str, *, token: str, journal: Journal) -> None:
        raise self._elsewhere("let in again")

    def stop(self, posting: str, *, token: str, journal: Journal) -> None:
        """Nothing is asked of the panel: the link itself lets nobody in any more."""

    def close(self, posting: str, *, token: str, journal: Journal) -> Closing:
        return Closing(posting, done=True)

    def began(self, opening: Opening, person: str, *, token: str, journal: Journal) -> None:
        """The panel is told nothing: who took part before is known at our own door."""

    def approve(self, submission: Submission, *, token: str, journal: Journal, feedback: str = "") -> None:
        raise self._elsewhere("approved")

    def reject(self, submission: Submission, reason: str, *, category: str = "", token: str, journal: Journal) -> None:
        raise self._elsewhere("rejected")

    def unreject(self, submission: Submission, reason: str, *, token: str, journal: Journal) -> None:
        raise self._elsewhere("paid after all")

    def bonus(self, submission: Submission, amount: Money, reason: str, *, token: str, journal: Journal) -> None:
        raise self._elsewhere("given a bonus")

    def compensate(
        self, opening: Opening, person: str, amount: Money, reason: str, *, url: str, token: str, journal: Journal
    ) -> Posting | None:
        raise self._elsewhere("compensated")

    def screen_out(self, submission: Submission, amount: Money, *, token: str, journal: Journal) -> None:
        raise self._elsewhere("paid for being turned away")

    def status(self, postings: Sequence[str], *, on: date, bonuses: bool = False) -> tuple[Status, ...]:
        raise PanelRefused(
            f"The panel {self.environment.name} can't be asked who submitted what.",
            "Compare its own list with the receipt codes in the table of assignments.",
        )

    def postings(self) -> tuple[Posting, ...]:
        return ()

    def _elsewhere(self, what: str) -> PanelRefused:
        return PanelRefused(
            f"Nobody can be {what} from here at the panel {self.environment.name}.", "Do it on the panel's own pages."
        )

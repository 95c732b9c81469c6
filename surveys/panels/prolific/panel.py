"""Prolific as a `Panel`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from surveys.panels.base import (
    BonusPaid,
    Can,
    Closing,
    Funds,
    Heard,
    Journal,
    Money,
    Offer,
    Opening,
    PanelRefused,
    Posting,
    Status,
    Submission,
    Way,
    ignore,
)
from surveys.panels.prolific import fees, readings
from surveys.panels.prolific.account import Account
from surveys.panels.prolific.door import Door
from surveys.panels.prolific.drafts import ScreenOut, draft
from surveys.panels.prolific.filters import filters_for, needs_list
from surveys.panels.prolific.money import in_cents
from surveys.panels.prolific.studies import Studies
from surveys.panels.prolific.wire import Wire
from surveys.panels.prolific.words import Gone, no_funds
from surveys.panels.prolific.work import Work

GROUP = "group"  # key of an opening's details
NOT_ELIGIBLE = "You were not eligible for this study; you have been paid for your time."


class Prolific(Door):
    """Prolific, or whatever speaks its protocol at the other end of the wire.

    One opening is one study. `extend` gives it more places; a second `recruit` under another token is refused.
    """

    abilities = frozenset(set(Can))

    def __init__(
        self,
        wire: Wire,
        *,
        account: fees.Terms,
        workspace: str = "",
        project: str = "",
        screen_out: ScreenOut | None = None,
        site: str = "",
    ) -> None:
        super().__init__(wire.environment, site=site)
        self.wire = wire
        self._terms = account
        self._project = project
        self._pays_screened_out = screen_out
        self._account = Account(wire, workspace=workspace)
        self._studies = Studies(wire, project=project)
        self._work = Work(wire)

    # Money

    def funds(self) -> Funds:
        return self._account.funds()

    def ways(self, places: int, reward: Money, *, on: date) -> tuple[Way, ...]:
        """Say the one price: a place costs the same in any study."""
        return (Way(0, 1, fees.price(places, reward, self._terms, on=on)),)

    def fee(self, reward: Money, *, places: int, on: date) -> Money:
        return Money(fees.fee(reward.amount, self._terms, on=on), reward.currency)

    def bonus_fee(self, amount: Money, *, on: date) -> Money:
        return Money(fees.fee(amount.amount, self._terms, on=on), amount.currency)

    # Postings

    def open(self, offer: Offer, *, token: str, journal: Journal) -> Opening:
        """Make the draft of a study. Prolific has no end of a study by the clock, and approves after 21 days."""
        once, details = offer.eligibility.once, {}
        listed = self._account.filters() if needs_list(offer.eligibility) else []
        filters_for(offer.eligibility, listed)  # refuse before anything is made
        body = draft(
            offer,
            (),
            token=token,
            currency=self._account.currency,
            project=self._project,
            screen_out=self._pays_screened_out,
        )
        if once:
            details[GROUP] = self._account.group(once, token=token, journal=journal)
        body["filters"] = filters_for(offer.eligibility, listed, group=details.get(GROUP, ""))
        return Opening(self._studies.draft(body, token=token, journal=journal), offer, details)

    def recruit(
        self, opening: Opening, places: int, *, token: str, journal: Journal, heard: Heard = ignore
    ) -> tuple[Posting, ...]:
        """Publish the study with so many places."""
        _some(places)
        made = self._studies.publish(
            opening.reference,
            places,
            token=token,
            journal=journal,
            before=lambda: self._afford(opening.offer.reward, places),
        )
        posting = Posting(
            reference=opening.reference,
            places=int(str(made["places"])),
            token=token,
            url=f"{self._site}/studies/{opening.reference}",
            opening=opening.reference,
        )
        heard(posting)
        return (posting,)

    def extend(
        self, opening: Opening, posting: Posting, places: int, *, token: str, journal: Journal, heard: Heard = ignore
    ) -> tuple[Posting, ...]:
        """Give the study more places; a stopped one recruits again."""
        _some(places)
        grown = replace(posting, places=posting.places + places)
        self._studies.grow(posting.reference, grown.places, token=token, journal=journal)
        heard(grown)
        return (grown,)

    def _afford(self, reward: Money, places: int) -> None:
        """Look, before a study is published, whether the workspace can pay for it."""
        each = reward + self.fee(reward, places=places, on=datetime.now(UTC).date())
        needed, available = each * places, self.funds().available
        if self._pays_screened_out is not None:
            pay = self._pays_screened_out.reward
            needed += (pay + self.bonus_fee(pay, on=datetime.now(UTC).date())) * self._pays_screened_out.places
        if available is not None and available.amount < needed.amount:
            raise no_funds(f"It needs {needed} and holds {available}.")

    def pause(self, posting: str, *, token: str, journal: Journal) -> None:
        self._studies.pause(posting, token=token, journal=journal)

    def resume(self, opening: Opening, posting: str, *, token: str, journal: Journal) -> None:
        self._studies.resume(posting, token=token, journal=journal)

    def stop(self, posting: str, *, token: str, journal: Journal) -> None:
        self._studies.stop(posting, token=token, journal=journal)

    def close(self, posting: str, *, token: str, journal: Journal) -> Closing:
        """Stop, and wait for who is at it and for verdicts. Prolific keeps what was published; a draft is deleted."""
        return self._studies.close(posting, token=token, journal=journal)

    def postings(self) -> tuple[Posting, ...]:
        return tuple(readings.posting(study, self._site) for study in self._studies.all())

    def status(self, postings: Sequence[str], *, on: date, bonuses: bool = False) -> tuple[Status, ...]:
        charges = readings.Charges(self._terms, self._account.currency, on)
        found = (self._status(one, charges, bonuses) for one in dict.fromkeys(postings))
        return tuple(one for one in found if one is not None)

    def _status(self, identifier: str, charges: readings.Charges, bonuses: bool) -> Status | None:
        try:
            study = self._studies.one(identifier)
        except Gone:
            return None
        work = [readings.submission(one, identifier) for one in self._studies.submissions(identifier)]
        paid = [extra for one in work for extra in self._bonuses(one, charges.currency)] if bonuses else []
        cost = self.wire.read("show cost", f"/studies/{identifier}/cost/")
        return readings.status(study, work, paid, cost, charges)

    def _bonuses(self, one: Submission, currency: str) -> list[BonusPaid]:
        return [readings.bonus(one, cents, currency) for cents in self._work.bonuses(one.assignment)]

    # People

    def began(self, opening: Opening, person: str, *, token: str, journal: Journal) -> None:
        """Put them into the group of those who took part. Prolific looks at it when a study is published."""
        group = opening.details.get(GROUP)
        if group:
            self._account.add(group, person, token=token, journal=journal)

    # Verdicts and pay

    def approve(self, submission: Submission, *, token: str, journal: Journal, feedback: str = "") -> None:
        """Pay. Prolific passes no feedback on."""
        self._work.approve(submission, token=token, journal=journal)

    def reject(self, submission: Submission, reason: str, *, category: str = "", token: str, journal: Journal) -> None:
        self._work.reject(submission, reason, category, token=token, journal=journal)

    def unreject(self, submission: Submission, reason: str, *, token: str, journal: Journal) -> None:
        """Take the rejection back, then pay. The reference names the action and says nothing of when it is allowed."""
        self._work.unreject(submission, token=token, journal=journal)
        self._work.approve(submission, token=token, journal=journal)

    def bonus(self, submission: Submission, amount: Money, reason: str, *, token: str, journal: Journal) -> None:
        """Pay on top. Prolific passes no reason on."""
        self._work.bonus(submission, amount, self._account.currency, token=token, journal=journal)

    def compensate(
        self, opening: Opening, person: str, amount: Money, reason: str, *, url: str, token: str, journal: Journal
    ) -> Posting | None:
        """Pay at once, by a bonus on what they began in this study, whatever became of it."""
        in_cents(amount, self._account.currency)
        for one in self._studies.submissions(opening.reference):
            if one.get("participant_id") == person:
                submission = readings.submission(one, opening.reference)
                self.bonus(submission, amount, reason, token=token, journal=journal)
                return None
        raise PanelRefused(
            "Prolific pays only people who began the study, and this person is not on its list.",
            "Look at the list of submissions on Prolific's own pages.",
        )

    def screen_out(self, submission: Submission, amount: Money, *, token: str, journal: Journal) -> None:
        """Pay someone who was not eligible: a bonus, and a request to return, unless Prolific has paid them itself."""
        if self._work.status(submission.assignment) == "SCREENED OUT":
            return
        self.bonus(submission, amount, "", token=token, journal=journal)
        self._work.ask_to_return(submission, NOT_ELIGIBLE, token=token, journal=journal)


def _some(places: int) -> None:
    if places < 1:
        raise PanelRefused(f"{places} places are none.", "Ask for one or more.")

"""Mechanical Turk as a `Panel`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

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
    PanelBusy,
    PanelRefused,
    Posting,
    Reply,
    Status,
    Submission,
    Way,
    ignore,
)
from surveys.panels.mturk import fees, readings
from surveys.panels.mturk.closing import Closings
from surveys.panels.mturk.door import Door
from surveys.panels.mturk.environments import worker_site
from surveys.panels.mturk.groups import Groups
from surveys.panels.mturk.hits import Hits
from surveys.panels.mturk.names import part
from surveys.panels.mturk.purse import Purse
from surveys.panels.mturk.qualifications import only_holders, requirements
from surveys.panels.mturk.wire import Wire
from surveys.panels.mturk.words import Gone
from surveys.panels.mturk.work import Work, in_dollars
from surveys.panels.mturk.workers import checked_worker

ONCE = "qualification"  # key of an opening's details


class MTurk(Door):
    """Mechanical Turk, or whatever speaks its protocol at the other end of the wire."""

    abilities = frozenset(
        {Can.RECRUIT, Can.EXTEND, Can.PAUSE, Can.REJECT, Can.UNREJECT, Can.BONUS, Can.COMPENSATE, Can.STATUS}
    )

    def __init__(self, wire: Wire, *, submit_to: Collection[str] = ()) -> None:
        super().__init__(wire.environment, submit_to=submit_to)
        self.wire = wire
        self._hits = Hits(wire)
        self._closings = Closings(wire, self._hits)
        self._work = Work(wire)
        self._groups = Groups(wire)

    # Money

    def funds(self) -> Funds:
        reply = self.wire.call("GetAccountBalance")
        held = reply.get("OnHoldBalance")
        return Funds(readings.dollars(reply["AvailableBalance"]), readings.dollars(held) if held else None)

    def ways(self, places: int, reward: Money, *, on: date) -> tuple[Way, ...]:
        """Say both prices: in postings of at most nine, and in one, where each place costs more from ten on."""
        in_dollars(reward)  # refuse another currency before anything is said
        both = fees.both_prices(places, reward, on=on)
        small = Way(fees.MOST_IN_A_BATCH, len(both.batches), both.in_batches)
        return (small,) if places <= fees.MOST_IN_A_BATCH else (small, Way(0, 1, both.in_one))

    def fee(self, reward: Money, *, places: int, on: date) -> Money:
        return Money(fees.fee(reward.amount, places=places, on=on), reward.currency)

    def bonus_fee(self, amount: Money, *, on: date) -> Money:
        return Money(fees.bonus_fee(amount.amount, on=on), amount.currency)

    # Postings

    def open(self, offer: Offer, *, token: str, journal: Journal) -> Opening:
        once = offer.eligibility.once
        details: dict[str, str] = {}
        if once:
            details[ONCE] = self._groups.qualification(
                once, "Took part before.", token=part(token, "once"), journal=journal
            )
        wanted = requirements(offer.eligibility, once=details.get(ONCE, ""))
        return Opening(self._groups.hit_type(offer, wanted, token=part(token, "type"), journal=journal), offer, details)

    def recruit(
        self, opening: Opening, places: int, *, token: str, journal: Journal, heard: Heard = ignore
    ) -> tuple[Posting, ...]:
        """Advertise places in HITs of at most the offer's `most`; from ten on each place costs more."""
        sizes = fees.batches(places, most=opening.offer.most or places)
        purse = Purse(self.wire, opening.offer.reward, sizes, token=token)
        made: list[Posting] = []
        for k, size in enumerate(sizes):
            hit = self._hits.make(
                opening, size, token=part(token, str(k)), journal=journal, before=lambda k=k: purse.check(k)
            )
            made.append(self._posting(hit))
            heard(made[-1])
        return tuple(made)

    def extend(
        self, opening: Opening, posting: Posting, places: int, *, token: str, journal: Journal, heard: Heard = ignore
    ) -> tuple[Posting, ...]:
        """Fill a small HIT up to nine and put the rest beside it; a large HIT takes them all."""
        room = places if posting.places > fees.MOST_IN_A_BATCH else fees.MOST_IN_A_BATCH - posting.places
        here = min(room, places)
        changed: tuple[Posting, ...] = ()
        if here > 0:
            grown = replace(posting, places=posting.places + here)
            self._hits.add(posting.reference, here, up_to=grown.places, token=part(token, "add"), journal=journal)
            changed = (self._reopened(grown, opening, token=token, journal=journal),)
            heard(changed[0])
        if places > here:
            changed += self.recruit(opening, places - here, token=part(token, "new"), journal=journal, heard=heard)
        return changed

    def _reopened(self, posting: Posting, opening: Opening, *, token: str, journal: Journal) -> Posting:
        """Give an expired HIT time again: places that nobody may accept are none."""
        if posting.expires_at is None or posting.expires_at > datetime.now(UTC):
            return posting
        self._hits.reopen(posting.reference, opening.offer.seconds_open, token=part(token, "open"), journal=journal)
        return replace(posting, expires_at=None)

    def pause(self, posting: str, *, token: str, journal: Journal) -> None:
        self._hits.expire(posting, token=token, journal=journal)

    def resume(self, opening: Opening, posting: str, *, token: str, journal: Journal) -> None:
        self._hits.reopen(posting, opening.offer.seconds_open, token=token, journal=journal)

    def stop(self, posting: str, *, token: str, journal: Journal) -> None:
        self._hits.expire(posting, token=token, journal=journal)

    def close(self, posting: str, *, token: str, journal: Journal) -> Closing:
        return self._closings.close(posting, token=token, journal=journal)

    def postings(self) -> tuple[Posting, ...]:
        hits = list(self.wire.pages("ListHITs"))
        for hit in hits:
            self._closings.saw(hit)
        return tuple(readings.posting(hit, self._site) for hit in hits)

    def status(self, postings: Sequence[str], *, on: date, bonuses: bool = False) -> tuple[Status, ...]:
        """Ask for everything known of these postings. What it names may be judged and paid without a further look."""
        each = (self._status(hit, on=on, bonuses=bonuses) for hit in self._hits.shown(postings))
        return tuple(one for one in each if one is not None)

    def _status(self, hit: Mapping[str, Any], *, on: date, bonuses: bool) -> Status | None:
        self._closings.saw(hit)
        name, most = hit["HITId"], int(hit["MaxAssignments"])
        try:
            listed = self.wire.pages("ListAssignmentsForHIT", HITId=name, most=most)
            work = [self._work.saw(readings.submission(one)) for one in listed]
            paid = self._bonuses(name) if bonuses else ()
        except Gone as error:
            if self._hits.find(name) is None:  # removed since it was listed
                return None
            raise PanelBusy("Mechanical Turk does not know a new HIT everywhere yet.", "Try again later.") from error
        return readings.status(hit, work, paid, now=datetime.now(UTC), on=on)

    def _bonuses(self, hit: str) -> tuple[BonusPaid, ...]:
        return tuple(readings.bonus(one) for one in self.wire.pages("ListBonusPayments", HITId=hit))

    # People

    def began(self, opening: Opening, person: str, *, token: str, journal: Journal) -> None:
        qualification = opening.details.get(ONCE)
        if qualification:
            self._groups.grant(qualification, checked_worker(person), token=token, journal=journal)

    # Verdicts and pay

    def approve(self, submission: Submission, *, token: str, journal: Journal, feedback: str = "") -> None:
        """Pay the worker whom the service names: pass what `status` of this object returned, and no look is needed."""
        self._work.approve(submission, token=token, journal=journal, feedback=feedback)

    def reject(self, submission: Submission, reason: str, *, category: str = "", token: str, journal: Journal) -> None:
        self._work.reject(submission, reason, token=token, journal=journal)

    def unreject(self, submission: Submission, reason: str, *, token: str, journal: Journal) -> None:
        self._work.approve(submission, token=token, journal=journal, feedback=reason, override=True)

    def bonus(self, submission: Submission, amount: Money, reason: str, *, token: str, journal: Journal) -> None:
        self._work.bonus(submission, amount, reason, token=token, journal=journal)

    def compensate(
        self, opening: Opening, person: str, amount: Money, reason: str, *, url: str, token: str, journal: Journal
    ) -> Posting:
        """Make a HIT of one assignment that only this worker sees."""
        person = checked_worker(person)
        only = self._groups.qualification(
            f"Compensation {part(token, 'c')}", reason, token=part(token, "cq"), journal=journal
        )
        self._groups.grant(only, person, token=part(token, "cg"), journal=journal)
        offer = replace(opening.offer, title=f"Compensation: {opening.offer.title}"[:128], reward=amount, url=url)
        offer = replace(offer, description=reason)
        kind = self._groups.hit_type(offer, only_holders(only), token=part(token, "ct"), journal=journal)
        return self.recruit(Opening(kind, offer), 1, token=part(token, "ch"), journal=journal)[0]

    def screen_out(self, submission: Submission, amount: Money, *, token: str, journal: Journal) -> None:
        raise PanelRefused(
            "Mechanical Turk has no pay for people who turn out not to be eligible.",
            "Approve what they submitted, or compensate them.",
        )

    @property
    def _site(self) -> str:
        return worker_site(self.environment)

    def _posting(self, reply: Reply) -> Posting:
        expires = reply.get("Expiration")
        at = datetime.fromisoformat(expires) if isinstance(expires, str) else None
        return readings.posting({**reply, "Expiration": at}, self._site)

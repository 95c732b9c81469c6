"""What a survey costs, and what people earn in an hour: as planned, and as it turned out."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from statistics import median
from typing import Any

from django.utils.translation import gettext as _

from surveys.models import Assignment, Survey
from surveys.selectors.lengths import length_of

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Price:
    """What one person of a planned survey gets, without what a panel takes.

    Attributes
    ----------
    reward, floor
        Money per person, and the least that an hour should bring; ``floor`` is None where the study names none.
    places
        How many places there are; each is paid at least once.
    seconds
        How long the longest form takes at the typical pace of its questions.
    """

    reward: Decimal
    currency: str
    floor: Decimal | None
    places: int
    seconds: float

    @property
    def total(self) -> Decimal:
        """What all places come to when nobody has to be replaced."""
        return self.reward * self.places

    @property
    def an_hour(self) -> Decimal:
        """What an hour brings, in whole cents."""
        return hourly(self.reward, self.seconds)

    @property
    def too_low(self) -> bool:
        """Whether an hour brings less than the study's floor."""
        return self.floor is not None and self.an_hour < self.floor


@dataclass(frozen=True)
class Wages:
    """What an hour brought those who have finished and are paid; from their first page to their last."""

    people: int
    median: Decimal
    currency: str
    floor: Decimal | None
    below: int


def hourly(reward: Decimal, seconds: float) -> Decimal:
    """Return what an hour brings at this pace, in whole cents; a time below a second counts as one."""
    return (reward * 3600 / Decimal(str(max(1.0, seconds)))).quantize(CENT, ROUND_HALF_UP)


def price_of(survey: Survey) -> Price | None:
    """Return what a planned survey costs; None where the study file names no reward."""
    named = _named(survey)
    if named is None:
        return None
    return Price(*named, places=survey.places.count(), seconds=length_of(survey).seconds)


def wages_of(survey: Survey) -> Wages | None:
    """Return the hourly pay so far; None where no reward is named or nobody has finished."""
    named = _named(survey)
    if named is None:
        return None
    reward, currency, floor = named
    rows = Assignment.objects.filter(
        place__survey=survey, state=Assignment.State.SUBMITTED, payable=True, submitted_at__isnull=False
    ).values_list("started_at", "submitted_at")
    each = [hourly(reward, (end - start).total_seconds()) for start, end in rows if end is not None]
    if not each:
        return None
    below = sum(wage < floor for wage in each) if floor is not None else 0
    return Wages(len(each), Decimal(median(each)).quantize(CENT, ROUND_HALF_UP), currency, floor, below)


def reward_of(survey: Survey) -> tuple[Decimal, str] | None:
    """Return what one person gets, and in which currency; None where the study file names no reward."""
    named = _named(survey)
    return named[:2] if named else None


def _named(survey: Survey) -> tuple[Decimal, str, Decimal | None] | None:
    definition: dict[str, Any] = survey.study.definition
    panel = definition.get("panel", {})
    own: dict[str, Any] = next((each for each in definition.get("surveys", []) if each.get("slug") == survey.slug), {})
    if not own.get("reward"):
        return None
    floor = panel.get("hourly_floor")
    return Decimal(own["reward"]), panel.get("currency", ""), Decimal(floor) if floor else None


def in_words(survey: Survey) -> str:
    """Say what a planned survey costs, and what an hour brings; nothing where no reward is named."""
    price = price_of(survey)
    if price is None:
        return ""
    said = _(
        "%(reward)s %(currency)s for each person, about %(hour)s an hour; %(places)s places come to "
        "%(total)s %(currency)s, without a panel's fees and without those who have to be replaced and are paid too."
    ) % {
        "reward": f"{price.reward:.2f}",
        "currency": price.currency,
        "hour": f"{price.an_hour:,.2f}",
        "places": f"{price.places:,}",
        "total": f"{price.total:,.2f}",
    }
    return f"{said} {below_in_words(price)}".strip()


def below_in_words(price: Price) -> str:
    """Warn where an hour brings less than the study's floor; nothing where it doesn't."""
    if not price.too_low:
        return ""
    return _("That is below the %(floor)s %(currency)s an hour that the study sets itself.") % {
        "floor": f"{price.floor:,.2f}",
        "currency": price.currency,
    }

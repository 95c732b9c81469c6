"""At which panels a survey can be advertised from here, and what each way would cost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from surveys.models import SpendingLimit, Study, Survey
from surveys.panels.base import Money, PanelError, Way
from surveys.panels.prolific.work import CATEGORIES
from surveys.selectors.prices import price_of
from surveys.selectors.recruiting import framing_site, may_frame, unadvertised
from surveys.services import panels
from surveys.services.errors import ServiceError

__all__ = ["CATEGORIES", "Offering", "limit_in_words", "nobody_works", "offerings"]
CHOICES = (("prolific", ""), ("mturk", "sandbox"), ("mturk", "production"))
NOTES = {
    "mturk": (
        "Mechanical Turk closed to new customers on 2026-07-30 (press of July 2026), and the notice in AWS's API "
        "reference says that it closes for good on 2026-09-30. Publishing to it was tested against simulators only."
    ),
    "prolific": "Tested against a simulator made after Prolific's public reference, not against the service itself.",
}


@dataclass(frozen=True)
class Offering:
    """One panel, as one could advertise there now. ``obstacle`` says why not, in words."""

    panel: str
    asked: str
    title: str
    environment: str
    live: bool
    note: str
    ways: tuple[Way, ...]
    obstacle: str


def offerings(survey: Survey) -> list[Offering]:
    """Return every panel that can be spoken to, with its prices for the places that are not advertised yet."""
    found = [_offering(survey, name, environment) for name, environment in CHOICES]
    known: dict[tuple[str, str], Offering] = {}
    for each in found:
        known.setdefault((each.panel, each.environment), each)
    return list(known.values())


def _offering(survey: Survey, name: str, asked: str) -> Offering:
    title, note = panels.title(name), NOTES.get(name, "")
    try:
        panel = panels.connect(name, asked)
    except ServiceError as error:
        return Offering(name, asked, title, asked, asked == "production", note, (), str(error))
    where = panel.environment
    site = framing_site(where)
    obstacle = ""
    if site and not may_frame(site):
        obstacle = f"Its people would see our pages inside {site}, which may not frame them yet: add it to FRAMED_BY."
    price, places = price_of(survey), unadvertised(survey)
    ways: tuple[Way, ...] = ()
    if price and places:
        reward = Money(price.reward, price.currency)
        try:
            ways = panel.ways(places, reward, on=timezone.now().date())
        except PanelError as error:
            obstacle = str(error)
    return Offering(name, asked, title, where.name, where.live, note, ways, obstacle)


def limit_in_words(study: Study) -> str:
    """Return what a study may spend at panels in all, and since when; empty where nobody has said."""
    row = SpendingLimit.objects.filter(study=study).order_by("-pk").first()
    return f"{Decimal(row.amount):.2f} {row.currency}, said by {row.by} on {row.at:%-d %B %Y}" if row else ""


def nobody_works(now: datetime) -> bool:
    """Tell whether background work has waited for longer than a worker would let it."""
    waiting = DBTaskResult.objects.filter(status="READY", enqueued_at__lt=now - timedelta(seconds=30))
    return waiting.exists()

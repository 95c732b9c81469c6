"""Order places at a panel: what it costs is set aside before anything is sent."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from surveys.models import Posting, Recruitment, Round, Survey
from surveys.panels.base import Can, Money, Offer, Panel, PanelError, Way
from surveys.selectors import recruiting as found
from surveys.services import offers, panel_money, publishing
from surveys.services.errors import ConflictError, ServiceError
from surveys.services.panels import PanelServiceError

State = Recruitment.State
UNDER_WAY = (State.OPEN,)


@dataclass(frozen=True)
class Order:
    """What an experimenter asks for.

    Attributes
    ----------
    places
        How many to advertise; None: all that are neither filled nor advertised already.
    most
        Places in one posting, as one of the panel's ways says it; None: the cheapest.
    typed
        The price as the experimenter typed it, which real money needs.
    at_most
        A new limit for all that the study may spend at panels.
    """

    by: str
    places: int | None = None
    most: int | None = None
    typed: str = ""
    at_most: str = ""
    below_floor: bool = False


def order(*, survey: Survey, panel: Panel, wanted: Order) -> Recruitment:
    """Publish a survey for a panel and set the money aside; nothing is sent yet. Repeated, it returns what was begun.

    Raises
    ------
    ServiceError
        It can't be published, there are no places to advertise, the price was not typed, the panel may not frame our
        pages, or the study's limit would be passed. Nothing was written.
    """
    _check_frames(panel)
    with transaction.atomic():
        survey = Survey.objects.select_for_update(no_key=True).select_related("study").get(pk=survey.pk)
        if begun := _unfinished(survey, panel):
            return begun
        reward, places, way = _wanted(survey, panel, wanted)
        published = publishing.open_link(
            survey=survey,
            panel=panel.environment.panel,
            simulated=not panel.environment.live,
            below_floor=wanted.below_floor,
        )
        url = settings.SITE_URL.rstrip("/") + reverse("join", args=published.keys)
        offer = offers.make(survey, url, most=way.most)
        recruitment = _create(published.posting, panel, offer, way, wanted.by)
        _new_limit(survey, reward.currency, wanted)
        _new_round(recruitment, places, way.price.total.amount)
        return recruitment


def check(*, survey: Survey, panel: Panel, wanted: Order) -> None:
    """Refuse what :func:`order` would refuse of the order itself; nothing is written and nobody is asked."""
    _check_frames(panel)
    if _unfinished(survey, panel) is None:
        _wanted(survey, panel, wanted)


def _wanted(survey: Survey, panel: Panel, wanted: Order) -> tuple[Money, int, Way]:
    reward = offers.reward_of(survey)
    places = _places(survey, wanted.places)
    way = _way(_ways(panel, places, reward), wanted.most)
    _check_typed(panel, way, wanted.typed)
    return reward, places, way


@transaction.atomic
def order_more(*, recruitment: Recruitment, panel: Panel, wanted: Order) -> Recruitment:
    """Order further places beside those that there are, and set their money aside; nothing is sent yet.

    Raises
    ------
    ServiceError
        As for :func:`order`; also where an earlier order is not finished, or nothing is open.
    """
    if Can.EXTEND not in panel.abilities:
        raise ServiceError("This panel can't add places to what it advertises.")
    survey = Survey.objects.select_for_update(no_key=True).get(pk=recruitment.link.survey_id)
    recruitment.refresh_from_db()
    if recruitment.rounds.filter(done=False).exists():
        raise ConflictError("An earlier order is not finished yet: go on with that first, by publishing again.")
    if recruitment.state not in UNDER_WAY:
        words = "go on first" if recruitment.state == State.PAUSED else "publish again to advertise further places"
        raise ConflictError(f"This is {recruitment.state}: {words}.")
    number = _places(survey, wanted.places)
    _new_limit(survey, recruitment.currency, wanted)
    total = recruitment.each * number
    if recruitment.live and not _is_amount(wanted.typed, total):
        raise ServiceError(f"This spends real money, {total:.2f} in all: type the price to say that it may.")
    last = recruitment.postings.filter(compensates=None, removed=False).order_by("-pk").first()
    grows = {"grows": last, "grows_from": last.places} if last else {}
    _new_round(recruitment, number, total, **grows)
    return recruitment


def _new_limit(survey: Survey, currency: str, wanted: Order) -> None:
    if wanted.at_most:
        panel_money.limit(study=survey.study, amount=wanted.at_most, currency=currency, by=wanted.by)


def _check_frames(panel: Panel) -> None:
    if site := found.framing_site(panel.environment):
        if not found.may_frame(site):
            msg = (
                f"People of {panel.environment.panel} see our pages inside {site}, which may not frame them: add it to "
                "FRAMED_BY, start the site again, then publish."
            )
            raise ServiceError(msg)
        if not (settings.SITE_URL.startswith("https://") or found.is_at_home(settings.SITE_URL)):
            raise ServiceError("A panel frames pages under https only: set SITE_URL to the site's https address.")


def _unfinished(survey: Survey, panel: Panel) -> Recruitment | None:
    where = panel.environment
    rows = Recruitment.objects.filter(link__survey=survey, panel=where.panel, environment=where.name)
    return rows.filter(state=State.OPENING).first()


def _places(survey: Survey, asked: int | None) -> int:
    free = found.unadvertised(survey)
    if asked is not None and asked < 1:
        raise ServiceError("Advertise at least one place.")
    if free < 1:
        msg = f"All places of survey {survey.slug} are filled or advertised already: there is nothing to add."
        raise ServiceError(msg)
    if asked is not None and asked > free:
        msg = f"{asked} places are asked for, and {free} are neither filled nor advertised: ask for at most {free}."
        raise ServiceError(msg)
    return asked or free


def _ways(panel: Panel, places: int, reward: Money) -> tuple[Way, ...]:
    try:
        return panel.ways(places, reward, on=_today())
    except PanelError as error:
        raise PanelServiceError(error) from error


def _way(ways: tuple[Way, ...], most: int | None) -> Way:
    if most is None:
        return ways[0]
    for way in ways:
        if way.most == most:
            return way
    allowed = " or ".join(str(way.most) for way in ways)
    msg = f"Postings of {most} places are none of this panel's ways: say {allowed} (0: all in one)."
    raise ServiceError(msg)


def _check_typed(panel: Panel, way: Way, typed: str) -> None:
    if not panel.environment.live:
        return
    total = way.price.total
    if not _is_amount(typed, total.amount):
        msg = (
            f"This spends real money at {panel.environment.panel} {panel.environment.name}: {total} in all. Type the "
            f"price to say that it may ({total.amount:.2f})."
        )
        raise ServiceError(msg)


def _is_amount(typed: str, amount: Decimal) -> bool:
    try:
        return Decimal(typed.strip()) == amount
    except InvalidOperation:
        return False


def _create(link: Posting, panel: Panel, offer: Offer, way: Way, by: str) -> Recruitment:
    where = panel.environment
    fee = way.price.fee.amount / way.price.places
    return Recruitment.objects.create(
        link=link,
        panel=where.panel,
        environment=where.name,
        endpoint=where.endpoint,
        live=where.live,
        refills=Can.REFILL in panel.abilities,
        screens_out=Can.SCREEN_OUT in panel.abilities,
        token=f"tt-{secrets.token_hex(8)}",
        reward=str(offer.reward.amount),
        fee=str(fee.quantize(Decimal("0.0001"))),
        fees_since=way.price.since,
        fees_source=way.price.source,
        currency=offer.reward.currency,
        offer=offers.as_json(offer),
        by=by,
    )


def _new_round(recruitment: Recruitment, places: int, price: Decimal, **grows: Any) -> Round:
    number = recruitment.rounds.count() + 1
    made = Round.objects.create(recruitment=recruitment, number=number, places=places, **grows)
    panel_money.reserve(recruitment, f"{made.token}:reserve", price)
    return made


def _today() -> date:
    return timezone.now().date()

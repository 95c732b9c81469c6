"""What people of a panel are offered: from the study's own words to the panel's plain data, and kept as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.crypto import salted_hmac
from django.utils.text import Truncator

from surveys.models import Posting, Recruitment, Survey
from surveys.panels.base import Eligibility, Money, Offer, Opening
from surveys.selectors import prices
from surveys.selectors.lengths import length_of
from surveys.services import keys, panels
from surveys.services.errors import ServiceError
from surveys.study_file import AdvertDefinition

HOUR, DAY = 3600, 86_400
LEAST_MINUTES = 30
CODED = ("complete", "screened_out")
FRAME_HEIGHT = 900


def reward_of(survey: Survey) -> Money:
    """Return what one person gets.

    Raises
    ------
    ServiceError
        The study file names no reward: nobody is recruited for nothing.
    """
    price = prices.price_of(survey)
    if price is None:
        msg = (
            f"Survey {survey.slug} names no reward: say what one person gets, as reward of the survey and currency in "
            "[panel] of the study file, and load that again."
        )
        raise ServiceError(msg)
    return Money(price.reward, price.currency)


def make(survey: Survey, url: str, *, most: int) -> Offer:
    """Return what a survey offers, in the words of its study file or in plain ones of ours."""
    advert = AdvertDefinition.model_validate(survey.study.definition.get("panel", {}).get("advert", {}))
    length = length_of(survey)
    minutes = advert.minutes_allowed or max(LEAST_MINUTES, 4 * length.minutes)
    title = advert.title or survey.instrument.asked.title
    about = (
        f"{length.shown} pictures or pairs of pictures, a few questions about each, on one page that saves as you go."
    )
    return Offer(
        title=Truncator(title).chars(128),
        description=advert.description or f"{about} About {length.minutes} minutes.",
        keywords=tuple(advert.keywords),
        url=url,
        reward=reward_of(survey),
        seconds_allowed=minutes * 60,
        seconds_open=advert.days_open * DAY,
        seconds_to_approval=advert.hours_to_approval * HOUR,
        eligibility=Eligibility(
            tuple(advert.countries), advert.approval_percent_at_least, advert.approvals_at_least, once_of(survey)
        ),
        frame_height=FRAME_HEIGHT,
        outcomes={outcome: f"C{keys.new_code(10)}" for outcome in CODED},
        most=most,
        seconds_expected=round(length.seconds),
    )


def at_site(offer: Offer) -> Offer:
    """Return an offer at the address that the site has today: what nobody was told yet can still be mended."""
    return replace(offer, url=settings.SITE_URL.rstrip("/") + urlsplit(offer.url).path)


def once_of(survey: Survey) -> str:
    """Return the name under which a panel remembers who took part: a study's, or where it says so a survey's."""
    study = survey.study
    each = study.definition.get("panel", {}).get("surveys_per_person") == "all"
    whose = f"{study.slug} {survey.slug}" if each else study.slug
    mark = salted_hmac("surveys.offers", f"{settings.SITE_URL} {study.pk}", algorithm="sha256").hexdigest()[:8]
    return f"Took part in {whose} ({mark})"[:200]


def as_json(offer: Offer) -> dict[str, Any]:
    """Return an offer as JSON data."""
    said = asdict(offer)
    return said | {"reward": str(offer.reward.amount), "currency": offer.reward.currency}


def of_json(said: Mapping[str, Any]) -> Offer:
    """Return an offer from :func:`as_json`."""
    values = dict(said)
    reward = Money(Decimal(values.pop("reward")), values.pop("currency"))
    eligibility = dict(values.pop("eligibility"))
    who = Eligibility(**eligibility | {"countries": tuple(eligibility["countries"])})
    return Offer(**values | {"reward": reward, "eligibility": who, "keywords": tuple(values["keywords"])})


def opening_json(opening: Opening) -> dict[str, Any]:
    """Return what is kept of an opening besides its offer."""
    return {"reference": opening.reference, "details": dict(opening.details)}


def opening_in(recruitment: Recruitment) -> Opening | None:
    """Return the opening of a recruitment, once there is one."""
    if recruitment.opening is None:
        return None
    kept = recruitment.opening
    return Opening(kept["reference"], of_json(recruitment.offer), kept["details"])


def opening_of(posting: Posting) -> Opening | None:
    """Return the opening behind a link; None where nobody was asked to open anything."""
    recruitment = panels.recruitment_of(posting)
    return opening_in(recruitment) if recruitment else None


def codes_of(posting: Posting) -> dict[str, str]:
    """Return the secret code of each outcome that the panel behind a link has one for."""
    recruitment = panels.recruitment_of(posting)
    if recruitment is not None:
        return dict(recruitment.offer["outcomes"])
    outcomes = posting.description.get("outcomes", {})
    return {outcome: ending.get("code") or "" for outcome, ending in outcomes.items()}

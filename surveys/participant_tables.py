"""The study file's tables about participants: what they are told, and what is asked of them and of their devices."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from surveys.instruments.questions.base import Strict

DAYS = re.compile(r"^([1-9][0-9]{0,3}) days?$")
Words = Annotated[str, Field(max_length=4000)]


def _as_text(value: Any) -> Any:
    """Take a date as TOML writes it without quotation marks, too."""
    return value.isoformat() if type(value) is date else value


def _date_or_days(value: str) -> str:
    if value and not DAYS.match(value):
        try:
            date.fromisoformat(value)
        except ValueError as error:
            msg = 'write a date ("2027-03-31") or a number of days after finishing ("30 days")'
            raise ValueError(msg) from error
    return value


class ConsentDefinition(Strict):
    """What participants are told before they agree. Empty keys are for a draft: publishing refuses them."""

    responsible: Words = Field(default="", description="The person or body that answers for the study")
    contact: Words = Field(default="", description="Where participants can write")
    ethics: Words = Field(default="", description="Reference of the ethics approval, or 'none'")
    purpose: Words = Field(default="", description="What the study is for, in plain words")
    other_data: Words = Field(default="none", description="What is kept about people beyond what the page lists itself")
    retention: Words = Field(default="", description="How long the answers are kept, and in which form")
    third_parties: Words = Field(default="", description="Who else gets the data, or 'none'")
    pay: Words = Field(default="", description="What a participant gets")
    time: Words = Field(default="", description="How long it takes; worked out from the items when left out")
    content_warning: Words = Field(default="", description="What in the pictures might upset, or 'none'")
    adults_only: bool | None = Field(default=None, description="Whether participants have to be 18 or older")
    withdraw_until: Annotated[str, BeforeValidator(_as_text), AfterValidator(_date_or_days)] = Field(
        default="", description="Until when answers can be withdrawn: a date, or 'N days' after finishing"
    )


class PrivacyDefinition(Strict):
    """What is kept of how people behave on the page, and for how long it is known what a panel calls them."""

    log_behaviour: bool = Field(
        default=True,
        description="Whether the page's telemetry (sizes, times, lost focus, device, browser) is sent and kept",
    )
    panel_ids_days: Annotated[int, Field(ge=1, le=3650)] = Field(
        default=90, description="Days from arrival after which the ids by which a panel knows people are deleted"
    )


class DevicesDefinition(Strict):
    """On which devices the survey can be taken; looked at before a place is given."""

    min_width: Annotated[int, Field(ge=0, le=10_000)] = Field(default=0, description="CSS pixels of the window")
    min_height: Annotated[int, Field(ge=0, le=10_000)] = Field(default=0, description="CSS pixels of the window")
    kinds: list[Literal["computer", "tablet", "phone", "other"]] = Field(default=[], description="Empty: all of them")
    browsers: list[Literal["chrome", "edge", "firefox", "opera", "safari", "other"]] = Field(
        default=[], description="Empty: all of them"
    )


class DebriefDefinition(Strict):
    """What participants are told when they have finished."""

    text: Words = Field(default="", description="Shown on the last page; an empty line begins a new paragraph")


class RulesDefinition(Strict):
    """What makes a finished assignment unusable, so that its place is taken by somebody else; left out: off.

    None of them looks at a rating of a stimulus.
    """

    attention_failures: Annotated[int, Field(ge=1)] | None = Field(
        default=None, description="As many attention checks answered otherwise than expected"
    )
    gold_failures: Annotated[int, Field(ge=1)] | None = Field(
        default=None, description="As many gold items answered outside their tolerance"
    )
    picture_failures: Annotated[int, Field(ge=1)] | None = Field(
        default=None, description="As many items skipped because a picture did not arrive"
    )
    fastest_seconds_per_item: Annotated[float, Field(gt=0)] | None = Field(
        default=None, description="Items answered in less time are too fast"
    )
    too_fast_share: Annotated[float, Field(gt=0, le=1)] = Field(
        default=0.5, description="Which share of the timed items has to be too fast"
    )
    fastest_total_seconds: Annotated[float, Field(gt=0)] | None = Field(
        default=None, description="Finished in less time than this, from start to end"
    )
    duplicate_person: bool = Field(
        default=False, description="A named person who has a usable assignment in this survey already"
    )


class FlagsDefinition(Strict):
    """From when on a finished assignment is remarked upon. A flag changes neither pay, nor usability, nor any count."""

    too_fast_seconds_per_item: Annotated[float, Field(gt=0)] | None = Field(
        default=None,
        description="Items answered in less time are too fast; left out: a tenth of the time the plan reckons with",
    )
    too_fast_share: Annotated[float, Field(gt=0, le=1)] = Field(
        default=0.5, description="Which share of the timed items has to be too fast"
    )
    straight_line_ratings: Annotated[int, Field(ge=2)] = Field(
        default=8, description="As many ratings of one value, one after the other"
    )
    straight_line_share: Annotated[float, Field(gt=0, le=1)] = Field(
        default=0.8, description="Which share of all ratings these have to be"
    )
    repeats_difference: Annotated[float, Field(gt=0, le=1)] = Field(
        default=0.25, description="Mean distance between first and repeated ratings, as a share of the scale's range"
    )
    pasted_share: Annotated[float, Field(gt=0, le=1)] = Field(
        default=0.5, description="Which share of the characters written was pasted"
    )
    typed_per_second: Annotated[float, Field(gt=0)] = Field(
        default=15.0, description="More characters typed in a second than this"
    )
    fewest_characters: Annotated[int, Field(ge=1)] = Field(
        default=40, description="With fewer characters pasted, or typed, nothing is said about them"
    )
    copied_pictures: Annotated[int, Field(ge=1)] = Field(
        default=3, description="As many pictures with word for word what somebody else wrote of them"
    )
    copied_characters: Annotated[int, Field(ge=1)] = Field(
        default=20, description="Characters that the words about a picture need to be compared"
    )


OPTIONAL = ("time",)  # worked out when it is left empty


def empty_keys(consent: dict[str, Any]) -> list[str]:
    """Return the keys of ``[consent]`` that participants have to be told and that say nothing yet."""
    return [
        name
        for name in ConsentDefinition.model_fields
        if name not in OPTIONAL and (value := consent.get(name)) is not False and not str(value or "").strip()
    ]

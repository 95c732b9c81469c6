"""The whole study file: the stimuli's part (compression) plus surveys, panel, consent and pre-registration."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from compression.study import StimulusDefinition
from surveys.instruments.checks import Checks
from surveys.instruments.questions.base import Strict
from surveys.participant_tables import (
    ConsentDefinition,
    DebriefDefinition,
    DevicesDefinition,
    FlagsDefinition,
    PrivacyDefinition,
    RulesDefinition,
)

MONEY = r"^[0-9]{1,4}(\.[0-9]{1,2})?$"


class SurveyDefinition(Strict):
    """One survey of the study: which instrument, and how many people rate each stimulus."""

    slug: Literal["a", "b", "c"] = Field(
        description="a: semantic satisfaction; b: comparative content; c: detailed content"
    )
    instrument: str = Field(description="A shipped instrument's name, or a .toml file below the study's folder")
    raters: Annotated[int, Field(ge=1, le=1000)] = Field(description="Ratings per stimulus; as many blocks of places")
    items_per_form: Annotated[int, Field(ge=1)] | None = Field(
        default=None, description="Items that one person sees; by default, and at most, as many as there are originals"
    )
    include_originals: bool = Field(
        default=False,
        description="c only: also ask about the originals, as if they were one more method; never counted",
    )
    reward: Annotated[str, Field(pattern=MONEY)] | None = Field(
        default=None, description='What one person gets, in the currency of [panel], such as "1.20"'
    )
    checks: Checks = Field(default_factory=Checks)


class AdvertDefinition(Strict):
    """What a panel that is spoken to shows its people before they come, whom it lets in, and for how long."""

    title: Annotated[str, Field(max_length=128)] = Field(default="", description="By default the survey's own title")
    description: Annotated[str, Field(max_length=2000)] = Field(
        default="", description="By default made from the number of items and the minutes they take"
    )
    keywords: list[Annotated[str, Field(min_length=1, max_length=50, pattern=r"^[^,]+$")]] = Field(
        default=["pictures", "survey", "rating"], max_length=15
    )
    countries: list[Annotated[str, Field(pattern=r"^[A-Z]{2}$")]] = Field(
        default=[], max_length=30, description="ISO 3166-1 codes of the countries people may come from; empty: any"
    )
    approval_percent_at_least: Annotated[int, Field(ge=0, le=100)] | None = Field(
        default=None, description="Share of a person's earlier work at the panel that was approved"
    )
    approvals_at_least: Annotated[int, Field(ge=0, le=100_000)] | None = Field(
        default=None, description="Approved pieces of work that a person has at the panel"
    )
    minutes_allowed: Annotated[int, Field(ge=1, le=10_080)] | None = Field(
        default=None, description="From taking it to handing it in; by default four times what it takes, at least 30"
    )
    days_open: Annotated[int, Field(ge=1, le=365)] = Field(default=7, description="How long a posting stands")
    hours_to_approval: Annotated[int, Field(ge=0, le=720)] = Field(
        default=72, description="After how long the panel approves by itself what nobody has decided on"
    )


class PanelDefinition(Strict):
    """Where participants come from."""

    kind: Literal["direct"] = "direct"
    links: Literal["invitation", "open"] = Field(
        default="invitation",
        description="invitation: one personal link per person; open: one link for all, repeats can't be excluded",
    )
    surveys_per_person: Literal["one", "all"] = Field(
        default="one", description="Whether a named person takes part in one survey of the study, or in each"
    )
    exclusion_group: list[Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]] = Field(
        default=[], description="Names shared with other studies: a named person takes part in one of them"
    )
    currency: Annotated[str, Field(pattern=r"^([A-Z]{3})?$")] = Field(
        default="", description='Of rewards and hourly_floor, such as "EUR"'
    )
    hourly_floor: Annotated[str, Field(pattern=MONEY)] | None = Field(
        default=None, description="The least that an hour should bring; publishing for less has to be acknowledged"
    )
    advert: AdvertDefinition = Field(default_factory=AdvertDefinition)


class Preregistration(Strict):
    """What is fixed before the first answer; hashed when the survey is published."""

    primary_outcome: Annotated[str, Field(min_length=1)]
    margin: Annotated[float, Field(gt=0)] = Field(description="Equivalence margin in scale points")
    exclusion_rules: list[str] = Field(default_factory=list)
    stop_rule: str = ""
    interval_goal: Annotated[float, Field(gt=0)] | None = Field(
        default=None,
        description="Widest 95 % interval of a stimulus's median, in scale points, that needs no more ratings",
    )
    raters_at_most: Annotated[int, Field(ge=1, le=1000)] | None = Field(
        default=None, description="Ratings of a stimulus after which it gets no more, whatever its interval"
    )
    overlap_k: Annotated[int, Field(ge=1, le=20)] = 3
    overlap_scope: Literal["category", "image", "method"] = "category"

    @model_validator(mode="after")
    def _goal_with_limit(self) -> Preregistration:
        if (self.interval_goal is None) != (self.raters_at_most is None):
            msg = "interval_goal and raters_at_most belong together: say both, or neither"
            raise ValueError(msg)
        return self


def _once_each(surveys: list[SurveyDefinition]) -> list[SurveyDefinition]:
    if len({survey.slug for survey in surveys}) < len(surveys):
        msg = "a survey's slug occurs twice"
        raise ValueError(msg)
    return surveys


class StudyFile(StimulusDefinition):
    """A study file (study.toml): data only, no code, no addresses to call, no keys."""

    surveys: Annotated[list[SurveyDefinition], Field(min_length=1, max_length=3), AfterValidator(_once_each)]
    panel: PanelDefinition = Field(default_factory=PanelDefinition)
    consent: ConsentDefinition = Field(default_factory=ConsentDefinition)
    privacy: PrivacyDefinition = Field(default_factory=PrivacyDefinition)
    devices: DevicesDefinition = Field(default_factory=DevicesDefinition)
    debrief: DebriefDefinition = Field(default_factory=DebriefDefinition)
    rules: RulesDefinition = Field(default_factory=RulesDefinition)
    flags: FlagsDefinition = Field(default_factory=FlagsDefinition)
    preregistration: Preregistration

    @model_validator(mode="after")
    def _money_has_a_currency(self) -> StudyFile:
        money = self.panel.hourly_floor is not None or any(survey.reward is not None for survey in self.surveys)
        if money != bool(self.panel.currency):
            msg = (
                "surveys.reward and panel.hourly_floor are in the currency of [panel]: name it there, as in "
                'currency = "EUR", and only where there is money'
            )
            raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _room_for_more(self) -> StudyFile:
        most = self.preregistration.raters_at_most
        if most is not None and (short := [survey for survey in self.surveys if survey.raters > most]):
            msg = (
                f"preregistration.raters_at_most is {most} and survey {short[0].slug} has {short[0].raters} raters: "
                "the limit can't be below the raters"
            )
            raise ValueError(msg)
        return self

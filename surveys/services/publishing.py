"""Publish a planned survey: freeze its pre-registration and make the links that lead to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from surveys.instruments.loader import content_hash
from surveys.models import Identity, Invitation, Place, PlaceItem, Posting, Survey
from surveys.panels.generic import Description
from surveys.selectors import prices
from surveys.services import consents, identities, keys, releases, verdicts
from surveys.services.errors import ServiceError

CHANGEABLE = ("title", "description", "listed", "results")


@dataclass(frozen=True)
class Published:
    """The posting, and its keys: this is the only time they are readable."""

    posting: Posting
    keys: tuple[str, ...]


@transaction.atomic
def publish(
    *,
    survey: Survey,
    link: str,
    invitations: int = 0,
    simulated: bool = False,
    people: Sequence[str] = (),
    below_floor: bool = False,
    panel: Description | None = None,
) -> Published:
    """Open a survey to participants.

    Parameters
    ----------
    survey
        A planned survey, or one already published that gets further links.
    link
        ``invitation`` (one personal link per person), ``open`` (one link for all) or ``panel`` (one link that a panel
        shows to its people, with their ids in the address).
    invitations
        How many personal links to make, 1 to 100,000.
    simulated
        Whether whoever comes this way is a program.
    people
        What each person is called who gets an invitation, so that nobody takes part twice. Only keyed hashes are
        stored; the keys come back in this order, and ``invitations`` does not matter.
    below_floor
        Whether it is known and meant that an hour is expected to bring less than the study's own floor.
    panel
        For ``panel``: how that panel names people, and where it wants them at the end.

    Raises
    ------
    ServiceError
        The survey is not planned, its plan is out of date, participants can't be told everything that they have to be
        told, the number of invitations makes no sense, a panel lacks its description, or an hour brings too little and
        nobody said that it may.
    """
    survey = Survey.objects.select_for_update(no_key=True).select_related("study").get(pk=survey.pk)
    _check_publishable(survey)
    if not below_floor:
        _check_pay(survey)
    if people and link != Posting.Link.INVITATION:
        raise ServiceError("People who are named get invitations: an open link can't tell who comes.")
    if (panel is None) != (link != Posting.Link.PANEL):
        raise ServiceError("A panel's link needs the panel's description, and no other link does.")
    invitations = len(people) or invitations
    if link == Posting.Link.INVITATION and not 1 <= invitations <= 100_000:
        msg = f"{invitations} invitations can't be made: give 1 to 100,000 (there are places for {_open(survey)})."
        raise ServiceError(msg)
    if survey.state == Survey.State.PLANNED:
        _freeze(survey)
    simulated = simulated or survey.study.simulated
    if link != Posting.Link.INVITATION:
        whose = {"panel": panel.name, "description": panel.model_dump(exclude_none=True)} if panel else {}
        return _link(survey, link, simulated=simulated, **whose)
    posting = Posting.objects.create(survey=survey, link=link, simulated=simulated)
    made = tuple(keys.new_key() for _ in range(invitations))
    known: Sequence[Identity | None] = identities.remember(people) or [None] * invitations
    Invitation.objects.bulk_create(
        Invitation(posting=posting, number=number, key_hash=keys.key_hash(key), identity=identity)
        for number, (key, identity) in enumerate(zip(made, known, strict=True), 1)
    )
    return Published(posting, made)


@transaction.atomic
def open_link(*, survey: Survey, panel: str, simulated: bool = False, below_floor: bool = False) -> Published:
    """Open a survey to the people of a panel that advertises it for us, and make the link that its postings lead to.

    Raises
    ------
    ServiceError
        As for :func:`publish`.
    """
    survey = Survey.objects.select_for_update(no_key=True).select_related("study").get(pk=survey.pk)
    _check_publishable(survey)
    if not below_floor:
        _check_pay(survey)
    if survey.state == Survey.State.PLANNED:
        _freeze(survey)
    return _link(survey, Posting.Link.PANEL, simulated=simulated or survey.study.simulated, panel=panel)


def _link(survey: Survey, link: str, *, simulated: bool, **values: Any) -> Published:
    """Make one link for all who come by it."""
    key = keys.new_key()
    posting = Posting.objects.create(
        survey=survey, link=link, key_hash=keys.key_hash(key), simulated=simulated, **values
    )
    return Published(posting, (key,))


@transaction.atomic
def close(*, survey: Survey) -> int:
    """Take no more participants; who has started may finish. Return how many are still at it.

    Raises
    ------
    ServiceError
        The survey was never published.
    """
    survey = Survey.objects.select_for_update(no_key=True).get(pk=survey.pk)
    if survey.state not in (Survey.State.PUBLISHED, Survey.State.CLOSED):
        msg = f"Survey {survey.slug} is {survey.state}: only a published survey can be closed."
        raise ServiceError(msg)
    survey.state = Survey.State.CLOSED
    survey.save(update_fields=["state"])
    survey.postings.update(closed=True)
    return survey.places.filter(state=Place.State.HELD).count()


@transaction.atomic
def pause(*, survey: Survey) -> int:
    """Take in nobody new for a while; who has started goes on. Return how many are at it. Again, it changes nothing."""
    _set_paused(survey, paused=True)
    return survey.places.filter(state=Place.State.HELD).count()


@transaction.atomic
def resume(*, survey: Survey) -> int:
    """Take in people again after a pause. Return how many places are open. Again, it changes nothing."""
    _set_paused(survey, paused=False)
    return _open(survey)


def _set_paused(survey: Survey, *, paused: bool) -> None:
    row = Survey.objects.select_for_update(no_key=True).get(pk=survey.pk)
    if row.state != Survey.State.PUBLISHED:
        msg = f"Survey {row.slug} is {row.state}: only a published survey can be paused or resumed."
        raise ServiceError(msg)
    row.paused = paused
    row.save(update_fields=["paused"])


def _check_publishable(survey: Survey) -> None:
    if survey.state == Survey.State.DRAFT:
        msg = f"Survey {survey.slug} has no places yet: run manage.py plan first."
        raise ServiceError(msg)
    if survey.state == Survey.State.CLOSED:
        msg = f"Survey {survey.slug} is closed."
        raise ServiceError(msg)
    if PlaceItem.objects.filter(place__survey=survey, stimulus__current=False).exists():
        msg = f"Stimuli changed since survey {survey.slug} was planned: run manage.py plan again, then publish."
        raise ServiceError(msg)
    if PlaceItem.objects.filter(place__survey=survey, stimulus__isnull=False, stimulus__rendition=None).exists():
        msg = "Some stimuli have no picture to show: run manage.py generate_stimuli, then plan and publish."
        raise ServiceError(msg)
    if survey.state == Survey.State.PLANNED:
        releases.require_released(survey.study)
        consents.require_complete(survey.study)
        _check_promise(survey)


def _check_promise(survey: Survey) -> None:
    """Refuse to tell participants that they get nothing where a reward is named."""
    told = str(survey.study.definition["consent"]["pay"])
    if (price := prices.price_of(survey)) and told.strip().rstrip(".").casefold() == "none":
        msg = (
            f"Survey {survey.slug} names a reward of {price.reward:.2f} {price.currency}, but participants read "
            f'"{told}" as what they get. Say it to them under pay in [consent] of the study file, or take the reward '
            "away; then run manage.py load_study and plan again, and publish."
        )
        raise ServiceError(msg)


def _check_pay(survey: Survey) -> None:
    if (price := prices.price_of(survey)) and price.too_low:
        msg = (
            f"An hour is expected to bring {price.an_hour:.2f} {price.currency}, less than the {price.floor:.2f} that "
            "this study sets itself. Raise the survey's reward in the study file and load that again, or publish with "
            "--below-floor."
        )
        raise ServiceError(msg)


def _freeze(survey: Survey) -> None:
    survey.rules = verdicts.rules_of(survey.study)
    survey.preregistration_sha256 = content_hash(
        {
            "preregistration": survey.preregistration,
            "definition": content_hash(without_words(survey.study.definition)),
            "instrument": survey.instrument.sha256,
            "design": survey.design,
            **({"rules": survey.rules} if survey.rules else {}),
        }
    )
    survey.published_at = timezone.now()
    survey.state = Survey.State.PUBLISHED
    survey.save(update_fields=["rules", "preregistration_sha256", "published_at", "state"])


def without_words(definition: dict[str, Any]) -> dict[str, Any]:
    """Leave out what a published study may still change about itself, so that the seal can always be checked."""
    head = {name: value for name, value in definition.get("study", {}).items() if name not in CHANGEABLE}
    return definition | {"study": head}


def _open(survey: Survey) -> int:
    return survey.places.filter(state=Place.State.OPEN).count()

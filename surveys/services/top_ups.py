"""Plan further places for the stimuli whose medians are less sure than the pre-registration asks for."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.db.models import Max

from surveys.designs import TopUpProof, plan_top_up, prove_extras, prove_top_up, study_alone, with_extras
from surveys.instruments.questions import Rating
from surveys.models import Place, Stimulus, Survey
from surveys.selectors.precision import Goal, Precision, goal_of, precision
from surveys.services import checks, places
from surveys.services.errors import ServiceError


def wanting(survey: Survey) -> tuple[Goal, list[Precision]]:
    """Return the goal of a published survey whose places are all filled, and every stimulus's precision.

    Raises
    ------
    ServiceError
        The survey can't be topped up, or not yet; the message says why.
    """
    goal = goal_of(survey)
    if goal is None:
        msg = (
            f"Nothing was pre-registered about intervals for survey {survey.slug}, so its number of ratings is fixed: "
            "preregistration.interval_goal and raters_at_most have to be in the study file before it is published."
        )
        raise ServiceError(msg)
    if not any(isinstance(asked, Rating) for asked in survey.instrument.asked.questions):
        msg = f"Survey {survey.slug} asks for no rating: there are no intervals that a goal could be held against."
        raise ServiceError(msg)
    if survey.state != Survey.State.PUBLISHED:
        msg = f"Survey {survey.slug} is {survey.state}: only a published survey can get further places."
        raise ServiceError(msg)
    if waiting := survey.places.exclude(state=Place.State.FILLED).count():
        noun = "place is" if waiting == 1 else "places are"
        msg = f"{waiting} {noun} not filled yet: intervals get narrower with them. Wait until all are filled."
        raise ServiceError(msg)
    return goal, precision(survey, goal)


@transaction.atomic
def top_up(*, survey: Survey) -> TopUpProof:
    """Plan further places for the stimuli whose intervals are wider than the goal, and return their proof.

    The survey's design, its seal and its places stay as they are; the new places come after them, in blocks of their
    own, with the same checks.

    Raises
    ------
    ServiceError
        The survey can't be topped up, or not yet, or no stimulus needs it; nothing was changed.
    """
    survey = Survey.objects.select_for_update(no_key=True).select_related("study", "instrument").get(pk=survey.pk)
    _, rows = wanting(survey)
    stimuli = {_cell(row.stimulus): row.stimulus for row in rows if row.more}
    needs = {_cell(row.stimulus): row.more for row in rows if row.more}
    if not needs:
        raise ServiceError("No stimulus needs more ratings: each has reached the goal or the limit.")
    if changed := [row.name for row in stimuli.values() if not row.current]:
        msg = f"{', '.join(changed[:3])} changed since people rated it: a top-up would mix two pictures."
        raise ServiceError(msg)
    return _plan(survey, needs, stimuli)


def _cell(stimulus: Stimulus) -> tuple[str, str]:
    return stimulus.original.slug, stimulus.method.slug


def _plan(survey: Survey, needs: Mapping[tuple[str, str], int], stimuli: dict[tuple[str, str], Stimulus]) -> TopUpProof:
    ends = survey.places.aggregate(number=Max("number"), block=Max("block"))
    last, block = ends["number"], ends["block"]
    sides = survey.instrument.asked.shows == "pair"
    size = survey.items_per_form or survey.study.originals.count()
    seed = places.seed_of(survey) + last
    extras = checks.extras_of(survey.asked_besides)
    planned = plan_top_up(needs, size, seed, (last, max(block, survey.raters)), sides)
    places.keep(survey, with_extras(planned, extras, seed, sides), stimuli)
    stored = tuple(place for place in places.stored_places(survey) if place.number > last)
    proof = prove_top_up(study_alone(stored), needs, size, sides)
    if problems := (*proof.problems, *prove_extras(stored, extras).problems):
        msg = f"The stored places are not as planned: {'; '.join(problems)}. Nothing was changed; please report this."
        raise ServiceError(msg)
    return proof

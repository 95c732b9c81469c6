"""Plan a survey's places, prove their balance from what was stored, and discard a plan nobody has seen."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db import transaction

from surveys.designs import (
    ORIGINAL,
    BalanceProof,
    DesignError,
    PlannedItem,
    PlannedPlace,
    plan_places,
    prove_balance,
    prove_extras,
    study_alone,
    with_extras,
)
from surveys.instruments.instrument import Instrument
from surveys.models import Place, PlaceItem, Stimulus, Survey
from surveys.selectors.captions import unmade
from surveys.services import checks
from surveys.services.errors import ServiceError

State = Stimulus.State
SHOWABLE = {"pair": {State.READY}, "stimulus": {State.READY, State.UNPAIRED}}


@transaction.atomic
def plan(*, survey: Survey) -> BalanceProof:
    """Plan the survey's places anew, store them, and return the balance proof recomputed from the stored rows.

    Raises
    ------
    ServiceError
        The survey has been published, its stimuli are not all generated, or none can be shown.
    """
    survey = Survey.objects.select_for_update(no_key=True).select_related("study", "instrument").get(pk=survey.pk)
    _refuse_published(survey)
    stimuli = _current_stimuli(survey)
    sides = survey.instrument.asked.shows == "pair"
    discard_plan(survey=survey)
    extras = checks.prepare(survey=survey)
    originals, methods, absent = _cells(survey, stimuli)
    arguments = (absent, sides, survey.items_per_form)
    try:
        places = plan_places(originals, methods, survey.raters, seed_of(survey), *arguments)
    except DesignError as error:
        raise ServiceError(str(error)) from error
    keep(survey, with_extras(places, extras, seed_of(survey), sides), stimuli)
    stored = stored_places(survey)
    proof = prove_balance(study_alone(stored), originals, methods, survey.raters, *arguments)
    besides = prove_extras(stored, extras)
    if problems := (*proof.problems, *besides.problems):
        msg = f"The stored places are not balanced: {'; '.join(problems)}. Nothing was changed; please report this."
        raise ServiceError(msg)
    survey.design = proof.as_dict() | {"besides": besides.as_dict()}
    survey.state = Survey.State.PLANNED
    survey.save(update_fields=["design", "state"])
    return proof


def discard_plan(*, survey: Survey) -> None:
    """Delete the places of a survey that nobody has taken part in."""
    PlaceItem.objects.filter(place__survey=survey).delete()
    survey.places.all().delete()
    survey.check_items.all().delete()


def stored_places(survey: Survey) -> tuple[PlannedPlace, ...]:
    """Read the places back from the database, as plain data."""
    shown = ("stimulus__original", "stimulus__method", "check_item", "original")
    items: defaultdict[int, list[PlannedItem]] = defaultdict(list)
    for item in PlaceItem.objects.filter(place__survey=survey).select_related(*shown).order_by("place", "position"):
        items[item.place_id].append(_stored(item))
    return tuple(
        PlannedPlace(place.number, place.block, place.form, tuple(items[place.pk]))
        for place in survey.places.order_by("number")
    )


def _stored(item: PlaceItem) -> PlannedItem:
    """Return an item as it was planned; an original alone is an item of the study's design, under its own method."""
    if item.check_item is not None:
        return PlannedItem(item.position, "", "", item.side, item.kind, item.check_item.slug)
    if item.original is not None:
        return PlannedItem(item.position, item.original.slug, ORIGINAL, item.side)
    stimulus = item.study_stimulus
    return PlannedItem(item.position, stimulus.original.slug, stimulus.method.slug, item.side, item.kind)


def _refuse_published(survey: Survey) -> None:
    if survey.state in (Survey.State.PUBLISHED, Survey.State.CLOSED):
        msg = f"Survey {survey.slug} is {survey.state}: its places are fixed. Load the study under another slug."
        raise ServiceError(msg)


def _current_stimuli(survey: Survey) -> dict[tuple[str, str], Stimulus]:
    study, asked = survey.study, survey.instrument.asked
    methods = [method.pk for method in study.methods.all() if asked.asked_of(method.family)]
    current = Stimulus.objects.filter(original__study=study, method__in=methods, current=True)
    complete = current.exclude(content_sha256=Stimulus.INCOMPLETE)
    rows = complete.select_related("original", "method")
    stimuli = {(row.original.slug, row.method.slug): row for row in rows}
    expected = study.originals.count() * len(methods)
    if len(stimuli) < expected:
        msg = (
            f"{expected - len(stimuli)} of {expected} stimuli are not there yet: "
            f"run manage.py generate_stimuli --study {study.slug} first."
        )
        raise ServiceError(msg)
    if failed := [row.name for row in stimuli.values() if row.state == Stimulus.State.FAILED]:
        msg = f"{len(failed)} stimuli failed ({', '.join(failed[:3])} …): mend them and generate again."
        raise ServiceError(msg)
    if other := unmade(study):
        msg = (
            f"{len(other)} stimuli were made from other words than those that count now ({', '.join(other[:3])} …): "
            f"run manage.py generate_stimuli --study {study.slug} first."
        )
        raise ServiceError(msg)
    if not any(row.state in SHOWABLE[asked.shows] for row in stimuli.values()):
        raise ServiceError(_nothing_to_show(asked))
    return stimuli


def _nothing_to_show(asked: Instrument) -> str:
    if asked.shows == "pair":
        return "No stimulus can be shown beside its original: check the originals and generate again."
    families = " or ".join(asked.families or ("any",))
    return f"No stimulus of a {families} method can be shown: add such a method to the study file, or drop the survey."


def _cells(
    survey: Survey, stimuli: dict[tuple[str, str], Stimulus]
) -> tuple[list[tuple[str, str]], list[str], list[tuple[str, str]]]:
    showable = SHOWABLE[survey.instrument.asked.shows]
    shown = {key for key, row in stimuli.items() if row.state in showable}
    originals = [
        (row.slug, row.category.slug)
        for row in survey.study.originals.select_related("category")
        if any(key[0] == row.slug for key in shown)
    ]
    methods = [row.slug for row in survey.study.methods.all() if any(key[1] == row.slug for key in shown)]
    if survey.include_originals:
        methods.append(ORIGINAL)
        readable = survey.study.originals.filter(rendition__isnull=False).values_list("slug", flat=True)
        shown |= {(slug, ORIGINAL) for slug in readable}
    absent = [(slug, method) for slug, _ in originals for method in methods if (slug, method) not in shown]
    return originals, methods, absent


def seed_of(survey: Survey) -> int:
    """Return the seed of a survey's random choices."""
    return survey.study.seed * 1000 + ord(survey.slug[0])


def keep(survey: Survey, planned: tuple[PlannedPlace, ...], stimuli: dict[tuple[str, str], Stimulus]) -> None:
    """Store planned places; `stimuli` are known by original and method."""
    places = Place.objects.bulk_create(
        Place(survey=survey, number=place.number, block=place.block, form=place.form) for place in planned
    )
    by_number = {place.number: place for place in places}
    shown = {check.slug: {"check_item": check} for check in survey.check_items.all()}
    originals = {row.slug: {"original": row, "kind": PlaceItem.Kind.ORIGINAL} for row in survey.study.originals.all()}

    def what(item: PlannedItem) -> dict[str, Any]:
        if item.check:
            return {"kind": item.kind, **shown[item.check]}
        if item.method == ORIGINAL:
            return originals[item.original]
        return {"kind": item.kind, "stimulus": stimuli[item.original, item.method]}

    PlaceItem.objects.bulk_create(
        PlaceItem(place=by_number[place.number], position=item.position, side=item.side, **what(item))
        for place in planned
        for item in place.items
    )

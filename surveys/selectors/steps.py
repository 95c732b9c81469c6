"""A study's way from originals to results: what is done, what is missing, and the next command."""

from __future__ import annotations

from collections import Counter
from typing import Literal

from surveys.models import Stimulus, Study
from surveys.selectors import releases
from surveys.selectors.captions import unmade, unwritten
from surveys.selectors.studies import is_published
from surveys.selectors.survey_steps import Step, count, survey_steps

State = Literal["done", "now", "later"]


def steps(study: Study) -> list[Step]:
    """Return the steps of a study in order; about a dozen queries."""
    return [_originals(study), _stimuli(study), *survey_steps(study)]


def state_of(step: Step, all_steps: list[Step]) -> State:
    """Tell whether a step is done, is the one to do now, or comes later."""
    if step.done:
        return "done"
    return "now" if step == next(each for each in all_steps if not each.done) else "later"


def _originals(study: Study) -> Step:
    reasons = list(study.originals.values_list("reason", flat=True))
    if not reasons:
        command = "python manage.py load_study path/to/study.toml"
        missing = "Name them in the study file."
        return Step("originals", "Originals", "desk:originals", False, "None yet.", missing, command)
    lost = sum(bool(reason) for reason in reasons)
    kinds = count(study.categories.count(), "category", "categories")
    found = f"{lost:,} missing or empty" if lost else "all files found"
    words = f"{count(len(reasons), 'original')} in {kinds}, {found}."
    return Step("originals", "Originals", "desk:originals", True, words)


def _stimuli(study: Study) -> Step:
    rows = Stimulus.objects.filter(original__study=study, current=True)
    states = Counter(rows.values_list("state", flat=True))
    expected = study.originals.count() * study.methods.count()
    others = [f"{number:,} {state}" for state, number in sorted(states.items()) if state != Stimulus.State.READY]
    words = ", ".join([f"{states[Stimulus.State.READY]:,} of {expected:,} ready", *others]) + "."
    if (lacking := unwritten(study)) and not is_published(study):
        missing = f"{count(lacking, 'caption')} to write."
        return Step("stimuli", "Stimuli", "desk:stimuli", False, words, missing, todo="desk:captions")
    missing = _to_make(expected - states.total(), states[Stimulus.State.FAILED], len(unmade(study)))
    if expected and not missing:
        return _looked_at(study, words)
    command = f"python manage.py generate_stimuli --study {study.slug}"
    return Step("stimuli", "Stimuli", "desk:stimuli", False, words, missing or "0 to make.", command)


def _to_make(waiting: int, failed: int, outdated: int) -> str:
    """Say what generating would do; empty when it would do nothing."""
    if failed:
        return f"{failed:,} failed: mend and generate again."
    if waiting:
        return f"{waiting:,} to make."
    return f"{outdated:,} made from words that were changed since: generate again." if outdated else ""


def _looked_at(study: Study, words: str) -> Step:
    """Return the step of stimuli that are all made: done when a person has judged each reconstruction."""
    tally = releases.tally(study)
    if not tally.waiting or is_published(study):
        return Step("stimuli", "Stimuli", "desk:stimuli", True, words)
    missing = f"{count(tally.waiting, 'reconstruction')} to look at before publishing: release or reject."
    return Step("stimuli", "Stimuli", "desk:stimuli", False, words, missing, todo="desk:contact-sheet")

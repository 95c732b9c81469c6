"""A study's way from originals to results: what is done, what is missing, and the next command."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Literal

from surveys.models import Answer, Assignment, Place, Stimulus, Study, Survey
from surveys.selectors import releases
from surveys.selectors.captions import unmade, unwritten
from surveys.selectors.counted import COUNTED
from surveys.selectors.studies import is_published

State = Literal["done", "now", "later"]


@dataclass(frozen=True)
class Step:
    """One step: ``words`` say what is done, ``missing`` what isn't; ``command`` or the page ``todo`` comes next."""

    slug: str
    title: str
    page: str
    done: bool
    words: str
    missing: str = ""
    command: str = ""
    todo: str = ""


def steps(study: Study) -> list[Step]:
    """Return the steps of a study in order; about a dozen queries."""
    survey = study.surveys.select_related("instrument").first()
    return [_originals(study), _stimuli(study), _surveys(survey), *_survey_steps(study, survey)]


def _survey_steps(study: Study, survey: Survey | None) -> list[Step]:
    if survey is None:
        return []
    return [_plan(study, survey), _publish(study, survey), _watch(study, survey), _results(study)]


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
    kinds = _count(study.categories.count(), "category", "categories")
    found = f"{lost:,} missing or empty" if lost else "all files found"
    words = f"{_count(len(reasons), 'original')} in {kinds}, {found}."
    return Step("originals", "Originals", "desk:originals", True, words)


def _stimuli(study: Study) -> Step:
    rows = Stimulus.objects.filter(original__study=study, current=True)
    states = Counter(rows.values_list("state", flat=True))
    expected = study.originals.count() * study.methods.count()
    others = [f"{number:,} {state}" for state, number in sorted(states.items()) if state != Stimulus.State.READY]
    words = ", ".join([f"{states[Stimulus.State.READY]:,} of {expected:,} ready", *others]) + "."
    if (lacking := unwritten(study)) and not is_published(study):
        missing = f"{_count(lacking, 'caption')} to write."
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
    missing = f"{_count(tally.waiting, 'reconstruction')} to look at before publishing: release or reject."
    return Step("stimuli", "Stimuli", "desk:stimuli", False, words, missing, todo="desk:contact-sheet")


def _surveys(survey: Survey | None) -> Step:
    if survey is None:
        missing, command = "The study file names no survey.", "python manage.py load_study path/to/study.toml"
        return Step("surveys", "Surveys", "desk:plan", False, "No survey yet.", missing, command)
    title = survey.instrument.content["title"]
    words = f"Survey {survey.slug.upper()}: “{title}”, {_count(survey.raters, 'rating')} for each stimulus."
    return Step("surveys", "Surveys", "desk:plan", True, words)


def _plan(study: Study, survey: Survey) -> Step:
    if survey.state == Survey.State.DRAFT:
        command = f"python manage.py plan --study {study.slug} --survey {survey.slug}"
        return Step("plan", "Plan", "desk:plan", False, "No places yet.", "Places are not planned yet.", command)
    exact = "and the design is exact" if survey.design["exact"] else "as even as these pictures allow"
    return Step("plan", "Plan", "desk:plan", True, f"{_count(survey.design['places'], 'place')}, {exact}.")


def _publish(study: Study, survey: Survey) -> Step:
    if survey.published_at is None:
        command = f"python manage.py publish --study {study.slug} --survey {survey.slug} --out var/links.csv"
        missing = "Not open to participants yet. Publishing fixes the pre-registration and can't be undone."
        return Step("publish", "Publish", "desk:watch", False, "Not published.", missing, command)
    since = f"{survey.published_at:%-d %B %Y, %H:%M} UTC"
    words = f"Published {since}, closed since." if survey.state == Survey.State.CLOSED else f"Open since {since}."
    return Step("publish", "Publish", "desk:watch", True, words)


def _watch(study: Study, survey: Survey) -> Step:
    total = survey.places.count()
    filled = survey.places.filter(state=Place.State.FILLED).count()
    held = survey.places.filter(state=Place.State.HELD).count()
    words = f"{filled:,} of {total:,} places filled."
    if survey.state == Survey.State.CLOSED:
        missing = f"{held:,} being worked on; nobody new can start." if held else ""
        return Step("watch", "Watch", "desk:watch", not held, words, missing)
    if total and filled == total:
        return Step("watch", "Watch", "desk:watch", True, words)
    missing = f"{total - filled:,} still to fill, {held:,} of them being worked on." if total else "No places yet."
    if survey.state != Survey.State.PUBLISHED:
        return Step("watch", "Watch", "desk:watch", False, words, missing)
    command = f"python manage.py close --study {study.slug} --survey {survey.slug}"
    return Step("watch", "Watch", "desk:watch", False, words, f"{missing} To stop early, close it.", command)


def _results(study: Study) -> Step:
    answers = Answer.objects.filter(COUNTED, assignment__place__survey__study=study).count()
    finished = Assignment.objects.filter(place__survey__study=study, state=Assignment.State.SUBMITTED)
    people = finished.filter(holds_place=True, usable=True).count()
    if not answers:
        missing = "Nobody has finished yet."
        return Step("results", "Results", "desk:results", False, "No answers that count yet.", missing)
    words = f"{_count(answers, 'answer')} that count, from {_count(people, 'person', 'people')}."
    return Step("results", "Results", "desk:results", True, words)


def _count(number: int, noun: str, plural: str = "") -> str:
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"

"""The steps that a study's surveys take, all of its surveys at once: named, planned, published, filled, read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

from django.db.models import Count

from surveys.models import Answer, Assignment, Place, Study, Survey
from surveys.participant_tables import empty_keys
from surveys.selectors.counted import COUNTED


@dataclass(frozen=True)
class Step:
    """One step: ``words`` say what is done, a line per survey; ``missing`` what isn't; ``command`` or ``todo`` (a page)
    comes next.
    """

    slug: str
    title: str
    page: str
    done: bool
    words: str
    missing: str = ""
    command: str = ""
    todo: str = ""


def survey_steps(study: Study) -> list[Step]:
    """Return the steps from naming surveys to results; five queries whatever the number of surveys."""
    surveys = list(study.surveys.select_related("study", "instrument"))
    if not surveys:
        missing, command = "The study file names no survey.", "python manage.py load_study path/to/study.toml"
        return [Step("surveys", "Surveys", "desk:plan", False, "No survey yet.", missing, command)]
    places = _places(study)
    named = "\n".join(_named(survey) for survey in surveys)
    return [
        Step("surveys", "Surveys", "desk:plan", True, named),
        _plan(surveys),
        _together(surveys, _publish),
        _together(surveys, lambda survey: _watch(survey, places[survey.pk])),
        _results(study),
    ]


def _named(survey: Survey) -> str:
    title = survey.instrument.asked.title
    return f"Survey {survey.slug.upper()}: “{title}”, {count(survey.raters, 'person', 'people')} for each stimulus."


def _together(surveys: list[Survey], step_of: Callable[[Survey], Step]) -> Step:
    """Return one step for all surveys: what is missing, and the command, are those of the first that isn't done."""
    each = [(survey.slug.upper(), step_of(survey)) for survey in surveys]
    if len(each) == 1:
        return each[0][1]
    slug, first = next(((slug, step) for slug, step in each if not step.done), each[0])
    words = "\n".join(f"Survey {name}: {_begun_small(step.words)}" for name, step in each)
    return replace(first, words=words, missing=first.missing and f"Survey {slug}: {_begun_small(first.missing)}")


def _begun_small(words: str) -> str:
    return words[:1].lower() + words[1:]


def _plan(surveys: list[Survey]) -> Step:
    step = _together(surveys, _planned)
    drafts = [survey for survey in surveys if survey.state == Survey.State.DRAFT]
    if len(drafts) < 2:
        return step
    names = f"{', '.join(survey.slug.upper() for survey in drafts[:-1])} and {drafts[-1].slug.upper()}"
    command = f"python manage.py plan --study {drafts[0].study.slug} --all"
    return replace(step, missing=f"The places of surveys {names} are not planned yet.", command=command)


def _planned(survey: Survey) -> Step:
    if survey.state == Survey.State.DRAFT:
        command = f"python manage.py plan --study {survey.study.slug} --survey {survey.slug}"
        return Step("plan", "Plan", "desk:plan", False, "No places yet.", "Places are not planned yet.", command)
    exact = "and the design is exact" if survey.design["exact"] else "as even as these pictures allow"
    return Step("plan", "Plan", "desk:plan", True, f"{count(survey.design['places'], 'place')}, {exact}.")


def publish_command(survey: Survey) -> str:
    """Return the command that publishes a survey, its links in a file of their own."""
    study, slug = survey.study.slug, survey.slug
    return f"python manage.py publish --study {study} --survey {slug} --out var/{study}-{slug}-links.csv"


def _publish(survey: Survey) -> Step:
    if survey.published_at is None:
        if empty := empty_keys(survey.study.definition.get("consent", {})):
            missing = (
                f"Participants have to be told more first. Empty in [consent] of the study file: {', '.join(empty)}."
            )
            command = "python manage.py load_study path/to/study.toml"
            return Step("publish", "Publish", "desk:watch", False, "Not published.", missing, command)
        missing = "Not open to participants yet. Publishing fixes the pre-registration and can't be undone."
        return Step("publish", "Publish", "desk:watch", False, "Not published.", missing, publish_command(survey))
    since = f"{survey.published_at:%-d %B %Y, %H:%M} UTC"
    words = f"Published {since}, closed since." if survey.state == Survey.State.CLOSED else f"Open since {since}."
    return Step("publish", "Publish", "desk:watch", True, words)


def _places(study: Study) -> dict[int, Counter[str]]:
    """Count the places of each survey by their state."""
    found: dict[int, Counter[str]] = {pk: Counter() for pk in study.surveys.values_list("pk", flat=True)}
    rows = Place.objects.filter(survey__study=study).order_by().values_list("survey", "state")
    for pk, state, number in rows.annotate(n=Count("pk")):
        found[pk][state] = number
    return found


def _watch(survey: Survey, places: Counter[str]) -> Step:
    total, filled, held = places.total(), places[Place.State.FILLED], places[Place.State.HELD]
    words = f"{filled:,} of {total:,} places filled."
    if survey.state == Survey.State.CLOSED:
        missing = f"{held:,} being worked on; nobody new can start." if held else ""
        return Step("watch", "Watch", "desk:watch", not held, words, missing)
    if total and filled == total:
        return Step("watch", "Watch", "desk:watch", True, words)
    missing = f"{total - filled:,} still to fill, {held:,} of them being worked on." if total else "No places yet."
    if survey.state != Survey.State.PUBLISHED:
        return Step("watch", "Watch", "desk:watch", False, words, missing)
    command = f"python manage.py close --study {survey.study.slug} --survey {survey.slug}"
    return Step("watch", "Watch", "desk:watch", False, words, f"{missing} To stop early, close it.", command)


def _results(study: Study) -> Step:
    answers = Answer.objects.filter(COUNTED, assignment__place__survey__study=study).count()
    finished = Assignment.objects.filter(place__survey__study=study, state=Assignment.State.SUBMITTED)
    people = finished.filter(holds_place=True, usable=True).count()
    if not answers:
        missing = "Nobody has finished yet."
        return Step("results", "Results", "desk:results", False, "No answers that count yet.", missing)
    words = f"{count(answers, 'answer')} that count, from {count(people, 'person', 'people')}."
    return Step("results", "Results", "desk:results", True, words)


def count(number: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"

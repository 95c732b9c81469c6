"""Make the checks of a survey: their pictures rendered like the study's own, and what an attentive person answers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from django.db.models import Q

from compression import images, renditions
from compression.definition import RenditionTable
from compression.errors import Problem, RemediedError
from compression.files import Files
from surveys.designs import Extras
from surveys.instruments import checks
from surveys.instruments.checks import Checks, Gold
from surveys.instruments.instrument import Instrument
from surveys.models import Check, Rendition, Stimulus, Survey
from surveys.selectors.pictures import store
from surveys.services.errors import ServiceError
from surveys.services.stimuli import keep_rendition
from surveys.study_file import SurveyDefinition

KINDS = {"practice-identical": Check.Kind.IDENTICAL, "practice-unrelated": Check.Kind.UNRELATED}


def problems(
    survey: SurveyDefinition, asked: Instrument, files: Files, originals: set[str], file: str
) -> list[Problem]:
    """Return everything in which a survey's checks don't fit its instrument or its files.

    Parameters
    ----------
    survey, asked
        The survey of the study file, and what it asks.
    files
        The study's folder.
    originals
        SHA-256 of the study's originals, which no check may show.
    file
        How messages call the study file.
    """
    found = [
        Problem(file, f"surveys.{survey.slug}.checks.{key}", words, "correct it and load again")
        for key, words in checks.problems(survey.checks, asked)
    ]
    if survey.include_originals and asked.shows == "pair":
        words = "its pairs show the originals already"
        found.append(Problem(file, f"surveys.{survey.slug}.include_originals", words, "leave it out"))
    for gold in survey.checks.gold:
        for relative in filter(None, (gold.original, gold.shown)):
            found.extend(_file_problems(survey, gold, files, relative, originals, file))
    return found


def _file_problems(
    survey: SurveyDefinition, gold: Gold, files: Files, relative: str, originals: set[str], file: str
) -> Iterator[Problem]:
    key = f"surveys.{survey.slug}.checks.gold ({gold.slug})"
    try:
        data = files.picture(relative).read_bytes()
        images.read(data, relative)
    except RemediedError as error:
        yield Problem(file, key, error.message, error.remedy)
        return
    except OSError as error:
        yield Problem(file, key, f"{relative} can't be read ({error.strerror})", "let the site read the file")
        return
    if hashlib.sha256(data).hexdigest() in originals:
        yield Problem(file, key, f"{relative} is an original of the study", "take a picture that is not in the study")


def prepare(*, survey: Survey) -> Extras:
    """Make the checks of a survey that has none, and return what is woven into its places.

    Raises
    ------
    ServiceError
        A picture of a gold check can't be read any more, or has become one of the study.
    """
    wanted, asked = survey.asked_besides, survey.instrument.asked
    extras = extras_of(wanted)
    for slug in (*extras.attention, *extras.training):
        _shipped(survey, asked, slug, wanted)
    for gold in wanted.gold:
        _gold(survey, gold)
    return extras


def extras_of(wanted: Checks) -> Extras:
    """Return what is woven into a survey's places, by the slugs of its checks."""
    practice = ("practice-identical", "practice-unrelated") if wanted.training else ()
    return Extras(wanted.attention, tuple(gold.slug for gold in wanted.gold), practice, wanted.repeats)


def _shipped(survey: Survey, asked: Instrument, slug: str, wanted: Checks) -> None:
    kind = KINDS.get(slug, slug)
    original, shown = checks.SHIPPED[slug]
    expected = checks.expected_at_end(asked, kind, wanted.tolerance)
    words: dict[str, str] = {}
    if kind == Check.Kind.INSTRUCTED:
        expected = checks.expected_as_instructed(asked)
        words = dict(zip(("asks", "word"), checks.instructed_words(asked), strict=True))
    survey.check_items.create(
        slug=slug,
        kind=kind,
        rendition=_rendition(survey, checks.PICTURES / f"{shown}.webp"),
        original_rendition=_beside(survey, asked, checks.PICTURES / f"{original}.webp"),
        expected=expected,
        words=words,
    )


def _gold(survey: Survey, gold: Gold) -> None:
    files = Files(Path(survey.study.files_root))
    try:
        shown = _rendition(survey, files.picture(gold.shown))
        original = _rendition(survey, files.picture(gold.original)) if gold.original else None
    except (RemediedError, OSError) as error:
        msg = f"The gold check {gold.slug} can't be shown ({error}). Nothing was changed: put the file back, then plan."
        raise ServiceError(msg) from error
    _refuse_pictures_of_the_study(survey, gold, {each.sha256 for each in (shown, original) if each})
    survey.check_items.create(
        slug=gold.slug,
        kind=Check.Kind.GOLD,
        rendition=shown,
        original_rendition=original,
        expected={name: list(ends) for name, ends in gold.expected.items()},
    )


def _refuse_pictures_of_the_study(survey: Survey, gold: Gold, shown: set[str]) -> None:
    """Keep a check's pictures apart from the study's: whoever knows one of them has seen it before."""
    stimuli = Stimulus.objects.filter(original__study=survey.study, current=True)
    study = stimuli.filter(Q(rendition__sha256__in=shown) | Q(original_rendition__sha256__in=shown))
    if row := study.select_related("original", "method").first():
        msg = (
            f"The gold check {gold.slug} shows a picture of the study ({row.name}). Nothing was changed: take pictures "
            "that are not in the study, load the study file again, then plan."
        )
        raise ServiceError(msg)


def _beside(survey: Survey, asked: Instrument, path: Path) -> Rendition | None:
    return _rendition(survey, path) if asked.shows == "pair" else None


def _rendition(survey: Survey, path: Path) -> Rendition:
    """Render a picture as the study's own are, so that nothing but what it shows tells it apart."""
    study = survey.study
    if study.area_px is None:
        msg = f"No picture is made yet: run manage.py generate_stimuli --study {study.slug} first."
        raise ServiceError(msg)
    data = path.read_bytes()
    sha256 = hashlib.sha256(data).hexdigest()
    hidden = RenditionTable.model_validate(study.definition.get("renditions", {})).hidden
    made = renditions.render(store(), data, path.name, sha256, study.area_px, None, hidden)
    return keep_rendition(study, made)

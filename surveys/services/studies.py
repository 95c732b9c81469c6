"""Load a study file into the database: everything is checked first, then written in one transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import Model, QuerySet
from pydantic import ValidationError

from compression.files import Files
from compression.study import Plan, Problem, StudyError, parse, read_toml, resolve
from surveys.instruments import loader
from surveys.languages import is_spoken, spoken
from surveys.models import Caption, Instrument, Study, Survey
from surveys.selectors.captions import on_page
from surveys.selectors.studies import is_published
from surveys.services import checks
from surveys.services.captions import take_along
from surveys.services.errors import ServiceError
from surveys.services.publishing import CHANGEABLE
from surveys.study_file import StudyFile

M = TypeVar("M", bound=Model)
ABOUT_ITSELF = "title, description, front page or results of the study changed"


@dataclass(frozen=True)
class Loaded:
    """The study, what changed in it, and which of its files are missing."""

    study: Study
    changes: tuple[str, ...]
    conditions: tuple[str, ...]


@dataclass(frozen=True)
class _Checked:
    definition: StudyFile
    root: Path
    plan: Plan
    instruments: Mapping[str, loader.Instrument]


def load(*, path: Path, files: Path | None = None, owner: AbstractBaseUser | None = None) -> Loaded:
    """Load or reload a study file.

    Parameters
    ----------
    path
        The study file.
    files
        The folder below which its files lie; the study file's own folder by default.
    owner
        Who owns a study that is new; a study that exists keeps its owner.

    Raises
    ------
    StudyError
        Every problem found, each with file, key and remedy; nothing was written.
    ServiceError
        The study has been published and the file would change what participants see.
    """
    checked = _check(path, files)
    with transaction.atomic():
        return _write(checked, owner)


def _check(path: Path, files: Path | None) -> _Checked:
    definition = parse(StudyFile, read_toml(path), path.name)
    root = (files or path.parent).resolve()
    plan = resolve(definition, root, path.name)
    instruments: dict[str, loader.Instrument] = {
        survey.slug: _instrument(survey.instrument, path) for survey in definition.surveys
    }
    originals = {original.sha256 for original in plan.originals if original.sha256}
    found = [
        problem
        for survey in definition.surveys
        for problem in checks.problems(survey, instruments[survey.slug], Files(root), originals, path.name)
    ]
    if found:
        raise StudyError(found)
    return _Checked(definition, root, plan, instruments)


def _instrument(name: str, path: Path) -> loader.Instrument:
    try:
        return loader.load(name, path.parent)
    except loader.InstrumentError as error:
        problem = Problem(str(path), "surveys.instrument", str(error), "Correct the instrument and load again.")
        raise StudyError([problem]) from error


def _write(checked: _Checked, owner: AbstractBaseUser | None) -> Loaded:
    slug = checked.definition.study.slug
    existing = Study.objects.select_for_update(no_key=True).filter(slug=slug).first()
    changes: list[str] = []
    study = _write_study(checked, existing, owner, changes)
    _write_parts(study, checked, changes)
    _write_surveys(study, checked, changes)
    if is_published(study):
        _refuse(slug, changes)
    elif changes:
        study.surveys.filter(state=Survey.State.PLANNED).update(state=Survey.State.DRAFT)
    return Loaded(study, tuple(changes), (*study.conditions, *_unspoken(checked)))


def _unspoken(checked: _Checked) -> Iterator[str]:
    """Say in which languages a survey asks and the pages around its questions have no words."""
    for slug, instrument in checked.instruments.items():
        if not is_spoken(instrument.language):
            yield (
                f"Survey {slug} asks in {instrument.language}, and the pages have words in {', '.join(spoken())} only: "
                "everything around the questions is in English. docs/guides/languages.md says how to add a language."
            )


def _refuse(slug: str, changes: list[str]) -> None:
    """Allow a published study new words about itself, and nothing that its participants or its design would feel."""
    if felt := [change for change in changes if change != ABOUT_ITSELF]:
        msg = (
            f"Study {slug} has been published, and this file would change what its participants see: "
            f"{'; '.join(felt)}. Nothing was changed. Give the new version another slug."
        )
        raise ServiceError(msg)


def _write_study(
    checked: _Checked, existing: Study | None, owner: AbstractBaseUser | None, changes: list[str]
) -> Study:
    head = checked.definition.study
    content = checked.definition.model_dump(mode="json", by_alias=True)
    defaults: dict[str, Any] = {
        "title": head.title,
        "description": head.description,
        "seed": head.seed,
        "simulated": head.simulated,
        "listed": head.listed,
        "results_public": head.results == "public",
        "definition": content,
        "definition_sha256": loader.content_hash(content),
        "conditions": conditions(checked.plan),
    }
    if existing is None:
        changes.append(f"study {head.slug} is new")
        defaults |= {"owner": owner, "files_root": str(checked.root)}
        return Study.objects.create(slug=head.slug, **defaults)
    changes.extend(_other_tables(existing.definition, content))
    if is_published(existing):
        kept = _as_sealed(existing.definition, content)
        defaults |= {"definition": kept, "definition_sha256": loader.content_hash(kept)}
    about = {name: defaults.pop(name) for name in ("title", "description", "listed", "results_public")}
    said: list[str] = []
    _update(existing, about, "", said)
    changes.extend([ABOUT_ITSELF] if said else [])
    _update(existing, defaults, f"study {head.slug}", changes)
    if existing.files_root != str(checked.root):  # where the files lie is no part of the study
        existing.files_root = str(checked.root)
        existing.save(update_fields=["files_root"])
    return existing


def _as_sealed(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """Return a published study's definition with its new words about itself, and the rest as it was sealed."""
    about = {name: value for name, value in after["study"].items() if name in CHANGEABLE}
    return before | {"study": before["study"] | about}


def _other_tables(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Name the tables of the study file that changed and have no rows of their own in the database."""
    own_rows = ("study", "categories", "originals", "methods", "surveys", "preregistration")
    before = _as_today(before)
    names = [name for name in after if name not in own_rows and before.get(name) != after[name]]
    if before["study"].get("missing_files") != after["study"]["missing_files"]:
        names.append("study.missing_files")
    return [f"[{name}] changed" for name in names]


def _as_today(definition: dict[str, Any]) -> dict[str, Any]:
    """Return a definition that was kept by an earlier version with today's defaults in the keys it did not have."""
    try:
        return StudyFile.model_validate(definition).model_dump(mode="json", by_alias=True)
    except ValidationError:
        return definition


def conditions(plan: Plan) -> list[str]:
    """Say in words which originals, files and captions the study lacks."""
    reasons = [
        *(original.reason for original in plan.originals),
        *(source.reason for source in plan.sources.values()),
        *plan.missing_captions.values(),
    ]
    return [reason for reason in dict.fromkeys(reasons) if reason]


def _write_parts(study: Study, checked: _Checked, changes: list[str]) -> None:
    definition = checked.definition
    for position, category in enumerate(definition.categories):
        _upsert(study.categories, "category", category.slug, {"title": category.title, "position": position}, changes)
    categories = {category.slug: category for category in study.categories.all()}
    found = {original.slug: original for original in checked.plan.originals}
    for position, original in enumerate(definition.originals):
        values = original.model_dump(exclude={"slug", "category", "file"})
        values |= {"category": categories[original.category], "position": position}
        values |= {name: getattr(found[original.slug], name) for name in ("sha256", "file_bytes", "reason")}
        _upsert(study.originals, "original", original.slug, values, changes)
    for position, method in enumerate(definition.methods):
        values = {
            "title": method.title,
            "family": method.family,
            "position": position,
            "settings": method.model_dump(mode="json", exclude={"slug", "title", "family"}, exclude_defaults=True),
        }
        _upsert(study.methods, "method", method.slug, values, changes)
    take_along(study=study, methods={row.slug for row in definition.methods}, originals=set(found))
    _drop(study.methods, "method", {method.slug for method in definition.methods}, changes)
    _drop(study.originals, "original", set(found), changes)
    _drop(study.categories, "category", {category.slug for category in definition.categories}, changes)
    _write_captions(study, checked.plan, changes)


def _write_captions(study: Study, plan: Plan, changes: list[str]) -> None:
    methods = {method.slug: method for method in study.methods.all()}
    originals = {original.slug: original for original in study.originals.all()}
    current = {
        (caption.method.slug, caption.original.slug): caption
        for caption in Caption.objects.filter(method__study=study, current=True).select_related("method", "original")
        if not on_page(caption.method)
    }
    for key in current.keys() - plan.captions.keys():
        current[key].current = False
        current[key].save(update_fields=["current"])
        changes.append(f"caption of {key[1]} by {key[0]} is gone")
    for (method, original), caption in plan.captions.items():
        sha256 = hashlib.sha256(caption.text.encode()).hexdigest()
        before = current.get((method, original))
        if before and before.sha256 == sha256:
            continue
        if before:
            before.current = False
            before.save(update_fields=["current"])
        Caption.objects.create(
            method=methods[method], original=originals[original], text=caption.text, sha256=sha256,
            elements=dict(caption.elements),
        )  # fmt: skip
        changes.append(f"caption of {original} by {method} is {'changed' if before else 'new'}")


def _write_surveys(study: Study, checked: _Checked, changes: list[str]) -> None:
    preregistration = checked.definition.preregistration.model_dump(mode="json", exclude_none=True)
    for survey in checked.definition.surveys:
        values = {
            "instrument": store_instrument(checked.instruments[survey.slug]),
            "raters": survey.raters,
            "items_per_form": survey.items_per_form,
            "include_originals": survey.include_originals,
            "checks": survey.checks.model_dump(mode="json", exclude_defaults=True),
            "preregistration": preregistration,
        }
        _upsert(study.surveys, "survey", survey.slug, values, changes)


def store_instrument(instrument: loader.Instrument) -> Instrument:
    """Keep an instrument under its hash; the same wording is the same row."""
    stored, _ = Instrument.objects.get_or_create(
        sha256=instrument.sha256(), defaults={"slug": instrument.slug, "content": instrument.content()}
    )
    return stored


def _upsert(rows: Any, noun: str, slug: str, values: dict[str, Any], changes: list[str]) -> None:
    row = rows.filter(slug=slug).first()
    if row is None:
        rows.create(slug=slug, **values)
        changes.append(f"{noun} {slug} is new")
    else:
        _update(row, values, f"{noun} {slug}", changes)


def _update(row: Model, values: dict[str, Any], label: str, changes: list[str]) -> None:
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    if not changed:
        return
    for name in changed:
        setattr(row, name, values[name])
    row.save(update_fields=changed)
    words = [name for name in changed if name not in ("definition", "definition_sha256")]
    if words:
        changes.append(f"{label}: {', '.join(words)} changed")


def _drop(rows: Any, noun: str, keep: set[str], changes: list[str]) -> None:
    gone: QuerySet[Any] = rows.exclude(slug__in=keep)
    for row in gone:
        changes.append(f"{noun} {row.slug} is gone")
    if gone and not is_published(gone[0].study):
        # Places of an unpublished plan may name their stimuli; the plan is made again after a change.
        from surveys.services.places import discard_plan

        for survey in gone[0].study.surveys.filter(state__in=[Survey.State.DRAFT, Survey.State.PLANNED]):
            discard_plan(survey=survey)
        gone.delete()

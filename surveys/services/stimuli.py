"""Generate a study's stimuli and renditions; each is a row as soon as it is done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.db import transaction

from compression.build import Built, Event, build, finished
from compression.calls import Caller
from compression.study import Plan, parse, resolve
from compression.types import Rendition as BuiltRendition
from compression.types import Stimulus as BuiltStimulus
from surveys.instruments.loader import content_hash
from surveys.models import Method, Original, Rendition, Stimulus, Study, Survey
from surveys.selectors import releases
from surveys.selectors.pictures import store
from surveys.selectors.studies import is_published
from surveys.services import captions
from surveys.services.errors import ServiceError
from surveys.study_file import StudyFile

COPIED = (
    "caption", "size_bytes", "file_bytes", "image_bytes", "width", "height", "original_bytes", "original_pixels",
    "sha256", "rendition", "original_rendition", "parameters", "versions", "provenance",
)  # fmt: skip


def generate(
    *,
    study: Study,
    executor: Executor | None = None,
    caller: Caller | None = None,
    stop: Callable[[], bool] | None = None,
    retry_failed: bool = False,
) -> Iterator[Event]:
    """Make what is missing, yielding each step as it finishes; what was made before is not made again.

    Parameters
    ----------
    study
        The study.
    executor
        As for :func:`compression.build.build`, like the rest.
    caller
        Makes paid calls; without one none is made.
    stop
        Asked between steps; when it says yes the run ends in good order.
    retry_failed
        Whether paid steps that failed are tried again.

    Raises
    ------
    compression.build.BuildError
        The run can't go on, or was stopped; what is made is kept.
    ServiceError
        A file changed since the study was loaded, or the study is published and a stimulus would change.
    """
    plan = plan_of(study)
    for event in build(plan, store(), executor, caller=caller, stop=stop, retry_failed=retry_failed):
        if event.stimulus is not None:
            _announce(study, event.stimulus)
        yield event
    _record_built(study, finished(plan, store()))


def plan_of(study: Study) -> Plan:
    """Return the plan of a loaded study.

    Raises
    ------
    ServiceError
        A file changed since the study was loaded.
    """
    plan = resolve(parse(StudyFile, study.definition), Path(study.files_root))
    loaded = dict(study.originals.values_list("slug", "sha256"))
    changed = [original.slug for original in plan.originals if loaded[original.slug] != original.sha256]
    if changed:
        msg = (
            f"{', '.join(changed)}: the file is not the one that was loaded. "
            "Run manage.py load_study again (or put the old file back), then generate."
        )
        raise ServiceError(msg)
    return captions.supply(study, plan)


def _record_built(study: Study, built: Built) -> None:
    with transaction.atomic():
        # Verdicts on its pictures wait, and find what is new.
        Study.objects.select_for_update(no_key=True).get(pk=study.pk)
        for rendition in (*built.renditions, *built.original_renditions.values()):
            keep_rendition(study, rendition)
        rows = {row.slug: row for row in study.originals.all()}
        for slug, rendition in built.original_renditions.items():
            rows[slug].rendition = keep_rendition(study, rendition)
            rows[slug].save(update_fields=["rendition"])
        for stimulus in built.stimuli:
            record(study=study, stimulus=stimulus)
        study.area_px = built.area_px
        study.save(update_fields=["area_px"])


def keep_rendition(study: Study, made: BuiltRendition) -> Rendition:
    """Keep what the study shows of a picture; the same rendition is the same row."""
    row, _ = Rendition.objects.get_or_create(
        study=study,
        sha256=made.sha256,
        source_sha256=made.source_sha256,
        area_px=made.area_px,
        defaults={"width": made.width, "height": made.height, "size_bytes": made.size_bytes},
    )
    return row


def _announce(study: Study, stimulus: BuiltStimulus) -> None:
    """Keep a stimulus that has no row yet, still without its pictures; ``record`` completes it."""
    Stimulus.objects.get_or_create(
        original=study.originals.get(slug=stimulus.original),
        method=study.methods.get(slug=stimulus.method),
        current=True,
        defaults={"content_sha256": Stimulus.INCOMPLETE, **_values(study, stimulus)},
    )


@transaction.atomic
def record(*, study: Study, stimulus: BuiltStimulus) -> Stimulus:
    """Keep a finished stimulus: the same content is the same row, other content is a new row beside the old one."""
    original = Original.objects.get(study=study, slug=stimulus.original)
    method = Method.objects.get(study=study, slug=stimulus.method)
    stimulus = _as_judged(study, stimulus)
    values = _values(study, stimulus)
    content = content_hash(_identity(stimulus))
    current = (
        Stimulus.objects.select_for_update(no_key=True).filter(original=original, method=method, current=True).first()
    )
    if current and current.content_sha256 == content:
        return current
    if current and current.content_sha256 == Stimulus.INCOMPLETE:
        return _complete(current, values | {"content_sha256": content})
    if current and _shown(current) == _shown_of(stimulus):  # what else is said of it makes it no other stimulus
        return current if is_published(study) else _complete(current, values | {"content_sha256": content})
    if current:
        return _supersede(study, current, values | {"content_sha256": content})
    return Stimulus.objects.create(original=original, method=method, content_sha256=content, **values)


def rejudge(*, study: Study, row: Stimulus, rejected: str) -> None:
    """Put a stimulus in place as a person judged its picture: missing for the reason given, or as it was made."""
    state, reason = (Stimulus.State.MISSING, rejected) if rejected else _as_made(row)
    if (row.state, row.reason) == (state, reason):
        return
    copied = {name: getattr(row, name) for name in COPIED} | {"state": state, "reason": reason}
    identity = {name: copied[name] for name in ("sha256", "caption", "state", "reason", "size_bytes", "parameters")}
    for name in ("rendition", "original_rendition"):
        identity[f"{name}_sha256"] = copied[name].sha256 if copied[name] else None
    _supersede(study, row, copied | {"content_sha256": content_hash(identity)})


def _as_made(row: Stimulus) -> tuple[str, str]:
    """Return state and reason without a rejection, which alone leaves a missing stimulus with its picture."""
    if row.state != Stimulus.State.MISSING:
        return row.state, row.reason
    if row.original_rendition is None:
        return Stimulus.State.UNPAIRED, row.original.reason
    return Stimulus.State.READY, ""


def _as_judged(study: Study, stimulus: BuiltStimulus) -> BuiltStimulus:
    """Return a built stimulus as missing when a person has rejected this very picture."""
    showable = stimulus.sha256 and stimulus.state in ("ready", "unpaired")
    reason = releases.rejection(study, stimulus.stimulus, stimulus.sha256) if showable and stimulus.sha256 else ""
    return replace(stimulus, state="missing", reason=reason) if reason else stimulus


def _supersede(study: Study, current: Stimulus, values: dict[str, Any]) -> Stimulus:
    """Put other content in place of a row, which stays; content that was in place before is its old row again."""
    _replace(study, current)
    same = Stimulus.objects.filter(original=current.original, method=current.method)
    if older := same.filter(content_sha256=values["content_sha256"]).last():
        return _complete(older, {"current": True})
    return Stimulus.objects.create(original=current.original, method=current.method, **values)


def _shown(row: Stimulus) -> tuple[Any, ...]:
    """Return what people see and what is counted of a stimulus."""
    pictures = [picture.sha256 if picture else None for picture in (row.rendition, row.original_rendition)]
    return (row.sha256, row.caption, row.state, row.size_bytes, *pictures)


def _shown_of(made: BuiltStimulus) -> tuple[Any, ...]:
    pictures = (made.rendition_sha256, made.original_rendition_sha256)
    return (made.sha256 or "", made.caption, made.state, made.size_bytes, *pictures)


def _identity(stimulus: BuiltStimulus) -> dict[str, Any]:
    return {
        "sha256": stimulus.sha256,
        "caption": stimulus.caption,
        "state": stimulus.state,
        "reason": stimulus.reason,
        "size_bytes": stimulus.size_bytes,
        "parameters": dict(stimulus.parameters),
        "rendition_sha256": stimulus.rendition_sha256,
        "original_rendition_sha256": stimulus.original_rendition_sha256,
    }


def _values(study: Study, stimulus: BuiltStimulus) -> dict[str, Any]:
    plain = ("state", "reason", "caption", "size_bytes", "file_bytes", "image_bytes", "width", "height")
    values: dict[str, Any] = {name: getattr(stimulus, name) for name in (*plain, "original_bytes", "original_pixels")}
    values["sha256"] = stimulus.sha256 or ""
    values |= {"parameters": dict(stimulus.parameters), "versions": dict(stimulus.versions)}
    values["provenance"] = dict(stimulus.provenance)
    for field, sha256 in (
        ("rendition", stimulus.rendition_sha256),
        ("original_rendition", stimulus.original_rendition_sha256),
    ):
        if sha256:
            values[field] = study.renditions.filter(sha256=sha256).first()
    return values


def _complete(row: Stimulus, values: dict[str, Any]) -> Stimulus:
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))
    return row


def _replace(study: Study, current: Stimulus) -> None:
    if is_published(study):
        msg = (
            f"{current.name} would change, but the study is published and people have seen it. "
            "Nothing was changed: load the new version under another slug."
        )
        raise ServiceError(msg)
    current.current = False
    current.save(update_fields=["current"])
    study.surveys.filter(state=Survey.State.PLANNED).update(state=Survey.State.DRAFT)

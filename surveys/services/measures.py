"""Measure how near a study's stimuli are to their originals, and keep the numbers."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path

from django.db import transaction

from compression import local_models
from compression.build import BuildError, finished
from compression.measuring import Step
from compression.measuring import measure as measure_files
from compression.similarity import Clip
from compression.similarity_table import Similarity, similarities
from compression.types import Stimulus as BuiltStimulus
from compression.weights import given
from surveys.models import Measure, Stimulus, Study
from surveys.selectors import tables
from surveys.selectors.pictures import store
from surveys.services.errors import ServiceError
from surveys.services.stimuli import plan_of

COPIED = ("revision", "size_px", "cosine_raw", "ssim", "ms_ssim", "psnr", "selected_by", "reason")


def measure(*, study: Study, clip: str = "", revision: str = "", executor: Executor | None = None) -> Iterator[Step]:
    """Measure what has not been measured yet, yield each step, and keep a row per stimulus at the end.

    Parameters
    ----------
    clip, revision
        A CLIP model: any folder, or a name as in a study file. Without one only pixels are compared.

    Raises
    ------
    ServiceError
        The stimuli are not made, or the model is not there or does not load.
    """
    plan = plan_of(study)
    model = Clip(given(clip, revision or None, Path(study.files_root))) if clip else None
    try:
        built = finished(plan, store()).stimuli
        rows = {row.name: row for row in tables.stimuli_in_order(study)}
        shown = [_as_shown(stimulus, rows) for stimulus in built]
        yield from measure_files(plan, shown, store(), model, executor)
        _keep(rows, similarities(plan, shown, store(), model))
    except (BuildError, local_models.ModelError) as error:
        raise ServiceError(str(error)) from error


def _as_shown(built: BuiltStimulus, rows: dict[str, Stimulus]) -> BuiltStimulus:
    """Return what was built as the study has it: a rejected reconstruction, for example, is missing there."""
    row = rows.get(built.stimulus)
    if row is None or (row.sha256 and row.sha256 != built.sha256):
        msg = f"{built.stimulus} is not the one that was made: run manage.py generate_stimuli, then measure."
        raise ServiceError(msg)
    return replace(built, state=row.state, reason=row.reason)  # type: ignore[arg-type]


@transaction.atomic
def _keep(rows: dict[str, Stimulus], measured: list[Similarity]) -> None:
    for found in measured:
        values = {name: getattr(found, name) for name in COPIED}
        row = rows[found.stimulus]
        if found.model:
            row.measures.filter(model="").delete()
        elif row.measures.exclude(model="").exists():
            continue
        Measure.objects.update_or_create(stimulus=row, model=found.model, defaults=values)

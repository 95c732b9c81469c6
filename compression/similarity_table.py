"""The similarity table: how near each stimulus is to its original, with a reason for every number it lacks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from compression.measuring import EmbeddingTask, File, PixelTask, Task, pair_of
from compression.similarity import Clip, cosine, scaled
from compression.store import Store
from compression.types import Original, Plan, Stimulus

REBUILT = "SSIM, MS-SSIM and PSNR compare the pixels of a codec, and this is a reconstruction"
DIGITS = 6


@dataclass(frozen=True, slots=True)
class Similarity:
    """One stimulus by one model: a row of the similarity table (see ``schemas/similarity.json``)."""

    stimulus: str
    model: str
    revision: str
    size_px: str
    cosine_raw: float | None
    cosine_half: float | None
    cosine_clip0: float | None
    ssim: float | None
    ms_ssim: float | None
    psnr: float | None
    selected_by: str
    reason: str


def similarities(plan: Plan, stimuli: Sequence[Stimulus], store: Store, clip: Clip | None = None) -> list[Similarity]:
    """Return a row per stimulus, in their order, from what :func:`compression.measuring.measure` has kept."""
    originals = {original.slug: original for original in plan.originals}
    identity = clip.identity if clip else ""
    return [_row(plan, row, originals[row.original], store, clip, identity) for row in stimuli]


def _row(plan: Plan, row: Stimulus, original: Original, store: Store, clip: Clip | None, identity: str) -> Similarity:
    pair = pair_of(row, original)
    reasons = [] if pair else [row.reason or "its original is missing"]
    pixels = _pixels(row, pair, store)
    raw, size_px, reason = _cosine(plan, pair, store, clip)
    selected_by, note = _selection(row, clip, identity)
    reasons += [text for text in (pixels["reason"], reason, note) if text]
    return Similarity(
        stimulus=row.stimulus,
        model=clip.weights.model if clip else "",
        revision=identity,
        size_px=size_px,
        cosine_raw=_rounded(raw),
        cosine_half=_rounded(None if raw is None else scaled(raw, "half")),
        cosine_clip0=_rounded(None if raw is None else scaled(raw, "clip0")),
        ssim=_rounded(pixels["ssim"]),
        ms_ssim=_rounded(pixels["ms_ssim"]),
        psnr=_rounded(pixels["psnr"]),
        selected_by=selected_by,
        reason="; ".join(dict.fromkeys(reasons)),
    )


def _pixels(row: Stimulus, pair: tuple[File, File] | None, store: Store) -> Mapping[str, Any]:
    nothing = {"ssim": None, "ms_ssim": None, "psnr": None, "reason": ""}
    if pair is None:
        return nothing
    if row.family != "classical":
        return nothing | {"reason": REBUILT}
    record = _measured(store, PixelTask(*pair))
    return nothing | {"reason": record["error"]} if "error" in record else record


def _cosine(
    plan: Plan, pair: tuple[File, File] | None, store: Store, clip: Clip | None
) -> tuple[float | None, str, str]:
    if clip is None or pair is None:
        return None, "", ""
    records = [_measured(store, EmbeddingTask(file, clip, plan.watermark)) for file in pair]
    if errors := [record["error"] for record in records if "error" in record]:
        return None, "", errors[0]
    one, other = (np.frombuffer(store.read(record["float32"]), "<f4") for record in records)
    return cosine(one, other), records[0]["size_px"], ""


def _measured(store: Store, task: Task) -> dict[str, Any]:
    return store.get_record(task.key) or {"error": "it has not been measured: run measure again"}


def _selection(row: Stimulus, clip: Clip | None, identity: str) -> tuple[str, str]:
    """Return which model chose the picture among several, and a warning when it is the one that measures."""
    best_of = row.parameters.get("best_of")
    if not best_of:
        return "", ""
    same = clip is not None and (best_of["model"] == clip.weights.model or best_of["weights"] == identity)
    return best_of["model"], best_of["note"] if same else ""


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, DIGITS)

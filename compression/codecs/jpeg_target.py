"""A JPEG file of a wanted size: never above it, nothing padded, within half a percent wherever that is possible."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal

from PIL.Image import Image

from compression.codecs import knob, probe, rate
from compression.codecs.libjpeg import Sampling, by_tables
from compression.codecs.rate import Attempt, Axis, Bracket
from compression.codecs.tables import COARSEST, FINEST, Tables, distance, tables
from compression.errors import InfeasibleError

START = 250.0  # the scale of quality 20, about where 90 % smaller lies
SLOPE = -0.7  # of log size over log scale
COARSE = 0.05  # how near the search comes before it settles on baseline or progressive
POLISH = [*range(127, 63, -1), *range(63, -1, -1)]  # entries from the least visible to the most


@dataclass(frozen=True, slots=True)
class Target:
    """Most bytes the file may have, and how it is to be written."""

    size_bytes: int
    sampling: Sampling
    mode: Literal["baseline", "progressive", "smaller"]


@dataclass(slots=True)
class _Encoder:
    """Encodes one image with any tables, each once."""

    image: Image
    sampling: Sampling
    progressive: bool = False
    files: dict[tuple[bool, tuple[int, ...]], bytes] = field(default_factory=dict)

    def __call__(self, asked: Tables) -> bytes:
        key = (self.progressive, asked.entries())
        if key not in self.files:
            self.files[key] = by_tables(self.image, asked, self.sampling, self.progressive)
        return self.files[key]

    def at(self, place: float) -> bytes:
        """Return the file for a place on the axis: the logarithm of a scale."""
        return self(tables(_scale(place)))

    @property
    def mode(self) -> str:
        return "progressive" if self.progressive else "baseline"


def encode_to_size(image: Image, target: Target) -> tuple[bytes, dict[str, Any]]:
    """Return the file and what was chosen for it.

    Parameters
    ----------
    image
        Upright sRGB pixels.

    Raises
    ------
    InfeasibleError
        When the coarsest tables still make a file above the target; with the smallest reachable size.
    """
    encoder = _Encoder(image, target.sampling, target.mode == "progressive")
    start = _settle(encoder, target) if target.mode == "smaller" else None
    bracket = _search(encoder, target, start)
    if bracket.below is None and target.mode == "smaller":
        encoder.progressive = not encoder.progressive
        bracket = _search(encoder, target, AXIS.high)
    if bracket.below is None:
        raise _infeasible(encoder, target)
    best = Attempt(tables(_scale(bracket.below.knob)), bracket.below.data)
    for spend in (_on_chroma, _entry_by_entry):
        best = best if _near(best, target) else spend(encoder, target, best)
    return best.data, _parameters(encoder, target, best)


def _search(encoder: _Encoder, target: Target, start: float | None) -> Bracket:
    guide = _guide(encoder, encoder.progressive)
    return rate.fit(encoder.at, target.size_bytes, AXIS, start=start, guide=guide)


def _guide(encoder: _Encoder, progressive: bool) -> probe.MosaicGuide | None:
    sampling = encoder.sampling
    return probe.guide(
        encoder.image, ("JPEG", sampling, progressive), AXIS,
        lambda tiles, place: by_tables(tiles, tables(_scale(place)), sampling, progressive),
    )  # fmt: skip


def _settle(encoder: _Encoder, target: Target) -> float | None:
    """Choose baseline or progressive by which is smaller near the target; return the place reached.

    Of a large picture the tiles decide, and the guide knows better where to begin.
    """
    baseline, progressive = _guide(encoder, False), _guide(encoder, True)
    if baseline is None or progressive is None:
        return _settle_by_files(encoder, target)
    place = AXIS.place(baseline.place(math.log(target.size_bytes)))
    encoder.progressive = progressive.log_of_tiles(place) < baseline.log_of_tiles(place)
    return None


def _settle_by_files(encoder: _Encoder, target: Target) -> float:
    rough = rate.fit(encoder.at, target.size_bytes, AXIS, tolerance=COARSE)
    place = (rough.below or Attempt(AXIS.high, b"")).knob
    baseline = len(encoder.at(place))
    encoder.progressive = True
    encoder.progressive = len(encoder.at(place)) < baseline
    return place


def _on_chroma(encoder: _Encoder, target: Target, best: Attempt[Tables]) -> Attempt[Tables]:
    """Spend what one step of luma would overspend on finer chroma."""
    chroma = partial(tables, best.knob.luma_scale)
    start = math.log(best.knob.luma_scale)
    found = rate.fit(lambda place: encoder(chroma(_scale(place))), target.size_bytes, _axis(chroma), start=start)
    return _larger(best, found, chroma)


def _entry_by_entry(encoder: _Encoder, target: Target, best: Attempt[Tables]) -> Attempt[Tables]:
    """Spend the rest on single entries, as far as each fits."""
    for entry in POLISH:
        while best.knob.entries()[entry] > 1 and not _near(best, target):
            finer = best.knob.finer(entry)
            data = encoder(finer)
            if not best.size_bytes < len(data) <= target.size_bytes:
                break
            best = Attempt(finer, data)
    return best


def _larger(best: Attempt[Tables], found: Bracket, make: Callable[[float], Tables]) -> Attempt[Tables]:
    if found.below is None or found.below.size_bytes <= best.size_bytes:
        return best
    return Attempt(make(_scale(found.below.knob)), found.below.data)


def _near(best: Attempt[Tables], target: Target) -> bool:
    return best.size_bytes >= target.size_bytes * (1 - rate.TOLERANCE)


def _scale(place: float) -> float:
    return min(max(math.exp(place), FINEST), COARSEST)


def _axis(make: Callable[[float], Tables]) -> Axis:
    """Return the axis of log scale for tables that follow from one scale."""
    return Axis(
        math.log(FINEST), math.log(COARSEST), math.log(START), SLOPE,
        lambda one, other: distance(make(_scale(one)), make(_scale(other))),
    )  # fmt: skip


AXIS = _axis(tables)


def _parameters(encoder: _Encoder, target: Target, best: Attempt[Tables]) -> dict[str, Any]:
    return knob.described(target.size_bytes, best.size_bytes, len(encoder.files)) | {
        "sampling": target.sampling,
        "mode": encoder.mode,
        "luma_scale_percent": round(best.knob.luma_scale, 6),
        "chroma_scale_percent": round(best.knob.chroma_scale, 6),
        "at_finest": set(best.knob.entries()) == {1},
    }


def _infeasible(encoder: _Encoder, target: Target) -> InfeasibleError:
    error = knob.infeasible("JPEG", target.size_bytes, min(map(len, encoder.files.values())))
    return InfeasibleError(error.reason, dict(error.parameters) | {"sampling": target.sampling})

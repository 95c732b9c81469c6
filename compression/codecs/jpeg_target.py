"""A JPEG file of a wanted size: never above it, nothing padded, within half a percent wherever that is possible."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Literal

from PIL.Image import Image

from compression.codecs import rate
from compression.codecs.libjpeg import Sampling, by_tables
from compression.codecs.rate import Attempt, Bracket
from compression.codecs.tables import COARSEST, FINEST, Tables, distance, tables
from compression.errors import InfeasibleError

START = 250.0  # the scale of quality 20, about where 90 % smaller lies
COARSE = 0.05  # how near the search comes before it settles on baseline or progressive
LIMITS = (FINEST, COARSEST)
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
    start = _settle(encoder, target) if target.mode == "smaller" else START
    bracket = rate.fit(_by_scale(encoder), target.size_bytes, LIMITS, start, _distance())
    if bracket.below is None:
        raise _infeasible(encoder, target)
    best = Attempt(tables(bracket.below.knob), bracket.below.data)
    for spend in (_on_chroma, _entry_by_entry):
        best = best if _near(best, target) else spend(encoder, target, best)
    return best.data, _parameters(encoder, target, best)


def _settle(encoder: _Encoder, target: Target) -> float:
    """Choose baseline or progressive by which is smaller near the target; return the scale reached."""
    rough = rate.fit(_by_scale(encoder), target.size_bytes, LIMITS, START, _distance(), COARSE)
    scale = (rough.below or Attempt(COARSEST, b"")).knob
    baseline = len(encoder(tables(scale)))
    encoder.progressive = True
    encoder.progressive = len(encoder(tables(scale))) < baseline
    return scale


def _on_chroma(encoder: _Encoder, target: Target, best: Attempt[Tables]) -> Attempt[Tables]:
    """Spend what one step of luma would overspend on finer chroma."""
    fixed = best.knob.luma_scale
    chroma = partial(tables, fixed)
    found = rate.fit(lambda scale: encoder(chroma(scale)), target.size_bytes, LIMITS, fixed, _distance(fixed))
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
    return Attempt(make(found.below.knob), found.below.data)


def _near(best: Attempt[Tables], target: Target) -> bool:
    return best.size_bytes >= target.size_bytes * (1 - rate.TOLERANCE)


def _by_scale(encoder: _Encoder) -> Callable[[float], bytes]:
    return lambda scale: encoder(tables(scale))


def _distance(luma_scale: float | None = None) -> Callable[[float, float], int]:
    def between(one: float, other: float) -> int:
        if luma_scale is None:
            return distance(tables(one), tables(other))
        return distance(tables(luma_scale, one), tables(luma_scale, other))

    return between


def _parameters(encoder: _Encoder, target: Target, best: Attempt[Tables]) -> dict[str, Any]:
    return {
        "target_bytes": target.size_bytes,
        "unused_percent": round(100 * (1 - best.size_bytes / target.size_bytes), 3),
        "sampling": target.sampling,
        "mode": encoder.mode,
        "luma_scale_percent": round(best.knob.luma_scale, 6),
        "chroma_scale_percent": round(best.knob.chroma_scale, 6),
        "at_finest": set(best.knob.entries()) == {1},
        "encodings": len(encoder.files),
    }


def _infeasible(encoder: _Encoder, target: Target) -> InfeasibleError:
    smallest = min(len(data) for data in encoder.files.values())
    reason = (
        f"{target.size_bytes} bytes cannot be reached: the smallest JPEG at full size has {smallest} bytes. "
        "Ask for a smaller reduction, or drop this original or method"
    )
    parameters = {"target_bytes": target.size_bytes, "smallest_bytes": smallest, "sampling": target.sampling}
    return InfeasibleError(reason, parameters)

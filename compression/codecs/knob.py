"""Files of a wanted size from an encoder with a single knob."""

from collections.abc import Callable, Hashable
from typing import Any

from PIL.Image import Image

from compression.codecs import probe, rate
from compression.codecs.rate import Axis
from compression.errors import InfeasibleError


def to_size(
    image: Image, size_bytes: int, name: str, kind: Hashable, axis: Axis, encode: Callable[[Image, float], bytes]
) -> tuple[bytes, float, dict[str, Any]]:
    """Return the file, its place on the axis, and the parameters that all codecs record.

    Parameters
    ----------
    name
        Of the codec, for people.
    kind
        All that tells one kind of file from another, but for its place on the axis.

    Raises
    ------
    InfeasibleError
        When the smallest file is still above the target.
    """
    files: dict[float, bytes] = {}

    def once(place: float) -> bytes:
        if place not in files:
            files[place] = encode(image, place)
        return files[place]

    found = rate.fit(once, size_bytes, axis, guide=probe.guide(image, (name, kind), axis, encode))
    if found.below is None:
        raise infeasible(name, size_bytes, min(map(len, files.values())))
    data = found.below.data
    return data, found.below.knob, described(size_bytes, len(data), len(files))


def described(target_bytes: int, size_bytes: int, encodings: int) -> dict[str, Any]:
    """Return what is recorded of every search."""
    return {
        "target_bytes": target_bytes,
        "unused_percent": round(100 * (1 - size_bytes / target_bytes), 3),
        "encodings": encodings,
    }


def infeasible(name: str, target_bytes: int, smallest_bytes: int) -> InfeasibleError:
    """Return the error for a target that is out of reach at full size."""
    reason = (
        f"{target_bytes} bytes cannot be reached: the smallest {name} at full size has {smallest_bytes} bytes. "
        "Ask for a smaller reduction, set downscale_when_infeasible = true, or drop this original or method"
    )
    return InfeasibleError(reason, {"target_bytes": target_bytes, "smallest_bytes": smallest_bytes})

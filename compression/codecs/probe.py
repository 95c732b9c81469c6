"""What a few tiles of a large picture say about the size of its file: cheap guesses for the search.

All targets of one picture share them and their sizes: both are kept per image object, and go with it.
"""

import math
import weakref
from bisect import bisect_left
from collections.abc import Callable, Hashable
from functools import partial
from random import Random
from typing import Any

from PIL import Image

from compression.codecs.rate import Axis

LARGE_PX = 5_000_000  # smaller pictures are encoded faster than probed
TILE, STEP = 64, 16  # px; a multiple of a JPEG's blocks, so that a picture that was one once keeps its grid
ONE_IN = 16  # of the area
NEAR = 0.0015  # of log size: where a straight line is good enough
_kept: dict[int, tuple[weakref.ref[Image.Image], dict[Hashable, Any]]] = {}


class MosaicGuide:
    """Guesses places from the sizes of a mosaic's files, corrected by the picture's own where these are known.

    What it knows comes from one search alone, so that a file does not depend on what else was made of its picture.
    """

    def __init__(self, log_at: Callable[[float], float], axis: Axis, share: float) -> None:
        self._log_at = log_at
        self._axis = axis
        self._logs: dict[float, float] = {}  # by place, of the mosaic's file
        self._offsets: dict[float, float] = {}  # by place, from the mosaic's log size to the picture's
        self._usual = -math.log(share)

    def place(self, log_size: float) -> float:
        """Return where the picture's file should have that size."""
        place = self._axis.start
        for _ in range(3):  # the correction depends on the place
            place = self._solve(log_size - self._offset(place))
        return place

    def learn(self, place: float, size_bytes: int) -> None:
        """Take note of the true size at a place."""
        self._offsets[place] = math.log(size_bytes) - self.log_of_tiles(place)

    def log_of_tiles(self, place: float) -> float:
        """Return the logarithm of the size (bytes) of the mosaic's file."""
        if place not in self._logs:
            self._logs[place] = self._log_at(place)
        return self._logs[place]

    def _offset(self, place: float) -> float:
        return _interpolated(self._offsets, place) if self._offsets else self._usual

    def _solve(self, wanted: float) -> float:
        axis = self._axis
        place = axis.start
        for _ in range(10):
            self.log_of_tiles(axis.place(place))
            above = max((at for at, log in self._logs.items() if log >= wanted), default=None)
            below = min((at for at, log in self._logs.items() if log <= wanted), default=None)
            place, done = self._step(wanted, above, below)
            if done or axis.place(place) in self._logs:
                break
        return place

    def _step(self, wanted: float, above: float | None, below: float | None) -> tuple[float, bool]:
        """Return the next place to look at, and whether it is good enough."""
        if above is None or below is None:
            only = above if below is None else below
            assert only is not None, "one size is known"
            step = (wanted - self._logs[only]) / self._axis.slope
            place = only + step + math.copysign(0.05 / -self._axis.slope, step)
            return min(max(place, self._axis.low), self._axis.high), False
        over, under = self._logs[above], self._logs[below]
        if over == under:
            return below, True
        place = above + (over - wanted) / (over - under) * (below - above)
        return place, min(over - wanted, wanted - under) < NEAR


def guide(
    image: Image.Image, kind: Hashable, axis: Axis, encode: Callable[[Image.Image, float], bytes]
) -> MosaicGuide | None:
    """Return a guide for one kind of file of a large picture, None when it is not large.

    Parameters
    ----------
    kind
        All that tells one kind of file from another, but for its place on the axis.
    encode
        Makes such a file of any image.
    """
    tiles = mosaic(image)
    if tiles is None:
        return None
    logs: dict[float, float] = shared(image, kind, dict)

    def log_at(place: float) -> float:
        if place not in logs:
            logs[place] = math.log(len(encode(tiles, place)))
        return logs[place]

    return MosaicGuide(log_at, axis, tiles.width * tiles.height / (image.width * image.height))


def mosaic(image: Image.Image) -> Image.Image | None:
    """Return tiles from all over a large picture, put together; None when it is not large."""
    if image.width * image.height <= LARGE_PX or min(image.size) < 4 * TILE:
        return None
    return shared(image, "mosaic", lambda: _mosaic(image))  # type: ignore[no-any-return]


def shared(image: Image.Image, what: Hashable, make: Callable[[], Any]) -> Any:
    """Return what was made for this image object before, or make it."""
    key = id(image)
    if key not in _kept or _kept[key][0]() is not image:
        _kept[key] = (weakref.ref(image, partial(_forget, key)), {})
    things = _kept[key][1]
    if what not in things:
        things[what] = make()
    return things[what]


def _forget(key: int, _: weakref.ref[Image.Image]) -> None:
    _kept.pop(key, None)


def _mosaic(image: Image.Image) -> Image.Image:
    """Cut one tile at a seeded place from each cell of a grid, a sixteenth of the area in all."""
    cell = TILE * math.isqrt(ONE_IN)
    columns, rows = image.width // cell, image.height // cell
    tiles = Image.new("RGB", (columns * TILE, rows * TILE))
    random = Random(0)
    for row in range(rows):
        for column in range(columns):
            left, top = (cell * at + STEP * random.randint(0, (cell - TILE) // STEP) for at in (column, row))
            tiles.paste(image.crop((left, top, left + TILE, top + TILE)), (column * TILE, row * TILE))
    return tiles


def _interpolated(points: dict[float, float], at: float) -> float:
    """Return the value at a place by straight lines through known ones, constant beyond them."""
    places = sorted(points)
    right = bisect_left(places, at)
    if right in (0, len(places)):
        return points[places[min(right, len(places) - 1)]]
    left, right_place = places[right - 1], places[right]
    share = (at - left) / (right_place - left)
    return points[left] + share * (points[right_place] - points[left])

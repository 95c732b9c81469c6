"""JPEG quantisation tables on a continuous scale, whose entries step one at a time."""

import math
from dataclasses import dataclass, replace

# ITU-T T.81, Annex K, tables K.1 and K.2, row by row.
LUMA = (
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55,
    14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
    18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92,
    49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
)  # fmt: skip
CHROMA = (
    17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99,
    24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99, 99, 99, 99, 99,
    *(99,) * 32,
)  # fmt: skip
FINEST, COARSEST = 0.01, 2600.0  # scales where every entry is 1, or 255
LARGEST = 255  # 8-bit tables: all a baseline file may hold
GOLDEN = (math.sqrt(5) - 1) / 2


@dataclass(frozen=True, slots=True)
class Tables:
    """Luma and chroma tables of 64 entries each, row by row, and the scales they came from (100 is quality 50)."""

    luma: tuple[int, ...]
    chroma: tuple[int, ...]
    luma_scale: float
    chroma_scale: float

    def finer(self, entry: int) -> "Tables":
        """Return the tables with one entry a step smaller; 0–63 are luma's, 64–127 chroma's."""
        values = [*self.luma, *self.chroma]
        values[entry] -= 1
        return replace(self, luma=tuple(values[:64]), chroma=tuple(values[64:]))

    def entries(self) -> tuple[int, ...]:
        """Return all 128 entries."""
        return self.luma + self.chroma


def tables(luma_scale: float, chroma_scale: float | None = None) -> Tables:
    """Return tables for a scale in percent of Annex K's.

    Each entry has a fixed rounding offset of its own, so that entries step one after the other as the scale moves:
    a whole table that steps at once would move the file's size by several percent.
    """
    other = luma_scale if chroma_scale is None else chroma_scale
    return Tables(_scaled(LUMA, luma_scale, 0), _scaled(CHROMA, other, 64), luma_scale, other)


def distance(one: Tables, other: Tables) -> int:
    """Return how many single steps of entries lie between two sets of tables."""
    return sum(abs(a - b) for a, b in zip(one.entries(), other.entries(), strict=True))


def _scaled(base: tuple[int, ...], scale: float, first: int) -> tuple[int, ...]:
    return tuple(_entry(value * scale / 100, first + index) for index, value in enumerate(base))


def _entry(value: float, index: int) -> int:
    offset = (index + 1) * GOLDEN % 1
    return min(max(math.floor(value + offset), 1), LARGEST)

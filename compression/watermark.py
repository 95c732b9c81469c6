"""Hide a watermark: the same part of every picture, of originals and of stimuli, filled with grey or cut away."""

import math
from typing import Literal

from PIL.Image import Image

from compression.types import Watermark

GREY = "#767676"
MOST = 0.5  # of a picture's width or height that may be cut away

Side = Literal["bottom", "top", "right", "left"]


def side(mark: Watermark) -> Side | None:
    """Return the side to cut off so that the box is gone and most is kept; None when the box touches no side."""
    touched: dict[Side, bool] = {
        "bottom": mark.bottom == 1, "top": mark.top == 0, "right": mark.right == 1, "left": mark.left == 0
    }  # fmt: skip
    cost = _cost(mark)
    return min((name for name, touches in touched.items() if touches), key=lambda name: cost[name], default=None)


def _cost(mark: Watermark) -> dict[Side, float]:
    """Return which share of a picture goes when a side is cut off."""
    return {"bottom": 1 - mark.top, "top": mark.bottom, "right": 1 - mark.left, "left": mark.right}


def problem(mark: Watermark) -> str:
    """Say in words what cannot be done about a watermark; empty when all is well."""
    if mark.left >= mark.right or mark.top >= mark.bottom:
        return "the box is empty: left must be less than right, and top less than bottom"
    if mark.action == "mask":
        return ""
    cut = side(mark)
    if cut is None:
        return 'the box touches no side, so no crop takes it away: use action = "mask"'
    return (
        "" if _cost(mark)[cut] <= MOST else 'the crop would take more than half of every picture: use action = "mask"'
    )


def box(mark: Watermark, width: int, height: int) -> tuple[int, int, int, int]:
    """Return left, top, right, bottom (px) of the watermark in a picture; a pixel that it only touches is in it."""
    return (
        math.floor(mark.left * width), math.floor(mark.top * height),
        math.ceil(mark.right * width), math.ceil(mark.bottom * height),
    )  # fmt: skip


def hidden(image: Image, mark: Watermark | None) -> Image:
    """Return the picture without the watermark: filled or cut away as ``mark.action`` says."""
    if mark is None or mark.action == "mask":
        return masked(image, mark)
    left, top, right, bottom = box(mark, *image.size)
    kept: dict[Side | None, tuple[int, int, int, int]] = {
        "bottom": (0, 0, image.width, max(1, top)),
        "top": (0, min(bottom, image.height - 1), image.width, image.height),
        "right": (0, 0, max(1, left), image.height),
        "left": (min(right, image.width - 1), 0, image.width, image.height),
    }
    return image.crop(kept[side(mark)])


def masked(image: Image, mark: Watermark | None) -> Image:
    """Return the picture with the box filled, or as it is when nothing is to be filled."""
    if mark is None or mark.action != "mask":
        return image
    filled = image.copy()
    filled.paste(GREY, box(mark, *image.size))
    return filled

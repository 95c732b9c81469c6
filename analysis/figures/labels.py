"""Titles written beside their clouds, each in the free place nearest to its own points."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.text import Text

from analysis.figures.series import Series
from analysis.figures.style import FAINT, INK

Boxes = npt.NDArray[np.float64]
MARK_PX, GAP_PX, STEP_PX = 2.6, 3.5, 3.0
FAR_PX = 40.0
FOREIGN_PX, SHUNNED = 12.0, 1.5
ROOM_FOR_MARK = "\u2003"
FRAME = {"boxstyle": "round,pad=0.22,rounding_size=0.5", "facecolor": "white", "edgecolor": FAINT, "linewidth": 0.4}


def named_directly(axes: Axes, series: Sequence[Series], taken: Boxes) -> bool:
    """Write every title near its cloud, with the cloud's mark; False, and nothing written, when one finds no room.

    Parameters
    ----------
    axes : Axes
    series : sequence of Series
        All that is drawn.
    taken : array of shape (boxes, 4)
        Other things in the way, in pixels: left, bottom, right, top.
    """
    clouds = [_boxes(axes, group) for group in series]
    texts = [axes.text(0, 0, ROOM_FOR_MARK + group.title, fontsize=6, zorder=7) for group in series]
    taken = np.concatenate([*clouds, taken])
    places = []
    for group, text, cloud in zip(series, texts, clouds, strict=True):
        others = np.concatenate([np.empty((0, 4)), *(other for other in clouds if other is not cloud)])
        place = _best(axes, text, cloud, others, taken)
        if place is None:
            for one in texts:
                one.remove()
            return False
        taken = np.concatenate([taken, place[None, :]])
        places.append((group, text, place))
    for group, text, place in places:
        _put(axes, group, text, place)
    return True


def _boxes(axes: Axes, group: Series) -> Boxes:
    """Cover each point's mark and interval, in pixels."""
    x = [point.x for point in group.points]
    pixels = [
        axes.transData.transform(np.column_stack([x, [getattr(point, end) for point in group.points]]))
        for end in ("y", "low", "high")
    ]
    middle, low, high = pixels
    mark = np.column_stack([middle - MARK_PX, middle + MARK_PX])
    bar = np.column_stack([low[:, 0] - 0.5, low[:, 1], high[:, 0] + 0.5, high[:, 1]])
    return np.concatenate([mark, bar])


def _best(axes: Axes, text: Text, own: Boxes, others: Boxes, taken: Boxes) -> Boxes | None:
    """Find the free place nearest to the cloud, shunning places that are as near to somebody else's."""
    extent = text.get_window_extent()
    candidates = _candidates(axes, extent.width + 1, extent.height)
    free = _distance(candidates, taken).min(axis=1) >= GAP_PX
    if not free.any():
        return None
    candidates = candidates[free]
    near = _distance(candidates, own)
    cost = near.min(axis=1) + 0.1 * near.mean(axis=1)
    if len(others):
        cost = cost + SHUNNED * (FOREIGN_PX - _distance(candidates, others).min(axis=1)).clip(min=0)
    best = int(cost.argmin())
    return candidates[best] if near[best].min() <= FAR_PX else None


def _candidates(axes: Axes, width: float, height: float) -> Boxes:
    frame = axes.bbox
    left, bottom = np.meshgrid(
        np.arange(frame.x0 + 1, frame.x1 - width, STEP_PX), np.arange(frame.y0 + 2, frame.y1 - height, STEP_PX)
    )
    return np.column_stack([left.ravel(), bottom.ravel(), left.ravel() + width, bottom.ravel() + height])


def _distance(boxes: Boxes, others: Boxes) -> Boxes:
    """Distance in pixels between each of the boxes and each of the others; 0 where they touch."""
    a, b = boxes[:, None, :], others[None, :, :]
    dx = np.maximum(b[..., 0] - a[..., 2], a[..., 0] - b[..., 2]).clip(min=0)
    dy = np.maximum(b[..., 1] - a[..., 3], a[..., 1] - b[..., 3]).clip(min=0)
    distance: Boxes = np.hypot(dx, dy)
    return distance


def _put(axes: Axes, group: Series, text: Text, place: Boxes) -> None:
    inverted, middle = axes.transData.inverted(), (place[1] + place[3]) / 2
    x, y = inverted.transform((place[0], middle))
    text.set_position((float(x), float(y)))
    text.set_bbox(FRAME)
    text.set_verticalalignment("center_baseline")
    x, y = inverted.transform((place[0] + MARK_PX + 0.5, middle))
    style = group.look
    axes.scatter([x], [y], s=11, c=style["color"], marker=style["marker"], linewidths=0.35, edgecolors=INK, zorder=8)

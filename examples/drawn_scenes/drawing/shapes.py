"""Outlines: lists of polygons in any coordinates, y upwards or downwards as the caller likes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np

from examples.drawn_scenes.drawing.noise import Array

Point = tuple[float, float]
Shape = list[Array]


def polygon(*points: Point) -> Shape:
    return [np.array(points, dtype=np.float64)]


def curve(*points: Point, steps: int = 12, closed: bool = True) -> Shape:
    """A Catmull-Rom curve through the points."""
    p = np.array(points, dtype=np.float64)
    p = np.vstack([p[-1:], p, p[:2]]) if closed else np.vstack([p[:1], p, p[-1:]])
    t = np.linspace(0, 1, steps, endpoint=False)[:, None]
    pieces = [_segment(p[i : i + 4], t) for i in range(len(p) - 3)]
    if not closed:
        pieces.append(p[-1:])
    return [np.vstack(pieces)]


def _segment(p: Array, t: Array) -> Array:
    a, b, c, d = p
    return np.asarray(0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3))


def ellipse(
    x: float, y: float, rx: float, ry: float | None = None, turn: float = 0.0, start: float = 0, end: float = 360
) -> Shape:
    """An ellipse, or the piece of it between two angles (degrees), turned counter-clockwise by ``turn`` degrees."""
    a = np.radians(np.linspace(start, end, 64))
    points = np.stack([rx * np.cos(a), (rx if ry is None else ry) * np.sin(a)], axis=1)
    return [points @ _turn(turn).T + (x, y)]


def _turn(degrees: float) -> Array:
    a = np.radians(degrees)
    return np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]])


def turned(shape: Shape, degrees: float, about: Point = (0.0, 0.0)) -> Shape:
    return [(p - about) @ _turn(degrees).T + about for p in shape]


def box(x0: float, y0: float, x1: float, y1: float, radius: float = 0.0) -> Shape:
    """A rectangle with round corners."""
    if radius <= 0:
        return polygon((x0, y0), (x1, y0), (x1, y1), (x0, y1))
    x0, x1, y0, y1 = min(x0, x1), max(x0, x1), min(y0, y1), max(y0, y1)
    r = min(radius, (x1 - x0) / 2, (y1 - y0) / 2)
    corners = [(x1 - r, y1 - r, 0), (x0 + r, y1 - r, 90), (x0 + r, y0 + r, 180), (x1 - r, y0 + r, 270)]
    return [np.vstack([_arc(x, y, r, start) for x, y, start in corners])]


def _arc(x: float, y: float, r: float, start: float) -> Array:
    a = np.radians(np.linspace(start, start + 90, 10))
    return np.stack([x + r * np.cos(a), y + r * np.sin(a)], axis=1)


def limb(*joints: tuple[float, float, float]) -> Shape:
    """Round joints (x, y, radius) and the tapered pieces between them."""
    shape: Shape = []
    for x, y, r in joints:
        shape += ellipse(x, y, r)
    for (x0, y0, r0), (x1, y1, r1) in pairwise(joints):
        shape.append(_bone(np.array([x0, y0]), r0, np.array([x1, y1]), r1))
    return shape


def _bone(a: Array, ra: float, b: Array, rb: float) -> Array:
    along = (b - a) / max(float(np.hypot(*(b - a))), 1e-9)
    across = np.array([-along[1], along[0]])
    return np.array([a + across * ra, b + across * rb, b - across * rb, a - across * ra])


def line(points: Iterable[Point], width: float, end_width: float | None = None) -> Shape:
    """A line of ``width``, thinning to ``end_width``."""
    p = list(points)
    widths = np.linspace(width, width if end_width is None else end_width, len(p)) / 2
    return limb(*((x, y, float(r)) for (x, y), r in zip(p, widths, strict=True)))


def arc(points: Sequence[Point], width: float, end_width: float | None = None, steps: int = 8) -> Shape:
    """A smooth line through the points."""
    return line([(float(x), float(y)) for x, y in curve(*points, steps=steps, closed=False)[0]], width, end_width)

"""A picture being painted: anti-aliased shapes with rounded light, soft shadows, and who covers which pixel."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw
from scipy import ndimage

from examples.drawn_scenes.drawing.light import Colour, Light
from examples.drawn_scenes.drawing.noise import Array, smooth
from examples.drawn_scenes.drawing.shapes import Shape

FINE = 4
WIDTH, HEIGHT = 1200, 900


@dataclass
class Patch:
    """A shape's coverage in [0, 1] and where on the canvas it lies."""

    rows: slice
    columns: slice
    alpha: Array


class Canvas:
    """Colours in [0, 1]; places in units of a 1200 × 900 picture, y downwards."""

    def __init__(self, width: int, height: int, rng: np.random.Generator, light: Light) -> None:
        self.width, self.height, self.rng, self.light = width, height, rng, light
        self.rgb: Array = np.zeros((height, width, 3), dtype=np.float32)
        self.owner: Array = np.zeros((height, width), dtype=np.int16)
        self.current = 0
        self.scale = float(np.sqrt(width * height / (WIDTH * HEIGHT)))

    @contextmanager
    def owned_by(self, number: int) -> Iterator[None]:
        """What is painted inside belongs to the thing with this number."""
        before, self.current = self.current, number
        yield
        self.current = before

    def x(self, x: float) -> float:
        return x * self.width / WIDTH

    def y(self, y: float) -> float:
        return y * self.height / HEIGHT

    def raster(self, shape: Shape, soft: float = 0.0) -> Patch | None:
        """Coverage of a shape given in canvas pixels, optionally blurred by ``soft`` pixels."""
        points = np.vstack(shape)
        margin = 2 + 3 * soft
        x0, y0 = np.maximum(np.floor(points.min(axis=0) - margin), 0).astype(int)
        x1, y1 = np.ceil(points.max(axis=0) + margin).astype(int)
        x1, y1 = min(int(x1), self.width), min(int(y1), self.height)
        if x1 <= x0 or y1 <= y0:
            return None
        alpha = _coverage(shape, int(x0), int(y0), int(x1), int(y1))
        if soft > 0:
            alpha = ndimage.gaussian_filter(alpha, soft)
        return Patch(slice(int(y0), int(y1)), slice(int(x0), int(x1)), alpha)

    def blend(self, patch: Patch | None, colour: Colour | Array, opacity: float = 1.0, owns: bool = True) -> None:
        """Lay a colour (or an array of colours of the patch's size) over the picture."""
        if patch is None:
            return
        area = (patch.rows, patch.columns)
        alpha = (patch.alpha * opacity)[..., None]
        self.rgb[area] += alpha * (np.asarray(colour, dtype=np.float32) - self.rgb[area])
        if owns and self.current:
            self.owner[area][alpha[..., 0] > 0.5] = self.current

    def shade(self, patch: Patch | None, strength: float, colour: Colour = (0.06, 0.07, 0.14)) -> None:
        """Darken towards a shadow's colour."""
        if patch is None:
            return
        area = (patch.rows, patch.columns)
        factor = 1 - (patch.alpha * strength)[..., None] * (1 - np.asarray(colour, dtype=np.float32))
        self.rgb[area] *= factor

    def glow(self, x: float, y: float, radius: float, colour: Colour, strength: float) -> None:
        """Add light around a point (canvas pixels)."""
        r = int(radius * 3)
        y0, x0 = max(int(y) - r, 0), max(int(x) - r, 0)
        y1, x1 = min(int(y) + r + 1, self.height), min(int(x) + r + 1, self.width)
        if y1 <= y0 or x1 <= x0:
            return
        rows, columns = slice(y0, y1), slice(x0, x1)
        yy, xx = np.mgrid[rows, columns]
        fall = np.exp(-((xx - x) ** 2 + (yy - y) ** 2) / (2 * radius * radius)).astype(np.float32)[..., None]
        light = fall * strength * np.asarray(colour, dtype=np.float32)
        self.rgb[rows, columns] = 1 - (1 - np.clip(self.rgb[rows, columns], 0, 1)) * (1 - np.clip(light, 0, 1))

    def solid(
        self, patch: Patch | None, colour: Colour | Array, *, round_px: float = 12.0, relief: float = 1.0,
        gloss: float = 0.0, grain: float = 0.06, grain_px: float = 6.0, lit: float = 1.0, opacity: float = 1.0,
    ) -> None:  # fmt: skip
        """Paint a shape as if it bulged towards us with edges of radius ``round_px``."""
        if patch is None:
            return
        light = self.light
        normal = _normals(patch.alpha, max(round_px, 1.0), relief)
        lambert = np.clip(normal @ light.vector(), 0, 1)[..., None]
        fill: Array = np.asarray((0.66, 0.58, 0.5), dtype=np.float32)
        ambient: Array = np.asarray(light.ambient, dtype=np.float32) * (1 - 0.6 * light.dark) + fill * 0.6 * light.dark
        key = np.asarray(light.key, dtype=np.float32) * (1 + 0.5 * light.dark)
        illumination = ambient * (0.86 + 0.28 * (normal[..., 1:2] * 0.5 + 0.5)) + key * lambert * 1.1
        base: Array = np.broadcast_to(np.asarray(colour, dtype=np.float32), (*patch.alpha.shape, 3))
        base = base * (1 + grain * (self.texture(patch, grain_px) - 0.5))[..., None]
        out = base * (lit * illumination * 1.06 + (1 - lit))
        if gloss:
            half = light.vector() + np.array([0, 0, 1], dtype=np.float32)
            shine = np.clip(normal @ (half / np.sqrt((half * half).sum())), 0, 1) ** 40
            out = out + gloss * shine[..., None] * (key * 1.2 + 0.1)
        self.blend(patch, np.clip(out, 0, 1), opacity)

    def dabs(self, shapes: Iterable[tuple[Array, Colour]], opacity: float = 1.0, owns: bool = True) -> None:
        """Lay many small flat polygons (canvas pixels, colour) over the picture, later ones on top."""
        dabs = list(shapes)
        corners = np.vstack([points for points, _ in dabs])
        x0, y0 = (max(int(v) - 1, 0) for v in corners.min(axis=0))
        x1, y1 = min(int(corners[:, 0].max()) + 2, self.width), min(int(corners[:, 1].max()) + 2, self.height)
        if x1 <= x0 or y1 <= y0:
            return
        tone, alpha = _dabbed(dabs, x0, y0, x1, y1)
        self.blend(Patch(slice(y0, y1), slice(x0, x1), alpha), tone, opacity, owns)

    def warm(self, x: float, y: float, radius: float, colour: Colour, strength: float) -> None:
        """Let a lamp or fire at a point light up what is around it (units of the 1200 × 900 picture)."""
        yy, xx = np.mgrid[0 : self.height, 0 : self.width].astype(np.float32)
        away = np.hypot(xx - self.x(x), (yy - self.y(y)) * 1.15) / (radius * self.scale)
        fall = (strength / (1 + away * away))[..., None] * np.asarray(colour, dtype=np.float32)
        self.rgb *= 1 + fall

    def texture(self, patch: Patch, cell: float) -> Array:
        height, width = patch.alpha.shape
        coarse = smooth(self.rng, height, width, max(cell * self.scale, 1.5))
        fine = smooth(self.rng, height, width, max(cell * self.scale / 3, 1.5))
        return np.asarray(0.6 * coarse + 0.4 * fine)


def _coverage(shape: Shape, x0: int, y0: int, x1: int, y1: int) -> Array:
    fine = FINE if (x1 - x0) * (y1 - y0) < 400_000 else 2
    mask = Image.new("L", ((x1 - x0) * fine, (y1 - y0) * fine))
    draw = ImageDraw.Draw(mask)
    for points in shape:
        if len(points) > 2:
            draw.polygon([(float(x), float(y)) for x, y in (points - (x0, y0)) * fine - 0.5], fill=255)
    return np.asarray(mask.reduce(fine), dtype=np.float32) / 255


def _dabbed(dabs: list[tuple[Array, Colour]], x0: int, y0: int, x1: int, y1: int) -> tuple[Array, Array]:
    """Colour and coverage of many small polygons in a box."""
    size = ((x1 - x0) * 2, (y1 - y0) * 2)
    colours, mask = Image.new("RGB", size), Image.new("L", size)
    draws = ImageDraw.Draw(colours), ImageDraw.Draw(mask)
    for points, colour in dabs:
        outline = [(float(x), float(y)) for x, y in (points - (x0, y0)) * 2]
        r, g, b = (int(255 * min(max(c, 0.0), 1.0) + 0.5) for c in colour)
        draws[0].polygon(outline, fill=(r, g, b))
        draws[1].polygon(outline, fill=255)
    alpha = np.asarray(mask.reduce(2), dtype=np.float32) / 255
    summed = np.asarray(colours.reduce(2), dtype=np.float32) / 255
    return np.asarray(summed / np.maximum(alpha, 1e-3)[..., None]), alpha


def _normals(alpha: Array, radius: float, relief: float) -> Array:
    """Surface directions (right, up, towards us) of a cushion over the shape."""
    padded = np.pad(alpha, 1) > 0.5
    t = np.clip(ndimage.distance_transform_edt(padded) / radius, 0, 1)
    bulge = np.sqrt(np.maximum(1 - (1 - t) ** 2, 0)) * radius * relief
    bulge = ndimage.gaussian_filter(bulge, 0.7 + radius * 0.10)
    gy, gx = np.gradient(bulge)
    normal = np.stack([-gx, gy, np.ones_like(gx)], axis=-1)[1:-1, 1:-1]
    return np.asarray(normal / np.sqrt((normal * normal).sum(axis=-1, keepdims=True)), dtype=np.float32)


class Pen:
    """Draws in a thing's own units: x to the right, y up from the foot point, 100 = the thing's nominal height."""

    def __init__(self, canvas: Canvas, x: float, y: float, size: float, flip: bool = False, turn: float = 0.0) -> None:
        self.canvas, self.flip, self.turn, self.size = canvas, flip, np.radians(turn), size
        self.origin = (canvas.x(x), canvas.y(y))
        self.unit = size / 100 * canvas.scale

    @property
    def rng(self) -> np.random.Generator:
        return self.canvas.rng

    def place(self, shape: Shape) -> Shape:
        c, s = np.cos(self.turn), np.sin(self.turn)
        sign = -1.0 if self.flip else 1.0
        return [self._map(p, c, s, sign) for p in shape]

    def _map(self, p: Array, c: float, s: float, sign: float) -> Array:
        x, y = p[:, 0] * sign, p[:, 1]
        px = self.origin[0] + (x * c - y * s) * self.unit
        py = self.origin[1] - (x * s + y * c) * self.unit
        return np.stack([px, py], axis=1)

    def patch(self, shape: Shape, soft: float = 0.0) -> Patch | None:
        return self.canvas.raster(self.place(shape), soft * self.unit)

    def solid(
        self, shape: Shape, colour: Colour | Array, *, round: float = 6.0, relief: float = 1.0, gloss: float = 0.0,
        grain: float = 0.08, grain_px: float = 6.0, lit: float = 1.0, within: Shape | None = None,
    ) -> None:  # fmt: skip
        """Paint a rounded shape; ``within`` cuts it to another shape."""
        patch = self.patch(shape)
        if within is not None:
            patch = self.cut(patch, within)
        self.canvas.solid(
            patch,
            colour,
            round_px=round * self.unit,
            relief=relief,
            gloss=gloss,
            grain=grain,
            grain_px=grain_px,
            lit=lit,
        )

    def cut(self, patch: Patch | None, within: Shape) -> Patch | None:
        other = self.patch(within)
        if patch is None or other is None:
            return None
        full = np.zeros((self.canvas.height, self.canvas.width), dtype=np.float32)
        full[other.rows, other.columns] = other.alpha
        return Patch(patch.rows, patch.columns, patch.alpha * full[patch.rows, patch.columns])

    def flat(self, shape: Shape, colour: Colour, opacity: float = 1.0, soft: float = 0.0, owns: bool = True) -> None:
        self.canvas.blend(self.patch(shape, soft), colour, opacity, owns=owns)

    def shadow(self, shape: Shape, strength: float = 0.5, soft: float = 4.0) -> None:
        self.canvas.shade(self.patch(shape, soft), strength)

    def dark(self, shape: Shape, strength: float, soft: float, within: Shape) -> None:
        """A soft shadow that falls on another shape only."""
        patch = self.patch(shape, soft)
        self.canvas.shade(self.cut(patch, within), strength)

    def glow(self, x: float, y: float, radius: float, colour: Colour, strength: float) -> None:
        (point,) = self.place([np.array([[x, y]])])
        self.canvas.glow(float(point[0, 0]), float(point[0, 1]), radius * self.unit, colour, strength)

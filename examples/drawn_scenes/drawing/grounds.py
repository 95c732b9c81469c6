"""What things stand on: perspective textures from the horizon to our feet."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from examples.drawn_scenes.drawing.canvas import Canvas, Patch
from examples.drawn_scenes.drawing.light import Colour, mix, rgb, scaled
from examples.drawn_scenes.drawing.noise import Array, clouds, sample, tile
from examples.drawn_scenes.drawing.palette import colour


class Plane:
    """The ground below a horizon line: for each pixel where it lies on the plane, and how near (1 = at our feet)."""

    def __init__(self, canvas: Canvas, top: float, horizon: float | None = None) -> None:
        self.canvas, self.top = canvas, int(canvas.y(top))
        eye = canvas.y(top - 40 if horizon is None else horizon)
        rows = np.arange(self.top, canvas.height, dtype=np.float32)
        self.near = ((rows - eye) / (canvas.height - eye))[:, None]
        columns = (np.arange(canvas.width, dtype=np.float32) - canvas.width / 2)[None, :] / canvas.scale
        self.u = columns / self.near
        self.v = np.broadcast_to(520 / self.near, self.u.shape)
        self.shape = self.u.shape

    def texture(self, spread: float, size_u: float = 1.0, size_v: float = 1.0, octaves: int = 5) -> Array:
        t = tile(self.canvas.rng, 512, spread, octaves)
        return sample(t, self.u / size_u, self.v / size_v)

    def paint(self, colours: Array, edge: float = 0.0) -> None:
        """Cover the plane, its far edge ragged by ``edge`` pixels."""
        height, width = self.shape
        alpha = np.ones((height, width), dtype=np.float32)
        if edge:
            ragged = clouds(self.canvas.rng, 2, width, 90 * self.canvas.scale, 5)[:1] * edge * self.canvas.scale
            alpha = np.clip(np.arange(height, dtype=np.float32)[:, None] - ragged + 0.5, 0, 1)
        patch = Patch(slice(self.top, self.canvas.height), slice(0, width), alpha)
        self.canvas.blend(patch, np.clip(colours, 0, 1).astype(np.float32))

    def lit(self, base: Array) -> Array:
        """Daylight of the hour, and haze towards the far edge."""
        light = self.canvas.light
        sum_ = np.asarray(light.ambient) + np.asarray(light.key) * 0.92
        out = base * sum_
        far = (np.clip(1 - self.near * 2.2, 0, 1) ** 1.6 * 0.55)[..., None]
        return np.asarray(out * (1 - far) + np.asarray(light.haze) * far)


def ramp(value: Array, *stops: Colour) -> Array:
    where = np.linspace(0, 1, len(stops))
    return np.stack([np.interp(value, where, [stop[c] for stop in stops]) for c in range(3)], axis=-1)


def _grass(canvas: Canvas, top: float, base: Colour, flowers: bool) -> None:
    plane = Plane(canvas, top)
    broad, fine = plane.texture(9, 1.0, 1.3), plane.texture(1.2, 0.5, 1.2, 3)
    mixed = np.clip(0.55 * broad + 0.45 * fine, 0, 1)
    plane.paint(plane.lit(ramp(mixed, scaled(base, 0.45), base, mix(base, rgb("d8d98a"), 0.45))), edge=10)
    blades(canvas, top, base)
    if flowers:
        _flowers(canvas, top)


def blades(canvas: Canvas, top: float, base: Colour, count: int = 3600) -> None:
    """Single blades of grass, longer towards us."""
    rng, tones = canvas.rng, _daylight(canvas)
    dabs = []
    for y in np.sort(top + 14 + (905 - top) * rng.random(count) ** 0.75):
        near = (y - top) / (900 - top)
        length, x = (3 + 26 * near) * (0.6 + rng.random()), rng.random() * 1200
        lean, width = rng.normal(0, 0.3) * length, 0.5 + 1.5 * near
        tone = np.asarray(mix(scaled(base, 0.55), mix(base, rgb("e6e59a"), 0.5), rng.random())) * tones
        points = np.array(
            [[x - width, y], [x + width, y], [x + 0.4 * lean + width * 0.6, y - 0.6 * length], [x + lean, y - length]]
        )
        dabs.append((_pixels(canvas, points), _triple(tone)))
    canvas.dabs(dabs, 0.8)


def _daylight(canvas: Canvas) -> Array:
    return np.asarray(canvas.light.ambient) + np.asarray(canvas.light.key) * 0.95


def _pixels(canvas: Canvas, points: Array) -> Array:
    return np.asarray(points * (canvas.width / 1200, canvas.height / 900))


def _triple(tone: Array) -> Colour:
    return (float(tone[0]), float(tone[1]), float(tone[2]))


def _flowers(canvas: Canvas, top: float) -> None:
    rng, tones = canvas.rng, _daylight(canvas)
    petals = [colour(c) for c in ("white", "yellow", "pink", "purple", "red")]
    a = np.linspace(0, 2 * np.pi, 21)
    dabs = []
    for y in np.sort(top + 25 + (870 - top) * rng.random(520) ** 0.8):
        near = (y - top) / (900 - top)
        x, r = rng.random() * 1200, (1.0 + 6.5 * near) * (0.7 + 0.5 * rng.random())
        tone = _triple(np.asarray(petals[int(rng.integers(len(petals)))]) * tones)
        wave = r * (0.75 + 0.25 * np.cos(5 * a))
        for size, paint in ((1.0, tone), (0.3, (0.93, 0.76, 0.26))):
            dabs.append(
                (
                    _pixels(canvas, np.stack([x + size * wave * np.cos(a), y + size * 0.7 * wave * np.sin(a)], axis=1)),
                    paint,
                )
            )
    canvas.dabs(dabs)


def grass(canvas: Canvas, top: float, word: str, words: tuple[str, ...]) -> None:
    _grass(canvas, top, colour(word, "green") if word not in ("", "green") else rgb("6f9a42"), "flowery" in words)


def beach(canvas: Canvas, top: float, word: str, words: tuple[str, ...]) -> None:
    plane = Plane(canvas, top)
    dunes, grainy = plane.texture(14, 2.0, 0.9), plane.texture(1.0, 0.35, 0.35, 2)
    value = np.clip(0.72 * dunes + 0.28 * grainy, 0, 1)
    out = plane.lit(ramp(value, rgb("a98a5e"), rgb("dcc08d"), rgb("f2dfb4")))
    wet = np.clip(1 - (plane.near - plane.near[0]) * 7, 0, 1)[..., None]
    plane.paint(out * (1 - 0.35 * wet), edge=8)


def snow(canvas: Canvas, top: float, word: str, words: tuple[str, ...]) -> None:
    plane = Plane(canvas, top)
    drifts, crisp = plane.texture(22, 2.2, 1.0, 4), plane.texture(0.8, 0.3, 0.3, 2)
    value = np.clip(0.9 * drifts + 0.1 * crisp, 0, 1)
    out = plane.lit(ramp(value, rgb("a9b6d3"), rgb("dfe5f1"), rgb("fdfcfa")))
    plane.paint(out + (crisp > 0.93)[..., None] * 0.08, edge=14)


def street(canvas: Canvas, top: float, word: str, words: tuple[str, ...]) -> None:
    """Paving stones; wet ones mirror what stands above the kerb."""
    plane = Plane(canvas, top)
    rough = plane.texture(3, 0.6, 0.6)
    row = np.floor(plane.v / 22)
    joint = np.minimum(np.abs(plane.v / 22 - row - 0.5) * 2, np.abs((plane.u / 44 + row * 0.5) % 1 - 0.5) * 2)
    seam = np.clip((joint - 0.9) / 0.1, 0, 1) * np.clip(plane.near * 1.6, 0, 1)
    value = np.clip(
        0.35 + 0.5 * (rough - 0.5) + 0.25 * (np.sin(row * 12.9 + np.floor(plane.u / 44 + row * 0.5) * 78.2) * 0.5), 0, 1
    )
    out = plane.lit(ramp(value, rgb("45484f"), rgb("777a80"), rgb("a3a4a4"))) * (1 - 0.45 * seam[..., None])
    if "wet" in words:
        out = _mirror(plane, out, rough, 0.5)
    plane.paint(out)


def _mirror(plane: Plane, out: Array, ripple: Array, strength: float) -> Array:
    canvas = plane.canvas
    height, width = plane.shape
    wobble = ((ripple - 0.5) * 26 * canvas.scale).astype(int)
    source = np.clip(plane.top - 1 - (np.arange(height)[:, None] * 1.25).astype(int) + wobble, 0, plane.top - 1)
    columns = np.clip(np.arange(width)[None, :] + wobble // 2, 0, width - 1)
    mirrored = canvas.rgb[source, columns]
    return np.asarray(out * (1 - strength * 0.75) + mirrored * strength)


def path(canvas: Canvas, top: float, word: str, words: tuple[str, ...]) -> None:
    """A strip of earth that runs away from us."""
    plane = Plane(canvas, top)
    rough = plane.texture(3, 0.7, 0.7)
    out = plane.lit(ramp(rough, rgb("9a7a55"), rgb("c9aa7d"), rgb("e3cba2")))
    bend = 18 * np.sin(plane.v / 340)
    alpha = np.clip((46 - np.abs(plane.u * 0.42 + bend - 30) + 10 * (rough - 0.5)) / 5, 0, 1)
    patch = Patch(slice(plane.top, canvas.height), slice(0, canvas.width), alpha.astype(np.float32))
    canvas.blend(patch, np.clip(out, 0, 1).astype(np.float32))


def park(canvas: Canvas, top: float, word: str, words: tuple[str, ...]) -> None:
    _grass(canvas, top, rgb("7d8a45"), False)
    leaves(canvas, top + 16, 1100)


def leaves(canvas: Canvas, top: float, count: int) -> None:
    """Fallen leaves."""
    rng, tones = canvas.rng, _daylight(canvas)
    a = np.linspace(0, 2 * np.pi, 15)[:, None]
    dabs = []
    for y in np.sort(top + (890 - top) * rng.random(count) ** 0.8):
        near = (y - top) / (900 - top)
        r, x, turn = (1.5 + 10 * near) * (0.6 + 0.6 * rng.random()), rng.random() * 1200, rng.random() * 6.3
        tone = np.asarray(mix(rgb("b5471f"), rgb("e8b340"), rng.random())) * tones * (0.75 + 0.4 * rng.random())
        leaf = np.hstack([np.cos(a) * r, np.sin(a) * r * 0.55 * np.abs(np.cos(a / 2))])
        spun = leaf @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]]) * (1, 0.6)
        dabs.append((_pixels(canvas, spun + np.array([x, y])), _triple(tone)))
    canvas.dabs(dabs)


def shore(canvas: Canvas, top: float, word: str, words: tuple[str, ...]) -> None:
    """Grass and stones at the water's edge."""
    _grass(canvas, top, rgb("7c8a4d"), False)
    stones(canvas, top, 90 if "rocky" in words else 25)


def stones(canvas: Canvas, top: float, count: int) -> None:
    from examples.drawn_scenes.drawing.canvas import Pen
    from examples.drawn_scenes.drawing.shapes import curve

    rng = canvas.rng
    for y in np.sort(top + 6 + (880 - top) * rng.random(count) ** 1.6):
        near = (y - top) / (900 - top)
        pen = Pen(canvas, rng.random() * 1200, y, (16 + 90 * near) * (0.5 + rng.random()))
        a = np.sort(rng.random(8)) * 2 * np.pi
        outline = curve(
            *[
                (
                    float(50 * np.cos(t) * (0.7 + 0.3 * rng.random())),
                    float(22 + 26 * np.sin(t) * (0.8 + 0.3 * rng.random())),
                )
                for t in a
            ]
        )
        pen.shadow([outline[0] * (1.1, 0.35)], 0.45, 5)
        grey = 0.75 + 0.4 * rng.random()
        pen.solid(
            outline, scaled(mix(rgb("85837f"), rgb("9c8f80"), rng.random()), grey), round=22, grain=0.35, grain_px=7
        )


def plain(canvas: Canvas, top: float, word: str, words: tuple[str, ...]) -> None:
    """The ground nobody described."""
    plane = Plane(canvas, top)
    value = plane.texture(20, 1.5, 1.0, 4)
    plane.paint(plane.lit(ramp(value, rgb("9b9a8e"), rgb("b3b1a3"), rgb("c4c2b5"))), edge=6)


GROUNDS: dict[str, Callable[[Canvas, float, str, tuple[str, ...]], None]] = {
    "meadow": grass, "valley": grass, "clearing": grass, "beach": beach, "snow": snow, "street": street, "path": grass,
    "park": park, "shore": shore, "": plain,
}  # fmt: skip

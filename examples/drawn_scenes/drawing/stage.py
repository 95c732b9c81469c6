"""A scene while it is being painted: who is in it, and where they stand."""

from __future__ import annotations

from collections.abc import Iterable

from examples.drawn_scenes.drawing.canvas import Canvas, Pen
from examples.drawn_scenes.drawing.kinds import Kind
from examples.drawn_scenes.scenes import Scene, Thing


class Stage:
    """A scene while it is being painted."""

    def __init__(self, canvas: Canvas, scene: Scene, mirrored: bool) -> None:
        self.canvas, self.scene, self.mirrored = canvas, scene, mirrored
        self.numbers = {thing.kind: k for k, thing in reversed(list(enumerate(scene.things, 1)))}
        self.horizon = 505.0

    def has(self, *names: str) -> bool:
        return any(name in self.numbers for name in names)

    def thing(self, name: str) -> Thing:
        return self.scene.things[self.numbers[name] - 1]

    def word(self, name: str, slot: str = "colour") -> str:
        return self.thing(name).get(slot)

    def words(self, name: str) -> tuple[str, ...]:
        return tuple(value for _, value in self.thing(name).attributes)

    def x(self, x: float) -> float:
        return 1200 - x if self.mirrored else x

    def pen(self, kind: Kind, k: int = 0, jitter: float = 0.0, turn: float = 0.0) -> Pen:
        rng = self.canvas.rng
        x = self.x(kind.x + k * kind.step[0]) + rng.normal(0, jitter)
        return Pen(
            self.canvas,
            float(x),
            kind.y + k * kind.step[1],
            kind.size * float(rng.normal(1, 0.03)),
            self.mirrored,
            turn,
        )

    def draw(self, name: str, kind: Kind, turn: float = 0.0) -> None:
        thing = self.thing(name)
        with self.canvas.owned_by(self.numbers[name]):
            for k in range(thing.count):
                kind.draw(self.pen(kind, k, 6 + 4 * k, turn + float(self.canvas.rng.normal(0, kind.turns))), thing)


def centred(stage: Stage, name: str, kind: Kind) -> Kind:
    """The main thing goes where the caption puts it."""
    if stage.scene.things[0].kind != name or stage.scene.arrangement in ("", "in the centre"):
        return kind
    x = {"on the left": 380.0, "on the right": 820.0}.get(stage.scene.arrangement, kind.x)
    return Kind(kind.draw, kind.size, x, kind.y, kind.step, kind.turns)


def in_order(stage: Stage, table: dict[str, Kind]) -> Iterable[str]:
    names = [t.kind for t in stage.scene.things if t.kind in table]
    return sorted(dict.fromkeys(names), key=lambda n: table[n].y)

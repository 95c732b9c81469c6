"""All that simulated participants know, by the sha256 of the picture they fetched.

For a picture that was redrawn from words that is the scene which the words describe; for any other the original's
scene, each thing as visible as it was measured in the decoded pixels. Names of methods and places of files are never
looked at.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from examples.drawn_scenes.comparing import in_common
from examples.drawn_scenes.draw import draw_original, masks
from examples.drawn_scenes.drawing.noise import Array
from examples.drawn_scenes.looking import look
from examples.drawn_scenes.parsing import parse
from examples.drawn_scenes.scenes import BY_SLUG, Scene, Thing
from examples.drawn_scenes.sharing import Sight
from examples.drawn_scenes.visibility import visibilities

Row = Mapping[str, str]
Read = Callable[[str], bytes]
Masks = Callable[[Scene], Mapping[str, Array]]


class UnknownPictureError(Exception):
    """Somebody fetched a picture that is not of this world."""


def drawn_masks(scene: Scene) -> Mapping[str, Array]:
    """Which pixels show what in an original, by drawing it again."""
    return draw_original(scene).masks


def masks_in(folder: Path) -> Masks:
    """Which pixels show what in an original, from the files that ``make`` wrote."""

    def read(scene: Scene) -> Mapping[str, Array]:
        return masks(np.asarray(Image.open(folder / f"{scene.slug}.png")), scene.names)

    return read


@dataclass(frozen=True)
class World:
    """Sights by picture, and the pair of pictures that each stimulus was shown with."""

    sights: dict[str, Sight]
    pairs: dict[str, tuple[str, str]]

    @classmethod
    def build(
        cls, rows: Iterable[Row], read: Read, masks_of: Masks = drawn_masks, advance: Callable[[], None] = lambda: None
    ) -> World:
        """Look at every picture of a study once.

        Parameters
        ----------
        rows
            Of stimuli.csv: stimulus, original, caption, rendition_sha256 and original_rendition_sha256.
        read
            Gives a rendition's bytes by its sha256.
        masks_of
            Gives, for an original's scene, the pixels that show each thing.
        advance
            Called as each row is reached.
        """
        sights: dict[str, Sight] = {}
        pairs: dict[str, tuple[str, str]] = {}
        known: dict[str, Mapping[str, Array]] = {}
        for row in sorted(rows, key=lambda row: row["original"]):
            advance()
            own, reference = row["rendition_sha256"], row["original_rendition_sha256"]
            if not (own and reference):
                continue
            scene = BY_SLUG[row["original"]]
            sights[reference] = Sight(scene, look=scene.slug)
            if not row["caption"] and row["original"] not in known:
                known = {scene.slug: masks_of(scene)}
            sights.setdefault(own, _sight(row, scene, read, known))
            pairs[row["stimulus"]] = (reference, own)
        return cls(sights, pairs)

    def shared(self, one: str, other: str, question: str = "") -> float:
        """What two pictures, known by their sha256, have in common: 0 to 1; in all respects, or in a question's."""
        return 1.0 if one == other else in_common(question, self.sight(one), self.sight(other))

    def sight(self, sha256: str) -> Sight:
        """What is known of a picture."""
        if sha256 not in self.sights:
            raise UnknownPictureError(f"No picture of this world has the sha256 {sha256}: build the world again")
        return self.sights[sha256]

    def see(self, data: bytes) -> str:
        """Take in a picture that arrived and return its sha256; one that is new is looked at."""
        sha256 = hashlib.sha256(data).hexdigest()
        if sha256 not in self.sights and (sight := look(data)):
            self.sights[sha256] = sight
        return sha256

    def true_loss(self, stimulus: str) -> float:
        """Share of the original that a stimulus lost."""
        return 1 - self.shared(*self.pairs[stimulus])

    def write_truth(self, path: Path) -> None:
        """Write truth.csv: what each stimulus really lost."""
        file = io.StringIO()
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("stimulus", "true_loss"))
        writer.writerows((stimulus, f"{self.true_loss(stimulus):.6f}") for stimulus in self.pairs)
        _replace(path, file.getvalue())

    def save(self, path: Path) -> None:
        """Keep the world as JSON, so that players start at once."""
        _replace(path, json.dumps({"sights": {k: asdict(v) for k, v in self.sights.items()}, "pairs": self.pairs}))

    @classmethod
    def load(cls, path: Path) -> World:
        data = json.loads(path.read_text(encoding="utf-8"))
        pairs = {name: (str(a), str(b)) for name, (a, b) in data["pairs"].items()}
        return cls({sha256: _read_sight(sight) for sha256, sight in data["sights"].items()}, pairs)


def read_rows(path: Path) -> list[dict[str, str]]:
    """Rows of a stimuli.csv."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _sight(row: Row, scene: Scene, read: Read, known: Mapping[str, Mapping[str, Array]]) -> Sight:
    if row["caption"]:
        return Sight(parse(row["caption"]))
    original, decoded = (
        Image.open(io.BytesIO(read(row[key]))) for key in ("original_rendition_sha256", "rendition_sha256")
    )
    return Sight(scene, visibilities(original, decoded, known[scene.slug]), look=scene.slug)


def _read_sight(data: dict[str, Any]) -> Sight:
    scene = data["scene"]
    things = tuple(
        Thing(t["kind"], tuple((a, b) for a, b in t["attributes"]), t["count"], t["part"]) for t in scene["things"]
    )
    return Sight(Scene(**{**scene, "things": things}), data["visible"], data["look"])


def _replace(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.new")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)

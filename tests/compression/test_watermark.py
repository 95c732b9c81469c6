"""What is hidden in every picture that is shown."""

import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from compression import renditions, showing, watermark
from compression.build import build, finished
from compression.errors import StudyError
from compression.renditions import render
from compression.store import Store, digest
from compression.study import StimulusDefinition, load, parse
from compression.types import Watermark
from compression.watermark import box, hidden, masked
from tests.compression import worlds
from tests.compression.pictures import reopened, saved, textured

AREA = 128 * 128
GREY = (0x76, 0x76, 0x76)
RED = (255, 0, 0)
CORNER = {"left": 0.9, "top": 0.95, "right": 1.0, "bottom": 1.0}
SQUARES = ((255, 255, 102), (66, 255, 255), (81, 218, 76), (255, 110, 60), (60, 70, 255))
EXAMPLE = Path(__file__).parents[2] / "examples" / "textual_transforms" / "study.toml"
fractions = st.floats(0, 1, allow_nan=False)


@st.composite
def marks(draw: st.DrawFn, action: str) -> Watermark:
    """Watermarks that a study file may name."""
    left, right = sorted(draw(st.tuples(fractions, fractions)))
    top, bottom = sorted(draw(st.tuples(fractions, fractions)))
    touched = draw(st.sampled_from(["left", "top", "right", "bottom", "corner"]))
    right, bottom = (
        (1.0 if touched in {"right", "corner"} else right),
        (1.0 if touched in {"bottom", "corner"} else bottom),
    )
    left, top = (0.0 if touched == "left" else left), (0.0 if touched == "top" else top)
    mark = Watermark(action, left, top, right, bottom)  # type: ignore[arg-type]
    return mark if not watermark.problem(mark) else Watermark(action, **CORNER)  # type: ignore[arg-type]


def signed(width: int, height: int, mark: Watermark) -> Image.Image:
    """Return a blue picture with a red watermark."""
    image = Image.new("RGB", (width, height), (0, 0, 200))
    image.paste(RED, box(mark, width, height))
    return image


@given(marks("mask"), st.integers(1, 300), st.integers(1, 300))
def test_a_mask_fills_the_box_and_nothing_else(mark: Watermark, width: int, height: int) -> None:
    expected = Image.new("RGB", (width, height), (0, 0, 200))
    expected.paste(GREY, box(mark, width, height))
    assert hidden(signed(width, height, mark), mark).tobytes() == expected.tobytes()


@given(marks("crop"), st.integers(2, 300), st.integers(2, 300))
def test_a_crop_takes_the_box_away_and_keeps_the_rest_of_a_picture(mark: Watermark, width: int, height: int) -> None:
    cropped = hidden(signed(width, height, mark), mark)
    assert (cropped.width == width) or (cropped.height == height)
    assert cropped.width * cropped.height >= (width // 2) * (height // 2)
    if min(width, height) > 10:
        assert cropped.getcolors() == [(cropped.width * cropped.height, (0, 0, 200))]


@pytest.mark.parametrize(
    ("edges", "size"),
    [
        ({"left": 0.9, "top": 0.98, "right": 1.0, "bottom": 1.0}, (100, 98)),
        ({"left": 0.9, "top": 0.5, "right": 1.0, "bottom": 1.0}, (90, 100)),
        ({"left": 0.0, "top": 0.0, "right": 1.0, "bottom": 0.125}, (100, 87)),
        ({"left": 0.0, "top": 0.3, "right": 0.25, "bottom": 0.6}, (75, 100)),
    ],
)
def test_a_crop_cuts_the_side_that_costs_less(edges: dict[str, float], size: tuple[int, int]) -> None:
    assert hidden(Image.new("RGB", (100, 100)), Watermark("crop", **edges)).size == size


@pytest.mark.parametrize("action", ["mask", "crop"])
def test_nothing_of_the_watermark_leaks_into_what_is_shown(action: str, tmp_path: Path) -> None:
    mark = Watermark(action, **CORNER)  # type: ignore[arg-type]
    store = Store(tmp_path)
    rendition = render(store, saved(signed(1000, 700, mark), "PNG"), "x", "0" * 64, AREA, None, mark)
    shown = reopened(store.read(rendition.sha256)).convert("RGB")
    assert np.asarray(shown)[..., 0].max() <= GREY[0]
    assert rendition.watermark == mark
    assert shown.width * shown.height == pytest.approx(AREA, rel=0.02)
    assert renditions.from_record(renditions.to_record(rendition)) == rendition


def test_a_mask_has_the_same_edges_in_pictures_of_different_sizes(tmp_path: Path) -> None:
    mark, store = Watermark("mask", 0.33, 0.61, 0.77, 0.83), Store(tmp_path)
    shown = []
    for size in [(1000, 1000), (90, 90), (457, 457)]:
        made = render(store, saved(textured(1, *size), "PNG"), "x", "0" * 64, AREA, None, mark)
        shown.append(reopened(store.read(made.sha256)).convert("RGB"))
    edges = box(mark, 128, 128)
    for picture in shown:
        assert picture.crop(edges).getcolors() == [((edges[2] - edges[0]) * (edges[3] - edges[1]), GREY)]


def test_originals_and_stimuli_lose_the_same_part_and_the_files_stay_as_they_are(tmp_path: Path) -> None:
    worlds.write_files(tmp_path)
    tables = worlds.tables()
    plain = worlds.plan(tmp_path, tables)
    tables["renditions"]["watermark"] = {"action": "crop", "left": 0.5, "top": 0.75, "right": 1, "bottom": 1}
    marked = worlds.plan(tmp_path, tables)
    store = Store(tmp_path / "store")
    with ThreadPoolExecutor(1) as executor:
        events = [event for plan in (plain, marked) for event in build(plan, store, executor)]
    assert {event.message for event in events} == {""}
    before, after = finished(plain, store), finished(marked, store)
    assert [row.sha256 for row in before.stimuli] == [row.sha256 for row in after.stimuli]
    for rendition in after.renditions:
        assert rendition.watermark == marked.watermark
    original, jpeg = after.original_renditions["picture_0"], after.stimuli[0]
    shapes = {made.sha256: (made.width, made.height) for made in after.renditions}
    assert (original.width, original.height) == shapes[jpeg.rendition_sha256 or ""] == (85, 48)
    assert {made.sha256 for made in before.renditions}.isdisjoint(shapes)


def test_without_a_watermark_the_keys_of_earlier_builds_hold() -> None:
    shown = showing.Showing("x", None, "0" * 64, AREA, None)
    marked = showing.Showing("x", None, "0" * 64, AREA, None, Watermark("mask", **CORNER))
    said = {"rendition": "0" * 64, "area": AREA, "via": None, "versions": renditions.versions()}
    assert shown.key == digest(said) != marked.key


@pytest.mark.parametrize(
    ("mark", "words"),
    [
        ({"action": "mask", "left": 0.5, "right": 0.5}, "the box is empty"),
        ({"action": "crop", "left": 0.5, "right": 0.75, "top": 0.5, "bottom": 0.75}, "touches no side"),
        ({"action": "crop", "left": 0.1, "right": 0.75, "top": 0.1}, "more than half"),
        ({"action": "blur"}, "'mask' or 'crop'"),
        ({"action": "mask", "right": 1.5}, "less than or equal to 1"),
    ],
)
def test_what_cannot_be_hidden_is_said(mark: dict[str, object], words: str) -> None:
    tables = worlds.tables()
    tables["renditions"]["watermark"] = CORNER | mark
    with pytest.raises(StudyError, match=words) as caught:
        parse(StimulusDefinition, tables)
    assert "renditions.watermark" in str(caught.value)


@pytest.mark.published
def test_the_squares_of_the_published_reconstructions_are_not_shown(published_study: Path, tmp_path: Path) -> None:
    mark, store = load(EXAMPLE, published_study).watermark, Store(tmp_path)
    files = sorted((published_study / "reconstructed_images").glob("*_gr.png"))[:3]
    for path in files:
        corner = Image.open(io.BytesIO(path.read_bytes())).convert("RGB").crop((944, 1008, 1024, 1024))
        assert {colour for _, colour in corner.getcolors() or []} >= set(SQUARES)
        made = render(store, path.read_bytes(), path.name, "0" * 64, 512 * 512, None, mark)
        shown = reopened(store.read(made.sha256)).convert("RGB")
        rest = np.asarray(shown.crop((460, 495, *shown.size))).astype(int)
        assert min(np.abs(rest - one).max(axis=2).min() for one in SQUARES) > 2
    assert files
    assert masked(shown, mark) is shown

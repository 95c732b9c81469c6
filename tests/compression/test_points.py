"""Operating points: budgets, ablations and draws become ordinary methods, and what cannot be is said."""

from pathlib import Path
from typing import Any

import pytest

from compression.build import build, finished
from compression.errors import StudyError
from compression.methods import PLUGINS
from compression.rates import bits_per_pixel, brotli_bytes
from compression.store import Store
from compression.study import StimulusDefinition, parse, resolve
from tests.compression import worlds

HUMAN = {
    "slug": "human", "title": "Human captions", "family": "textual",
    "captioner": {"backend": "human", "file": "elements.csv"}, "reconstructor": {"backend": "flat"},
}  # fmt: skip
ELEMENTS = """original,a,b,c,d,e,f
picture_0,A red  teapot,on the left,,on a table,in a kitchen,at dawn
picture_1,A café,,,,,
"""


@pytest.fixture(autouse=True)
def _plugin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PLUGINS, "tests.compression.plugin")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    worlds.write_files(tmp_path)
    (tmp_path / "elements.csv").write_text(ELEMENTS, encoding="utf-8")
    return tmp_path


def methods(*tables: dict[str, Any]) -> list[Any]:
    return parse(StimulusDefinition, worlds.tables(methods=list(tables))).methods


def said(*tables: dict[str, Any]) -> str:
    with pytest.raises(StudyError) as caught:
        methods(*tables)
    return str(caught.value)


def test_budgets_become_methods_of_one_curve() -> None:
    model = HUMAN | {"slug": "model", "captioner": {"backend": "colours", "prompt": "x"}, "budgets": [40, 160]}
    found = methods(model)
    assert [(row.slug, row.curve, row.point) for row in found] == [
        ("model-40", "model", "at most 40 bytes"), ("model-160", "model", "at most 160 bytes"),
    ]  # fmt: skip
    assert found[0].captioner.settings == {"prompt": "x", "max_bytes": 40}
    assert found[1].title == "Human captions, at most 160 bytes"


def test_draws_share_their_words_and_differ_in_number(root: Path, tmp_path: Path) -> None:
    plan = resolve(parse(StimulusDefinition, worlds.tables(methods=[HUMAN | {"replicate": 3}])), root)
    assert [(row.slug, row.draw, row.curve) for row in plan.methods] == [
        (f"human-draw-{draw}", draw, "human") for draw in (1, 2, 3)
    ]
    store = Store(tmp_path / "store")
    list(build(plan, store))
    rows = [row for row in finished(plan, store).stimuli if row.original == "picture_0"]
    assert len({row.caption for row in rows}) == 1
    assert len({row.sha256 for row in rows}) == 3
    assert [row.draw for row in rows] == [1, 2, 3]


def test_an_ablation_is_named_by_what_it_lacks(root: Path) -> None:
    plan = resolve(parse(StimulusDefinition, worlds.tables(methods=[HUMAN | {"ablate": ["f", "def"]}])), root)
    words = {method: caption.text for (method, original), caption in plan.captions.items() if original == "picture_0"}
    assert words == {
        "human": "A red  teapot on the left on a table in a kitchen at dawn",
        "human-lacks-f": "A red  teapot on the left on a table in a kitchen",
        "human-lacks-def": "A red  teapot on the left",
    }
    assert [row.point for row in plan.methods] == ["complete", "lacks f", "lacks def"]
    assert {row.curve for row in plan.methods} == {"human"}


def test_an_element_that_is_not_there_leaves_the_caption_as_it_is(root: Path) -> None:
    plan = resolve(parse(StimulusDefinition, worlds.tables(methods=[HUMAN | {"ablate": ["f"]}])), root)
    assert plan.captions["human-lacks-f", "picture_1"].text == plan.captions["human", "picture_1"].text == "A café"
    assert plan.captions["human-lacks-f", "picture_1"].provenance["notes"] == [
        "the caption of picture_1 has no element f: the words are those of the whole"
    ]
    assert "notes" not in plan.captions["human-lacks-f", "picture_0"].provenance


def test_the_note_stands_in_how_the_stimulus_came_to_be(root: Path, tmp_path: Path) -> None:
    plan = resolve(parse(StimulusDefinition, worlds.tables(methods=[HUMAN | {"ablate": ["f"]}])), root)
    store = Store(tmp_path / "store")
    list(build(plan, store))
    made = {row.stimulus: row.provenance["captioner"] for row in finished(plan, store).stimuli}
    assert made["picture_1.human-lacks-f"]["without"] == "f"
    assert "no element f" in made["picture_1.human-lacks-f"]["notes"][0]
    assert "without" not in made["picture_1.human"]


def test_a_caption_of_which_nothing_is_left_is_named(root: Path) -> None:
    with pytest.raises(StudyError) as caught:
        resolve(parse(StimulusDefinition, worlds.tables(methods=[HUMAN | {"ablate": ["abc"]}])), root)
    assert 'nothing is left of the caption of "picture_1" without abc: write more elements' in str(caught.value)


def test_a_caption_of_which_nothing_is_left_may_be_a_condition_of_the_study(root: Path) -> None:
    tables = worlds.tables(methods=[HUMAN | {"ablate": ["abc"]}], missing_files="record")
    plan = resolve(parse(StimulusDefinition, tables), root)
    said = 'nothing is left of the caption of "picture_1" without abc'
    assert plan.missing_captions == {("human-lacks-abc", "picture_1"): said}
    assert plan.captions["human-lacks-abc", "picture_0"].text == "on a table in a kitchen at dawn"


def test_captions_without_elements_cannot_be_ablated(root: Path) -> None:
    whole = HUMAN | {"captioner": {"backend": "human", "file": "captions.csv"}, "ablate": ["f"]}
    with pytest.raises(StudyError, match="write the file with the columns original,a,b,c,d,e,f"):
        resolve(parse(StimulusDefinition, worlds.tables(methods=[whole])), root)


def test_points_and_draws_multiply() -> None:
    found = methods(HUMAN | {"ablate": ["f"], "replicate": 2})
    assert [row.slug for row in found] == [
        "human-draw-1",
        "human-draw-2",
        "human-lacks-f-draw-1",
        "human-lacks-f-draw-2",
    ]
    assert {row.curve for row in found} == {"human"}


def test_expanding_twice_changes_nothing() -> None:
    once = parse(StimulusDefinition, worlds.tables(methods=[HUMAN | {"ablate": ["f", "ef"], "replicate": 2}]))
    again = parse(StimulusDefinition, once.model_dump(mode="json"))
    assert again.methods == once.methods


def test_methods_may_be_put_on_one_curve_by_hand() -> None:
    found = methods(worlds.JPEG | {"curve": "jpeg", "point": "quality 20"})
    assert (found[0].curve, found[0].point) == ("jpeg", "quality 20")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"budgets": [40]}, "words that people wrote cannot be asked to be shorter: use ablate"),
        ({"budgets": [40], "ablate": ["f"]}, "budgets or ablate, not both"),
        ({"captioner": {"backend": "colours"}, "ablate": ["f"]}, "only human captions have elements"),
        ({"ablate": ["f", "f"]}, "the same value stands there twice"),
        ({"ablate": ["fe"]}, "methods[0].ablate[0]"),
        ({"ablate": ["abcdef"]}, "methods[0].ablate[0]"),
        ({"ablate": [""]}, "methods[0].ablate[0]"),
        ({"budgets": [0]}, "methods[0].budgets[0]"),
        ({"replicate": 0}, "methods[0].replicate"),
        ({"reconstructor": {"backend": "folder", "folder": "x"}, "replicate": 2}, "nothing can be drawn again"),
        ({"reconstructor": {"backend": "folder", "folder": "x"}, "ablate": ["f"]}, "nor from other words"),
        ({"slug": "x" * 62, "replicate": 2}, "is too long: give the method a shorter one"),
        ({"replicate": 20, "ablate": ["f", "ef"]}, "60 in all, more than 40"),
    ],
)
def test_points_that_cannot_be_are_refused(change: dict[str, Any], message: str) -> None:
    assert message in said(HUMAN | change)


def test_a_codec_has_no_points() -> None:
    assert "for textual methods" in said(worlds.JPEG | {"replicate": 2})


def test_two_methods_may_not_come_to_one_slug() -> None:
    assert 'the slug "human-draw-1" stands there 2 times' in said(
        HUMAN | {"replicate": 2}, HUMAN | {"slug": "human-draw-1"}
    )


def test_rates_are_in_the_units_of_the_field() -> None:
    assert bits_per_pixel(1200, 19200) == 0.5
    assert bits_per_pixel(41, 48_000_000) == 41 / 6_000_000
    assert bits_per_pixel(None, 19200) is None
    assert bits_per_pixel(5, None) is None
    long = "A person in a red coat walks along the beach in the evening while the sun is setting behind the sea. "
    assert brotli_bytes(long) < len(long)
    assert brotli_bytes("é") >= 1

"""Operating points in numbers, tables, figures and the report."""

from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree

import pytest

from analysis import figures, report
from analysis.display import significant
from analysis.figures.style import COLOURS, looks
from analysis.results import compute
from analysis.tables import from_rows
from tests.analysis import worlds

Numbers = Mapping[str, Any]
WORDS = [("words-40", "40 bytes", 1, 38, (5, 6)), ("words-160", "160 bytes", 1, 150, (7, 8))]
DRAWN = [("free-draw-1", "", 1, 90, (6, 6)), ("free-draw-2", "", 2, 90, (8, 9))]
CODEC = [("jpeg-11", "", 1, 60_000, (9, 9)), ("jpeg-1", "", 1, 30_000, (8, 8))]
METHODS = [("words", "textual", WORDS), ("free", "textual", DRAWN), ("jpeg", "classical", CODEC)]


def method(curve: str, family: str, slug: str, point: str, draw: int) -> dict[str, Any]:
    title = f"Method {slug}" if "-draw-" not in slug else f"Words, draw {draw} of 2"
    return {"slug": slug, "title": title, "family": family, "curve": curve, "point": point, "draw": draw}


def study(**changes: Any) -> dict[str, Any]:
    """Two originals, six methods on three curves, two ratings of each stimulus."""
    rows, answers = [], []
    for curve, family, points in METHODS:
        for slug, point, draw, size, values in points:
            more = {"curve": curve, "point": point, "draw": draw, "brotli_bytes": size // 2, **changes}
            for original in ("one", "two"):
                own = more if family == "textual" else more | {"brotli_bytes": None}
                rows.append(worlds.stimulus(original, "object", slug, family, size, **own))
                stimulus = f"{original}.{slug}"
                answers += [worlds.response(stimulus, f"p{who}", value) for who, value in enumerate(values)]
    return {"stimuli": rows, "responses": answers}


def facts(**changes: Any) -> dict[str, Any]:
    own = [method(curve, family, *point[:3]) for curve, family, points in METHODS for point in points]
    return worlds.facts(methods=own, categories=[{"slug": "object", "title": "Object"}], **changes)


@pytest.fixture(scope="module")
def numbers() -> Numbers:
    return compute(from_rows(study(), facts()))


def points(numbers: Numbers, name: str) -> list[Mapping[str, Any]]:
    return next(curve["points"] for curve in numbers["curves"] if curve["curve"] == name)


def test_a_curve_has_its_points_in_order_of_bytes(numbers: Numbers):
    assert [curve["curve"] for curve in numbers["curves"]] == ["words", "free", "jpeg"]
    assert [(p["methods"], p["mean_bytes"]) for p in points(numbers, "jpeg")] == [
        (["jpeg-1"], 30_000.0),
        (["jpeg-11"], 60_000.0),
    ]
    assert [(p["point"], p["satisfaction"]) for p in points(numbers, "words")] == [
        ("40 bytes", 5.5),
        ("160 bytes", 7.5),
    ]
    assert [p["mean_brotli_bytes"] for p in points(numbers, "words")] == [19.0, 75.0]


def test_draws_of_the_same_words_are_one_point_with_its_spread(numbers: Numbers):
    (point,) = points(numbers, "free")
    assert (point["title"], point["draws"], point["methods"]) == ("Words", 2, ["free-draw-1", "free-draw-2"])
    assert point["satisfaction"] == (6 + 8.5) / 2
    assert point["draw_sd"] == pytest.approx(2.5 / 2**0.5)
    assert point["interval"] == {"undefined": "of each draw: see Table 1"}
    assert points(numbers, "words")[0]["draw_sd"] == {"undefined": "one draw"}


def test_bits_per_pixel_are_computed_where_the_tables_do_not_say_them(numbers: Numbers):
    assert numbers["rates"][0]["mean_bits_per_pixel"] == pytest.approx(8 * 38 / 1_080_000)
    said = compute(from_rows(study(bits_per_pixel=0.5), facts()))
    assert said["rates"][0]["median_bits_per_pixel"] == 0.5
    assert numbers["rates"][-1]["mean_brotli_bytes"] == {"undefined": "no captions"}


def test_tables_of_before_there_were_curves_are_read_as_ever():
    numbers = compute(from_rows(worlds.study(), worlds.facts()))
    assert numbers["curves"] == []
    assert numbers["rates"][0]["mean_brotli_bytes"] == {"undefined": "unknown"}
    assert "curves" not in report.make_sheets(numbers)
    assert "Lines join" not in figures.caption("fig3", numbers)


def test_facts_that_are_silent_of_curves_take_them_from_the_stimuli(numbers: Numbers):
    plain = [{name: row[name] for name in ("slug", "title", "family")} for row in facts()["methods"]]
    found = compute(from_rows(study(), facts() | {"methods": plain}))
    assert found["curves"] == numbers["curves"]
    bare = compute(from_rows(study(), {}))
    assert [point["title"] for point in points(bare, "free")] == ["free"]


def test_without_answers_a_curve_still_has_its_bytes():
    unanswered = compute(from_rows(study() | {"responses": []}, facts()))
    assert points(unanswered, "words")[0]["mean_bytes"] == 38.0
    assert points(unanswered, "free")[0]["draw_sd"] == {"undefined": "no answers yet"}
    assert b"No answers yet" in figures.render("fig3", unanswered, "svg")


def test_the_report_lists_the_points_and_figure_3_joins_them(numbers: Numbers):
    files = report.build(numbers)
    assert "Operating points" in files["index.html"].decode()
    assert files["curves.csv"].decode().count("\n") == 6
    assert "words, jpeg" in figures.caption("fig3", numbers)
    apart = {**numbers, "curves": []}
    assert figures.render("fig3", apart, "svg") != figures.render("fig3", numbers, "svg")
    assert figures.render("fig5", apart, "svg") == figures.render("fig5", numbers, "svg")


def test_points_of_a_curve_share_its_colour_and_no_two_methods_look_the_same(numbers: Numbers):
    found = looks(numbers["study"]["methods"])
    assert [look["color"] for look in found] == [COLOURS[i] for i in (0, 0, 1, 1, 2, 2)]
    for groups in ([{"curve": "one"}] * 40, [{"curve": str(i % 3)} for i in range(40)]):
        assert len({tuple(look.values()) for look in looks(groups)}) == 40


def test_many_methods_are_named_below_the_axes():
    table = worlds.study(raters=1)
    del table["truth"]
    for row in table["stimuli"]:
        row["method"] += row["original"][-1]
    for row in table["stimuli"]:
        row["stimulus"] = f"{row['original']}.{row['method']}"
    for row in table["responses"]:
        row["stimulus"] += row["stimulus"].split(".")[0][-1]
    many = compute(from_rows(table, worlds.facts(methods=[])))
    assert len(many["study"]["methods"]) == 15
    svg = figures.render("fig3", many, "svg")
    for row in many["study"]["methods"]:
        assert f"<!-- {row['title']} -->".encode() in svg
    few = figures.render("fig3", compute(from_rows(worlds.study(1), worlds.facts())), "svg")
    assert _height(svg) > _height(few)


def _height(svg: bytes) -> float:
    return float(ElementTree.fromstring(svg).get("height", "0").removesuffix("pt"))


def test_the_report_says_that_a_metric_that_chose_is_no_evidence():
    chosen = {"best_of": {"n": 4, "model": "clip-tiny", "note": "…"}}
    numbers = compute(from_rows(study(parameters=chosen), facts()))
    assert (
        "Method words-40: each picture is the best of 4 by the similarity of clip-tiny. "
        "That similarity is therefore no evidence for this method."
    ) in numbers["conditions"]


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.000374, "0.00037"), (1.26, "1.3"), (12.4, "12"), (0.0, "0"), ({"undefined": "unknown"}, "unknown")],
)
def test_small_numbers_are_written_with_two_digits_that_count(value: Any, shown: str):
    assert significant(value) == shown

import io
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree

import pytest
from PIL import Image

from analysis import figures
from analysis.results import compute
from analysis.tables import from_rows
from tests.analysis import papers, worlds

SVG = "{http://www.w3.org/2000/svg}"
Numbers = Mapping[str, Any]


@pytest.fixture(scope="module")
def drawn() -> Numbers:
    return compute(from_rows(worlds.study(), worlds.facts()))


@pytest.fixture(scope="module")
def paper() -> Numbers:
    return compute(from_rows(papers.tables(), papers.facts()))


@pytest.fixture(scope="module")
def unanswered() -> Numbers:
    return compute(from_rows(worlds.study() | {"responses": []}, worlds.facts()))


@pytest.fixture(scope="module")
def files(drawn: Numbers) -> dict[str, dict[str, bytes]]:
    return {name: figures.render_all(name, drawn) for name in figures.NAMES}


Files = dict[str, dict[str, bytes]]


@pytest.mark.parametrize("name", figures.NAMES)
def test_a_figure_is_the_same_bytes_every_time(name: str, drawn: Numbers, files: Files):
    for fmt in figures.FORMATS:
        assert figures.render(name, drawn, fmt) == files[name][fmt]


@pytest.mark.parametrize("name", figures.NAMES)
def test_simulated_answers_are_marked_in_the_picture_and_in_the_file(name: str, files: Files):
    svg, pdf, png = (files[name][fmt] for fmt in ("svg", "pdf", "png"))
    assert b"<!-- SIMULATED -->" in svg
    assert "(SIMULATED)" in svg.decode()
    assert b"S\0I\0M\0U\0L\0A\0T\0E\0D" in pdf or b"SIMULATED" in pdf
    assert "(SIMULATED)" in Image.open(io.BytesIO(png)).info["Title"]


def test_real_answers_are_not_marked(paper: Numbers):
    for name in figures.available(paper):
        assert b"SIMULATED" not in figures.render(name, paper, "svg")


@pytest.mark.parametrize("name", figures.NAMES)
def test_an_svg_has_a_role_a_title_and_a_description(name: str, drawn: Numbers, files: Files):
    root = ElementTree.fromstring(files[name]["svg"])
    assert root.get("role") == "img"
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert title.text == figures.title(name, drawn)
    assert description is not None
    assert description.text == figures.alternative(name, drawn)
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"


def test_a_figure_is_as_wide_as_a_column(drawn: Numbers):
    picture = Image.open(io.BytesIO(figures.render("fig3", drawn, "png")))
    assert picture.width == pytest.approx(85 / 25.4 * 300, abs=1)


@pytest.mark.parametrize("name", figures.NAMES)
def test_every_figure_can_be_drawn_before_the_first_answer(name: str, unanswered: Numbers):
    assert b"answers yet" in figures.render(name, unanswered, "svg")


def test_the_truth_needs_a_drawn_world(paper: Numbers):
    assert "truth" not in figures.available(paper)
    with pytest.raises(ValueError, match="no figure truth"):
        figures.render("truth", paper, "svg")


def test_an_unknown_format_is_named(paper: Numbers):
    with pytest.raises(ValueError, match="no format gif"):
        figures.render("fig3", paper, "gif")


def test_a_visitors_own_ratings_are_drawn_over_the_cloud(drawn: Numbers):
    own = [{"stimulus": "group_1.jpeg-low", "value": 4}, {"stimulus": "group_2.short-words", "value": 9}]
    with_own = figures.render("fig3", drawn, "svg", own)
    assert with_own != figures.render("fig3", drawn, "svg")
    assert b"<!-- You -->" in with_own
    assert b"<!-- You -->" in figures.render("truth", drawn, "svg", own)


def test_own_ratings_of_stimuli_that_are_not_there_are_not_drawn(drawn: Numbers):
    own = [{"stimulus": "nowhere.words", "value": 4}]
    assert figures.render("fig3", drawn, "svg", own) == figures.render("fig3", drawn, "svg")


def test_own_ratings_are_drawn_before_anybody_elses(unanswered: Numbers):
    own = [{"stimulus": "group_1.jpeg-low", "value": 4}]
    assert figures.render("fig3", unanswered, "svg", own) != figures.render("fig3", unanswered, "svg")


def test_stimuli_of_unknown_size_are_counted_in_the_caption():
    tables = papers.tables()
    for row in tables["stimuli"]:
        if row["family"] == "textual":
            row["size_bytes"] = row["caption"] = None
    numbers = compute(from_rows(tables, papers.facts()))
    for name in ("fig3", "fig5"):
        assert "Stimuli left out: 45 because their size is unknown." in figures.caption(name, numbers)
    assert "30 stimuli are drawn" in figures.caption("fig3", numbers)
    assert "human" not in figures.alternative("fig3", numbers)


def test_titles_are_never_read_as_formulas_or_markup():
    facts = worlds.facts(title="5 $\\frac{1}{$ <script>alert(1)</script>")
    for method in facts["methods"]:
        method["title"] = "$x_{" + method["title"]
    numbers = compute(from_rows(worlds.study(), facts))
    for name in figures.NAMES:
        svg = figures.render(name, numbers, "svg")
        assert b"<script" not in svg
        ElementTree.fromstring(svg)


def test_ten_methods_get_ten_looks():
    from analysis.figures.style import looks

    assert len({tuple(look.values()) for look in looks([{} for _ in range(40)])}) == 40

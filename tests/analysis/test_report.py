import contextlib
import csv
import io
import json
import re
import shutil
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from analysis import exports, report
from analysis.__main__ import main
from analysis.results import compute
from analysis.tables import from_rows, write_package
from tests.analysis import papers, worlds

TITLE = '</style><script>alert("title")</script> & 50 % of $x_1 \\input{/etc/passwd}'
CAPTION = '=HYPERLINK("http://example.org")<img src=x onerror=alert(1)> 100 % & \\write18{ls} {{ 7 * 7 }}\nnext'


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("study")
    write_package(path, worlds.study(), worlds.facts())
    report.write(path)
    return path


@pytest.fixture(scope="module")
def again(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The same report, made elsewhere by the command, and what the terminal showed."""
    out, said = tmp_path_factory.mktemp("again") / "deep" / "elsewhere", io.StringIO()
    with contextlib.redirect_stdout(said):
        assert main(["report", str(folder), "--out", str(out)]) == 0
    return out, said.getvalue()


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    path = tmp_path_factory.mktemp("hostile")
    tables = worlds.study()
    tables["stimuli"][0]["caption"] = CAPTION
    tables["stimuli"][4]["state"], tables["stimuli"][4]["reason"] = "missing", CAPTION
    facts = worlds.facts(title=TITLE, notes=[TITLE])
    facts["methods"][0]["title"] = facts["categories"][0]["title"] = TITLE
    facts["preregistration"]["stop_rule"] = TITLE
    write_package(path, tables, facts)
    out = report.write(path).parent
    return {one.name: one.read_text() for one in out.iterdir() if one.suffix in {".html", ".csv", ".tex", ".svg"}}


class Tags(HTMLParser):
    """Collects the elements of a page, and their text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def contents(path: Path) -> dict[str, bytes]:
    return {one.name: one.read_bytes() for one in path.iterdir()}


def test_a_report_holds_its_tables_figures_numbers_and_page(folder: Path):
    names = set(contents(folder / "report"))
    assert {"index.html", "numbers.json", "table1.csv", "table1.tex", "fig3.svg", "fig5.pdf", "iso.png"} <= names
    assert "truth.svg" in names
    assert names <= report._known()


def test_a_report_is_the_same_bytes_again_and_elsewhere(folder: Path, again: tuple[Path, str]):
    assert contents(again[0]) == contents(folder / "report")


def test_a_new_report_takes_the_place_of_the_old_one(folder: Path, tmp_path: Path):
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    (tmp_path / "report" / "index.html").write_text("old")
    (tmp_path / "report" / "fig3.svg").unlink()
    report.write(tmp_path)
    assert contents(tmp_path / "report") == contents(folder / "report")
    assert not [path.name for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_a_failing_run_leaves_the_old_report(folder: Path, tmp_path: Path):
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    (tmp_path / "responses.csv").write_text("stimulus,value\nnowhere.words,3\n")
    assert main(["report", str(tmp_path)]) == 2
    assert contents(tmp_path / "report") == contents(folder / "report")
    assert not [path.name for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_a_folder_with_other_files_is_not_replaced(folder: Path, tmp_path: Path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(report.ReportError, match=r"holds thesis\.txt, which is no part of a report"):
        report.write(folder, tmp_path)
    assert (tmp_path / "thesis.txt").read_text() == "mine"


def test_a_file_in_the_reports_place_is_named(folder: Path, tmp_path: Path):
    (tmp_path / "out").write_text("a file")
    with pytest.raises(report.ReportError, match="is a file"):
        report.write(folder, tmp_path / "out")


def test_errors_come_in_words_with_exit_code_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["report", str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert said.startswith("stimuli.csv: is not in")
    assert "Traceback" not in said


def test_the_terminal_shows_table_1(again: tuple[Path, str]):
    assert "A made-up study (SIMULATED)" in again[1]
    for method in ("Short words", "Medium words", "Long words", "JPEG low", "JPEG high"):
        assert method in again[1]


def page_of(numbers: dict[str, Any], folder: Path) -> str:
    """A page for other numbers, around the pictures that are there."""
    return report.page(numbers, contents(folder / "report"))


def test_table_1_has_the_papers_numbers(folder: Path):
    numbers = compute(from_rows(papers.tables(), papers.facts()))
    text, page = report.table1_text(numbers), page_of(numbers, folder)
    for shown in ("48.7", "143.2", "191.2", "81,156", "168,497", "6.2", "7.7", "9.0", "9.7"):
        assert shown in text
        assert f">{shown}<" in page
    assert "SIMULATED" not in text
    assert "SIMULATED" not in page
    assert "99.15 % smaller" in page
    assert "15.0 %; on the scale&#39;s own range 16.7 %" in page


def test_the_page_stands_alone(folder: Path):
    page = Tags((folder / "report" / "index.html").read_text())
    assert not {"script", "link", "iframe"} & {tag for tag, _ in page.tags}
    sources = [attributes["src"] or "" for tag, attributes in page.tags if tag == "img"]
    assert len(sources) == 5
    assert all(source.startswith("data:image/svg+xml;base64,") for source in sources)


def test_every_figure_has_words_in_its_place_and_every_link_a_file(folder: Path):
    page = Tags((folder / "report" / "index.html").read_text())
    assert all(len(attributes["alt"] or "") > 60 for tag, attributes in page.tags if tag == "img")
    links = {attributes["href"] or "" for tag, attributes in page.tags if tag == "a"}
    identifiers = {attributes["id"] for _, attributes in page.tags if "id" in attributes}
    for link in links:
        assert link[1:] in identifiers if link.startswith("#") else (folder / "report" / link).exists()
    assert len([1 for _, a in page.tags if "id" in a]) == len(identifiers)


def test_headings_step_down_one_level_at_a_time(folder: Path):
    page = Tags((folder / "report" / "index.html").read_text())
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_the_page_says_what_it_rests_on(folder: Path):
    words = " ".join((folder / "report" / "index.html").read_text().split())
    for said in ("SIMULATED.", "excluded: every link leads to one assignment", "Mean of the medians per method",
                 "there is no checks table", "What no real study can show"):  # fmt: skip
        assert said in words


def test_another_rating_changes_the_numbers_and_the_page(folder: Path, tmp_path: Path):
    tables = worlds.study()
    for row in tables["responses"][:20]:
        row["value"] = 1
    write_package(tmp_path, tables, worlds.facts())
    out = report.write(tmp_path).parent
    for name in ("numbers.json", "index.html", "table1.csv", "fig3.svg"):
        assert (out / name).read_bytes() != (folder / "report" / name).read_bytes()


def test_the_page_is_made_from_numbers_json_alone(folder: Path):
    numbers = json.loads((folder / "report" / "numbers.json").read_text())
    assert page_of(numbers, folder) == (folder / "report" / "index.html").read_text()
    numbers["table1"][0]["satisfaction"] = 3.25
    assert ">3.3<" in page_of(numbers, folder)


def test_a_report_before_the_first_answer_says_so(folder: Path):
    page = page_of(compute(from_rows(worlds.study() | {"responses": []}, worlds.facts())), folder)
    assert "75 stimuli are ready to be rated; there are no answers yet." in page
    assert not re.search(r"\b(nan|NaN|inf|None)\b", re.sub(r"base64,[^\"]*", "", page))


def test_unknown_sizes_read_unknown_no_captions(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    tables = papers.tables()
    for row in tables["stimuli"]:
        if row["family"] == "textual":
            row["size_bytes"] = row["caption"] = None
    write_package(tmp_path, tables, papers.facts())
    assert main(["report", str(tmp_path)]) == 0
    assert capsys.readouterr().out.count("unknown (no captions)") == 3
    assert "unknown (no captions)" in (tmp_path / "report" / "table1.csv").read_text()


def test_anybodys_two_files_make_a_report(tmp_path: Path):
    (tmp_path / "stimuli.csv").write_text("stimulus,original,method,family,size_bytes\ncat.jpeg,cat,jpeg,classical,9\n")
    (tmp_path / "responses.csv").write_text("stimulus,value\ncat.jpeg,7\n")
    assert "cat.jpeg" in report.write(tmp_path).read_text()


def test_table_1_as_csv_has_numbers_for_machines(folder: Path):
    rows = list(csv.DictReader((folder / "report" / "table1.csv").read_text().splitlines()))
    numbers: dict[str, Any] = json.loads((folder / "report" / "numbers.json").read_text())
    for row, known in zip(rows, numbers["table1"], strict=True):
        assert float(row["mean_bytes"]) == known["mean_bytes"]
        assert float(row["satisfaction"]) == known["satisfaction"]
        assert float(row["interval_low"]) == known["interval"]["low"]


def test_titles_and_captions_are_inert_on_the_page(hostile: dict[str, str]):
    page = Tags(hostile["index.html"])
    assert "script" not in {tag for tag, _ in page.tags}
    assert not any(name.startswith("on") for _, attributes in page.tags for name in attributes)
    assert "{{ 7 * 7 }}" in "".join(page.words)
    assert hostile["index.html"].count("</style>") == 1


def test_captions_are_inert_in_latex(hostile: dict[str, str]):
    for name, text in hostile.items():
        if name.endswith(".tex"):
            assert "\\write18" not in text
            assert "\\input" not in text
            assert not re.search(r"(?<!\\)[%$#]", text.replace("$-$", "").replace(r"$\times$", ""))


def test_captions_are_no_formulas_in_csv(hostile: dict[str, str]):
    for name, text in hostile.items():
        if name.endswith(".csv"):
            cells = [cell for row in csv.reader(text.splitlines()) for cell in row]
            assert not [cell for cell in cells if cell.startswith(("=", "@", "+"))]
    assert "'=HYPERLINK" in hostile["captions.csv"]


def test_latex_tables_are_booktabs_with_one_cell_per_column(folder: Path):
    text = (folder / "report" / "table1.tex").read_text()
    assert all(rule in text for rule in (r"\toprule", r"\midrule", r"\bottomrule"))
    body = text.split(r"\midrule")[1].split(r"\bottomrule")[0].strip().splitlines()
    assert [len(re.split(r"(?<!\\)&", line)) for line in body] == [10] * 5
    assert r"\begin{longtable}" in (folder / "report" / "stimuli_ratings.tex").read_text()


def test_special_characters_are_escaped_for_latex():
    assert exports.escape("50 % of a_b & {c} \\d #1 ~ ^ $\x07") == (
        r"50 \% of a\_b \& \{c\} \textbackslash{}d \#1 \textasciitilde{} \textasciicircum{} \$"
    )


@pytest.mark.parametrize("simulated", [True, False])
def test_every_table_says_whether_the_answers_are_simulated(simulated: bool):
    tables = worlds.study()
    for row in [*tables["stimuli"], *tables["responses"]]:
        row["simulated"] = simulated
    numbers = compute(from_rows(tables, worlds.facts(simulated=simulated)))
    files = report.build(numbers)
    for name, data in files.items():
        if name.endswith(".tex"):
            assert (b"SIMULATED" in data) == simulated, name
        if name.endswith(".csv"):
            assert data.splitlines()[1].endswith(b",true" if simulated else b",false"), name


def test_a_scale_from_zero_whose_medians_are_zero_has_no_loss_and_a_report_all_the_same():
    tables, facts = worlds.study(), worlds.facts()
    facts["surveys"]["a"]["scale_min"] = 0
    for row in tables["responses"]:
        row["value"] = "0"
    numbers = compute(from_rows(tables, facts))
    assert numbers["headlines"]["exemplar"]["percent_loss"] == {"undefined": "the classical median is 0"}
    page = report.build(numbers)[report.PAGE].decode()
    assert "the classical median is 0" in page

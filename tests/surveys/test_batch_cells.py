"""Cells of result files and their mapping: no spreadsheet runs them, and what is read is what was written."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.instruments import loader
from surveys.services import batch_cells
from surveys.services.batch_files import parse_time
from surveys.services.batch_mapping import read_mapping, written_mapping

HOSTILE = [
    "=1+1",
    "+49",
    "-2",
    "@SUM(A1)",
    "'quoted",
    "a|b",
    "back\\slash\\",
    "NULL",
    "{}",
    'he said "no", twice',
    "007",
]


def said(name: str) -> st.SearchStrategy[Any]:
    """Return answers to one of Survey C's questions, as they are kept."""
    asked = loader.load("survey_c", loader.SHIPPED).question(name)
    letters = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("'|\\=+-@{} 0"), max_size=12)
    raw = st.sampled_from(HOSTILE) | letters
    options = st.lists(st.sampled_from(["calm", "grand", "plain"]), max_size=3, unique=True)
    drawn = {"things": st.lists(raw, max_size=5), "relation": raw, "adjectives": options}[name]

    def kept(value: Any) -> Any:
        assert asked
        try:
            return asked.check(value)
        except ValueError:
            return None

    return drawn.map(kept).filter(lambda value: value is not None)


@pytest.mark.parametrize("name", ["things", "relation", "adjectives"])
@given(data=st.data())
def test_every_answer_is_read_back_from_its_cell(name, data):
    value = data.draw(said(name))
    asked = loader.load("survey_c", loader.SHIPPED).question(name)
    assert asked
    cell = batch_cells.answer(value).strip()
    assert not cell.startswith(("=", "+", "-", "@"))
    assert not batch_cells.is_no_answer(cell)
    assert next(accepted(asked, cell)) == value


def accepted(asked: Any, cell: str) -> Iterator[Any]:
    for meant in batch_cells.meanings(cell, escaped=True):
        try:
            yield asked.check(meant)
        except ValueError:
            continue


def test_nothing_chosen_is_an_answer_too():
    assert batch_cells.answer([]) == "'"
    assert [] in batch_cells.meanings("'", escaped=True)


def test_a_mapping_is_written_as_it_is_read():
    mapping = read_mapping(
        b'panel = "old"\ncount = []\n[[items]]\nposition = 4\nstimulus = "a \\"b\\""\n'
        b'answers = {q = "\xc3\xa9.\\u007f"}\n'
        b'[stimuli]\n"https://example.org/1.jpg" = "one.two"\n'
    )
    assert read_mapping(written_mapping(mapping).encode()) == mapping


ZONES = st.sampled_from([UTC, timezone(timedelta(hours=-7))])


@given(st.integers(0, 200_000_000_000), ZONES)
def test_a_time_is_read_back_to_the_second(seconds, zone):
    at = datetime.fromtimestamp(seconds, zone)
    assert parse_time(batch_cells.time(at)) == at
    assert batch_cells.time(at.replace(microsecond=999_999)) == batch_cells.time(at)


def test_no_time_is_an_empty_cell():
    assert batch_cells.time(None) == ""
    assert batch_cells.time(datetime(2015, 11, 24, 16, tzinfo=UTC)) == "Tue Nov 24 16:00:00 UTC 2015"

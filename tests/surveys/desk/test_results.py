"""The results page: its figures, its tables, and who may see it."""

from __future__ import annotations

import csv
import io
import re

import pytest
from django.contrib.auth.models import User
from django.test import Client

from surveys.models import Posting, Study
from tests.surveys import factories
from tests.surveys.desk.test_pages import text_of


def shown_in(client: Client, query: str) -> list[dict[str, str]]:
    response = client.get(f"/results/tiny/stimuli.csv{query}")
    assert response.headers["Content-Disposition"] == 'attachment; filename="tiny-stimuli.csv"'
    return list(csv.DictReader(io.StringIO(response.content.decode())))


@pytest.mark.parametrize("address", ["/results/tiny/", "/desk/tiny/results/"])
def test_table_1_and_the_figures_are_there(desk: Client, study: Study, address: str):
    page = desk.get(address).content.decode()
    assert "Table 1: bytes and satisfaction by method" in page
    for name in ("fig3", "fig5"):
        for fmt in ("svg", "pdf", "png"):
            assert f"/results/tiny/figures/{name}.{fmt}" in page


def test_the_public_page_needs_no_login_and_sets_no_cookie(client: Client, study: Study):
    response = client.get("/results/tiny/")
    assert response.status_code == 200
    assert not response.cookies


@pytest.mark.parametrize("address", ["", "stimuli.csv", "figures/fig3.svg"])
def test_results_for_staff_are_not_found_by_others(client: Client, ada: User, address: str):
    factories.make_study(owner=ada, results_public=False)
    assert client.get(f"/results/tiny/{address}").status_code == 404
    client.force_login(factories.make_user("bob"))
    assert client.get(f"/results/tiny/{address}").status_code == 404


@pytest.mark.parametrize("address", ["", "stimuli.csv"])
def test_the_pages_only_read(client: Client, study: Study, address: str):
    assert client.post(f"/results/tiny/{address}").status_code == 405


def test_before_the_first_answer_the_sizes_are_there(client: Client, ada: User):
    factories.make_planned_survey(factories.make_study(owner=ada))
    page = text_of(client, "/results/tiny/")
    assert "Nobody has finished yet." in page
    assert "no answers yet" in page
    assert "45 B" in page


def test_an_open_link_is_mentioned(client: Client, ada: User):
    factories.make_published_survey(factories.make_study(owner=ada), link=Posting.Link.OPEN)
    assert "repeats cannot be excluded" in text_of(client, "/results/tiny/")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["picture-0.method-0", "picture-0.method-1", "picture-1.method-0", "picture-1.method-1"]),
        ("?sort=-size", ["picture-1.method-1", "picture-0.method-1", "picture-1.method-0", "picture-0.method-0"]),
        ("?method=method-1&sort=-original", ["picture-1.method-1", "picture-0.method-1"]),
        ("?category=nothing", []),
    ],
)
def test_what_is_shown_is_what_is_downloaded(client: Client, study: Study, query: str, expected: list[str]):
    assert [row["stimulus"] for row in shown_in(client, query)] == expected
    table = client.get(f"/results/tiny/{query}").content.decode().split('id="stimuli"')[1].split("</section>")[0]
    assert len(re.findall(r"<tr>\s*<td>", table)) == len(expected)
    assert f"stimuli.csv{query}".rstrip("?").replace("&", "&amp;") in table


def test_a_stimulus_without_answers_has_empty_cells_and_comes_last(client: Client, ada: User):
    study = factories.make_study(owner=ada)
    _, published = factories.make_published_survey(study)
    factories.take_part(published, 1, value=9)
    for sort in ("median", "-median"):
        rows = shown_in(client, f"?sort={sort}")
        assert [row["median"] for row in rows] == ["9.0", "9.0", "", ""]


def test_captions_cannot_break_out_of_the_page(client: Client, study: Study):
    from surveys.models import Stimulus

    Stimulus.objects.filter(method__slug="method-0").update(caption="<script>alert(1)</script>")
    assert "<script>alert" not in client.get("/results/tiny/").content.decode()


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_caption_is_no_formula_in_the_downloaded_table(client: Client, study: Study, start: str):
    from surveys.models import Stimulus

    Stimulus.objects.filter(method__slug="method-0").update(caption=f"{start}SUM(A1:A9)")
    page = client.get("/results/tiny/stimuli.csv?method=method-0").content.decode()
    captions = [row["caption"] for row in csv.DictReader(io.StringIO(page, newline=""))]
    assert captions == [f"'{start}SUM(A1:A9)"] * 2

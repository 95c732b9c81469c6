"""Lists are read to the last page."""

from __future__ import annotations

from dataclasses import replace

import pytest

from surveys.panels.prolific.simulator import routes
from surveys.panels.prolific.simulator.records import Submission
from surveys.panels.prolific.simulator.world import PROJECT
from tests.panels.prolific.conftest import (
    COMPLETE,
    TODAY,
    only_status,
)


def test_more_than_a_hundred_submissions_are_read_to_the_last(panel, journal, offer, simulator, site):
    simulator.reset(type(simulator.world)(100_000, seed=2))
    opening = panel.open(offer, token="s1", journal=journal)
    (posting,) = panel.recruit(opening, 250, token="s1", journal=journal)
    for number in range(230):
        simulator.site.take(posting.reference, f"{number:024d}")
        simulator.site.complete(f"{number:024d}", COMPLETE)
    status = only_status(panel, posting)
    assert len({one.assignment for one in status.submissions}) == 230
    assert status.places_free == 20


@pytest.mark.parametrize("most", [20, 30, 1000])
def test_pages_may_be_smaller_than_asked_for(most, panel, published, simulator, monkeypatch):
    monkeypatch.setattr(routes, "MOST_IN_A_PAGE", most)
    (study,) = simulator.world.studies.values()
    for number in range(60):
        one = Submission(f"{number:024d}", study.id, f"{number:024d}", "RETURNED", 0, 0)
        study.submissions[one.id] = one
    assert len(only_status(panel, published[1]).submissions) == 60


def test_more_studies_than_fit_a_page_are_each_listed_once(panel, open_panel, published, simulator):
    (study,) = simulator.world.studies.values()
    for number in range(149):
        simulator.world.studies[f"{number:024d}"] = replace(study, id=f"{number:024d}")
    for one in (panel, open_panel(project=PROJECT)):
        assert len({posting.reference for posting in one.postings()}) == len(one.postings()) == 150
    simulator.world.studies.clear()


def test_what_the_account_has_is_listed_ours_or_not(panel, open_panel, journal, published, simulator):
    (study,) = simulator.world.studies.values()
    foreign = replace(study, id="e" * 24, values={**study.values, "internal_name": "somebody's"})
    simulator.world.studies[foreign.id] = foreign
    listed = panel.postings()
    assert [(one.reference, one.token, one.places) for one in listed] == [(study.id, "s1", 3), ("e" * 24, "", 3)]
    assert open_panel(project=PROJECT).postings() == listed


def test_what_the_service_no_longer_has_is_absent(panel, published):
    (found,) = panel.status(["f" * 24, published[1].reference], on=TODAY)
    assert found.posting == published[1].reference

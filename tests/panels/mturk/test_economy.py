"""No more calls than it takes."""

from __future__ import annotations

from tests.panels.mturk.test_life import TODAY, most, only_status, take


def test_lists_are_read_to_the_last_page_which_may_be_empty(panel, journal, offer, site, simulator):
    opening = panel.open(offer, token="s1", journal=journal)
    (posting,) = panel.recruit(most(opening, 0), 200, token="s1", journal=journal)
    for k in range(200):
        take(site, posting.reference, f"A{k}")
    panel.wire.requests.clear()
    status = only_status(panel, posting.reference)
    assert len({one.person for one in status.submissions}) == 200
    assert panel.wire.requests == {"GetHIT": 1, "ListAssignmentsForHIT": 2}  # no more can follow 200
    panel.wire.requests.clear()
    assert len(list(panel.wire.pages("ListAssignmentsForHIT", HITId=posting.reference))) == 200
    assert panel.wire.requests == {"ListAssignmentsForHIT": 3}


def test_publishing_and_reconciling_ask_no_more_than_they_must(panel, journal, offer, site, simulator):
    opening = panel.open(offer, token="s1", journal=journal)
    panel.wire.requests.clear()
    postings = panel.recruit(most(opening, 1), 110, token="s1", journal=journal)
    assert panel.wire.requests == {"GetAccountBalance": 1, "CreateHITWithHITType": 110}
    for k, posting in enumerate(postings):
        take(site, posting.reference, f"A{k}")
    panel.wire.requests.clear()
    assert len(panel.status([one.reference for one in postings], on=TODAY)) == 110
    assert panel.wire.requests == {"ListHITs": 2, "ListAssignmentsForHIT": 110}
    assert len(simulator.world.calls) == 2 + 111 + 112  # as the service counts them


def test_closing_asks_no_more_than_it_must(panel, journal, offer, site):
    opening = panel.open(offer, token="s1", journal=journal)
    postings = panel.recruit(most(opening, 1), 4, token="s1", journal=journal)
    for k, posting in enumerate(postings[:2]):
        take(site, posting.reference, f"A{k}")
    for status in panel.status([one.reference for one in postings], on=TODAY):
        for one in status.submissions:
            panel.approve(one, token=f"a{one.person}", journal=journal)
    panel.wire.requests.clear()
    assert all(panel.close(one.reference, token=f"c{k}", journal=journal).done for k, one in enumerate(postings))
    assert panel.wire.requests == {"DeleteHIT": 4, "UpdateExpirationForHIT": 2}  # two were open

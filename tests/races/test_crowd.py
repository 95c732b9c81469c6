"""Thirty-two people at once, each a process of its own, from the link to the receipt code."""

from __future__ import annotations

import pytest
from django.db import connection

from tests.races.crowd import Crowd, check
from tests.servers import Server
from tests.surveys import factories

pytestmark = pytest.mark.races
CLIENTS = 32


def test_32_people_at_once_fill_every_place_once_and_lose_no_answer(database_url, settings, tmp_path, note):
    study = factories.make_study(originals=8, methods=4)
    survey, published = factories.make_published_survey(study, raters=8, invitations=CLIENTS)
    with Server(database_url, settings.MEDIA_ROOT, tmp_path / "access.log") as site:
        crowd = Crowd(site.url, published.keys, tmp_path, clients=CLIENTS, seed=1)
        try:
            said = crowd.wait()
        finally:
            crowd.end()
    assert said == {"won": CLIENTS, "finished": CLIENTS}
    check(survey, crowd, CLIENTS)
    statuses = {line.split('" ')[1].split()[0] for line in (tmp_path / "access.log").read_text().splitlines()}
    assert statuses == {"200", "303"}
    note(
        f"{connection.vendor}: {CLIENTS} clients and places at once, {len(crowd.acknowledged())} receipts, as many rows"
    )

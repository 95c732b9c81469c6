"""Many clients in processes of their own claim places of a real server at once."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections import Counter
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from surveys.models import Assignment, Invitation, Participant, Place
from surveys.services import claiming, publishing
from surveys.services.errors import AlreadyError
from tests.servers import ROOT, Server
from tests.surveys import factories

pytestmark = pytest.mark.races
CLIENTS = 8


def claims(url: str, paths: list[str]) -> list[Counter[str]]:
    """Let each client process claim once by every path, all at the same time; return how each fared, per status."""
    code = (
        "import sys, httpx\n"
        "client = httpx.Client(base_url=sys.argv[1], timeout=60, trust_env=False)\n"
        "client.get('/')\n"
        "sys.stdin.readline()\n"
        "for path in sys.argv[2:]:\n"
        "    reply = client.post(path, data={'consent': 'yes'})\n"
        "    token = reply.headers.get('location', '').removeprefix('/take/')\n"
        "    print(reply.status_code, token.split(':')[0] or '-', flush=True)\n"
    )
    command = [sys.executable, "-c", code, url, *paths]
    running = [
        subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(CLIENTS)
    ]
    for process in running:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    outputs = [process.communicate(timeout=120)[0] for process in running]
    assert all(process.returncode == 0 for process in running)
    return [Counter(output.splitlines()) for output in outputs]


def test_no_place_is_filled_twice_when_many_claim_at_once(database_url, settings, tmp_path, note):
    survey, published = factories.make_published_survey(
        factories.make_study(originals=4, methods=4), raters=10, link="open"
    )
    path = f"/join/{published.keys[0]}/"
    with Server(database_url, settings.MEDIA_ROOT, tmp_path / "access.log", CLAIMS_PER_MINUTE_OPEN_LINK="9999") as site:
        found = sum(claims(site.url, [path] * 8), Counter())
    won = [line.split()[1] for line in found if line.startswith("303")]
    refused = sum(count for line, count in found.items() if line.startswith("409"))
    assert all(line[:3] in ("303", "409") for line in found), found
    assert len(won) == survey.places.count() == 40
    assert refused == CLIENTS * 8 - 40
    assert set(found.values()) - {refused} == {1}, "two clients got the same assignment"
    assert set(won) == set(Assignment.objects.values_list("code", flat=True))
    assert Assignment.objects.filter(holds_place=True).values("place").distinct().count() == 40
    assert not survey.places.exclude(state=Place.State.HELD).exists()
    note(f"{connection.vendor}: {CLIENTS * 8} claims tried, {len(won)} won, {refused} refused")


def test_one_invitation_claimed_by_many_at_once_is_one_assignment(database_url, settings, tmp_path, note):
    _, published = factories.make_published_survey(invitations=3)
    paths = [f"/join/{key}/" for key in published.keys]
    with Server(database_url, settings.MEDIA_ROOT, tmp_path / "access.log") as site:
        found = sum(claims(site.url, paths), Counter())
    assert len(found) == 3
    assert set(found.values()) == {CLIENTS}
    assert Assignment.objects.count() == 3
    note(f"{connection.vendor}: {CLIENTS * 3} claims of 3 invitations, 3 assignments")


def test_an_open_link_is_limited_exactly_over_all_server_processes(database_url, settings, tmp_path):
    factories.make_published_survey(factories.make_study(originals=4, methods=4), raters=10, link="open")
    _, published = factories.make_published_survey(factories.make_study("other"), raters=20, link="open")
    path = f"/join/{published.keys[0]}/"
    with Server(database_url, settings.MEDIA_ROOT, tmp_path / "access.log", CLAIMS_PER_MINUTE_OPEN_LINK="7") as site:
        found = sum(claims(site.url, [path] * 2), Counter())
    won = sum(count for line, count in found.items() if line.startswith("303"))
    limited = sum(count for line, count in found.items() if line.startswith("429"))
    assert (won, limited) == (7, CLIENTS * 2 - 7)


def test_places_whose_leases_ran_out_are_dealt_again_to_all_who_come_at_once(database_url, settings, tmp_path, note):
    survey, published = factories.make_published_survey(
        factories.make_study(originals=4, methods=4), raters=4, link="open"
    )
    settings.CLAIMS_PER_MINUTE_OPEN_LINK = 9999
    for _ in range(16):
        claiming.claim_next(posting=published.posting)
    Assignment.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    path = f"/join/{published.keys[0]}/"
    with Server(database_url, settings.MEDIA_ROOT, tmp_path / "access.log", CLAIMS_PER_MINUTE_OPEN_LINK="9999") as site:
        found = sum(claims(site.url, [path] * 2), Counter())
    won = [line for line in found if line.startswith("303")]
    assert len(won) == 16, found
    assert Assignment.objects.filter(state=Assignment.State.TIMED_OUT, holds_place=False).count() == 16
    assert survey.places.filter(state=Place.State.HELD).count() == 16
    note(f"{connection.vendor}: 16 places timed out, {CLIENTS * 2} claims at once, {len(won)} won")


def at_once(links: list[tuple[publishing.Published, Invitation]], gate: threading.Barrier) -> None:
    """Claim by each link in turn, with whoever else waits at the gate."""
    try:
        for published, invitation in links:
            gate.wait(timeout=60)
            with suppress(AlreadyError):
                claiming.claim_next(posting=published.posting, invitation=invitation)
    finally:
        connection.close()


def test_two_links_of_one_person_claimed_at_once_get_one_place(transactional_db, note):
    people = [f"person {number}" for number in range(30)]
    survey = factories.make_planned_survey(factories.make_study(originals=2, methods=4), raters=15)
    factories.release_all(survey.study)
    rounds = [publishing.publish(survey=survey, link="invitation", people=people) for _ in range(2)]
    gate = threading.Barrier(len(rounds))
    threads = [
        threading.Thread(target=at_once, args=([(each, row) for row in each.posting.invitations.all()], gate))
        for each in rounds
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert Assignment.objects.count() == Participant.objects.count() == len(people)
    assert survey.places.filter(state=Place.State.HELD).count() == len(people)
    note(f"{connection.vendor}: {len(people)} people claimed by two links each at once, as many assignments")

"""At the door: which devices, what is noticed, paused or full; what is refused leaves nothing behind."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from surveys.models import Answer, Assignment, Participant, Place, Survey
from surveys.services import publishing
from surveys.services.errors import PausedError, ServiceError
from surveys.web.participant.device import Device, read_device, unfit
from tests.surveys import factories
from tests.surveys.test_participant_pages import place_of

pytestmark = pytest.mark.django_db
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1 Mobile/15E148 Safari/604.1"
COMPUTER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36"


def published_with(**tables: Any) -> publishing.Published:
    definition = {"consent": factories.CONSENT, "panel": {"links": "invitation"}} | tables
    return factories.make_published_survey(factories.make_study(definition=definition))[1]


def path(published: publishing.Published, number: int = 1) -> str:
    return reverse("join", args=[published.keys[number - 1]])


def agree(client: Any, published: publishing.Published, number: int = 1, agent: str = COMPUTER, **sent: str) -> Any:
    return client.post(path(published, number), {"consent": "yes"} | sent, headers={"user-agent": agent})


def nothing_was_stored() -> bool:
    return not (Assignment.objects.exists() or Participant.objects.exists()) and not Place.objects.exclude(
        state=Place.State.OPEN
    )


@pytest.mark.parametrize(
    ("agent", "sent", "enough"),
    [
        (COMPUTER, {"width": "1280", "height": "720"}, True),
        (COMPUTER, {"width": "999", "height": "720"}, False),
        (COMPUTER, {"width": "1000", "height": "599"}, False),
        (COMPUTER, {}, True),  # no script: nobody can tell
        (COMPUTER, {"width": "-5", "height": "9" * 400}, True),
        (COMPUTER, {"width": "٥", "height": "1e9"}, True),
        (PHONE, {"width": "1280", "height": "720"}, False),
        (PHONE, {}, False),
        ("", {}, False),
    ],
)
def test_a_device_that_does_not_suit_gets_a_polite_page_and_leaves_nothing(client, agent, sent, enough):
    published = published_with(devices={"min_width": 1000, "min_height": 600, "kinds": ["computer"], "browsers": []})
    reply = agree(client, published, agent=agent, **sent)
    if enough:
        assert reply.status_code == 303
        return
    assert reply.status_code == 409
    page = reply.content.decode()
    assert "suit these pictures" in page
    assert ("at least 1000 pixels wide and 600 high" in page) is (agent == COMPUTER)
    assert nothing_was_stored()


def test_a_phone_reads_it_before_the_information_and_may_come_back_with_a_computer(client):
    published = published_with(devices={"kinds": ["computer", "tablet"]})
    reply = client.get(path(published), headers={"user-agent": PHONE})
    assert reply.status_code == 409
    assert "a computer, a tablet" in reply.content.decode()
    assert agree(client, published).status_code == 303
    assert client.get(path(published), headers={"user-agent": PHONE}).status_code == 303, "who has started goes on"


@pytest.mark.parametrize(
    ("device", "rules", "found"),
    [
        (Device("computer", "firefox"), {"browsers": ["chrome"]}, "browser"),
        (Device("computer", "firefox"), {"browsers": ["chrome", "firefox"]}, ""),
        (Device("other", "other"), {"kinds": [], "browsers": []}, ""),
        (Device("tablet", "safari", 700, 400), {"min_width": 700, "min_height": 401}, "window"),
        (Device("tablet", "safari", 700, 400), {"min_width": 700, "min_height": 400}, ""),
        (Device("tablet", "safari", 700, 400), {}, ""),
    ],
)
def test_each_rule_stands_for_itself(device, rules, found):
    assert unfit(device, rules) == found


@pytest.mark.parametrize("text", ["", "0", "1.5", "100001", "-1", "0x20", "NaN", "1" * 5000])
def test_a_size_that_makes_no_sense_is_none(text):
    assert read_device(COMPUTER, {"width": text, "height": "800"}).screen == {}


def test_the_window_is_kept_where_behaviour_is_logged(client):
    agree(client, published_with(), width="1280", height="720")
    assert Assignment.objects.get().screen == {"viewport_width": 1280, "viewport_height": 720}


NOTICED = {"layout": "side", "seconds": 4.5, "dpr": 2, "focus_losses": 3, "resizes": 1, "painted_ms": 12}


def answer(client: Any, place: dict[str, Any]) -> Any:
    data = {"position": 1, "question": "satisfaction", "value": 4, "key": str(uuid.uuid4())} | NOTICED
    return client.post(place["answer_url"], json.dumps(data), content_type="application/json")


@pytest.mark.parametrize("logged", [True, False])
def test_behaviour_is_told_and_kept_or_neither(client, logged):
    published = published_with(privacy={"log_behaviour": logged})
    page = client.get(path(published)).content.decode()
    for words in ("how long each pair was shown", "the kind of browser and device", 'name="width"'):
        assert (words in page) is logged
    assert ("how you use the page" in page) is not logged
    place = place_of(client.get(agree(client, published, width="1280", height="720").headers["Location"]))
    assert place["log_behaviour"] is logged
    assert answer(client, place).status_code == 200
    row, assignment = Answer.objects.get(), Assignment.objects.get()
    assert row.value == 4
    assert (row.layout, row.seconds, bool(row.display)) == (("side", 4.5, True) if logged else ("", None, False))
    kept = (assignment.device, assignment.browser, bool(assignment.screen))
    assert kept == (("computer", "chrome", True) if logged else ("", "", False))


def test_a_window_rule_needs_the_window_even_where_nothing_is_logged(client):
    published = published_with(privacy={"log_behaviour": False}, devices={"min_width": 500})
    assert 'name="width"' in client.get(path(published)).content.decode()
    assert agree(client, published, width="400", height="800").status_code == 409
    assert agree(client, published, width="501", height="800").status_code == 303
    assert Assignment.objects.get().screen == {}


def test_paused_lets_nobody_new_in_and_disturbs_nobody(client):
    published = published_with()
    begun = agree(client, published)
    out = StringIO()
    call_command("pause", stdout=out)
    assert "Still at it, and may finish: 1" in out.getvalue()
    for reply in (client.get(path(published, 2)), agree(client, published, 2)):
        assert reply.status_code == 409
        assert "This survey is paused" in reply.content.decode()
    assert Assignment.objects.count() == 1
    place = place_of(client.get(begun.headers["Location"]))
    assert answer(client, place).status_code == 200
    call_command("resume", stdout=StringIO())
    assert agree(client, published, 2).status_code == 303


def test_a_pause_between_looking_and_claiming_holds(client):
    published = published_with()
    publishing.pause(survey=published.posting.survey)
    with pytest.raises(PausedError):
        factories.take_part(published)
    assert nothing_was_stored()


def test_only_what_is_published_can_be_paused():
    survey = factories.make_planned_survey()
    for act in (publishing.pause, publishing.resume):
        with pytest.raises(ServiceError, match="only a published survey"):
            act(survey=survey)
    with pytest.raises(CommandError, match="only a published survey"):
        call_command("pause", stdout=StringIO())


def test_the_desk_pauses_and_goes_on(client, ada):
    survey, published = factories.make_published_survey(factories.make_study(owner=ada))
    change = reverse("desk:change-survey", args=[survey.study.slug, survey.slug])
    assert client.post(change, {"action": "pause"}).headers["Location"].startswith("/login/")
    client.force_login(factories.make_user("eve"))
    assert client.post(change, {"action": "pause"}).status_code == 404
    client.force_login(ada)
    assert client.get(change).status_code == 405
    for action, paused in (("pause", True), ("pause", True), ("explode", True), ("resume", False)):
        page = client.post(change, {"action": action}, follow=True).content.decode()
        survey.refresh_from_db()
        assert survey.paused is paused
        assert ("Let people in again" in page) is paused
        assert ("not known" in page) is (action == "explode")
    publishing.close(survey=survey)
    assert "only a published survey" in client.post(change, {"action": "pause"}, follow=True).content.decode()
    assert published


@pytest.mark.parametrize(("seconds", "minutes"), [(10, 1), (61, 2), (1500, 25)])
def test_full_says_when_the_first_lease_ends(client, seconds, minutes):
    survey, published = factories.make_published_survey(invitations=5)
    for number in range(1, 5):
        factories.take_part(published, number, items=1)
    later = timezone.now() + timedelta(hours=3)
    Assignment.objects.update(lease_until=later)
    first = Assignment.objects.earliest("pk")
    Assignment.objects.filter(pk=first.pk).update(lease_until=timezone.now() + timedelta(seconds=seconds))
    reply = agree(client, published, 5)
    assert reply.status_code == 409
    assert f"in {minutes} minute{'' if minutes == 1 else 's'}:" in reply.content.decode()
    assert reply.headers["Retry-After"] == str(60 * minutes)
    assert survey.state == Survey.State.PUBLISHED

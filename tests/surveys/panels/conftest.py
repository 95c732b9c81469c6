"""A survey, a Mechanical Turk of our own with unmodified boto3 before it, and workers who come by its frames."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from surveys.models import Assignment, PlaceItem, Recruitment, Survey
from surveys.panels.base import Panel
from surveys.panels.mturk.simulator import Simulator, World
from surveys.panels.prolific.simulator import Simulator as ProlificSimulator
from surveys.panels.prolific.simulator import World as ProlificWorld
from surveys.panels.prolific.simulator.server import TOKEN
from surveys.services import ordering, panels, recruiting
from surveys.services.ordering import Order
from tests.surveys import factories

PAY = {"pay": "0.75 USD"}


@pytest.fixture(scope="session")
def mturk_server() -> Iterator[Simulator]:
    with Simulator() as running:
        yield running


@pytest.fixture
def mturk(mturk_server: Simulator, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Simulator:
    """Return a fresh service at the address that boto3's own setting names."""
    mturk_server.reset(World(Decimal("500.00"), seed=1))
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "HTTP_PROXY", "http_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "SIMULATOR")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "simulator-secret")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_ENDPOINT_URL_MTURK", mturk_server.url)
    settings.MTURK_REQUESTS_PER_SECOND = 2000.0
    settings.FRAMED_BY = [mturk_server.url]
    settings.SITE_URL = "https://study.example"
    return mturk_server


@pytest.fixture(scope="session")
def prolific_server() -> Iterator[ProlificSimulator]:
    with ProlificSimulator() as running:
        yield running


@pytest.fixture
def prolific(prolific_server: ProlificSimulator, settings: Any) -> ProlificSimulator:
    """Return a fresh Prolific at the address of our own settings."""
    prolific_server.reset(ProlificWorld(50_000, seed=1))
    settings.PROLIFIC_API_TOKEN = TOKEN
    settings.PROLIFIC_API_URL = prolific_server.url
    settings.PROLIFIC_REQUESTS_PER_SECOND = 5000.0
    settings.PROLIFIC_WEBHOOK_SECRET = "a secret"
    settings.SITE_URL = "https://study.example"
    return prolific_server


@pytest.fixture
def panel(mturk: Simulator) -> Panel:
    return panels.connect("mturk")


def make_survey(raters: int = 5, *, floor: str = "1.00", reward: str = "0.75", slug: str = "a", **panel: Any) -> Survey:
    """Make a planned survey with a reward: with two originals and two methods, twice as many places as raters."""
    definition = {
        "consent": factories.CONSENT | PAY,
        "panel": {"links": "invitation", "currency": "USD", "hourly_floor": floor} | panel,
        "surveys": [{"slug": slug, "reward": reward}],
    }
    study = factories.make_study(definition=definition)
    survey = factories.make_planned_survey(study, raters=raters, slug=slug)
    factories.release_all(study)
    return survey


def publish(survey: Survey, panel: Panel, *, at_most: str = "100.00", **wanted: Any) -> Recruitment:
    """Order a survey's places and advertise them."""
    order = Order(by="ada", at_most=at_most, **wanted)
    recruitment = ordering.order(survey=survey, panel=panel, wanted=order)
    return recruiting.advertise(recruitment=recruitment, panel=panel)


@dataclass
class Worker:
    """Somebody on the worker site, with a browser that has no cookies."""

    simulator: Simulator
    client: Any
    name: str = "A1WORKER"
    address: str = ""
    held: str = ""

    def accept(self, hit: str) -> Worker:
        """Take a HIT; the frame's address is known from now on."""
        self.held = self.simulator.site.accept(hit, self.name).id
        self.address = self._path(self.simulator.site.frame(self.held, self.simulator.url))
        return self

    def preview(self, hit: str) -> Any:
        return self.client.get(self._path(self.simulator.site.preview(hit, self.name, self.simulator.url)))

    def _path(self, url: str) -> str:
        parts = urlsplit(url)
        return f"{parts.path}?{parts.query}"

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.address).query))

    def begin(self) -> Assignment | None:
        """Open the frame and agree."""
        response = self.client.post(self.address, {"consent": "yes"})
        self.client.cookies.clear()
        if response.status_code != 303:
            return None
        return self.assignment(response.headers["Location"])

    def come_back(self) -> Any:
        """Open the frame again by new ids, and go on with the button; return the page that it leads to."""
        return self.client.post(self.address, {"consent": "yes"}, follow=True)

    def assignment(self, take: str) -> Assignment:
        from surveys.services.keys import code_in

        self.take = take
        return Assignment.objects.get(code=code_in(take.split("/")[2]))

    def answer(self, assignment: Assignment, items: int | None = None) -> None:
        for item in PlaceItem.objects.filter(place=assignment.place).order_by("position")[:items]:
            factories.rate(assignment, item, 7)

    def finish(self) -> Any:
        """Finish and return the last page."""
        response = self.client.post(f"{self.take}finish/", follow=True)
        assert response.status_code == 200, response.content
        return response

    def hand_in(self, page: Any) -> None:
        """Post the last page's form to the panel, as the browser does."""
        ending = page.context["ending"]
        assert ending.form_url == f"{self.simulator.url}/mturk/externalSubmit"
        self.simulator.site.submit(dict(ending.form_fields))

    def work(self, hit: str) -> Assignment:
        """Do everything: accept, agree, answer, finish, hand in."""
        self.accept(hit)
        assignment = self.begin()
        assert assignment is not None
        self.answer(assignment)
        self.hand_in(self.finish())
        return assignment


@pytest.fixture
def worker(mturk: Simulator, client: Any) -> Any:
    """Return a function that makes workers."""

    def make(name: str = "A1WORKER") -> Worker:
        return Worker(mturk, client, name)

    return make

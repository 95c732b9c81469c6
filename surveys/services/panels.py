"""Panels by name: the door that participants come through, and the client that speaks to the service."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Protocol

from django.conf import settings

from surveys.models import Posting, Recruitment
from surveys.panels.base import Arrival, Environment, Finish, Opening, Panel, PanelError
from surveys.panels.generic import Description, Generic
from surveys.panels.mturk.door import Door as MTurkDoor
from surveys.panels.prolific.door import Door as ProlificDoor
from surveys.services.errors import ServiceError

SPOKEN = ("mturk", "prolific")
"""Panels that can be spoken to."""
TITLES = {"mturk": "Mechanical Turk", "prolific": "Prolific"}
"""What people call them."""
_PROLIFIC = ("API_TOKEN", "API_URL", "SITE", "FEES", "WORKSPACE", "PROJECT", "REQUESTS_PER_SECOND")
_BOTO = ("AWS_ENDPOINT_URL_MTURK", "AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE")


def title(panel: str) -> str:
    """Return what people call a panel."""
    return TITLES.get(panel, panel)


class PanelServiceError(ServiceError):
    """What a panel refused, or could not be asked."""

    def __init__(self, error: PanelError) -> None:
        super().__init__(str(error))


class Door(Protocol):
    """What participants' pages need of a panel: no client, no keys."""

    @property
    def environment(self) -> Environment: ...

    def arrival(self, query: Mapping[str, str]) -> Arrival:
        """Read who comes; raises `ArrivalRefused`."""

    def finish(self, arrival: Arrival, *, receipt_code: str, outcome: str, opening: Opening | None) -> Finish:
        """Say where a finished person goes."""


def door(posting: Posting) -> Door:
    """Return the door of a panel's link."""
    recruitment = recruitment_of(posting)
    if recruitment is None:
        return Generic(Description.model_validate(posting.description))
    if recruitment.panel == "prolific":
        return ProlificDoor(environment_of(recruitment), site=settings.PROLIFIC_SITE)
    return MTurkDoor(environment_of(recruitment), submit_to=settings.MTURK_WORKER_SITES)


def recruitment_of(posting: Posting) -> Recruitment | None:
    """Return what a link was made for, if a panel advertises it for us."""
    return Recruitment.objects.filter(link=posting).first() if posting.panel in SPOKEN else None


def environment_of(recruitment: Recruitment) -> Environment:
    """Return where places were advertised."""
    return Environment(recruitment.panel, recruitment.environment, recruitment.endpoint, recruitment.live)


def connect(name: str, environment: str = "") -> Panel:
    """Return a panel that can be spoken to; nothing is sent yet.

    Parameters
    ----------
    environment
        What is meant where the panel has several: for Mechanical Turk ``sandbox`` (also whatever endpoint
        AWS_ENDPOINT_URL_MTURK names) or ``production``.

    Raises
    ------
    ServiceError
        No such panel, or its settings make no sense.
    """
    try:
        if name == "mturk":
            return _mturk(environment or "sandbox", tuple(os.environ.get(key) for key in _BOTO))
        if name == "prolific":
            return _prolific(*(getattr(settings, f"PROLIFIC_{each}") for each in _PROLIFIC))
    except PanelError as error:
        raise PanelServiceError(error) from error
    msg = f"There is no panel “{name}” that can be spoken to: there is {', '.join(SPOKEN)}."
    raise ServiceError(msg)


@lru_cache(maxsize=8)
def _mturk(environment: str, _set: Any) -> Panel:
    from surveys.panels.mturk.panel import MTurk
    from surveys.panels.mturk.wire import connect as wire

    return MTurk(
        wire(environment, per_second=settings.MTURK_REQUESTS_PER_SECOND), submit_to=settings.MTURK_WORKER_SITES
    )


@lru_cache(maxsize=8)
def _prolific(token: str, url: str, site: str, fees: str, workspace: str, project: str, pace: float) -> Panel:
    from surveys.panels.prolific.connection import connect as prolific

    return prolific(token, base_url=url, site=site, fees=fees, workspace=workspace, project=project, per_second=pace)


def of(recruitment: Recruitment) -> Panel:
    """Return the panel that a recruitment was advertised at.

    Raises
    ------
    ServiceError
        Today's settings lead elsewhere.
    """
    panel = connect(recruitment.panel, "production" if recruitment.environment == "production" else "")
    if panel.environment.name != recruitment.environment:
        msg = (
            f"This was published at {recruitment.panel} {recruitment.environment}, and the settings lead to "
            f"{panel.environment.name}. Set them as they were, then try again; nothing was asked of anybody."
        )
        raise ServiceError(msg)
    return panel

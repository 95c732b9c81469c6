"""From a token to the panel."""

from __future__ import annotations

import httpx

from surveys.panels.base import PanelRefused, pace_of
from surveys.panels.prolific.drafts import ScreenOut
from surveys.panels.prolific.environments import PRODUCTION, identify
from surveys.panels.prolific.fees import terms
from surveys.panels.prolific.panel import Prolific
from surveys.panels.prolific.wire import Wire
from surveys.panels.prolific.words import TOKEN


def connect(
    token: str,
    *,
    base_url: str = PRODUCTION,
    fees: str = "corporate",
    workspace: str = "",
    project: str = "",
    screen_out: ScreenOut | None = None,
    site: str = "",
    per_second: float = 5,
    timeout_seconds: float = 30,
    tries: int = 4,
    backoff_seconds: float = 1,
    proxy: str | None = None,
) -> Prolific:
    """Return the panel behind a token. Nothing is read but these arguments, and nothing is sent yet.

    Parameters
    ----------
    fees
        What the account is charged: “academic”, “corporate”, either with “+ VAT 20”.
    workspace, project
        Ids at Prolific; without them the only workspace, and its first project.
    screen_out
        Pay by Prolific itself for who comes back with the code of `screened_out`: only some workspaces have it.
    site
        The origin where participants are, if it is neither Prolific's nor `base_url`.
    per_second
        Requests that the whole process makes at most to this address.
    """
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        raise PanelRefused("No token for Prolific's API is set, or it is none.", TOKEN, code="token")
    environment = identify(base_url)
    client = httpx.Client(
        base_url=environment.endpoint,
        headers={"Authorization": f"Token {token}", "Accept": "application/json"},
        timeout=timeout_seconds,
        # A connection that was kept may turn out to be closed under a payment, and nobody would know if it was made.
        limits=httpx.Limits(max_keepalive_connections=0),
        trust_env=False,
        proxy=proxy,
    )
    pace = pace_of(environment.endpoint, per_second)
    wire = Wire(client, environment, pace, tries=tries, backoff_seconds=backoff_seconds)
    return Prolific(wire, account=terms(fees), workspace=workspace, project=project, screen_out=screen_out, site=site)

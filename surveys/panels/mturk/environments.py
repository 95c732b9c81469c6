"""Which Mechanical Turk: production, sandbox, or any endpoint that speaks its protocol."""

from __future__ import annotations

import os
from collections.abc import Collection
from urllib.parse import urlsplit

from surveys.panels.base import ArrivalRefused, Environment, PanelRefused
from surveys.panels.mturk.question import AT_HOME

PRODUCTION = "https://mturk-requester.us-east-1.amazonaws.com"
SANDBOX = "https://mturk-requester-sandbox.us-east-1.amazonaws.com"
REGION = "us-east-1"  # the only one there is
NAMES = {PRODUCTION: "production", SANDBOX: "sandbox"}
WORKER_SITES = {"production": "https://worker.mturk.com", "sandbox": "https://workersandbox.mturk.com"}
SUBMIT_TO = {
    "production": ("https://www.mturk.com", "https://mturk.com", "https://worker.mturk.com"),
    "sandbox": ("https://workersandbox.mturk.com",),
}


def endpoint_for(name: str) -> str | None:
    """Return the endpoint to pass to boto3; None where its own settings (AWS_ENDPOINT_URL_MTURK …) decide."""
    if any(os.environ.get(key) for key in ("AWS_ENDPOINT_URL_MTURK", "AWS_ENDPOINT_URL")):
        return None
    if name == "sandbox":
        return SANDBOX
    if name == "production":
        return None
    raise PanelRefused(
        f"Mechanical Turk has no environment “{name}”.", "Say sandbox or production, or set an endpoint."
    )


def identify(endpoint: str) -> Environment:
    """Say which environment an endpoint is. One that is not known and not on this machine counts as live."""
    endpoint = endpoint.rstrip("/")
    host = urlsplit(endpoint).hostname or ""
    name = NAMES.get(endpoint) or urlsplit(endpoint).netloc
    return Environment("mturk", name, endpoint, live=name != "sandbox" and host not in AT_HOME)


def checked(asked: str, found: Environment) -> Environment:
    """Refuse to reach production when practice was asked for."""
    if found.name == "production" and asked != "production":
        raise PanelRefused(
            f"“{asked}” was asked for, but the endpoint set is production.",
            "Unset AWS_ENDPOINT_URL_MTURK, or ask for production.",
        )
    return found


def worker_site(environment: Environment) -> str:
    """Return the site where workers see the HITs of an environment."""
    return WORKER_SITES.get(environment.name, environment.endpoint)


def checked_submit_to(address: str, environment: Environment, more: Collection[str] = ()) -> str:
    """Return the site that a finished form goes to, if it is one of this environment or of `more` origins."""
    allowed = {*SUBMIT_TO.get(environment.name, (_origin(environment.endpoint),)), *map(_origin, more)} - {""}
    if _origin(address) not in allowed:
        raise ArrivalRefused(
            "The address to submit to (turkSubmitTo) is not Mechanical Turk's.",
            "Open the task from Mechanical Turk again, without changing its address.",
            code="turkSubmitTo",
        )
    return _origin(address)


def _origin(address: str) -> str:
    try:
        parts = urlsplit(address.strip())
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return ""
    if parts.username is not None or parts.password is not None or parts.path.strip("/"):
        return ""
    return f"{parts.scheme}://{parts.hostname or ''}{port}"

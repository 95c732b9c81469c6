"""boto3's client behind one door: paced, counted, its replies read strictly and its errors put into words."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from typing import Any

from surveys.panels.base import Environment, Pace, PanelError, PanelRefused, PanelUnreachable, PanelUnsure, pace_of
from surveys.panels.mturk.environments import REGION, checked, endpoint_for, identify
from surveys.panels.mturk.words import KEYS, AlreadyThere, in_words

# What a reply must hold to be one. A body that was cut reaches us as an empty success.
HOLDS = {
    "CreateHITType": ("HITTypeId",),
    "CreateHITWithHITType": ("HIT",),
    "CreateQualificationType": ("QualificationType",),
    "GetHIT": ("HIT",),
    "GetAssignment": ("Assignment",),
    "GetAccountBalance": ("AvailableBalance",),
}
LISTS = {
    "ListHITs": "HITs",
    "ListAssignmentsForHIT": "Assignments",
    "ListBonusPayments": "BonusPayments",
    "ListQualificationTypes": "QualificationTypes",
}
PAGE = 100
READS = ("Get", "List")
TRIES_OF_A_CUT_READ = 3


class Wire:
    """Calls of the service by their own names; thread-safe."""

    def __init__(self, client: Any, environment: Environment, pace: Pace) -> None:
        self.environment = environment
        self.requests: Counter[str] = Counter()
        self._client = client
        self._pace = pace
        self._tries = threading.local()
        self._methods = {name: method for method, name in client.meta.method_to_api_mapping.items()}
        client.meta.events.register("needs-retry.mturk", self._note_try)
        client.meta.events.register("before-send.mturk", self._before_send)

    def call(self, operation: str, **parameters: Any) -> dict[str, Any]:
        """Make one call; raise a `PanelError`."""
        if operation.startswith(READS):
            return self._read(operation, parameters)
        reply = self._send(operation, parameters)
        if _is_cut(operation, reply):
            raise PanelUnsure(
                f"The reply to {operation} was cut.", "Try again: it looks first, and nothing is made twice."
            )
        return reply

    def pages(self, operation: str, **parameters: Any) -> Iterator[dict[str, Any]]:
        """Yield every item of a list, to the last page."""
        parameters = {**parameters, "MaxResults": PAGE}
        while True:
            reply = self.call(operation, **parameters)
            yield from reply.get(LISTS[operation], [])
            token = reply.get("NextToken")
            if not token:
                return
            parameters["NextToken"] = token

    def _read(self, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        for _ in range(TRIES_OF_A_CUT_READ):
            try:
                reply = self._send(operation, parameters)
            except PanelUnsure as error:  # nothing was asked for that could have happened
                raise PanelUnreachable(error.what, "Try again later.", code=error.code) from error
            if not _is_cut(operation, reply):
                return reply
        raise PanelUnreachable(f"The reply to {operation} was cut, {TRIES_OF_A_CUT_READ} times.", "Try again later.")

    def _send(self, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        from botocore import exceptions as boto

        self._tries.perhaps = False
        self._pace.wait()
        try:
            reply: dict[str, Any] = getattr(self._client, self._methods[operation])(**parameters)
        except boto.ClientError as error:
            raise self._unless_perhaps(in_words(error.response, operation)) from error
        except boto.ParamValidationError as error:
            raise PanelRefused(f"{operation}: a value is of the wrong kind.", "Report this.", code="type") from error
        except (boto.NoCredentialsError, boto.PartialCredentialsError, boto.CredentialRetrievalError) as error:
            raise PanelRefused("No keys for Mechanical Turk are set.", KEYS, code="no keys") from error
        except boto.BotoCoreError as error:
            raise self._lost(error) from error
        return reply

    def _unless_perhaps(self, error: PanelError) -> PanelError:
        """Keep a refusal, unless an earlier try of the same call may have been carried out."""
        if isinstance(error, AlreadyThere) or not self._tries.perhaps or isinstance(error, PanelUnsure):
            return error
        return PanelUnsure(
            f"A try got no answer, and the next was refused: {error.what}", error.remedy, code=error.code
        )

    def _lost(self, error: Exception) -> PanelError:
        where = self.environment.endpoint
        if not _never_connected(error) or self._tries.perhaps:
            return PanelUnsure(
                f"The connection to {where} was lost before an answer came.",
                "Try again: it looks first, and nothing is made twice.",
                code=type(error).__name__,
            )
        return PanelUnreachable(*_why(error, where), code=type(error).__name__)

    def _before_send(self, *, event_name: str, **_more: Any) -> None:
        self.requests[event_name.rsplit(".", 1)[-1]] += 1

    def _note_try(
        self, *, response: tuple[Any, Any] | None = None, caught_exception: Exception | None = None, **_more: Any
    ) -> None:
        """Remember whether a try that is now over may have been carried out."""
        if caught_exception is not None:
            self._tries.perhaps |= not _never_connected(caught_exception)
        elif response is not None:
            self._tries.perhaps |= response[0].status_code >= 500


def connect(
    name: str = "sandbox",
    *,
    endpoint: str | None = None,
    access_key: str | None = None,
    secret_key: str | None = None,
    tries: int = 10,
    adaptive: bool = True,
    per_second: float = 20,
    timeout_seconds: float = 30,
) -> Wire:
    """Return a wire to production, to the sandbox, or to whatever endpoint boto3's own settings name.

    Parameters
    ----------
    name
        What is meant: "sandbox" or "production". Production is never reached unless it is named.
    endpoint
        An address that overrides both.
    adaptive
        Whether botocore slows down by itself after the service asked for it.
    """
    import boto3
    from botocore.config import Config

    try:
        client = boto3.session.Session().client(
            "mturk",
            region_name=REGION,
            endpoint_url=endpoint or endpoint_for(name),
            aws_access_key_id=access_key,
            aws_secret_access_key=secret_key,
            config=Config(
                retries={"mode": "adaptive" if adaptive else "standard", "total_max_attempts": tries},
                connect_timeout=timeout_seconds,
                read_timeout=timeout_seconds,
            ),
        )
    except ValueError as error:
        raise PanelRefused(f"The endpoint is no address: {error}", "Set AWS_ENDPOINT_URL_MTURK to one.") from error
    environment = checked(name, identify(client.meta.endpoint_url))
    return Wire(client, environment, pace_of(environment.endpoint, per_second))


def _is_cut(operation: str, reply: dict[str, Any]) -> bool:
    listed = LISTS.get(operation)
    if listed is not None:
        return "NumResults" not in reply and listed not in reply
    return any(not reply.get(member) for member in HOLDS.get(operation, ()))


def _never_connected(error: Exception) -> bool:
    from botocore import exceptions as boto

    return isinstance(error, (boto.EndpointConnectionError, boto.ConnectTimeoutError, boto.ProxyConnectionError))


def _why(error: Exception, where: str) -> tuple[str, str]:
    detail = str(getattr(error, "kwargs", {}).get("error", error)).lower()
    if any(word in detail for word in ("resolve", "name or service", "getaddrinfo", "nodename")):
        return (
            f"The name in {where} does not resolve: there is no such endpoint, or no network here.",
            "Look at AWS_ENDPOINT_URL_MTURK and at the network. Mechanical Turk itself may have been shut down: "
            "use direct hosting or another panel.",
        )
    if "refused" in detail:
        return f"{where} refuses connections.", "Look at AWS_ENDPOINT_URL_MTURK, or start what should answer there."
    return f"{where} does not answer.", "Look at AWS_ENDPOINT_URL_MTURK and at the network, then try again."

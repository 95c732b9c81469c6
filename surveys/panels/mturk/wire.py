"""boto3's client behind one door: paced, counted, its replies read strictly and its errors put into words."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from surveys.panels.base import (
    Environment,
    Pace,
    PanelBusy,
    PanelError,
    PanelRefused,
    PanelUnreachable,
    PanelUnsure,
    pace_of,
)
from surveys.panels.mturk import troubles
from surveys.panels.mturk.environments import REGION, checked, endpoint_for, identify
from surveys.panels.mturk.replies import LISTS, NAMED_BY, Body, body_of, is_whole
from surveys.panels.mturk.words import KEYS, AlreadyThere, in_words, may_have_happened

PAGE = 100
READS = ("Get", "List")
TRIES_OF_A_CUT_READ = 3
TRIES_TO_CONNECT = 4
MOST_SECONDS_TO_CONNECT = 10
WAITS = (1.0, 2.0, 4.0, 8.0)  # seconds between looks at what the service does not show or allow yet
Found = TypeVar("Found")


class _Try(threading.local):
    """What is known of the call that this thread makes."""

    perhaps = False  # an earlier try of it may have been carried out
    body: Body = "empty"


class Wire:
    """Calls of the service by their own names; thread-safe."""

    def __init__(self, client: Any, environment: Environment, pace: Pace, waits: tuple[float, ...] = WAITS) -> None:
        self.environment = environment
        self.requests: Counter[str] = Counter()
        self.waits = waits
        self._client = client
        self._pace = pace
        self._try = _Try()
        self._methods = {name: method for method, name in client.meta.method_to_api_mapping.items()}
        client.meta.events.register("needs-retry.mturk", self._note_try)
        client.meta.events.register("before-send.mturk", self._before_send)
        client.meta.events.register("after-call.mturk", self._after_call)

    def call(self, operation: str, **parameters: Any) -> dict[str, Any]:
        """Make one call; raise a `PanelError`."""
        return (self._read if operation.startswith(READS) else self._send)(operation, parameters)

    def pages(self, operation: str, *, most: int = 0, **parameters: Any) -> Iterator[dict[str, Any]]:
        """Yield every item of a list once, to the last page, or until there are as many as there can be (`most`)."""
        listed, names = LISTS[operation][0], NAMED_BY.get(operation, ())
        seen: set[tuple[str, ...]] = set()
        for reply in self._replies(operation, {**parameters, "MaxResults": PAGE}, twice=bool(names)):
            for item in reply.get(listed) or []:
                name = tuple(item[member] for member in names)
                if not name or name not in seen:
                    seen.add(name)
                    yield item
            if most and len(seen) >= most:
                return

    def _replies(self, operation: str, parameters: dict[str, Any], *, twice: bool) -> Iterator[dict[str, Any]]:
        """Follow the tokens. One that is refused was used, or is old: begin again where items tell themselves apart."""
        token: str | None = None
        while True:
            try:
                reply = self.call(operation, **parameters, **({"NextToken": token} if token else {}))
            except PanelRefused as error:
                if token is None or isinstance(error, PanelBusy):
                    raise
                if not twice:
                    raise PanelUnreachable(f"{operation} broke off between two pages.", "Try again.") from error
                token, twice = None, False
                continue
            yield reply
            before, token = token, reply.get("NextToken")
            if not token:
                return
            if token == before:
                raise PanelUnreachable(f"{operation} gives the same page again and again.", "Report this.")

    def look_again(self, look: Callable[[], Found | None]) -> Found | None:
        """Look for what must be there, and may not be shown yet."""
        for seconds in self.waits:
            found = look()
            if found is not None:
                return found
            time.sleep(seconds)
        return look()

    def _read(self, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        for _ in range(TRIES_OF_A_CUT_READ):
            try:
                return self._send(operation, parameters)
            except troubles.Cut as error:
                cut = error
            except PanelUnsure as error:  # nothing was asked for that could have happened
                raise PanelUnreachable(error.what, "Try again later.", code=error.code) from error
        raise PanelUnreachable(f"{cut.what} That was so {TRIES_OF_A_CUT_READ} times.", troubles.ADDRESS, code="cut")

    def _send(self, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        from botocore import exceptions as boto
        from botocore.parsers import ResponseParserError

        where = self.environment.endpoint
        self._try.perhaps, self._try.body = False, "empty"
        self._pace.wait()
        try:
            reply: dict[str, Any] = getattr(self._client, self._methods[operation])(**parameters)
        except boto.ClientError as error:
            raise self._unless_perhaps(self._refusal(error.response, operation)) from error
        except boto.ParamValidationError as error:
            raise troubles.wrong_kind(operation, "type") from error
        except (boto.NoCredentialsError, boto.PartialCredentialsError, boto.CredentialRetrievalError) as error:
            raise PanelRefused("No keys for Mechanical Turk are set.", KEYS, code="no keys") from error
        except boto.BotoCoreError as error:
            raise troubles.lost(error, where, perhaps=self._try.perhaps) from error
        except (ResponseParserError, ValueError, TypeError, AttributeError, LookupError) as error:
            raise troubles.cut(operation, where) from error  # botocore could not make sense of what came
        if not is_whole(operation, reply, self._try.body):
            raise troubles.cut(operation, where)
        return reply

    def _refusal(self, response: dict[str, Any], operation: str) -> PanelError:
        status = int(response.get("ResponseMetadata", {}).get("HTTPStatusCode") or 0)
        if self._try.body != "object" and status:
            return troubles.another_page(operation, self.environment.endpoint, status)
        return in_words(response, operation)

    def _unless_perhaps(self, error: PanelError) -> PanelError:
        """Keep a refusal, unless an earlier try of the same call may have been carried out."""
        if isinstance(error, AlreadyThere | PanelUnsure) or not self._try.perhaps:
            return error
        return troubles.after_a_lost_answer(error)

    def _before_send(self, *, event_name: str, **_more: Any) -> None:
        self.requests[event_name.rsplit(".", 1)[-1]] += 1

    def _after_call(self, *, http_response: Any, **_more: Any) -> None:
        self._try.body = body_of(http_response.content, http_response.headers.get("Content-Type") or "")

    def _note_try(
        self,
        *,
        attempts: int,
        response: tuple[Any, Any] | None = None,
        caught_exception: Exception | None = None,
        **_more: Any,
    ) -> None:
        """Remember whether a try that is now over may have been carried out; give up where nothing can be reached."""
        if caught_exception is not None:
            self._try.perhaps |= not troubles.never_connected(caught_exception)
            if attempts >= TRIES_TO_CONNECT and troubles.never_connected(caught_exception):
                raise caught_exception
        elif response is not None:
            self._try.perhaps |= may_have_happened(response[0].status_code, response[1])


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
    waits: tuple[float, ...] = WAITS,
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
    waits
        Seconds between looks at what the service does not show, or does not allow, at once.
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
                connect_timeout=min(timeout_seconds, MOST_SECONDS_TO_CONNECT),
                read_timeout=timeout_seconds,
            ),
        )
    except ValueError as error:
        raise PanelRefused(f"The endpoint is no address: {error}", "Set AWS_ENDPOINT_URL_MTURK to one.") from error
    environment = checked(name, identify(client.meta.endpoint_url))
    return Wire(client, environment, pace_of(environment.endpoint, per_second), waits)

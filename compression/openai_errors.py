"""What an error of OpenAI's protocol means for the call, and for the run."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from compression.paid import POSSIBLY_BILLED, CallFailed, Outcome, Reply

if TYPE_CHECKING:
    import openai

NO_MONEY = {"insufficient_quota", "billing_hard_limit_reached", "billing_not_active", "account_deactivated"}
NO_MODEL = {"model_not_found", "invalid_model", "unknown_model"}
POLICY = {"moderation_blocked", "content_policy_violation", "content_filter"}
TRY_LATER = "build again later"
CHECK_ADDRESS = "check TWICETOLD_OPENAI_BASE_URL"


@contextmanager
def named(safe: Callable[[str], str]) -> Iterator[None]:
    """Turn whatever goes wrong with a request into :class:`CallFailed`.

    Parameters
    ----------
    safe
        Cuts the key out of what the server says.
    """
    import httpx2
    import openai

    try:
        yield
    except openai.APIStatusError as error:
        raise _with_id(
            _status(error, safe), error, safe
        ) from None  # the chain would hold the request, and with it the key
    except (openai.APIConnectionError, httpx2.HTTPError, httpx2.InvalidURL) as error:
        raise _connection(error) from None


def _status(error: "openai.APIStatusError", safe: Callable[[str], str]) -> CallFailed:
    said, code, param = _said(error, safe), _word(error, "code"), _word(error, "param")
    kinds = {code, _word(error, "type")}
    status = error.status_code
    if kinds & NO_MONEY:
        return _failed("stop", f"The account can pay no more ({said})", "top it up, then build again")
    if status in {401, 403}:
        return _failed("stop", f"The server refuses the key ({said})", "correct TWICETOLD_OPENAI_API_KEY")
    if status == 404 or code in NO_MODEL or (status == 400 and param == "model"):
        return _failed("stop", f"The server has no such model or address ({said})", "name a model that it lists")
    if 300 <= status < 400:
        return _failed("stop", f"The server points elsewhere ({status})", CHECK_ADDRESS)
    if status == 429:
        return _failed("wait", f"The server wants fewer calls ({said})", TRY_LATER, retry_after=_retry_after(error))
    if kinds & POLICY:
        return _failed("rejected", f"Refused by the service's content policy ({said})", "change the words, or leave it")
    if status >= 500 or status in {408, 409}:
        answer = Reply(safe(error.response.text).encode(), b"")
        message = f"Possibly billed: the server failed with {said}"
        return _failed("unknown", message, POSSIBLY_BILLED, reply=answer)
    return _failed("rejected", f"The server refuses the call ({said})", "correct the method's settings")


def _with_id(failed: CallFailed, error: "openai.APIStatusError", safe: Callable[[str], str]) -> CallFailed:
    """Return a failure that carries the service's name of the request."""
    request_id = safe(error.response.headers.get("x-request-id", ""))[:200]
    failed.reply = replace(failed.reply or Reply(b"", b""), request_id=request_id)
    return failed


def _connection(error: Exception) -> CallFailed:
    import httpx2

    cause: BaseException = error.__cause__ or error
    if isinstance(cause, httpx2.ConnectError | httpx2.ConnectTimeout | httpx2.PoolTimeout):
        return _failed("wait", "The server cannot be reached", f"{CHECK_ADDRESS}, and the network", tries=5)
    if isinstance(cause, httpx2.UnsupportedProtocol | httpx2.InvalidURL | httpx2.LocalProtocolError):
        return _failed("stop", f"The request could not be made ({type(cause).__name__})", CHECK_ADDRESS)
    what = "no answer came in time" if isinstance(cause, httpx2.TimeoutException) else "the connection broke off"
    return _failed("unknown", f"Possibly billed: {what}", POSSIBLY_BILLED)


def _failed(outcome: Outcome, message: str, remedy: str, **more: Any) -> CallFailed:
    return CallFailed(message, remedy, outcome=outcome, **more)


def _said(error: "openai.APIStatusError", safe: Callable[[str], str]) -> str:
    """Return status and message; a web page is none."""
    body = error.body
    message = body.get("message") if isinstance(body, dict) else body
    if not isinstance(message, str) or message.lstrip().startswith("<"):
        return str(error.status_code)
    return f"{error.status_code}: {safe(message)[:500]}"


def _word(error: "openai.APIStatusError", name: str) -> str:
    body = error.body
    value = body.get(name) if isinstance(body, dict) else None
    return value if isinstance(value, str) else ""


def _retry_after(error: "openai.APIStatusError") -> float | None:
    """Return the seconds of Retry-After; None when it is absent, or a date."""
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            seconds = float(error.response.headers.get(name, "")) * unit
        except ValueError:
            continue
        if 0 <= seconds < float("inf"):
            return seconds
    return None

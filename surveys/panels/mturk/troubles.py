"""What can happen to a call on its way, in words: no address, no answer, an answer of somebody else."""

from __future__ import annotations

from surveys.panels.base import PanelError, PanelRefused, PanelUnreachable, PanelUnsure

AGAIN = "Try again: it looks first, and nothing is made twice."
ADDRESS = "Look at AWS_ENDPOINT_URL_MTURK, and at what stands between (a proxy, a login page)."
NO_TLS = ("certificate", "wrong version number", "record layer", "handshake", "unknown protocol", "hostname")


class Cut(PanelUnsure):
    """A reply came, and is none: cut on its way, or somebody else's."""


def cut(operation: str, where: str) -> Cut:
    """Say that what came is no reply."""
    return Cut(f"The reply to {operation} was cut, or is not Mechanical Turk's ({where}).", AGAIN, code="cut")


def another_page(operation: str, where: str, status: int) -> PanelError:
    """Say that a page came that no Mechanical Turk writes: a proxy's, or another server's."""
    said = f"{where} answered {operation} with a page that is not Mechanical Turk's (HTTP {status})."
    if status >= 500:
        return PanelUnsure(said, f"{ADDRESS} {AGAIN}", code=str(status))
    if status < 400:
        return PanelUnreachable(f"{where} leads elsewhere (HTTP {status}).", ADDRESS, code=str(status))
    return PanelUnreachable(said, ADDRESS, code=str(status))


def lost(error: Exception, where: str, *, perhaps: bool) -> PanelError:
    """Say how a connection failed; `perhaps` when an earlier try of the call may have been carried out."""
    code = type(error).__name__
    if perhaps or not never_connected(error):
        return PanelUnsure(f"The connection to {where} was lost before an answer came.", AGAIN, code=code)
    return PanelUnreachable(*_why(error, where), code=code)


def after_a_lost_answer(error: PanelError) -> PanelUnsure:
    """Keep open what a refusal cannot settle: an earlier try may have been carried out."""
    return PanelUnsure(f"A try got no answer, and the next was refused: {error.what}", error.remedy, code=error.code)


def wrong_kind(operation: str, detail: str) -> PanelRefused:
    """Say that botocore would not send it; without the value, which may be a person's id."""
    return PanelRefused(f"{operation}: a value is of the wrong kind.", "Report this.", code=detail)


def never_connected(error: Exception) -> bool:
    """Return whether a request cannot have arrived."""
    from botocore import exceptions as boto

    if isinstance(error, boto.SSLError):
        return any(word in str(error).lower() for word in NO_TLS)
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
    if any(word in detail for word in NO_TLS):
        return f"{where} offers no trusted encryption.", "Look at AWS_ENDPOINT_URL_MTURK: https or http?"
    return f"{where} does not answer.", "Look at AWS_ENDPOINT_URL_MTURK and at the network, then try again."

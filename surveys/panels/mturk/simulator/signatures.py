"""Signatures (AWS version 4) as the service checks them, with botocore's own signer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from surveys.panels.mturk.simulator.refusals import Refusal

SERVICE, REGION = "mturk-requester", "us-east-1"
MOST_SKEW_SECONDS = 300


def check(headers: Mapping[str, str], body: bytes, keys: Mapping[str, str], *, skew_seconds: float) -> None:
    """Refuse a request that is not signed with a known key, for this region, now."""
    headers = {name.title(): value for name, value in headers.items()}
    parts = _parts(headers.get("Authorization", ""))
    key, _day, region, service, _ = (parts.get("Credential", "").split("/") + [""] * 5)[:5]
    if key not in keys:
        raise _forbidden("UnrecognizedClientException", "The security token included in the request is invalid.")
    if (region, service) != (REGION, SERVICE):
        raise _forbidden("InvalidSignatureException", f"Credential should be scoped to a valid region, not '{region}'.")
    stamp = headers.get("X-Amz-Date", "")
    signed = datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    if abs((datetime.now(UTC) - signed).total_seconds() + skew_seconds) > MOST_SKEW_SECONDS:
        raise _forbidden("InvalidSignatureException", f"Signature expired: {stamp} is too far from the time here.")
    if _signature(headers, body, parts["SignedHeaders"].split(";"), (key, keys[key]), stamp) != parts["Signature"]:
        raise _forbidden(
            "InvalidSignatureException",
            "The request signature we calculated does not match the signature you provided. Check your AWS Secret "
            "Access Key and signing method.",
        )


def _parts(authorization: str) -> dict[str, str]:
    kind, _, rest = authorization.partition(" ")
    parts = dict(one.strip().split("=", 1) for one in rest.split(",") if "=" in one)
    if kind != "AWS4-HMAC-SHA256" or not {"Credential", "SignedHeaders", "Signature"} <= parts.keys():
        raise _forbidden("MissingAuthenticationTokenException", "Missing Authentication Token")
    return parts


def _signature(headers: Mapping[str, str], body: bytes, names: list[str], key: tuple[str, str], stamp: str) -> str:
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    signer: Any = SigV4Auth(Credentials(*key), SERVICE, REGION)
    request = AWSRequest(
        method="POST",
        url=f"http://{headers.get('Host')}/",
        headers={name: headers.get(name.title(), "") for name in names},
        data=body,
    )
    request.context["timestamp"] = stamp
    found: str = signer.signature(signer.string_to_sign(request, signer.canonical_request(request)), request)
    return found


def _forbidden(kind: str, message: str) -> Refusal:
    return Refusal(message, kind=kind, status=403)

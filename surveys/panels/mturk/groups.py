"""HIT types and our own qualification types."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from surveys.panels.base import Call, Journal, Offer, PanelRefused, Reply, carry_out
from surveys.panels.mturk.names import part
from surveys.panels.mturk.wire import Wire
from surveys.panels.mturk.words import AlreadyThere
from surveys.panels.mturk.work import in_dollars


class Groups:
    """What HITs share."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def hit_type(self, offer: Offer, requirements: Sequence[dict[str, Any]], *, token: str, journal: Journal) -> str:
        """Return the HIT type of an offer; equal values give the same one."""
        parameters: dict[str, Any] = {
            "Title": offer.title,
            "Description": offer.description,
            "Keywords": ", ".join(offer.keywords),
            "Reward": in_dollars(offer.reward),
            "AssignmentDurationInSeconds": offer.seconds_allowed,
            "AutoApprovalDelayInSeconds": offer.seconds_to_approval,
            "QualificationRequirements": list(requirements),
        }

        def send() -> Reply:
            return {"HITTypeId": str(self._wire.call("CreateHITType", **parameters)["HITTypeId"])}

        reply = carry_out(journal, Call("CreateHITType", token, parameters), send, lambda: None, repeatable=True)
        return str(reply["HITTypeId"])

    def qualification(self, name: str, description: str, *, token: str, journal: Journal) -> str:
        """Return the id of our own type of this name, made if it is not there."""

        def send() -> Reply:
            try:
                made = self._wire.call(
                    "CreateQualificationType", Name=name, Description=description, QualificationTypeStatus="Active"
                )
            except AlreadyThere as error:
                found = self._wire.look_again(look)
                if found is None:
                    raise _taken(name, error.code) from error
                return found
            return {"QualificationTypeId": str(made["QualificationType"]["QualificationTypeId"])}

        def look() -> Reply | None:
            for one in self._wire.pages(
                "ListQualificationTypes", Query=name, MustBeRequestable=False, MustBeOwnedByCaller=True
            ):
                if one["Name"] == name and one.get("QualificationTypeStatus", "Active") == "Active":
                    return {"QualificationTypeId": str(one["QualificationTypeId"])}
            return None

        request: Reply = {"Name": name, "Description": description}
        reply = carry_out(journal, Call("CreateQualificationType", token, request), send, look, repeatable=True)
        return str(reply["QualificationTypeId"])

    def grant(self, qualification: str, person: str, *, token: str, journal: Journal) -> None:
        """Give a worker a qualification, without a message to them."""

        def send() -> Reply:
            self._wire.call(
                "AssociateQualificationWithWorker",
                QualificationTypeId=qualification,
                WorkerId=person,
                IntegerValue=1,
                SendNotification=False,
            )
            return {"QualificationTypeId": qualification}

        request: Reply = {"QualificationTypeId": qualification}
        call = Call("AssociateQualificationWithWorker", part(token, "q"), request)
        carry_out(journal, call, send, lambda: None, repeatable=True)


def _taken(name: str, code: str) -> PanelRefused:
    return PanelRefused(
        f"The qualification name “{name}” is taken and not ours to use: a deleted name stays reserved for up to "
        "48 hours.",
        "Wait, or choose another name.",
        code=code,
    )

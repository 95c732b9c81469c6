"""The operations on a requester's own qualification types."""

from __future__ import annotations

from typing import Any

from surveys.panels.mturk.simulator.operations import operation
from surveys.panels.mturk.simulator.paging import page
from surveys.panels.mturk.simulator.records import Qualification
from surveys.panels.mturk.simulator.refusals import gone, refused
from surveys.panels.mturk.simulator.world import DAY, World

RESERVED_FOR = 2 * DAY  # the name of a deleted type


@operation("CreateQualificationType")
def create_qualification_type(world: World, request: dict[str, Any]) -> dict[str, Any]:
    name = request["Name"]
    taken = {known.name for known in world.qualifications.values()}
    if name in taken or world.now() < world.reserved.get(name, 0):
        raise refused("InvalidQualificationType", "You have already created a QualificationType with this name.")
    made = Qualification(world.new_id(), name, request["Description"], world.now())
    world.qualifications[made.id] = made
    return {"QualificationType": _show_qualification(made)}


@operation("ListQualificationTypes")
def list_qualification_types(world: World, request: dict[str, Any]) -> dict[str, Any]:
    words = request.get("Query", "").lower()
    listed = [known for known in world.qualifications.values() if words in f"{known.name} {known.description}".lower()]
    return page("ListQualificationTypes", request, listed, "QualificationTypes", _show_qualification)


@operation("AssociateQualificationWithWorker")
def associate_qualification_with_worker(world: World, request: dict[str, Any]) -> dict[str, Any]:
    known = world.qualifications.get(request["QualificationTypeId"])
    if known is None:
        raise gone("QualificationType", request["QualificationTypeId"])
    known.holders[request["WorkerId"]] = request.get("IntegerValue", 1)
    return {}


@operation("DeleteQualificationType")
def delete_qualification_type(world: World, request: dict[str, Any]) -> dict[str, Any]:
    known = world.qualifications.pop(request["QualificationTypeId"], None)
    if known is None:
        raise gone("QualificationType", request["QualificationTypeId"])
    world.reserved[known.name] = world.now() + RESERVED_FOR
    return {}


def _show_qualification(known: Any) -> dict[str, Any]:
    return {
        "QualificationTypeId": known.id,
        "Name": known.name,
        "Description": known.description,
        "CreationTime": known.created_at,
        "QualificationTypeStatus": "Active",
        "IsRequestable": True,
        "AutoGranted": False,
    }

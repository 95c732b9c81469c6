"""The simulator itself: against botocore's model of the service, and to the cent."""

from __future__ import annotations

import httpx
import pytest

from surveys.panels.mturk.question import external_question
from surveys.panels.mturk.replies import HOLDS, LISTS
from surveys.panels.mturk.simulator import Fault, World
from surveys.panels.mturk.simulator.operations import OPERATIONS, carry_out
from surveys.panels.mturk.simulator.refusals import Refusal
from surveys.panels.mturk.simulator.shapes import service
from surveys.panels.mturk.simulator.site import WorkerSite

QUESTION = external_question("https://study.example/", 0)
TYPE = {"Title": "t", "Description": "d", "Reward": "0.10", "AssignmentDurationInSeconds": 600}


def make_hit(world, most=1, reward="0.10", **more):
    kind = carry_out(world, "CreateHITType", {**TYPE, "Reward": reward, **more})["HITTypeId"]
    request = {"HITTypeId": kind, "MaxAssignments": most, "LifetimeInSeconds": 3600, "Question": QUESTION}
    return carry_out(world, "CreateHITWithHITType", request)["HIT"]["HITId"]


def test_every_operation_is_one_of_the_services():
    assert set(OPERATIONS) <= set(service().operation_names)


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_members_that_the_model_requires_are_required(name):
    shape = service().operation_model(name).input_shape
    if shape.required_members:
        with pytest.raises(Refusal) as refusal:
            carry_out(World(), name, {})
        assert refusal.value.kind == "ValidationException"
        assert refusal.value.message.startswith(f"{len(shape.required_members)} validation error")
    with pytest.raises(Refusal, match="Unknown member"):
        carry_out(World(), name, {"NoSuchMember": 1})


def test_what_the_client_reads_is_in_the_model():
    for operation, (member, inside) in {**HOLDS, **LISTS}.items():
        shape = service().operation_model(operation).output_shape.members[member]
        assert not inside or set(inside) <= set(getattr(shape, "member", shape).members)
        assert operation in OPERATIONS


def test_every_reply_has_only_members_of_the_model(once, journal, offer, site, simulator):
    from tests.panels.mturk.test_life import only_status, take

    (posting,) = once.recruit(once.open(offer, token="s", journal=journal), 1, token="s", journal=journal)
    take(site, posting.reference, "A1WORKER")
    (submission,) = only_status(once, posting.reference).submissions
    once.bonus(submission, offer.reward, "r", token="b", journal=journal)
    asked = {
        "GetHIT": {"HITId": posting.reference},
        "GetAssignment": {"AssignmentId": submission.assignment},
        "ListHITs": {},
        "ListAssignmentsForHIT": {"HITId": posting.reference},
        "ListBonusPayments": {"HITId": posting.reference},
        "ListQualificationTypes": {"MustBeRequestable": False},
        "GetAccountBalance": {},
    }
    for operation, request in asked.items():
        unknown = _unknown(
            service().operation_model(operation).output_shape, carry_out(simulator.world, operation, request)
        )
        assert unknown == []


def _unknown(shape, value):
    if shape.type_name == "structure":
        return [name for name in value if name not in shape.members] + [
            deep for name, one in value.items() if name in shape.members for deep in _unknown(shape.members[name], one)
        ]
    if shape.type_name == "list":
        return [deep for one in value for deep in _unknown(shape.member, one)]
    return []


@pytest.mark.parametrize(
    ("operation", "request_", "kind"),
    [
        ("CreateHITType", {**TYPE, "Reward": "0.9752"}, "ValidationException"),
        ("CreateHITType", {**TYPE, "Reward": "$1"}, "ValidationException"),
        ("CreateHITType", {**TYPE, "Reward": 1}, "SerializationException"),
        ("CreateHITType", {**TYPE, "AssignmentDurationInSeconds": 29}, "ParameterValidationError"),
        ("CreateHITType", {**TYPE, "AssignmentDurationInSeconds": True}, "SerializationException"),
        ("GetHIT", {"HITId": "lower"}, "ValidationException"),
        ("GetHIT", {"HITId": "3" * 65}, "ValidationException"),
        ("GetHIT", {"HITId": "3GONE"}, "RequestError"),
        ("ListHITs", {"MaxResults": 101}, "ValidationException"),
        ("ListHITs", {"NextToken": "of-another-query"}, "ParameterValidationError"),
        ("ListAssignmentsForHIT", {"HITId": "3", "AssignmentStatuses": ["Accepted"]}, "ValidationException"),
        (
            "CreateHITWithHITType",
            {"HITTypeId": "3", "LifetimeInSeconds": 60, "Question": "<x/>"},
            "ParameterValidationError",
        ),
        ("CreateHIT", {}, "RequestError"),
    ],
)  # fmt: skip
def test_values_that_botocore_lets_through_are_refused(operation, request_, kind):
    with pytest.raises(Refusal) as refusal:
        carry_out(World(), operation, request_)
    assert refusal.value.kind == kind


def test_a_token_fails_the_second_time_for_a_day():
    world = World()
    kind = carry_out(world, "CreateHITType", TYPE)["HITTypeId"]
    request = {"HITTypeId": kind, "LifetimeInSeconds": 60, "Question": QUESTION, "UniqueRequestToken": "t"}
    carry_out(world, "CreateHITWithHITType", request)
    with pytest.raises(Refusal) as refusal:
        carry_out(world, "CreateHITWithHITType", request)
    assert refusal.value.code == "AWS.MechanicalTurk.HitAlreadyExists"
    world.advance(86_401)
    carry_out(world, "CreateHITWithHITType", request)
    assert len(world.hits) == 2


def test_less_than_ten_never_becomes_ten():
    world = World()
    hit = make_hit(world, 9)
    with pytest.raises(Refusal) as refusal:
        carry_out(world, "CreateAdditionalAssignmentsForHIT", {"HITId": hit, "NumberOfAdditionalAssignments": 1})
    assert refusal.value.code == "AWS.MechanicalTurk.InvalidMaximumAssignmentsIncrease"


def test_states_and_counters_follow_the_work():
    world = World()
    site, hit = WorkerSite(world), make_hit(world, 2)

    def now():
        shown = carry_out(world, "GetHIT", {"HITId": hit})["HIT"]
        counters = (shown[f"NumberOfAssignments{which}"] for which in ("Pending", "Available", "Completed"))
        return shown["HITStatus"], *counters

    assert now() == ("Assignable", 0, 2, 0)
    first, second = site.accept(hit, "A1"), site.accept(hit, "A2")
    assert now() == ("Unassignable", 2, 0, 0)
    site.give_back(first.id)
    assert now() == ("Assignable", 1, 1, 0)
    first = site.accept(hit, "A3")
    for one in (first, second):
        site.submit({"assignmentId": one.id, "x": "1"})
    assert now() == ("Reviewable", 0, 0, 0)  # submitted: in no counter
    carry_out(world, "UpdateHITReviewStatus", {"HITId": hit})
    assert now()[0] == "Reviewing"
    with pytest.raises(Refusal, match="Reviewing, Reviewable"):
        carry_out(world, "DeleteHIT", {"HITId": hit})
    carry_out(world, "ApproveAssignment", {"AssignmentId": first.id})
    carry_out(world, "RejectAssignment", {"AssignmentId": second.id, "RequesterFeedback": "no"})
    assert now() == ("Reviewing", 0, 0, 2)
    carry_out(world, "DeleteHIT", {"HITId": hit})
    assert now()[0] == "Disposed"


def test_a_form_without_answers_is_refused():
    world = World()
    one = WorkerSite(world).accept(make_hit(world), "A1")
    with pytest.raises(Refusal, match="At least one field"):
        WorkerSite(world).submit({"assignmentId": one.id})


def test_the_worker_site_in_a_browser(once, journal, offer, simulator):
    (posting,) = once.recruit(once.open(offer, token="s", journal=journal), 1, token="s", journal=journal)
    with httpx.Client(base_url=simulator.url, follow_redirects=True) as browser:
        assert "How alike" in browser.get("/worker/", params={"worker": "A1"}).text
        shown = browser.get("/worker/preview", params={"worker": "A1", "hit": posting.reference}).text
        assert "ASSIGNMENT_ID_NOT_AVAILABLE" in shown
        assert "workerId" not in shown
        working = browser.post("/worker/accept", data={"worker": "A1", "hit": posting.reference})
        assert "<iframe" in working.text
        assert "workerId=A1" in working.text
        assignment = working.url.params["assignment"]
        assert browser.post("/worker/return", data={"worker": "A1", "assignment": assignment}).status_code == 200
        assert browser.post("/mturk/externalSubmit", data={"assignmentId": assignment, "x": "1"}).status_code == 400
        assert browser.get("/worker/task").status_code == 400


def test_the_door_behind_moves_the_clock_and_sets_faults(once, simulator):
    with httpx.Client(base_url=simulator.url) as door:
        door.post("/admin/clock", json={"seconds": 3600}).raise_for_status()
        door.post("/admin/funds", json={"add": "1.50"}).raise_for_status()
        door.post("/admin/workers", json={"id": "A1", "country": "DE"}).raise_for_status()
        door.post("/admin/faults", json={"kind": "error_before", "operation": "GetAccountBalance"}).raise_for_status()
        state = door.get("/admin/state").json()
        assert door.post("/admin/faults", json={"kind": "error_before", "nothing": 1}).status_code == 400
    assert simulator.world.ahead == 3600
    assert simulator.world.workers["A1"].country == "DE"
    assert (state["available"], state["balances"]) == ("501.50", True)
    assert simulator.faults.take("GetAccountBalance") == Fault("error_before", "GetAccountBalance", times=0)

"""The simulator holds callers to what the service's reference says."""

from __future__ import annotations

import subprocess
import sys

import httpx
import pytest

from surveys.panels.prolific.simulator.world import WORKSPACE
from tests.panels.prolific.conftest import ANNE, BERT, COMPLETE, EACH, REASON
from tests.panels.prolific.test_money import STUDY

CODE = {"code": "C1", "code_type": "COMPLETED", "actions": [{"action": "MANUALLY_REVIEW"}]}
BODY = {**STUDY, "reward": 120, "completion_codes": [CODE]}


@pytest.fixture(scope="session")
def client():
    with httpx.Client(trust_env=False) as one:
        yield one


@pytest.fixture
def ask(client, simulator):
    def asked(method, path, body=None, token="simulator-token", **more):
        headers = {"Authorization": f"Token {token}"} if token else {}
        return client.request(method, f"{simulator.url}/api/v1{path}", json=body, headers=headers, **more)

    return asked


def problem(reply, status=400):
    assert reply.status_code == status, reply.text
    error = reply.json()["error"]
    assert error["status"] == status
    return error["detail"]


@pytest.mark.parametrize("token", ["", "other"])
def test_every_call_needs_the_token(token, ask):
    assert "token" in problem(ask("GET", "/studies/", token=token), 401)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nowhere/", 404), ("GET", "/studies", 404), ("PUT", "/studies/", 501), ("PATCH", "/studies/", 405),
     ("GET", "/studies/abc/", 404), ("GET", "/workspaces/abc/balance/", 404), ("GET", "/projects/abc/studies/", 404),
     ("POST", "/bulk-bonus-payments/abc/pay/", 404), ("GET", "/submissions/", 400),
     ("GET", f"/participant-groups/?workspace_id={WORKSPACE}&page=2", 404), ("GET", "/workspaces/?page=x", 400)],
)  # fmt: skip
def test_what_is_not_there(method, path, status, ask):
    assert ask(method, path).status_code == status


def test_no_json(ask):
    assert "parse error" in problem(ask("POST", "/studies/", content=b"{", body=None))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"colour": "red"}, "colour"), ({"name": 7}, "name"), ({"name": ""}, "name"), ({"reward": 1.5}, "reward"),
        ({"reward": True}, "reward"), ({"reward": 0}, "reward"), ({"total_available_places": 0}, "reward"),
        ({"maximum_allowed_time": 5}, "maximum_allowed_time"), ({"external_study_url": "x"}, "external_study_url"),
        ({"external_study_url": "https://x.example"}, "external_study_url"), ({"filters": {}}, "filters"),
        ({"prolific_id_option": "question"}, "prolific_id_option"), ({"completion_codes": []}, "completion_codes"),
        ({"completion_codes": [CODE, CODE]}, "completion_codes"), ({"completion_codes": ["C1"]}, "body"),
        ({"completion_codes": [{**CODE, "code_type": "DONE"}]}, "completion_codes"),
        ({"completion_codes": [{**CODE, "actions": ["PAY"]}]}, "completion_codes"),
        ({"completion_codes": [{**CODE, "actions": [{"action": "PAY"}]}]}, "completion_codes"),
        ({"completion_codes": [{**CODE, "actions": [
            {"action": "FIXED_SCREEN_OUT_PAYMENT", "fixed_screen_out_reward": 120, "slots": 1}]}]}, "completion_codes"),
    ],
)  # fmt: skip
def test_a_study_that_is_none(change, field, ask, simulator):
    assert field in problem(ask("POST", "/studies/", {**BODY, **change}))
    assert simulator.world.studies == {}


def test_a_study_goes_only_where_the_table_says(ask):
    study = ask("POST", "/studies/", BODY).json()["id"]

    def move(action):
        return ask("POST", f"/studies/{study}/transition/", {"action": action})

    for action in ("PAUSE", "START", "STOP"):
        assert f"UNPUBLISHED cannot do the transition {action}" in problem(move(action))
    assert "action" in problem(move("EXPLODE"))
    assert move("PUBLISH").json()["status"] == "ACTIVE"
    for action in ("PUBLISH", "START"):
        problem(move(action))
    assert "DELETE" in problem(ask("DELETE", f"/studies/{study}/"))
    assert move("PAUSE").json()["status"] == "PAUSED"
    assert move("START").json()["status"] == "ACTIVE"
    assert move("STOP").json()["status"] == "COMPLETED"
    problem(move("START"))


def test_places_only_grow_and_little_else_changes(ask, published, simulator):
    path = f"/studies/{published[1].reference}/"
    assert "total_available_places" in problem(ask("PATCH", path, {"total_available_places": 2}))
    assert "reward" in problem(ask("PATCH", path, {"reward": 500}))
    assert "insufficient" in problem(ask("PATCH", path, {"total_available_places": 1000}))
    assert simulator.world.studies[published[1].reference].places == 3
    assert ask("PATCH", path, {"total_available_places": 4}).json()["total_available_places"] == 4
    assert simulator.world.held == 4 * EACH


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"action": "REJECT"}, "rejection_category"),
        ({"action": "REJECT", "rejection_category": "X"}, "rejection_category"),
        ({"action": "REJECT", "rejection_category": "OTHER", "message": "short"}, "message"),
        ({"action": "APPROVE", "tip": 1}, "tip"), ({"action": "PAY"}, "action"), ({}, "action"),
    ],
)  # fmt: skip
def test_a_verdict_that_is_none(body, said, ask, submitted):
    assert said in str(problem(ask("POST", f"/submissions/{submitted.assignment}/transition/", body)))


def test_a_verdict_asked_for_twice_is_given_once(ask, submitted, simulator):
    path = f"/submissions/{submitted.assignment}/transition/"
    for _ in range(2):
        assert ask("POST", path, {"action": "APPROVE"}).json()["status"] == "APPROVED"
    assert simulator.world.paid == 120
    body = {"action": "REJECT", "rejection_category": "OTHER", "message": REASON}
    assert "APPROVED" in problem(ask("POST", path, body))


@pytest.mark.parametrize("csv", ["", "x", f"{ANNE},0", f"{ANNE},1.234", f"{BERT},1.00", f"{ANNE};1.00"])
def test_a_bonus_that_is_none(csv, ask, submitted):
    body = {"study_id": submitted.posting, "csv_bonuses": csv}
    assert "csv_bonuses" in problem(ask("POST", "/submissions/bonus-payments/", body))


def test_paying_twice_pays_twice_as_the_service_warns(ask, submitted, simulator):
    body = {"study_id": submitted.posting, "csv_bonuses": f"{ANNE},1.00\n"}
    bulk = ask("POST", "/submissions/bonus-payments/", body).json()
    assert (bulk["amount"], bulk["total_amount"]) == (100, 143)
    for _ in range(2):
        assert ask("POST", f"/bulk-bonus-payments/{bulk['id']}/pay/", {}).status_code == 202
    assert simulator.world.paid == 200
    assert simulator.world.balances()


def test_pages_have_twenty_unless_asked(ask, panel, journal, offer, simulator, site):
    opening = panel.open(offer, token="s1", journal=journal)
    panel.recruit(opening, 30, token="s1", journal=journal)
    for number in range(25):
        site.take(opening.reference, f"{number:024d}")
    path = f"/submissions/?study={opening.reference}"
    assert [len(ask("GET", f"{path}&page={number}").json()["results"]) for number in (1, 2)] == [20, 5]
    problem(ask("GET", f"{path}&page=3"), 404)
    assert len(ask("GET", f"{path}&page_size=1000").json()["results"]) == 25


def test_who_asks_too_often_is_told_to_wait(ask, simulator):
    simulator.world.per_second = 2
    replies = [ask("GET", "/workspaces/") for _ in range(3)]
    assert [one.status_code for one in replies] == [200, 200, 429]
    assert 0 < float(replies[2].headers["Retry-After"]) <= 1


def test_the_door_behind(client, simulator, published):
    def admin(path, body):
        return client.post(f"{simulator.url}/admin/{path}", json=body).status_code

    assert admin("participants", {"id": ANNE, "country": "Germany"}) == 200
    assert simulator.site.studies(ANNE) == []
    assert admin("funds", {"add": 1000}) == 200
    assert admin("clock", {"seconds": 60}) == 200
    assert admin("lag", {"bonuses": 5}) == 200
    assert admin("limit", {"per_second": 100}) == 200
    assert admin("faults", {"kind": "drop_before", "operation": "x"}) == 200
    assert admin("faults", {}) == 200
    assert admin("hook", {"url": "http://127.0.0.1:1/", "secret": "s"}) == 200
    assert admin("hook", {}) == 200
    assert admin("nothing", {}) == 404
    assert admin("clock", {}) == 400
    state = client.get(f"{simulator.url}/admin/state").json()
    assert (state["available"], state["balances"]) == (51_000 - 3 * EACH, True)
    assert state["studies"][0]["internal_name"] == "twicetold s1 > s1"


def test_participants_pages_say_what_is_not_possible(client, simulator, published):
    def page(method, path, **more):
        return client.request(method, simulator.url + path, **more)

    assert page("GET", "/site/").status_code == 404
    assert page("GET", "/elsewhere").status_code == 404
    assert page("POST", "/site/elsewhere", data={"participant": ANNE}).status_code == 404
    assert page("POST", "/site/take", data={}).status_code == 400
    refused = page("POST", "/site/take", data={"study": "f" * 24, "participant": ANNE})
    assert (refused.status_code, "Not possible" in refused.text) == (404, True)
    study = published[1].reference
    assert page("POST", "/site/take", data={"study": study, "participant": ANNE}).status_code == 302
    (one,) = simulator.world.studies[study].submissions.values()
    assert page("POST", "/site/return", data={"submission": one.id, "participant": ANNE}).status_code == 302
    assert page("POST", "/site/take", data={"study": study, "participant": BERT}).status_code == 302
    assert "AWAITING REVIEW" in page("POST", "/site/nocode", data={"participant": BERT}).text
    assert page("GET", f"/submissions/complete?cc={COMPLETE}&participant={BERT}").status_code == 404


def test_it_runs_from_the_command_line():
    command = [sys.executable, "-m", "surveys.panels.prolific.simulator", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        process.terminate()
    assert line.startswith("PROLIFIC_API_URL=http://127.0.0.1:")
    assert "PROLIFIC_API_TOKEN=simulator-token" in line

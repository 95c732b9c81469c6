"""Words and pictures bought from a strict server: what is sent, what is kept, and that nothing is bought twice."""

import base64
import hashlib
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from compression.store import Store
from tests.compression import openai_server, paid_worlds, worlds
from tests.compression.openai_server import OpenAIServer, picture_in
from tests.compression.pictures import saved, textured


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "study"


HUMAN = {"backend": "human", "file": "captions.csv"}


def test_a_study_is_bought_once_and_its_records_say_how_it_came_to_be(
    server: OpenAIServer, root: Path, store: Store
) -> None:
    plan = paid_worlds.plan(root)
    assert paid_worlds.run(plan, store, paid_worlds.caller(store)) == ""
    assert sorted(server.bills) == ["chat", "chat", "image", "image"]
    first, second = paid_worlds.rows(plan, store)
    assert (first.state, second.state) == ("ready", "ready")
    assert first.caption != second.caption
    words, picture = first.provenance["captioner"], first.provenance["reconstructor"]
    assert words["backend"] == "openai-chat"
    assert words["host"] == f"127.0.0.1:{server.server_address[1]}"
    assert (words["model_asked"], words["model_answered"]) == (openai_server.EYES, "eyes-6-2026-09-01")
    assert "DALL-E 2 would understand" in words["prompt"]
    assert words["preset"] == "paper (2024-05-01)"
    assert words["seed"] == picture["seed"] == "none offered"
    assert words["usage"]["prompt_tokens"] == 1000
    assert words["cost"] == "0.0012"
    assert words["request_id"].startswith("req_")
    assert picture["prompt"] == first.caption
    assert picture["cost"] == "0.02"
    assert (first.width, first.height) == (64, 64)

    before = len(server.requests)
    assert paid_worlds.run(plan, store, paid_worlds.caller(store)) == ""
    assert len(server.requests) == before


def test_an_answer_in_the_journal_is_enough_when_records_are_lost(
    server: OpenAIServer, root: Path, store: Store
) -> None:
    plan = paid_worlds.plan(root)
    paid_worlds.run(plan, store, paid_worlds.caller(store))
    made = paid_worlds.rows(plan, store)
    for record in store.root.glob("records/*/*.json"):
        record.unlink()
    assert paid_worlds.run(plan, store, paid_worlds.caller(store)) == ""
    again = paid_worlds.rows(plan, store)
    assert len(server.bills) == 4
    assert again == made
    assert [row.provenance["captioner"]["request_id"] for row in again] == [
        row.provenance["captioner"]["request_id"] for row in made
    ]


def test_a_copy_is_sent_that_is_small_and_has_nothing_but_pixels(
    server: OpenAIServer, root: Path, store: Store
) -> None:
    worlds.write_files(root, 1)
    image, exif = textured(1, 300, 200), Image.Exif()
    exif[0x0112] = 6  # lies on its side
    exif.get_ifd(0x8825)[1] = "N"
    (root / "originals" / "picture_0.jpg").write_bytes(saved(image, "JPEG", exif=exif, comment=b"at home"))
    method = paid_worlds.method({**paid_worlds.method()["captioner"], "max_side": 128, "detail": "high"})
    plan = paid_worlds.plan(root, method, originals=1)
    paid_worlds.run(plan, store, paid_worlds.caller(store))
    message = server.requests[0]["messages"][0]
    sent = picture_in(message)
    copy = Image.open(BytesIO(sent))
    assert copy.size == (85, 128)
    assert not copy.getexif()
    assert "comment" not in copy.info
    assert message["content"][1]["image_url"]["detail"] == "high"
    words = paid_worlds.rows(plan, store)[0].provenance["captioner"]
    assert words["sent_sha256"] == hashlib.sha256(sent).hexdigest()
    assert (words["sent_width"], words["sent_height"], words["sent_bytes"]) == (85, 128, len(sent))


def test_only_what_the_study_sets_is_sent(server: OpenAIServer, root: Path, store: Store) -> None:
    captioner = {**paid_worlds.method()["captioner"], "parameters": {"max_completion_tokens": 50}}
    plan = paid_worlds.plan(root, paid_worlds.method(captioner, quality="low"), originals=1)
    paid_worlds.run(plan, store, paid_worlds.caller(store))
    words, picture = server.requests
    assert set(words) == {"model", "messages", "max_completion_tokens"}
    assert "detail" not in words["messages"][0]["content"][1]["image_url"]
    assert set(picture) == {"model", "prompt", "size", "quality"}
    assert {headers["x-stainless-retry-count"] for headers in server.headers} == {"0"}


@pytest.mark.parametrize("name", ["model", "messages", "n", "stream"])
def test_parameters_cannot_change_what_one_call_is(root: Path, name: str) -> None:
    captioner = {**paid_worlds.method()["captioner"], "parameters": {name: 2}}
    with pytest.raises(Exception, match="the backend sees to it"):
        paid_worlds.plan(root, paid_worlds.method(captioner))


def test_an_unmarked_original_is_not_sent_and_marking_it_is_enough(
    server: OpenAIServer, root: Path, store: Store
) -> None:
    plan = paid_worlds.plan(root, marked=False)
    paid_worlds.run(plan, store, paid_worlds.caller(store))
    assert server.requests == []
    row = paid_worlds.rows(plan, store)[0]
    assert row.state == "failed"
    assert "mark it may_send_to_third_parties = true in the study file" in row.reason
    plan = paid_worlds.plan(root)
    assert paid_worlds.run(plan, store, paid_worlds.caller(store)) == ""
    assert {row.state for row in paid_worlds.rows(plan, store)} == {"ready"}


def test_words_too_long_for_their_budget_are_sent_back(server: OpenAIServer, root: Path, store: Store) -> None:
    said = ["A very long caption of everything that can be seen here", "A shorter caption that is still long", "Short"]
    server.words = lambda picture, messages: said[len(messages) // 2]
    captioner = {**paid_worlds.method()["captioner"], "max_bytes": 12}
    plan = paid_worlds.plan(root, paid_worlds.method(captioner), originals=1)
    paid_worlds.run(plan, store, paid_worlds.caller(store))
    row = paid_worlds.rows(plan, store)[0]
    assert row.caption == "Short"
    assert [found["text"] for found in row.provenance["captioner"]["candidates"]] == said
    talk = server.requests[2]["messages"]
    assert "at most 12 bytes" in talk[0]["content"][0]["text"]
    assert [message["role"] for message in talk] == ["user", "assistant", "user", "assistant", "user"]
    assert talk[3]["content"] == said[1]
    assert server.bills == ["chat"] * 3 + ["image"]


def test_no_try_within_the_budget_is_a_failure_that_keeps_all_tries(
    server: OpenAIServer, root: Path, store: Store
) -> None:
    captioner = {**paid_worlds.method()["captioner"], "max_bytes": 8, "tries": 2}
    plan = paid_worlds.plan(root, paid_worlds.method(captioner), originals=1)
    paid_worlds.run(plan, store, paid_worlds.caller(store))
    row = paid_worlds.rows(plan, store)[0]
    assert row.state == "failed"
    assert "No caption of at most 8 bytes in 2 tries (shortest: 25)" in row.reason
    assert server.bills == ["chat", "chat"]
    paid_worlds.run(plan, store, paid_worlds.caller(store, retry_failed=True))
    assert server.bills == ["chat", "chat"]


def test_each_draw_is_a_call_of_its_own(server: OpenAIServer, root: Path, store: Store) -> None:
    one = paid_worlds.method(HUMAN)
    plan = paid_worlds.plan(root, one, one | {"slug": "bought-too"}, originals=1)
    paid_worlds.run(plan, store, paid_worlds.caller(store))
    assert server.bills == ["image"], "the same words to the same model at the same draw are one call"
    second = plan.methods[1].__class__(**{
        **{name: getattr(plan.methods[1], name) for name in plan.methods[1].__dataclass_fields__}, "draw": 2,
    })  # fmt: skip
    changed = plan.__class__(**{
        **{name: getattr(plan, name) for name in plan.__dataclass_fields__}, "methods": (plan.methods[0], second),
    })  # fmt: skip
    paid_worlds.run(changed, store, paid_worlds.caller(store))
    assert server.bills == ["image", "image"]


def test_an_older_server_may_want_its_own_parameters(server: OpenAIServer, root: Path, store: Store) -> None:
    old = paid_worlds.method(HUMAN, model=openai_server.OLD_PAINTER, parameters={"response_format": "b64_json"})
    plan = paid_worlds.plan(root, old)
    assert paid_worlds.run(plan, store, paid_worlds.caller(store)) == ""
    assert server.requests[0]["response_format"] == "b64_json"


def test_a_picture_at_an_address_of_the_server_is_fetched(server: OpenAIServer, root: Path, store: Store) -> None:
    server.faults = ["address"]
    plan = paid_worlds.plan(root, paid_worlds.method(HUMAN), originals=1)
    assert paid_worlds.run(plan, store, paid_worlds.caller(store)) == ""
    row = paid_worlds.rows(plan, store)[0]
    assert (row.state, row.width) == ("ready", 64)
    assert "the service rewrote the words: Two cats" in row.provenance["reconstructor"]["notes"]


def test_a_caption_over_the_models_limit_is_not_sent(server: OpenAIServer, root: Path, store: Store) -> None:
    plan = paid_worlds.plan(root, paid_worlds.method(HUMAN, max_prompt_characters=5))
    paid_worlds.run(plan, store, paid_worlds.caller(store))
    assert "has 16 characters, over the limit of 5" in paid_worlds.rows(plan, store)[0].reason
    assert server.requests == []


def test_the_picture_that_came_is_kept_as_it_came(server: OpenAIServer, root: Path, store: Store) -> None:
    plan = paid_worlds.plan(root, paid_worlds.method(HUMAN), originals=1)
    paid_worlds.run(plan, store, paid_worlds.caller(store))
    row = paid_worlds.rows(plan, store)[0]
    answer = openai_server.good_image(server.requests[0])
    assert row.sha256
    assert store.read(row.sha256) == base64.b64decode(answer["data"][0]["b64_json"])
    assert paid_worlds.cost(store) == Decimal("0.02")

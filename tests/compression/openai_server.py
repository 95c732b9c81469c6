"""A strict server that speaks OpenAI's protocol: it refuses what the real one refuses, counts bills, and can fail."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from typing import Any

from PIL import Image

from tests.compression.pictures import saved, textured

KEY = "sk-very-secret-0123456789"
EYES, PAINTER, OLD_PAINTER = "eyes-6", "painter-2", "painter-of-2023"  # the last one as they were in 2023
CHAT = {
    "model", "messages", "max_completion_tokens", "reasoning_effort", "temperature", "seed", "top_p", "user",
}  # fmt: skip
IMAGES = {"model", "prompt", "size", "quality", "output_format", "background", "moderation"}
DETAILS = {"auto", "low", "high", "original"}


class RefusedError(Exception):
    """A request is refused as the real server would, without a bill."""

    def __init__(self, status: int, message: str, **more: Any) -> None:
        self.status = status
        self.headers = more.pop("headers", {})
        self.error = {"message": message, "type": "invalid_request_error", "param": None, "code": None} | more


Fault = Callable[["Handler", str, dict[str, Any]], None]


class OpenAIServer(ThreadingHTTPServer):
    """Answers as asked: ``faults`` are used up one per request, first come, first served."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.bills: list[str] = []
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.visits: list[dict[str, str]] = []
        self.faults: list[str] = []
        self.words: Callable[[bytes, list[Any]], str] = _words
        self.answered = threading.Event()
        self.closing = threading.Event()
        self.lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def next_fault(self) -> str:
        with self.lock:
            return self.faults.pop(0) if self.faults else ""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: clients that were killed or gave up are what is tested."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: OpenAIServer

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_GET(self) -> None:
        self.server.visits.append({name.lower(): value for name, value in self.headers.items()})
        if self.path == "/v1/models":
            self.answer({"object": "list", "data": [{"id": PAINTER}, {"id": EYES, "shutdown_date": "2027-01-14"}]})
        elif self.path.startswith("/picture"):
            self.send(200, saved(textured(1, 64, 64), "PNG"), "image/png")
        elif self.path.startswith("/redirect"):
            self.send(302, b"", "text/html", {"Location": f"{self.server.url[:-3]}/picture"})
        else:
            self.send(404, b"gone", "text/plain")

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with self.server.lock:
            self.server.requests.append(body)
            self.server.headers.append({name.lower(): value for name, value in self.headers.items()})
        try:
            self.check(body)
            kind = {"/v1/chat/completions": "chat", "/v1/images/generations": "image"}[self.path]
            fault = self.server.next_fault()
            (FAULTS[fault] if fault else fine)(self, kind, body)
        except RefusedError as error:
            self.refuse(error)

    def check(self, body: dict[str, Any]) -> None:
        given = self.headers.get("Authorization", "")
        if given != f"Bearer {KEY}":
            raise RefusedError(401, f"Incorrect API key provided: {given}", code="invalid_api_key")
        if self.path == "/v1/chat/completions":
            check_chat(body)
        else:
            check_image(body)

    def bill(self, kind: str) -> None:
        with self.server.lock:
            self.server.bills.append(kind)

    def answer(self, body: dict[str, Any]) -> None:
        self.send(200, json.dumps(body).encode(), "application/json")

    def refuse(self, error: RefusedError) -> None:
        self.send(error.status, json.dumps({"error": error.error}).encode(), "application/json", error.headers)

    def send(self, status: int, data: bytes, kind: str, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {
            "Content-Type": kind, "Content-Length": str(len(data)), "x-request-id": f"req_{len(self.server.requests)}",
            **(headers or {}),
        }.items():  # fmt: skip
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)


@contextmanager
def running() -> Iterator[OpenAIServer]:
    """Lend a running server."""
    with OpenAIServer() as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        try:
            yield server
        finally:
            server.closing.set()
            server.shutdown()


def check_known(body: dict[str, Any], known: set[str], required: set[str]) -> None:
    for name in sorted(required - set(body)):
        raise RefusedError(400, f"Missing required parameter: '{name}'.", param=name, code="missing_required_parameter")
    for name in sorted(set(body) - known):
        raise RefusedError(400, f"Unknown parameter: '{name}'.", param=name, code="unknown_parameter")
    for name, value in body.items():
        if value is None:
            raise RefusedError(400, f"Invalid type for '{name}': null.", param=name, code="invalid_type")


def check_chat(body: dict[str, Any]) -> None:
    if "max_tokens" in body:
        raise RefusedError(
            400, "Use 'max_completion_tokens' instead.", param="max_tokens", code="unsupported_parameter"
        )
    check_known(body, CHAT, {"model", "messages"})
    if body["model"] != EYES:
        raise RefusedError(404, f"The model `{body['model']}` does not exist", code="model_not_found")
    if body.get("temperature", 1) != 1:
        raise RefusedError(
            400, "Only the default (1) value is supported.", param="temperature", code="unsupported_value"
        )
    for number, message in enumerate(body["messages"]):
        assert set(message) == {"role", "content"}, "messages have role and content"
        if number == 0:
            picture_in(message)


def picture_in(message: dict[str, Any]) -> bytes:
    """Return the picture that a message brings; refuse any other form than the protocol's."""
    text, picture = message["content"]
    if set(text) != {"type", "text"} or picture["type"] != "image_url" or not isinstance(picture["image_url"], dict):
        raise RefusedError(400, "Invalid content part.", param="messages")
    if set(picture["image_url"]) - {"url", "detail"} or picture["image_url"].get("detail", "auto") not in DETAILS:
        raise RefusedError(400, "Invalid image_url.", param="messages")
    head, _, data = picture["image_url"]["url"].partition(",")
    if head != "data:image/jpeg;base64":
        raise RefusedError(400, "Invalid data URL.", param="messages")
    return base64.b64decode(data, validate=True)


def check_image(body: dict[str, Any]) -> None:
    old = body.get("model") == OLD_PAINTER
    check_known(body, IMAGES | ({"response_format"} if old else set()), {"model", "prompt"})
    if body["model"] not in {PAINTER, OLD_PAINTER}:
        raise RefusedError(404, f"The model `{body['model']}` does not exist", code="model_not_found")
    if not body["prompt"]:
        raise RefusedError(400, "Invalid 'prompt': too short.", param="prompt", code="empty_string")
    if any(int(side) % 16 for side in body.get("size", "64x64").split("x")):
        raise RefusedError(400, "Invalid size: sides must be multiples of 16.", param="size", code="invalid_value")


def _words(picture: bytes, messages: list[Any]) -> str:
    return f"A picture called {hashlib.sha256(picture).hexdigest()[:8]}"


def fine(handler: Handler, kind: str, body: dict[str, Any]) -> None:
    handler.bill(kind)
    handler.answer(good_chat(handler, body) if kind == "chat" else good_image(body))
    handler.server.answered.set()


def good_chat(handler: Handler, body: dict[str, Any], **choice: Any) -> dict[str, Any]:
    words = handler.server.words(picture_in(body["messages"][0]), body["messages"])
    message = {"role": "assistant", "content": words, "refusal": None} | choice.pop("message", {})
    return {
        "id": "chatcmpl-1", "object": "chat.completion", "model": "eyes-6-2026-09-01",
        "choices": [{"index": 0, "finish_reason": "stop", "message": message} | choice],
        "usage": {"prompt_tokens": 1000, "completion_tokens": 20, "total_tokens": 1020},
    }  # fmt: skip


def good_image(body: dict[str, Any], **row: Any) -> dict[str, Any]:
    width, _, height = body.get("size", "64x64").partition("x")
    seed = int.from_bytes(hashlib.sha256(body["prompt"].encode()).digest()[:4])
    data = saved(textured(seed, int(width), int(height)), "PNG")
    rows = [row or {"b64_json": base64.b64encode(data).decode()}]
    return {"created": 1, "data": rows, "usage": {"input_tokens": 10, "output_tokens": 400, "total_tokens": 410}}


def refusing(status: int, message: str = "No.", **more: Any) -> Fault:
    def fault(handler: Handler, kind: str, body: dict[str, Any]) -> None:
        raise RefusedError(status, message, **more)

    return fault


def page(status: int, *, billed: bool) -> Fault:
    def fault(handler: Handler, kind: str, body: dict[str, Any]) -> None:
        if billed:
            handler.bill(kind)
        handler.send(status, b"<html><body>A gateway's page</body></html>", "text/html")

    return fault


def raw(data: bytes) -> Fault:
    def fault(handler: Handler, kind: str, body: dict[str, Any]) -> None:
        handler.bill(kind)
        handler.send(200, data, "application/json")

    return fault


def choosing(**choice: Any) -> Fault:
    def fault(handler: Handler, kind: str, body: dict[str, Any]) -> None:
        handler.bill(kind)
        handler.answer(good_chat(handler, body, **choice))

    return fault


def showing(make: Callable[[Handler], dict[str, Any]]) -> Fault:
    def fault(handler: Handler, kind: str, body: dict[str, Any]) -> None:
        handler.bill(kind)
        handler.answer(good_image(body, **make(handler)))

    return fault


def hang(handler: Handler, kind: str, body: dict[str, Any]) -> None:
    handler.bill(kind)
    handler.server.answered.set()
    handler.server.closing.wait(600)
    handler.close_connection = True


def drip(handler: Handler, kind: str, body: dict[str, Any]) -> None:
    handler.bill(kind)
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    while not handler.server.closing.wait(0.02):
        handler.wfile.write(b" ")


def cut(handler: Handler, kind: str, body: dict[str, Any]) -> None:
    handler.bill(kind)
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    handler.wfile.write(b'{"data": [')
    handler.close_connection = True


def reset(handler: Handler, kind: str, body: dict[str, Any]) -> None:
    handler.bill(kind)
    handler.close_connection = True
    handler.connection.close()


def elsewhere(handler: Handler, kind: str, body: dict[str, Any]) -> None:
    handler.send(307, b"", "text/html", {"Location": "http://127.0.0.1:9/v1/elsewhere"})


def encoded(image: Image.Image) -> dict[str, Any]:
    buffer = BytesIO()
    image.save(buffer, "PNG")
    return {"b64_json": base64.b64encode(buffer.getvalue()).decode()}


QUOTA = "You exceeded your current quota"
FAULTS: dict[str, Fault] = {
    "echo key": refusing(401, f"Incorrect API key provided: {KEY}", code="invalid_api_key"),
    "forbidden": refusing(403, "Your country is not supported"),
    "no model": refusing(404, "The model does not exist", code="model_not_found"),
    "no model, 400": refusing(400, "invalid model ID", param="model"),
    "quota": refusing(429, QUOTA, code="insufficient_quota", type="insufficient_quota"),
    "billing limit": refusing(400, "Billing hard limit has been reached", code="billing_hard_limit_reached"),
    "redirect": elsewhere,
    "bad parameter": refusing(400, "Unknown parameter: 'style'.", param="style", code="unknown_parameter"),
    "policy": refusing(
        400, "safety_violations=[violence]", type="image_generation_user_error", code="moderation_blocked"
    ),
    "old policy": refusing(400, "Your request was rejected", code="content_policy_violation"),
    "slow down": refusing(429, "Rate limit reached", code="rate_limit_exceeded"),
    "slow down 1": refusing(429, "Rate limit reached", headers={"Retry-After": "1"}),
    "slow down 300": refusing(429, "Rate limit reached", headers={"Retry-After": "300"}),
    "slow down a day": refusing(429, "Rate limit reached", headers={"Retry-After": "86400"}),
    "timeout 408": refusing(408, "Timed out"),
    "conflict": refusing(409, "Conflict", headers={"x-should-retry": "true"}),
    "server error": refusing(500, "The server had an error", headers={"x-should-retry": "true"}),
    "overloaded": refusing(503, f"Overloaded, key {KEY}"),
    "gateway page": page(502, billed=True),
    "page": page(200, billed=True),
    "broken JSON": raw(b'{"data": [{"b64_json": "iVBOR'),
    "a list": raw(b"[]"),
    "nothing": raw(b""),
    "no data": raw(b'{"data": [], "choices": []}'),
    "error in disguise": raw(b'{"error": {"message": "upstream is down"}}'),
    "no objects": raw(b'{"data": [3], "choices": [3]}'),
    "not a number": raw(b'{"usage": {"prompt_tokens": NaN}, "choices": [], "data": []}'),
    "deep": raw(b"[" * 200_000),
    "half a character": raw(b"""{"model": "m\\u0000", "usage": {"prompt_tokens": 7, "\\ud800": 1e999}, "choices":
        [{"message": {"content": "A caf\\ud800"}}]}"""),
    "half an error": refusing(400, "half \ud800 an error\0"),
    "hang": hang,
    "drip": drip,
    "cut": cut,
    "reset": reset,
    "refusal": choosing(message={"content": None, "refusal": "I cannot help with people."}),
    "filter": choosing(finish_reason="content_filter"),
    "length": choosing(finish_reason="length", message={"content": "A pict"}),
    "empty": choosing(message={"content": " "}),
    "null": choosing(message={"content": None}),
    "no base64": showing(lambda handler: {"b64_json": "not base64!"}),
    "no picture": showing(lambda handler: {"b64_json": base64.b64encode(b"hello").decode()}),
    "black": showing(lambda handler: encoded(Image.new("RGB", (64, 64)))),
    "small": showing(lambda handler: encoded(textured(3, 32, 32))),
    "null picture": showing(lambda handler: {"b64_json": None, "url": None}),
    "address": showing(lambda handler: {"url": f"{handler.server.url[:-3]}/picture", "revised_prompt": "Two cats"}),
    "redirecting address": showing(lambda handler: {"url": f"{handler.server.url[:-3]}/redirect"}),
    "lost address": showing(lambda handler: {"url": f"{handler.server.url[:-3]}/nowhere"}),
    "other host": showing(lambda handler: {"url": "http://169.254.169.254/latest/meta-data"}),
    "no address": showing(lambda handler: {"url": "http://[::1/x\ud800"}),
    "a file": showing(lambda handler: {"url": "file:///etc/passwd"}),
}

"""A tiny site that speaks the participants' protocol, for tests of the players alone."""

import json
import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

COMPLETE = b"<h1>This survey has all its answers</h1>"
SATISFACTION = {"id": "satisfaction", "kind": "rating", "text": "How close?", "scale": {"min": 1, "max": 10}}


@dataclass
class Site:
    """``pictures`` by address; ``places`` by key: tuples of addresses. Stops answering after ``most`` answers.

    At most ``capacity`` keys are taken in, besides those who finish and are ``unusable``: their places reopen. As many
    places as ``gone`` are held by somebody who doesn't come back.
    """

    pictures: dict[str, bytes]
    places: Mapping[str, Sequence[tuple[str, ...]]]
    questions: list[dict[str, Any]] = field(default_factory=lambda: [SATISFACTION])
    most: int = 10**6
    consents: list[str] = field(default_factory=list)
    answers: dict[tuple[str, int, str], dict[str, Any]] = field(default_factory=dict)
    posts: list[tuple[str, int, str, str]] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)
    finished: list[str] = field(default_factory=list)
    busy: int = 0
    port: int = 0
    capacity: int = 10**6
    unusable: frozenset[str] = frozenset()
    gone: int = 0
    over: bool = False
    _door: threading.Lock = field(default_factory=threading.Lock)

    def __enter__(self):
        self.server = ThreadingHTTPServer(("127.0.0.1", self.port), _handler(self))
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *error):
        self.server.shutdown()
        self.server.server_close()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def let_in(self, key):
        """Take a place, or return the status and the title of the page that says why not."""
        with self._door:
            taken = [each for each in self.consents if each not in self.unusable or each not in self.finished]
            if len(taken) + self.gone < self.capacity:
                self.consents.append(key)
                return None
            if self.gone or any(each not in self.finished for each in taken):
                return 409, b"<h1>Every place is taken</h1>"
            return 410, COMPLETE

    def links(self):
        return [f"{self.url}/join/{key}/" for key in self.places]

    def place(self, key):
        items = [
            {"position": n, **self.shown(urls), "answered": self.given(key, n)}
            for n, urls in enumerate(self.places[key], 1)
        ]
        own = f"/take/code-{key}:1a2b:signature"
        return {
            "study": "s",
            "simulated": True,
            "questions": self.questions,
            "items": items,
            "answer_url": f"{own}/answers/",
            "finish_url": f"{own}/finish/",
        }

    def shown(self, urls):
        names = ("picture",) if len(urls) == 1 else ("left", "right")
        return {name: {"url": url, "label": ""} for name, url in zip(names, urls, strict=True)}

    def given(self, key, position):
        found = {question: answer for (k, n, question), answer in self.answers.items() if (k, n) == (key, position)}
        return {
            question: {"value": answer["value"], "skipped": answer.get("skipped", False), "receipt": "r"}
            for question, answer in found.items()
        }

    def complete(self, key):
        every = ((key, n, q["id"]) for n in range(1, len(self.places[key]) + 1) for q in self.questions)
        return all(one in self.answers for one in every)


def _handler(its_site):
    return type("Handler", (_Handler,), {"site": its_site})


class _Handler(BaseHTTPRequestHandler):
    site: Site

    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        """Say nothing."""

    def send(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        if self.site.busy:
            self.site.busy -= 1
            return self.send(503)
        if self.path in self.site.pictures:
            self.site.fetched.append(self.path)
            return self.send(200, self.site.pictures[self.path])
        key = self.key()
        if self.path.startswith("/join/"):
            if key in self.site.consents:
                return self.send(303, Location=f"/take/code-{key}:1a2b:signature/")
            return self.send(410, COMPLETE) if self.site.over else self.send(200, b"<form>")
        if self.path.endswith("/done/"):
            return self.send(200, b"done")
        if key in self.site.finished:
            return self.send(303, Location=f"/take/code-{key}:1a2b:signature/done/")
        data = json.dumps(self.site.place(key)).replace("<", "\\u003C")
        return self.send(200, f'<script id="place" type="application/json">{data}</script>'.encode())

    def do_POST(self):
        body, key = self.rfile.read(int(self.headers.get("Content-Length", 0))), self.key()
        if self.path.startswith("/join/"):
            assert parse_qs(body.decode())["consent"] == ["yes"]
            if refused := self.site.let_in(key):
                return self.send(*refused)
            return self.send(303, Location=f"/take/code-{key}:1a2b:signature/")
        if self.path.endswith("/finish/"):
            if not self.site.complete(key):
                return self.send(409, b'{"error": "items are missing"}')
            self.site.finished.append(key)
            return self.send(200, b'{"receipt_code": "c", "url": "/"}')
        return self.answer(key, json.loads(body))

    def answer(self, key, data):
        if len(self.site.answers) >= self.site.most:
            return self.send(409, b'{"error": "the survey was closed"}')
        position, question = data["position"], data["question"]
        self.site.answers[key, position, question] = data
        self.site.posts.append((key, position, question, data["key"]))
        receipt = {"receipt": f"r-{key}-{position}-{question}", "position": position, "question": question}
        return self.send(200, json.dumps(receipt).encode())

    def key(self):
        return re.split(r"[/]", self.path)[2].removeprefix("code-").split(":")[0]

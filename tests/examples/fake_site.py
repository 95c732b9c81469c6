"""A tiny site that speaks the participants' protocol, for tests of the players alone."""

import json
import re
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs


@dataclass
class Site:
    """``pictures`` by address; ``places`` by key: pairs of addresses. Stops answering after ``most`` answers."""

    pictures: dict[str, bytes]
    places: dict[str, list[tuple[str, str]]]
    most: int = 10**6
    consents: list[str] = field(default_factory=list)
    answers: dict[tuple[str, int], dict[str, Any]] = field(default_factory=dict)
    posts: list[tuple[str, int, str]] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)
    finished: list[str] = field(default_factory=list)
    busy: int = 0
    port: int = 0

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

    def links(self):
        return [f"{self.url}/join/{key}/" for key in self.places]

    def place(self, key):
        items = [
            {
                "position": n,
                "left": {"url": left, "label": ""},
                "right": {"url": right, "label": ""},
                "answered": self.given(key, n),
            }
            for n, (left, right) in enumerate(self.places[key], 1)
        ]
        own = f"/take/code-{key}:1a2b:signature"
        return {
            "study": "s",
            "simulated": True,
            "scale": {"min": 1, "max": 10},
            "question": {"id": "satisfaction"},
            "items": items,
            "answer_url": f"{own}/answers/",
            "finish_url": f"{own}/finish/",
        }

    def given(self, key, position):
        answer = self.answers.get((key, position))
        return answer and {"value": answer["value"], "receipt": f"r-{key}-{position}"}


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
            return (
                self.send(303, Location=f"/take/code-{key}:1a2b:signature/")
                if key in self.site.consents
                else self.send(200, b"<form>")
            )
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
            self.site.consents.append(key)
            return self.send(303, Location=f"/take/code-{key}:1a2b:signature/")
        if self.path.endswith("/finish/"):
            if any((key, n) not in self.site.answers for n in range(1, len(self.site.places[key]) + 1)):
                return self.send(409, b'{"error": "items are missing"}')
            self.site.finished.append(key)
            return self.send(200, b'{"receipt_code": "c", "url": "/"}')
        return self.answer(key, json.loads(body))

    def answer(self, key, data):
        if len(self.site.answers) >= self.site.most:
            return self.send(409, b'{"error": "the survey was closed"}')
        self.site.answers[key, data["position"]] = data
        self.site.posts.append((key, data["position"], data["key"]))
        receipt = {"receipt": f"r-{key}-{data['position']}", "position": data["position"], "value": data["value"]}
        return self.send(200, json.dumps(receipt).encode())

    def key(self):
        return re.split(r"[/]", self.path)[2].removeprefix("code-").split(":")[0]

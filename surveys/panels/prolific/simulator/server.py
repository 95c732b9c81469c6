"""The simulator on a port: API, participant site, and a door for faults and the clock."""

from __future__ import annotations

import json
import socket
import sys
import threading
import time
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from surveys.panels.prolific.simulator import account, admin, pages, routes, studies, submissions  # noqa: F401 - these register their routes
from surveys.panels.prolific.simulator.faults import BEFORE, Fault, Faults
from surveys.panels.prolific.simulator.hooks import Hooks
from surveys.panels.prolific.simulator.refusals import Refusal, gone, no_funds, too_many
from surveys.panels.prolific.simulator.site import ParticipantSite
from surveys.panels.prolific.simulator.world import World

TOKEN = "simulator-token"  # noqa: S105
MOST_BYTES = 1_000_000


class Simulator:
    """A server on this machine. Use as a context manager, or `start` and `stop`."""

    def __init__(self, world: World | None = None, *, port: int = 0, token: str = TOKEN) -> None:
        self.token = token
        self.hooks = Hooks()
        self.reset(world or World())
        self._server = _Server(self, port)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def reset(self, world: World) -> None:
        """Begin again with another account, no faults, and nobody listening to webhooks."""
        self.world = world
        self.site = ParticipantSite(world)
        self.faults = Faults()
        self.hooks.unsubscribe()
        self.hooks.answers.clear()
        world.changed = self.hooks.changed

    @property
    def url(self) -> str:
        """Return the address of the API, which is also the participant site's origin."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def start(self) -> Simulator:
        """Answer from now on."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Answer no more; the port refuses connections."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Simulator:
        return self.start()

    def __exit__(self, *_exc: object) -> None:
        self.stop()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, simulator: Simulator, port: int) -> None:
        self.simulator = simulator
        super().__init__(("127.0.0.1", port), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep quiet about callers who went away."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def log_message(self, format: str, *args: object) -> None:  # participants' ids are in addresses
        """Write nothing."""

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_PATCH(self) -> None:
        self._answer()

    def do_DELETE(self) -> None:
        self._answer()

    def _answer(self) -> None:
        parts = urlsplit(self.path)
        if parts.path.startswith("/api/"):
            return self._api(parts.path, _fields(parts.query))
        try:
            if parts.path.startswith("/admin/"):
                asked = json.loads(self._body() or b"{}")
                self._json(200, admin.answer(self.server.simulator, self.command, parts.path, asked))
            elif self.command == "POST":
                self._act(parts.path, _fields(self._body().decode()))
            else:
                self._show(parts.path, _fields(parts.query))
        except Refusal as refusal:
            self._page(refusal.status, pages.refused(str(refusal.detail)))
        except (KeyError, ValueError, TypeError) as error:
            self._page(400, pages.refused(f"Not understood: {error}"))

    # The API

    def _api(self, path: str, query: dict[str, str]) -> None:
        simulator, body = self.server.simulator, self._body()
        try:
            name, identifier, operation = routes.find(self.command, path)
            simulator.world.calls.append(name)
            fault = simulator.faults.take(name)
            if fault is not None and not self._before(fault):
                return
            if self.headers.get("Authorization") != f"Token {simulator.token}":
                raise Refusal(401, "Unauthorized", "Invalid token.")
            status, reply = self._carried_out(operation, identifier, query, body)
        except Refusal as refusal:
            self._json(refusal.status, refusal.body(), refusal.headers)
        else:
            self._after(fault, status, b"" if reply is None else json.dumps(reply).encode())

    def _carried_out(
        self, operation: routes.Operation, identifier: str, query: dict[str, str], body: bytes
    ) -> routes.Reply:
        world = self.server.simulator.world
        try:
            asked = json.loads(body) if body else {}
            with world.lock:
                world.admit()
                world.tick()
                return operation(world, identifier, query, asked)
        except ValueError as error:
            raise Refusal(400, "Bad request", f"JSON parse error: {error}") from error

    def _before(self, fault: Fault) -> bool:
        """Let go wrong what goes wrong before the call; return whether to go on."""
        if fault.kind == "latency":
            time.sleep(fault.seconds)
        if fault.kind == "drop_before":
            self._drop()
        elif fault.kind == "error_before":
            raise Refusal(500, "Server error", "Something went wrong.")
        elif fault.kind == "throttle":
            raise too_many(fault.seconds)
        elif fault.kind == "no_funds":
            raise no_funds()
        return fault.kind not in BEFORE

    def _after(self, fault: Fault | None, status: int, reply: bytes) -> None:
        kind = fault.kind if fault is not None else ""
        if kind == "drop_after":
            self._drop()
        elif kind == "error_after":
            self._json(500, Refusal(500, "Server error", "Something went wrong.").body())
        else:
            self._send(status, reply[: len(reply) // 2] if kind == "truncate" else reply, "application/json")

    def _drop(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    # The participant site

    def _show(self, path: str, query: dict[str, str]) -> None:
        simulator = self.server.simulator
        who = query.get("participant", "") or self._cookie()
        if path == "/submissions/complete":
            self._page(200, pages.completed(simulator.site.complete(who, query["cc"])))
        elif path == "/site/" and who:
            listed = simulator.site.studies(who)
            try:
                at = simulator.site.at(who)
            except Refusal:
                at = None
            self._page(200, pages.studies(listed, who, simulator.world.currency, at), cookie=who)
        else:
            raise gone("page; say /site/?participant=…")

    def _act(self, path: str, fields: dict[str, str]) -> None:
        site = self.server.simulator.site
        who = fields["participant"]
        if path == "/site/take":
            one = site.take(fields["study"], who)
            return self._see(site.address(one.id), cookie=who)
        if path == "/site/nocode":
            return self._page(200, pages.completed(site.complete(who)))
        if path == "/site/return":
            site.return_(fields["submission"])
            return self._see(f"/site/?{urlencode({'participant': who})}")
        raise gone("page")

    def _cookie(self) -> str:
        found = SimpleCookie(self.headers.get("Cookie", "")).get("participant")
        return found.value if found is not None else ""

    def _body(self) -> bytes:
        size = int(self.headers.get("Content-Length") or 0)
        if size > MOST_BYTES:
            raise Refusal(413, "Too large", "Too long")
        return self.rfile.read(size)

    def _see(self, address: str, *, cookie: str = "") -> None:
        self._send(302, b"", "text/html", {"Location": address, **_remember(cookie)})

    def _page(self, status: int, text: str, *, cookie: str = "") -> None:
        self._send(status, text.encode(), "text/html; charset=utf-8", _remember(cookie))

    def _json(self, status: int, reply: Any, headers: dict[str, str] | None = None) -> None:
        self._send(status, json.dumps(reply).encode(), "application/json", headers)

    def _send(self, status: int, body: bytes, kind: str, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for name, text in (headers or {}).items():
            self.send_header(name, text)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _fields(query: str) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(query, keep_blank_values=True).items()}


def _remember(participant: str) -> dict[str, str]:
    return {"Set-Cookie": f"participant={participant}; Path=/; SameSite=Lax"} if participant.isalnum() else {}

"""The simulator on a port: wire, worker site, and a door for faults and the clock."""

from __future__ import annotations

import json
import socket
import sys
import threading
import time
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from surveys.panels.mturk.simulator import behind, pages, qualifications, signatures, verdicts  # noqa: F401 - they register themselves
from surveys.panels.mturk.simulator.faults import BEFORE, INSTEAD, Fault, Faults
from surveys.panels.mturk.simulator.operations import carry_out
from surveys.panels.mturk.simulator.refusals import Refusal, gone
from surveys.panels.mturk.simulator.site import WorkerSite
from surveys.panels.mturk.simulator.world import World

TARGET = "MTurkRequesterServiceV20170117."
KEYS = {"SIMULATOR": "simulator-secret"}
MOST_BYTES = 1_000_000
WIRE = "application/x-amz-json-1.1"


class Simulator:
    """A server on this machine. Use as a context manager, or `start` and `stop`."""

    def __init__(self, world: World | None = None, *, port: int = 0, keys: Mapping[str, str] = KEYS) -> None:
        self.keys = keys
        self.reset(world or World())
        self._server = _Server(self, port)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def reset(self, world: World) -> None:
        """Begin again with another account, and no faults."""
        self.world = world
        self.site = WorkerSite(world)
        self.faults = Faults()
        self.skew_seconds = 0.0  # how far this service believes the caller's clock to be off

    @property
    def url(self) -> str:
        """Return the endpoint, which is also the worker site's origin."""
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

    def log_message(self, format: str, *args: object) -> None:  # worker ids are in addresses
        """Write nothing."""

    def do_GET(self) -> None:
        self._guarded(self._get)

    def do_POST(self) -> None:
        target = self.headers.get("X-Amz-Target", "")
        self._guarded(self._wire if target else self._post)

    def _guarded(self, answer: Any) -> None:
        try:
            answer()
        except Refusal as refusal:
            self._page(refusal.status, pages.refused(refusal.message))
        except (KeyError, ValueError, TypeError) as error:
            self._page(400, pages.refused(f"Not understood: {error}"))

    # The wire

    def _wire(self) -> None:
        simulator, body = self.server.simulator, self._body()
        operation = self.headers["X-Amz-Target"].removeprefix(TARGET)
        simulator.world.calls.append(operation)
        fault = simulator.faults.take(operation)
        try:
            if fault is not None and not self._before(fault):
                return
            signatures.check(dict(self.headers), body, simulator.keys, skew_seconds=simulator.skew_seconds)
            reply = carry_out(simulator.world, operation, json.loads(body or b"{}"))
        except json.JSONDecodeError as error:
            self._error(Refusal(str(error), kind="SerializationException"))
        except Refusal as refusal:
            self._error(refusal)
        else:
            self._after(fault, json.dumps(reply).encode())

    def _before(self, fault: Fault) -> bool:
        """Let go wrong what goes wrong before the call; return whether to go on."""
        if fault.kind == "latency":
            time.sleep(fault.seconds)
        elif fault.kind == "drop_before":
            self._drop()
        elif fault.kind in INSTEAD:
            self._send(*INSTEAD[fault.kind])
        elif fault.kind in BEFORE:
            raise BEFORE[fault.kind]()
        return fault.kind not in {"drop_before", *INSTEAD}

    def _after(self, fault: Fault | None, reply: bytes) -> None:
        kind, half = fault.kind if fault is not None else "", reply[: len(reply) // 2]
        if kind == "drop_after":
            self._drop()
        elif kind == "error_after":
            self._error(Refusal("Internal failure", kind="ServiceFault", status=500))
        elif kind == "break_off":
            self._send(200, half, WIRE, promised=len(reply))
            self._drop()
        else:
            self._send(200, {"truncate": half, "empty": b""}.get(kind, reply), WIRE)

    def _error(self, refusal: Refusal) -> None:
        said: dict[str, str] = {"__type": refusal.kind, "Message": refusal.message, "message": refusal.message}
        if refusal.code:
            said["TurkErrorCode"] = refusal.code
        self._send(refusal.status, json.dumps(said).encode(), WIRE)

    def _drop(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    # The worker site and the door behind

    def _get(self) -> None:
        path, query = self._asked(urlsplit(self.path).query)
        site, origin, worker = self.server.simulator.site, self._origin(), query.get("worker", "")
        if path == "/worker/":
            self._page(200, pages.hits(site.discover(worker), worker))
        elif path == "/worker/preview":
            self._page(200, pages.preview(query["hit"], worker, site.preview(query["hit"], worker, origin)))
        elif path == "/worker/task":
            self._page(200, pages.task(query["assignment"], worker, site.frame(query["assignment"], origin)))
        elif path == "/admin/state":
            self._send(200, json.dumps(behind.state(self.server.simulator.world)).encode(), "application/json")
        else:
            raise gone("Page", path)

    def _origin(self) -> str:
        """Return the worker site's own address, by whichever of this machine's names it was asked for."""
        host = self.headers.get("Host", "")
        return f"http://{host}" if host.startswith("localhost:") else self.server.simulator.url

    def _post(self) -> None:
        body = self._body().decode()
        if self.path.startswith("/admin/"):
            behind.change(self.server.simulator, self.path.removeprefix("/admin/"), json.loads(body or "{}"))
            return self._send(200, b"{}", "application/json")
        path, fields = self._asked(body)
        site = self.server.simulator.site
        if path == "/mturk/externalSubmit":
            site.submit(fields)
            return self._page(200, pages.page("Submitted", "<p>Thank you.</p>"))
        if path == "/worker/accept":
            one = site.accept(fields["hit"], fields["worker"])
            return self._see(f"/worker/task?{urlencode({'assignment': one.id, 'worker': one.worker})}")
        if path == "/worker/return":
            site.give_back(fields["assignment"])
            return self._see(f"/worker/?{urlencode({'worker': fields['worker']})}")
        raise gone("Page", path)

    def _asked(self, query: str) -> tuple[str, dict[str, str]]:
        fields = {name: values[-1] for name, values in parse_qs(query, keep_blank_values=True).items()}
        return urlsplit(self.path).path, fields

    def _body(self) -> bytes:
        size = int(self.headers.get("Content-Length") or 0)
        if size > MOST_BYTES:
            raise Refusal("Too long", status=413)
        return self.rfile.read(size)

    def _see(self, address: str) -> None:
        self.send_response(303)
        self.send_header("Location", address)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _page(self, status: int, text: str) -> None:
        self._send(status, text.encode(), "text/html; charset=utf-8")

    def _send(self, status: int, body: bytes, kind: str, *, promised: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body) if promised is None else promised))
        if 300 <= status < 400:
            self.send_header("Location", "https://login.invalid/")
        self.end_headers()
        self.wfile.write(body)

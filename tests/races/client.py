"""A participant in a process of its own: python -m tests.races.client URL JOIN_PATHS_FILE RECEIPTS_FILE SEED [503]

Takes part by each link of the file, one after the other: agrees, answers every item, finishes. While the server is down
it tries again; with a last argument 503, also while the server says in words that its database is. Every acknowledged
receipt is on the disk, with what was answered, before the next request.
"""

from __future__ import annotations

import json
import os
import random
import re
import sys
import time
import uuid
from pathlib import Path
from typing import Any

import httpx

PATIENCE_SECONDS = 120
MAY_BE_UNAVAILABLE = "503" in sys.argv[5:]


def main() -> int:
    url, links, receipts, seed = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4])
    chance = random.Random(seed)
    with httpx.Client(base_url=url, timeout=20, trust_env=False) as client, receipts.open("a") as file:
        for path in links.read_text().split():
            take_part(client, path, file, chance)
    return 0


def take_part(client: httpx.Client, path: str, receipts: Any, chance: random.Random) -> None:
    reply = patiently(client, "POST", path, data={"consent": "yes"})
    if reply.status_code == 409:
        print("refused", flush=True)
        return
    assert reply.status_code == 303, (reply.status_code, reply.text[:300])
    page = patiently(client, "GET", reply.headers["location"])
    if page.status_code == 302:
        return
    found = re.search(r'<script[^>]*id="place"[^>]*>(.*?)</script>', page.text, re.DOTALL)
    assert found, page.text[:500]
    place = json.loads(found.group(1))
    print("won", path, flush=True)
    for item in place["items"]:
        answer = {"position": item["position"], "question": place["questions"][0]["id"], "value": chance.randint(1, 10)}
        key = str(uuid.UUID(int=chance.getrandbits(128), version=4))
        reply = patiently(client, "POST", place["answer_url"], json=answer | {"key": key})
        assert reply.status_code == 200, reply.text
        receipts.write(f"{reply.json()['receipt']} {answer['position']} {answer['value']}\n")
        receipts.flush()
        os.fsync(receipts.fileno())
    reply = patiently(client, "POST", place["finish_url"], headers={"Accept": "application/json"})
    assert reply.status_code == 200, reply.text
    print("finished", reply.json()["receipt_code"], flush=True)


def patiently(client: httpx.Client, method: str, path: str, **request: Any) -> httpx.Response:
    """Send a request until the server answers; an answer of 5xx is an error of ours, but for a 503 in words."""
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            reply = client.request(method, path, **request)
        except httpx.TransportError:
            assert time.monotonic() < end, f"no answer for {PATIENCE_SECONDS} s"
            time.sleep(0.05)
            continue
        if not (reply.status_code == 503 and MAY_BE_UNAVAILABLE):
            assert reply.status_code < 500, (reply.status_code, path, reply.text[:300])
            return reply
        assert time.monotonic() < end, f"no database for {PATIENCE_SECONDS} s"
        check_words(reply, script="json" in request or "headers" in request)
        print("unavailable", flush=True)
        time.sleep(0.1)


def check_words(reply: httpx.Response, *, script: bool) -> None:
    """Check that a 503 says in words, and to a script as JSON, that trying again helps."""
    assert int(reply.headers["retry-after"]) > 0
    words = reply.json()["error"] if script else reply.text
    assert "try again" in words, words[:300]
    assert "Traceback" not in reply.text


if __name__ == "__main__":
    sys.exit(main())

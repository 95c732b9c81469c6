"""The models that a server lists, and when they end."""

from typing import Any

from compression import openai_errors
from compression.openai_client import CONNECT_SECONDS, client_of, content, reply_of
from compression.openai_connection import Connection
from compression.paid import CallFailed


def models(connection: Connection) -> list[dict[str, Any]]:
    """Return the server's models, each with ``id`` and, where it is announced, ``shutdown_date``; sorted by id.

    Raises
    ------
    CallFailed, StopRun
        When the server gives no such list.
    """
    with openai_errors.named(connection.without_key), client_of(connection, CONNECT_SECONDS) as client:
        listed = client.models.with_raw_response.list().http_response.content
    data = reply_of(listed, "")
    rows = content(data).get("data")
    if not isinstance(rows, list) or not all(isinstance(row, dict) and isinstance(row.get("id"), str) for row in rows):
        raise CallFailed(f"{connection.host} gives no list of models", "check its address", outcome="rejected")
    wanted = ("id", "shutdown_date")
    found = [{name: row[name] for name in wanted if row.get(name) is not None} for row in rows]
    return sorted(found, key=lambda row: str(row["id"]))


def check(model: str) -> str:
    """Say that the server lists a model, and when it ends; one small request that costs nothing.

    Raises
    ------
    CallFailed, StopRun
        When the server does not list it, or gives no list.
    """
    connection = Connection.from_environment()
    found = next((row for row in models(connection) if row["id"] == model), None)
    if found is None:
        raise CallFailed(f"{connection.host} does not list {model}", "name one that it lists", outcome="rejected")
    ends = f", until {found['shutdown_date']}" if "shutdown_date" in found else ""
    return f"{connection.host} lists {model}{ends}"

"""Small studies whose words and pictures are bought from the strict server."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any

from compression import prices
from compression.budget import RunBudget
from compression.build import BuildError, build, finished
from compression.calls import Caller
from compression.journal import Attempt, Journal
from compression.store import Store
from compression.types import Plan, Stimulus
from tests.compression import openai_server, worlds

PRICES: dict[str, dict[str, Any]] = {
    openai_server.EYES: {
        "input_per_million": "1.00", "output_per_million": "10.00", "max_output_tokens": 100,
        "tokens_per_picture": 2000,
    },
    openai_server.PAINTER: {"pictures": [{"size": "64x64", "price": "0.02"}, {"size": "128x128", "price": "0.05"}]},
}  # fmt: skip
DATED: dict[str, Any] = {"date": "2026-11-01", "source": "https://example.org", "currency": "USD"}


def method(captioner: dict[str, Any] | None = None, **reconstructor: Any) -> dict[str, Any]:
    """Return a method whose words, unless a file has them, and pictures are bought."""
    eyes = {"backend": "openai-chat", "model": openai_server.EYES, "preset": "paper"}
    painter = {"backend": "openai-images", "model": openai_server.PAINTER, "size": "64x64"}
    return {
        "slug": "bought", "title": "Bought", "family": "textual",
        "captioner": eyes if captioner is None else captioner, "reconstructor": painter | reconstructor,
    }  # fmt: skip


def plan(root: Path, *methods: dict[str, Any], originals: int = 2, marked: bool = True) -> Plan:
    """Return the plan of a study; its originals may leave the house when they are marked."""
    if not root.exists():
        worlds.write_files(root, originals)
    return worlds.plan(root, tables(*methods, originals=originals, marked=marked))


def tables(*methods: dict[str, Any], originals: int = 2, marked: bool = True) -> dict[str, Any]:
    """Return the tables of a study whose originals may leave the house when they are marked."""
    found = worlds.tables(originals, list(methods) or [method()])
    for row in found["originals"]:
        row["may_send_to_third_parties"] = marked
    return found


def write_prices(folder: Path) -> Path:
    """Write the price table of the strict server's models."""
    path = folder / "prices.toml"
    path.write_text(worlds.toml({f'models."{name}"': DATED | row for name, row in PRICES.items()}), encoding="utf-8")
    return path


def price_table() -> prices.Prices:
    """Return what the strict server's models cost."""
    rows = {name: prices.ModelPrices.model_validate(DATED | row) for name, row in PRICES.items()}
    return prices.Prices(rows)


def caller(store: Store, **options: Any) -> Caller:
    """Return a caller with a limit of 100 calls that sleeps never; what it would have slept is in ``slept``."""
    budget = options.pop("budget", RunBudget(max_calls=100))
    table = options.pop("prices", price_table())
    return Caller(store, budget, table, **{"sleep": lambda seconds: None} | options)


def run(plan: Plan, store: Store, calls: Caller) -> str:
    """Build; return what ended the run early, if anything did."""
    with ThreadPoolExecutor(1) as executor:
        try:
            list(build(plan, store, executor, caller=calls))
        except BuildError as error:
            return str(error)
    return ""


def rows(plan: Plan, store: Store) -> list[Stimulus]:
    """Return the rows of a finished build."""
    return list(finished(plan, store).stimuli)


def attempts(store: Store) -> list[Attempt]:
    """Return the whole journal."""
    return list(Journal(store).everything())


def cost(store: Store) -> Decimal:
    """Return what the journal says was paid."""
    return sum((Decimal(attempt.row.get("cost", 0)) for attempt in attempts(store)), Decimal(0))

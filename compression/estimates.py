"""What a study's paid calls would cost, before any is made."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from compression import tasks
from compression.cells import Makers
from compression.errors import RemediedError
from compression.estimate_table import EstimateTable, Line
from compression.files import Files
from compression.methods import registry
from compression.paid import Estimate
from compression.prices import Prices
from compression.store import Store
from compression.types import Backend, Method, Plan
from compression.wording import caption_tasks


def estimate_plan(plan: Plan, store: Store, prices: Prices | None = None) -> EstimateTable:
    """Return what the paid calls that are left of a study need and cost at most; nothing is sent anywhere.

    Parameters
    ----------
    store
        What is made already costs nothing more.
    prices
        The user's price table; without one only calls and tokens are told.
    """
    plan = replace(plan, methods=tuple(method for method in plan.methods if pays(method, plan.root)))
    lines: dict[tuple[str, ...], Line] = {}
    for method, step, estimates, withheld in [*_words(plan, store), *_pictures(plan, store)]:
        for estimate in estimates:
            _add(lines, Line(method, step, estimate.host, estimate.model), estimate, prices or Prices())
        if withheld:
            key = (method, step, "", "")
            line = lines.get(key, Line(method, step))
            lines[key] = replace(line, withheld=(*line.withheld, withheld))
    return EstimateTable(tuple(lines.values()))


def pays(method: Method, root: Path) -> bool:
    """Tell whether a method's words or pictures are bought; models of this machine are not looked at."""
    parts = filter(None, (method.captioner, method.reconstructor))
    return any(getattr(registry().make(backend, Files(root)), "lane", "cpu") == "paid" for backend in parts)


def _add(lines: dict[tuple[str, ...], Line], start: Line, estimate: Estimate, prices: Prices) -> None:
    key = (start.method, start.step, start.host, start.model)
    line = lines.get(key, start)
    worst, currency = prices.worst(estimate)
    lines[key] = replace(
        line,
        calls=line.calls + estimate.calls,
        tokens_in=line.tokens_in + estimate.tokens_in + estimate.picture_tokens,
        tokens_out=_sum(line.tokens_out, estimate.tokens_out) if estimate.kind == "chat" else line.tokens_out,
        images=line.images + estimate.images,
        cost=None if line.cost is None or worst is None else line.cost + worst,
        currency=currency or line.currency,
    )


Part = tuple[str, str, Iterable[Estimate], str]


def _words(plan: Plan, store: Store) -> Iterator[Part]:
    seen: set[str] = set()
    for (method, _), task in caption_tasks(plan).items():
        if task.lane != "paid" or task.key in seen or _there(store.get_record(task.key)):
            continue
        seen.add(task.key)
        yield _asked(plan, method, "words", task.backend, task.original)


def _pictures(plan: Plan, store: Store) -> Iterator[Part]:
    paid = {method.slug for method in plan.methods if Makers.of(method, plan).lane == "paid"}
    settled = [task for task in tasks.cell_tasks(plan, store) if task.cell.method.slug in paid]
    for task in settled:
        cell = task.cell
        if not (cell.absent or cell.broken):
            text = cell.caption.text if cell.caption else None
            left = sum(not _there(one.known(store)) for one in task.draws or [task])
            yield from _drawn(plan, cell.method, text, left)
    known = {(task.cell.method.slug, task.cell.original.slug) for task in settled}
    methods = {method.slug: method for method in plan.methods if method.slug in paid}
    for method, original in caption_tasks(plan):
        if method in methods and (method, original) not in known:
            best_of = methods[method].best_of
            yield from _drawn(plan, methods[method], None, best_of.n if best_of else 1)


def _drawn(plan: Plan, method: Method, caption: str | None, times: int) -> Iterator[Part]:
    assert method.reconstructor is not None, "a paid method that makes pictures has a reconstructor"
    for _ in range(times):
        yield _asked(plan, method.slug, "pictures", method.reconstructor, caption)


def _asked(plan: Plan, method: str, step: str, backend: Backend, about: Any) -> Part:
    maker: Any = registry().make(backend, Files(plan.root))
    if not hasattr(maker, "estimate"):
        return method, step, (), f"{backend.name} does not say what it costs: limit its calls (--max-calls)"
    try:
        return method, step, maker.estimate(about), ""
    except RemediedError as error:
        return method, step, (), str(error)


def _there(record: dict[str, Any] | None) -> bool:
    return record is not None and record["state"] != "failed"


def _sum(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other

"""What of a study costs money: methods that make paid calls, and calls of which nobody knows what became."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from compression import under_way
from compression.errors import RemediedError, StudyError
from compression.files import Files
from compression.journal import Journal
from compression.methods import registry
from compression.types import BackendKind
from surveys.models import LedgerEntry, Method, Study
from surveys.selectors.pictures import store

KINDS: tuple[BackendKind, ...] = ("captioner", "reconstructor")


def paid_methods(study: Study) -> list[Method]:
    """Return a study's methods that make paid calls."""
    return [method for method in study.methods.all() if any(_is_paid(study, method, kind) for kind in KINDS)]


def _is_paid(study: Study, method: Method, kind: BackendKind) -> bool:
    table: dict[str, Any] | None = method.settings.get(kind)
    if not table:
        return False
    settings = {name: value for name, value in table.items() if name != "backend"}
    try:
        backend = registry().backend(kind, table["backend"], settings)
        maker = registry().make(backend, Files(Path(study.files_root)))
    except (RemediedError, StudyError, ValidationError):
        return False  # it can't be made at all: making it says why
    return getattr(maker, "lane", "cpu") == "paid"


@dataclass(frozen=True)
class Doubtful:
    """A call that was sent and whose answer nobody has: possibly billed."""

    at: str
    host: str
    model: str
    what: str


def doubtful(study: Study) -> list[Doubtful]:
    """Return a study's calls of which nobody knows what became, oldest first."""
    keys = LedgerEntry.objects.filter(study=study).values_list("key", flat=True).distinct()
    names = dict(study.originals.values_list("sha256", "slug"))
    found = (_doubtful(key, names) for key in {key.partition(":")[0] for key in keys})
    return sorted(filter(None, found), key=lambda each: each.at)


def _doubtful(key: str, names: Mapping[str, str]) -> Doubtful | None:
    attempts = Journal(store()).attempts(key)
    if not attempts or not attempts[-1].possibly_billed or under_way.may_be(attempts[-1].rows["sent"]):
        return None
    planned, sent = attempts[-1].rows["planned"], attempts[-1].rows["sent"]
    about = planned["description"]
    what = names.get(about.get("original", "")) or str(about.get("prompt", ""))[:80]
    return Doubtful(str(sent["at"]), str(planned["host"]), str(planned["model_asked"]), what)

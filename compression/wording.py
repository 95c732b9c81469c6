"""The caption step: words that a captioner makes, once for all methods that share it."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from compression.errors import MissingFile, StopRun
from compression.files import Files
from compression.methods import registry
from compression.store import Store, digest
from compression.types import Backend, Caption, FileCaptioner, Lane, Method, Original, Plan

FORMAT = 1  # of the records below


@dataclass(frozen=True, slots=True)
class CaptionTask:
    """Words to make for one original with one captioner; it travels to a worker process."""

    original: Original
    backend: Backend
    versions: Mapping[str, str]
    root: Path
    lane: Lane

    @property
    def key(self) -> str:
        """Key of the record: the original's bytes, the captioner, its settings and versions.

        What fails since it may not be sent must not stand in the way once it may.
        """
        backend = [self.backend.name, dict(self.backend.settings)]
        words = {"format": FORMAT, "original": self.original.sha256, "captioner": backend}
        withheld = {"withheld": True} if self.lane == "paid" and not self.original.may_send_to_third_parties else {}
        return digest({"caption": words | {"versions": dict(self.versions)} | withheld})

    @property
    def label(self) -> str:
        """What progress calls it."""
        return f"{self.original.slug} in words by {self.backend.name}"

    def make(self, store: Store, caller: Any = None) -> dict[str, Any]:
        """Ask the captioner, keep its answer and return the record; only what ends a run is raised."""
        started, clock = datetime.now(UTC), time.monotonic()
        try:
            record = self._asked(caller)
        except StopRun:
            raise
        except MissingFile as error:
            record = {"state": "missing", "reason": str(error)}
        except Exception as error:  # a backend may raise anything, and one picture must not stop the run
            record = {"state": "failed", "reason": str(error) or type(error).__name__}
            record |= {"provenance": dict(getattr(error, "provenance", {}))}
        seconds = round(time.monotonic() - clock, 3)
        times = {"started_at": started.isoformat(timespec="seconds"), "seconds": seconds}
        record["provenance"] = {"backend": self.backend.name} | times | dict(record.get("provenance", {}))
        store.put_record(self.key, record)
        return record

    def _asked(self, caller: Any) -> dict[str, Any]:
        captioner = registry().make_captioner(self.backend, Files(self.root))
        extra = {"caller": caller} if self.lane == "paid" else {}
        caption = captioner.caption(self.original, **extra)
        if caption is None or not caption.text:
            raise MissingFile(f"there are no words for {self.original.slug}", "write them or drop the method")
        return {"state": "ready", "reason": "", "caption": caption.text, "provenance": dict(caption.provenance)}


def caption_tasks(plan: Plan) -> dict[tuple[str, str], CaptionTask]:
    """Return the captions to be made, by method and original; equal ones have equal keys."""
    found: dict[tuple[str, str], CaptionTask] = {}
    for method in plan.methods:
        maker = _generating(plan, method)
        if maker is None:
            continue
        lane, versions = maker
        assert method.captioner is not None, "a captioner that makes words is one"
        for original in plan.originals:
            where = (method.slug, original.slug)
            if original.path is not None and where not in plan.captions:
                found[where] = CaptionTask(original, method.captioner, versions, plan.root, lane)
    return found


def _generating(plan: Plan, method: Method) -> tuple[Lane, dict[str, str]] | None:
    if method.captioner is None:
        return None
    captioner = registry().make_captioner(method.captioner, Files(plan.root))
    if isinstance(captioner, FileCaptioner):
        return None
    return lane_of([captioner]), dict(captioner.versions)


def lane_of(backends: Iterable[Any]) -> Lane:
    """Return where work with these backends runs: with a paid one as paid, else with a model as model, else cpu."""
    lanes: set[Lane] = {getattr(backend, "lane", "cpu") for backend in backends}
    return next((lane for lane in ("paid", "model") if lane in lanes), "cpu")


def caption_from(record: Mapping[str, Any], original: str) -> Caption:
    """Return the caption that a record keeps."""
    return Caption(original, record["caption"], provenance=record.get("provenance", {}))

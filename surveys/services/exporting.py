"""Write a study's tables as a data package: pseudonyms only."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

from analysis.tables import write_package
from compression.store import write_atomically
from surveys.models import Study
from surveys.selectors import tables
from surveys.selectors.similarity import similarity
from surveys.selectors.snapshot import snapshot
from surveys.services.errors import ServiceError

EXTRA = ("truth",)


def export(*, study: Study, out: Path, extra: Path | None = None) -> dict[str, int]:
    """Write the tables, datapackage.json and provenance.json into a folder; return the number of rows of each table.

    Raises
    ------
    ServiceError
        The extra table can't be read.
    """
    with snapshot():
        counted, everything = tables.all_responses(study)
        rows: dict[str, list[dict[str, Any]]] = {
            "stimuli": tables.stimuli(study),
            "responses": counted,
            "checks": tables.check_rows(study),
            "assignments": tables.assignments(study),
            "responses_all": everything,
        }
        if measured := similarity(study):
            rows["similarity"] = measured
        facts = tables.facts(study)
        provenance = tables.provenance(study)
    if extra:
        rows[extra.stem] = _read_extra(extra)
    out.mkdir(parents=True, exist_ok=True)
    write_package(out, rows, facts)
    text = json.dumps(provenance, ensure_ascii=False, indent=1, sort_keys=True)
    write_atomically(out / "provenance.json", text.encode("utf-8") + b"\n")
    return {name: len(found) for name, found in rows.items()}


def _read_extra(path: Path) -> list[dict[str, Any]]:
    if path.stem not in EXTRA:
        msg = f"{path.name} is no table that goes with an export; known are: {', '.join(EXTRA)}.csv."
        raise ServiceError(msg)
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{path} can't be read as a CSV file in UTF-8 ({error})."
        raise ServiceError(msg) from error

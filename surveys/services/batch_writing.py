"""Write a survey's answers as a result file of Mechanical Turk, for scripts that read those."""

from __future__ import annotations

import csv
from collections.abc import Callable
from typing import TextIO

from surveys.models import Survey
from surveys.selectors.batches import OURS, batch_of
from surveys.selectors.snapshot import snapshot
from surveys.services.batch_mapping import written_mapping


def export_batch(
    *, survey: Survey, out: TextIO, mapping_out: TextIO | None = None, told: Callable[[int], None] = lambda _: None
) -> tuple[int, int]:
    """Write the result file and the mapping by which `import_batch` reads it; return how many rows, and how many count.

    Parameters
    ----------
    out, mapping_out
        Files that are open for writing; for CSV without translating the ends of lines.
    told
        Called with the number of each row that was written.

    Raises
    ------
    ServiceError
        Nobody has finished.
    """
    counted = number = 0
    with snapshot():
        batch = batch_of(survey)
        writer = csv.DictWriter(out, batch.columns, restval="", quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writeheader()
        for number, row in enumerate(batch.rows(), 1):
            writer.writerow(row)
            counted += row[OURS[0]] == "true"
            told(number)
    if mapping_out:
        mapping_out.write(written_mapping(batch.mapping))
    return number, counted

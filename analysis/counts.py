"""Item × value counts: the one scan of the ratings, from which every per-item figure follows."""

from dataclasses import dataclass

import ibis
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

from analysis.facts import Survey

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Counts:
    """How often each item got each value.

    Attributes
    ----------
    items : tuple of str
        Stimulus ids, in the order of the rows.
    low, high : int
        Ends of the scale; column k of `table` counts the value low + k.
    table : ndarray of int64, shape (items, high - low + 1)
    """

    items: tuple[str, ...]
    low: int
    high: int
    table: Ints


def ratings(responses: ibis.Table, survey: str, question: str) -> ibis.Table:
    """Select the ratings of one question, as an expression for any Ibis backend: stimulus, participant, value."""
    asked = responses.filter(responses.survey == survey, responses.question == question, responses.value.notnull())
    value = asked.value.try_cast("float64").cast("int64")
    return asked.select("stimulus", "participant", value=value)


def count(rated: ibis.Table) -> ibis.Table:
    """Count the ratings of each item by value, as an expression for any Ibis backend: stimulus, value, n."""
    return rated.group_by(["stimulus", "value"]).aggregate(n=rated.count())


def selected(responses: pa.Table, survey: str, question: str) -> pa.Table:
    """Run `ratings` on DuckDB; rows in the order of stimulus, participant and value."""
    expression = ratings(ibis.memtable(responses), survey, question)
    return _run(expression.order_by(["stimulus", "participant", "value"]))


def _run(expression: ibis.Table) -> pa.Table:
    connection = ibis.duckdb.connect()
    try:
        return connection.to_pyarrow(expression)
    finally:
        connection.disconnect()


def counted(responses: pa.Table, items: tuple[str, ...], slug: str, survey: Survey) -> Counts:
    """Run `count` on DuckDB and lay the result out as a matrix.

    Parameters
    ----------
    responses : pyarrow.Table
        The responses table of the contract.
    items : tuple of str
        Stimuli to count, in the order wanted; one without ratings gets a row of zeros.
    slug : str
        The survey's slug.
    survey : Survey
        Names the question and the scale's ends.
    """
    found = _run(count(ratings(ibis.memtable(responses), slug, survey.question or "")))
    table = np.zeros((len(items), survey.scale_max - survey.scale_min + 1), np.int64)
    rows = pc.index_in(found["stimulus"], value_set=pa.array(items, pa.string())).to_numpy()
    table[rows.astype(np.int64), found["value"].to_numpy() - survey.scale_min] = found["n"].to_numpy()
    return Counts(items, survey.scale_min, survey.scale_max, table)


def by_participant(rated: pa.Table, counts: Counts) -> sparse.csr_array:
    """Count who gave what: a sparse matrix of participants × (item, value).

    Its columns sum to `counts.table` laid out flat. Rows are participants in alphabetical order; ratings without
    a participant are not in it.
    """
    known = rated.filter(rated["participant"].is_valid())
    people = pc.unique(known["participant"]).sort()
    row = pc.index_in(known["participant"], value_set=people).to_numpy().astype(np.int64)
    item = pc.index_in(known["stimulus"], value_set=pa.array(counts.items, pa.string())).to_numpy().astype(np.int64)
    column = item * counts.table.shape[1] + known["value"].to_numpy() - counts.low
    ones = np.ones(len(row))
    return sparse.coo_array((ones, (row, column)), shape=(len(people), counts.table.size)).tocsr()

"""Rules that span columns or tables: ratings on their scale, known stimuli, one vote per person."""

import pyarrow as pa
import pyarrow.compute as pc

from analysis.errors import TableError
from analysis.facts import Facts, Question
from analysis.reading import Text
from analysis.validation import PATTERNS, ROW, Rule, check, query

VOTE = "survey, question, stimulus, participant"


def check_methods(text: Text, stimuli: pa.Table, facts: Facts) -> None:
    """Raise a TableError where a stimulus' family is not its method's."""
    families = {method.slug: method.family for method in facts.methods}
    rows = zip(stimuli["method"].to_pylist(), stimuli["family"].to_pylist(), strict=True)
    for row, (method, family) in enumerate(rows):
        if families[method] != family:
            message = f"method {method} is {families[method]} elsewhere and {family} here: a method has one family."
            raise TableError(text.file, text.line(row), "family", message)


def check_known(text: Text, table: pa.Table, stimuli: pa.Table) -> None:
    """Raise a TableError where a row names a stimulus that is not in the stimuli table."""
    known = pc.is_in(table["stimulus"], value_set=stimuli["stimulus"].combine_chunks())
    row = pc.index(known, False).as_py()
    if row >= 0:
        message = f"“{table['stimulus'][row].as_py()}” is not in the stimuli table: add it there, or drop this row."
        raise TableError(text.file, text.line(row), "stimulus", message)


def check_ratings(text: Text, responses: pa.Table, facts: Facts) -> None:
    """Raise a TableError where an answer is empty but not skipped, or a rating is not on its scale."""
    unanswered = "value IS NULL AND skipped = 'false'"
    rules = [Rule("value", unanswered, "is no answer: fill it in, or put true under skipped")]
    for slug, survey in facts.surveys.items():
        if survey.question:
            rules += _scale_rules(slug, survey.question, survey.scale_min, survey.scale_max)
        for asked in survey.questions:
            if asked.question != survey.question:
                rules += _rules(slug, asked)
    columns = {name: responses[name].cast(pa.string()) for name in ("survey", "question", "value", "skipped")}
    check(Text(text.file, pa.table(columns), text.line), rules)


def _rules(slug: str, asked: Question) -> list[Rule]:
    if asked.scale_min is not None and asked.scale_max is not None:
        return _scale_rules(slug, asked.question, asked.scale_min, asked.scale_max)
    listed = f"{_asked(slug, asked.question)} AND (TRY_CAST(value AS JSON) IS NULL OR value NOT LIKE '[%]')"
    return [Rule("value", listed, 'is no list of answers: write it as JSON, as in ["boat", "gulls"]')]


def _asked(slug: str, question: str) -> str:
    return "value NOT NULL AND survey = '{}' AND question = '{}'".format(
        *(name.replace("'", "''") for name in (slug, question))
    )


def _scale_rules(slug: str, question: str, low: int, high: int) -> list[Rule]:
    rated = _asked(slug, question)
    whole = f"regexp_full_match(value, '{PATTERNS['integer']}')"
    outside = f"TRY_CAST(value AS DOUBLE) NOT BETWEEN {low} AND {high}"
    remedy = f"a rating is one of {low} to {high}"
    return [
        Rule("value", f"{rated} AND NOT {whole}", f"is not a whole number: {remedy}"),
        Rule("value", f"{rated} AND {whole} AND {outside}", f"is outside the scale: {remedy}"),
    ]


def first_votes(text: Text, responses: pa.Table) -> tuple[pa.Table, list[str]]:
    """Keep the first answer of each participant to each question about each stimulus, and say which were left out."""
    nth = f"row_number() OVER (PARTITION BY {VOTE} ORDER BY {ROW})"
    later = f"SELECT {ROW} FROM (SELECT {ROW}, {nth} AS nth FROM raw WHERE participant NOT NULL) WHERE nth > 1"  # noqa: S608
    rows = [row for (row,) in query(responses, f"{later} ORDER BY {ROW}")]
    if not rows:
        return responses, []
    keep = pc.invert(pc.is_in(pa.array(range(responses.num_rows)), value_set=pa.array(rows)))
    return responses.filter(keep), [_said(text, rows)]


def _said(text: Text, rows: list[int]) -> str:
    lines = ", ".join(str(text.line(row)) for row in rows[:10]) + (" …" if len(rows) > 10 else "")
    votes = "1 repeated vote was" if len(rows) == 1 else f"{len(rows)} repeated votes were"
    return f"{text.file}: {votes} left out, the first of each kept (line {lines})."

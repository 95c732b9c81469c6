"""The paper's headline comparisons as sentences a reader can quote, with their definitions; from numbers.json alone."""

from collections.abc import Mapping
from typing import Any

from analysis.display import amount, is_undefined, number, rounded, size
from analysis.sheets import Column, Sheet

Numbers = Mapping[str, Any]
TIES_SHOWN = 4


def sheet(numbers: Numbers) -> Sheet:
    """Make the table of headline results: what, value, definition."""
    makers = (_max_textual, _exemplar, _loss, _beyond, _extremes)
    columns = [Column(key, key.capitalize(), numeric=False) for key in ("what", "result", "definition")]
    rows = [dict(zip(("what", "result", "definition"), make(numbers), strict=True)) for make in makers]
    return Sheet("headlines", "Headline comparisons", columns, rows)


def _max_textual(numbers: Numbers) -> tuple[str, str, str]:
    best = numbers["headlines"]["max_textual"]
    definition = "The highest median among stimuli through words, with all that tie."
    if is_undefined(best):
        return "Best through words", best["undefined"], definition
    ties = [row["stimulus"] for row in best["ties"]]
    names = ", ".join(ties[:TIES_SHOWN]) + (f" and {len(ties) - TIES_SHOWN} more" if len(ties) > TIES_SHOWN else "")
    return "Best through words", f"{rounded(best['median'])} ({names})", definition


def _exemplar(numbers: Numbers) -> tuple[str, str, str]:
    exemplar = numbers["headlines"]["exemplar"]
    definition = (
        "The largest of the stimuli that share the highest median through words, against the smallest of the files "
        "that share the highest classical median."
    )
    if is_undefined(exemplar):
        return "Bytes saved", exemplar["undefined"], definition
    words, pixels = exemplar["textual"], exemplar["classical"]
    result = (
        f"{number(exemplar['percent_smaller'], 2)} % smaller: {words['stimulus']} takes {_exact(words)} and reaches "
        f"{rounded(words['median'])} (SD {number(words['sd'], 2)}); {pixels['stimulus']} takes {_exact(pixels)} and "
        f"reaches {rounded(pixels['median'])} (SD {number(pixels['sd'], 2)})"
    )
    return "Bytes saved", result, definition


def _exact(row: Mapping[str, Any]) -> str:
    return f"{rounded(row['size_bytes'], 0)} bytes"


def _loss(numbers: Numbers) -> tuple[str, str, str]:
    exemplar, low = numbers["headlines"]["exemplar"], numbers["scale"]["min"]
    definition = (
        "The lost share of the classical median; and the same with both medians counted from the scale's lower end, "
        f"{low}."
    )
    if is_undefined(exemplar):
        return "Satisfaction lost", exemplar["undefined"], definition
    loss, own_range = _percent(exemplar["percent_loss"]), _percent(exemplar["percent_loss_own_range"])
    result = f"{loss}; on the scale's own range {own_range}"
    return "Satisfaction lost", result, definition


def _percent(value: Any) -> str:
    return str(value["undefined"]) if is_undefined(value) else f"{rounded(value)} %"


def _beyond(numbers: Numbers) -> tuple[str, str, str]:
    beyond = numbers["headlines"]["largest_beyond"]
    definition = (
        "The largest classical stimulus with a higher median than the best through words, over that best one's bytes; "
        "orders of magnitude are the logarithm to base 10."
    )
    if is_undefined(beyond):
        return "Orders of magnitude", beyond["undefined"], definition
    result = (
        f"{rounded(beyond['log10'], 2)}: {beyond['stimulus']} takes {size(beyond['size_bytes'])}, "
        f"{rounded(beyond['ratio'], 0)} times the {size(beyond['textual_bytes'])} of {beyond['textual']}"
    )
    return "Orders of magnitude", result, definition


def _extremes(numbers: Numbers) -> tuple[str, str, str]:
    extremes = numbers["headlines"]["extremes"]
    if is_undefined(extremes):
        return "Scores at both ends", extremes["undefined"], "Share of stimuli with scores near both ends of the scale."
    definition = (
        f"Share of rated stimuli with a lowest score of {extremes['at_most']} or less and a highest of "
        f"{extremes['at_least']} or more."
    )
    of = amount(extremes["of"], "stimulus", "stimuli")
    return "Scores at both ends", f"{rounded(extremes['percent'])} % ({extremes['stimuli']} of {of})", definition

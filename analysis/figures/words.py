"""Each figure in words: title, caption, and what a person who cannot see it should be told."""

from collections.abc import Callable, Mapping
from typing import Any

from analysis.display import amount, interval, is_undefined, number, rounded, size
from analysis.figures.series import sized

Numbers = Mapping[str, Any]
TITLES = {
    "table1": "Satisfaction and size per method",
    "fig3": "Size against satisfaction, by method",
    "fig5": "Size against satisfaction, by category",
    "iso": "Iso-satisfaction: the fewest bytes for each level",
    "truth": "True loss against satisfaction",
}


def title(name: str, numbers: Numbers) -> str:
    """Title of a figure, with the study's and the mark of simulated answers."""
    simulated = " (SIMULATED)" if numbers["study"]["simulated"] else ""
    return f"{TITLES[name]} – {numbers['study']['title']}{simulated}"


def caption(name: str, numbers: Numbers) -> str:
    """Caption of a figure: what is drawn, what the bars are, what is left out."""
    return _CAPTIONS[name](numbers) + _simulated(numbers)


def alternative(name: str, numbers: Numbers) -> str:
    """Text in place of a figure: its kind and its main values."""
    return _ALTERNATIVES[name](numbers) + _simulated(numbers)


def _simulated(numbers: Numbers) -> str:
    return " SIMULATED: no person gave these answers." if numbers["study"]["simulated"] else ""


def _table1_caption(numbers: Numbers) -> str:
    return (
        "Dots: mean over the originals of the median ratings. Thin bars: 95 % intervals clustered by participant; "
        "pale thick bars: exact 95 % intervals that take raters as independent. Right: mean compressed size."
    )


def _cloud_caption(numbers: Numbers) -> str:
    drawn, scale = numbers["drawn"], numbers["scale"]
    return (
        f"{amount(drawn['points'], 'stimulus is', 'stimuli are')} drawn: the bytes that count, on a logarithmic axis, "
        f"against the median of its ratings from {scale['min']} to {scale['max']}. Bars: exact 95 % bootstrap "
        f"intervals of the median, raters independent.{_left_out(drawn)}"
    )


def _by_method_caption(numbers: Numbers) -> str:
    joined = [curve for curve in numbers["curves"] if len(curve["points"]) > 1]
    lines = (
        " Lines join the operating points of a curve in order of bytes, each (white dot) at its mean bytes and mean of "
        f"the medians: {', '.join(curve['curve'] for curve in joined)}."
    )
    return _cloud_caption(numbers) + (lines if joined else "")


def _left_out(drawn: Mapping[str, int]) -> str:
    reasons = {"unknown_size": "because their size is unknown", "no_answers": "because nobody has rated them"}
    parts = [f"{drawn[key]} {reason}" for key, reason in reasons.items() if drawn[key]]
    return f" Stimuli left out: {', '.join(parts)}." if parts else ""


def _iso_caption(numbers: Numbers) -> str:
    unsized = numbers["drawn"]["unknown_size"]
    return (
        "For each method and level s, the fewest bytes among its stimuli with a median of at least s; the curve is a "
        "minimum over different pictures. Dashed: the highest median that any stimulus through words reaches."
        + (f" Stimuli left out because their size is unknown: {unsized}." if unsized else "")
    )


def _truth_caption(numbers: Numbers) -> str:
    return (
        "In a drawn world what was lost is known: the share of the scene that a stimulus no longer shows, against its "
        f"median rating. Rank correlation (Spearman): {number(numbers['truth']['rank_correlation'], 2)}. "
        "Bars: exact 95 % bootstrap intervals of the median."
    )


def _table1_alternative(numbers: Numbers) -> str:
    rows = [
        f"{row['title']}: {number(row['satisfaction'])} (interval {interval(row['interval'])}), "
        f"mean size {size(row['mean_bytes'])}"
        for row in numbers["table1"]
    ]
    return f"Dot plot with a row per method. {'; '.join(rows)}."


def _cloud_alternative(key: str, groups: str) -> Callable[[Numbers], str]:
    def words(numbers: Numbers) -> str:
        parts = []
        for group in numbers["study"][groups]:
            rows = [row for row in sized(numbers) if row[key] == group["slug"]]
            if rows:
                sizes, medians = [row["size_bytes"] for row in rows], [row["median"] for row in rows]
                parts.append(
                    f"{group['title']}: {amount(len(rows), 'point')}, {size(min(sizes))} to {size(max(sizes))}, "
                    f"medians {rounded(min(medians))} to {rounded(max(medians))}"
                )
        return f"Scatter plot of median rating against bytes. {'; '.join(parts) or 'No points yet'}."

    return words


def _iso_alternative(numbers: Numbers) -> str:
    parts = []
    for method in numbers["study"]["methods"]:
        points = zip(numbers["iso"]["levels"], numbers["iso"]["methods"][method["slug"]]["at_least"], strict=True)
        reached = [(level, point) for level, point in points if not is_undefined(point)]
        if reached:
            level, point = reached[-1]
            parts.append(f"{method['title']} reaches {rounded(level)} with {size(point['bytes'])}")
    return f"Step curves of satisfaction against bytes. {'; '.join(parts) or 'No curves yet'}."


def _truth_alternative(numbers: Numbers) -> str:
    rows = []
    for true, rated in zip(numbers["truth"]["methods"], numbers["table1"], strict=True):
        if not is_undefined(true["mean_true_loss"]):
            loss = rounded(100 * true["mean_true_loss"], 0)
            rows.append(f"{true['title']}: mean loss {loss} %, satisfaction {number(rated['satisfaction'])}")
    return f"Scatter plot of median rating against true loss. {'; '.join(rows)}."


_CAPTIONS = {
    "table1": _table1_caption,
    "fig3": _by_method_caption,
    "fig5": _cloud_caption,
    "iso": _iso_caption,
    "truth": _truth_caption,
}
_ALTERNATIVES = {
    "table1": _table1_alternative,
    "fig3": _cloud_alternative("method", "methods"),
    "fig5": _cloud_alternative("category", "categories"),
    "iso": _iso_alternative,
    "truth": _truth_alternative,
}

"""A made-up study with the paper's published figures by construction (the ratings themselves are not published)."""

from typing import Any

from tests.analysis import worlds

Rows = list[dict[str, Any]]
METHODS = ("blip", "gpt-4", "human", "jpeg-low", "jpeg-high")
FAMILIES = ("textual", "textual", "textual", "classical", "classical")
# Sums of 15 sizes and medians whose means are the published ones: 48.7, 143.2, 191.2, 81,156, 168,497; 6.2 … 9.7.
SIZES = {
    "blip": [49] * 14 + [44],
    "gpt-4": [143] * 13 + [144, 145],
    "human": [120] + [195] * 8 + [198] * 5 + [198],
    "jpeg-low": [81_156] * 14 + [81_150],
    "jpeg-high": [14_134] + [104_308] * 12 + [316_498, 945_132],
}
MEDIANS = {
    "blip": [6.0] * 9 + [6.5] * 6,
    "gpt-4": [8.0] * 7 + [7.5] * 6 + [7.0] + [7.5],
    "human": [8.5] + [8.0] * 5 + [7.5] * 8 + [7.0],
    "jpeg-low": [9.0] * 15,
    "jpeg-high": [10.0] * 6 + [9.5] * 9,
}


def facts() -> dict[str, Any]:
    """Facts of a real (not simulated) study of the paper's shape."""
    methods = [{"slug": m, "title": m, "family": f} for m, f in zip(METHODS, FAMILIES, strict=True)]
    return worlds.facts(study="paper", title="The paper's figures", simulated=False, methods=methods)


def tables() -> dict[str, Rows]:
    """75 stimuli and 1,500 ratings; original 0 is the exemplar (Object 3)."""
    stimuli, responses = [], []
    for method, family in zip(METHODS, FAMILIES, strict=True):
        for number in range(15):
            row = worlds.stimulus(
                f"original_{number}", worlds.CATEGORIES[number // 3], method, family, SIZES[method][number],
                study="paper", simulated=False,
            )  # fmt: skip
            stimuli.append(row)
            for person, value in enumerate(twenty(MEDIANS[method][number])):
                answer = worlds.response(row["stimulus"], f"p{person}", value, study="paper", simulated=False)
                responses.append(answer)
    return {"stimuli": stimuli, "responses": responses}


def twenty(median: float) -> list[int]:
    """Twenty ratings from 1 or 2 to 10 with the midpoint median asked for."""
    low, high = int(median), int(median + 0.5)
    return [2] + [low] * 9 + [high] * 9 + [10]

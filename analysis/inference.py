"""Which methods differ, by how much, and which are as good as each other: tests with what was fixed beforehand."""

import math
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy import stats

from analysis import mixed, paired
from analysis.display import is_undefined, undefined
from analysis.facts import Facts

Row = dict[str, Any]
Floats = npt.NDArray[np.float64]
Strings = npt.NDArray[np.str_]
MOST_RATINGS, MOST_CELLS = 100_000, 4_000_000
Z = float(stats.norm.ppf(0.975))


def inference(rows: list[Row], rated: pa.Table, facts: Facts) -> Row:
    """Compare the methods.

    Parameters
    ----------
    rows : list of dict
        Stimuli with their medians (`ratings.rate`).
    rated : pyarrow.Table
        stimulus, participant, value (`counts.selected`).
    facts : Facts
        Gives the methods' order, and under `preregistration` the `margin` in points of the scale.

    Returns
    -------
    dict
        `model` (the mixed model) and `interaction` (of category and method, by likelihood ratio), `friedman`,
        `margin` and `pairs`: for all pairs of methods the contrast of the model and the tests on medians. What cannot
        be had is undefined, in words.
    """
    given = sorted({row["method"] for row in rows if row["n"]})
    methods = [method.slug for method in facts.methods if method.slug in given]
    if len(methods) < 2:
        none = undefined("it takes ratings of two methods or more")
        return {"model": none, "interaction": none, "friedman": none, "margin": margin(facts), "pairs": []}
    data = _Data(rows, rated, methods)
    found = data.fit(data.methods_design())
    table = _medians(rows, methods)
    pairs = [_pair(table, found, methods, pair, margin(facts)) for pair in combinations(range(len(methods)), 2)]
    for key in ("contrast_p", "wilcoxon_p"):
        for row, adjusted in zip(pairs, paired.holm([row[key] for row in pairs]), strict=True):
            row[key] = adjusted
    return {
        "model": _model(found, data, methods),
        "interaction": data.interaction() if isinstance(found, mixed.Fit) else found,
        "friedman": paired.friedman(table),
        "margin": margin(facts),
        "pairs": pairs,
    }


def margin(facts: Facts) -> float | dict[str, str]:
    """Return the margin of equivalence that was fixed beforehand, in points of the scale."""
    said = facts.preregistration.get("margin")
    if isinstance(said, int | float) and not isinstance(said, bool) and math.isfinite(said) and said > 0:
        return float(said)
    return undefined("no margin was fixed beforehand")


class _Data:
    """The ratings as the model wants them."""

    def __init__(self, rows: list[Row], rated: pa.Table, methods: list[str]) -> None:
        known = rated.filter(rated["participant"].is_valid()).to_pylist()
        stimuli = {row["stimulus"]: row for row in rows}
        found = [stimuli[row["stimulus"]] for row in known]
        self.values = np.array([row["value"] for row in known], dtype=np.int64)
        self.people = np.array([row["participant"] for row in known], dtype=np.str_)
        self.originals = np.array([row["original"] for row in found], dtype=np.str_)
        self.categories = np.array([row["category"] for row in found], dtype=np.str_)
        self.methods = np.array([row["method"] for row in found], dtype=np.str_)
        self.order = methods

    def methods_design(self) -> Floats:
        """One column per method after the first: whether a rating is of it."""
        return _indicators(self.methods, self.order)

    def fit(self, design: Floats, *, errors: bool = True) -> mixed.Fit | dict[str, str]:
        """Fit the model, or say why there is none."""
        cells = len(np.unique(self.people)) * len(np.unique(self.originals))
        if not len(self.values):
            return undefined("no rating says who gave it")
        if len(self.values) > MOST_RATINGS or cells > MOST_CELLS:
            return undefined(f"the model is fitted to at most {MOST_RATINGS:,} ratings")
        try:
            return mixed.fit(self.values, design, (self.people, self.originals), errors=errors)
        except mixed.NoFitError as error:
            return undefined(str(error))

    def interaction(self) -> Row:
        """Test by likelihood ratio whether the methods' differences depend on the category."""
        categories = [str(one) for one in np.unique(self.categories)]
        if len(categories) < 2:
            return undefined("it takes originals of two categories or more")
        methods, kinds = self.methods_design(), _indicators(self.categories, categories)
        products = (methods[:, :, None] * kinds[:, None, :]).reshape(len(self.values), -1)
        small = self.fit(np.hstack([methods, kinds]), errors=False)
        if not isinstance(small, mixed.Fit):
            return small
        large = self.fit(np.hstack([methods, kinds, products]), errors=False)
        if not isinstance(large, mixed.Fit):
            return large
        statistic = max(0.0, 2 * (large.log_likelihood - small.log_likelihood))
        freedom = products.shape[1]
        return {"statistic": statistic, "df": freedom, "p": float(stats.chi2.sf(statistic, freedom))}


def _indicators(labels: Strings, order: list[str]) -> Floats:
    return np.stack([labels == one for one in order[1:]], axis=1).astype(np.float64)


def _model(found: mixed.Fit | dict[str, str], data: _Data, methods: list[str]) -> Row:
    if not isinstance(found, mixed.Fit):
        return found
    return {
        "ratings": len(data.values),
        "participants": len(np.unique(data.people)),
        "originals": len(np.unique(data.originals)),
        "log_likelihood": found.log_likelihood,
        "reference": methods[0],
        "effects": dict(zip(methods[1:], found.effects.tolist(), strict=True)),
        "errors": dict(zip(methods[1:], found.errors.tolist(), strict=True)),
        "thresholds": found.thresholds.tolist(),
        "sd_participants": float(found.deviations[0]),
        "sd_originals": float(found.deviations[1]),
    }


def _medians(rows: list[Row], methods: list[str]) -> Floats:
    """Lay medians out by original and method; NaN where nobody rated."""
    originals = list(dict.fromkeys(row["original"] for row in rows))
    table = np.full((len(originals), len(methods)), np.nan)
    for row in rows:
        if row["method"] in methods and not is_undefined(row["median"]):
            table[originals.index(row["original"]), methods.index(row["method"])] = row["median"]
    return table


def _pair(
    table: Floats, found: mixed.Fit | dict[str, str], methods: list[str], pair: tuple[int, int], said: Any
) -> Row:
    first, second = pair
    differences = table[:, first] - table[:, second]
    differences = differences[~np.isnan(differences)]
    return {
        "first": methods[first],
        "second": methods[second],
        "originals": len(differences),
        **_contrast(found, len(methods), first, second),
        **paired.equivalence(differences, None if is_undefined(said) else said),
        "wilcoxon_p": paired.wilcoxon(differences),
    }


def _contrast(found: mixed.Fit | dict[str, str], methods: int, first: int, second: int) -> Row:
    """First method less second on the logit scale, with Wald's interval and p."""
    if not isinstance(found, mixed.Fit):
        return {"contrast": found, "interval_contrast": found, "contrast_p": found}
    weights = (np.eye(methods)[first] - np.eye(methods)[second])[1:]
    estimate = float(weights @ found.effects)
    error = float(np.sqrt(weights @ found.effects_covariance @ weights))
    ends = {"low": estimate - Z * error, "high": estimate + Z * error}
    p = float(2 * stats.norm.sf(abs(estimate) / error))
    return {"contrast": estimate, "interval_contrast": ends, "contrast_p": p}

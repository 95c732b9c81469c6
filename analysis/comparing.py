"""The report's comparison of methods, in words and as a table, from numbers.json."""

from collections.abc import Mapping
from typing import Any

from analysis.display import amount, interval, is_undefined, number, rounded
from analysis.sheets import Column, Sheet

Numbers = Mapping[str, Any]


def probability(value: Any) -> str:
    """Write a p value with three digits, or say why there is none.

    >>> probability(0.04567), probability(1e-9)
    ('0.046', 'below 0.001')
    """
    if is_undefined(value):
        return str(value["undefined"])
    return "below 0.001" if value < 0.001 else rounded(value, 3)


def _verdict(value: Any) -> str:
    return str(value["undefined"]) if is_undefined(value) else ("yes" if value else "not shown")


def sheet(numbers: Numbers) -> Sheet:
    """List all pairs of methods: how far apart they are, and whether that may be chance, or is too little to matter."""
    titles = {method["slug"]: method["title"] for method in numbers["study"]["methods"]}
    columns = (
        Column("first", "Method", numeric=False),
        Column("second", "Less", numeric=False),
        Column("originals", "Originals", lambda value: rounded(value, 0)),
        Column("difference", "Mean difference of medians", lambda value: number(value, 2)),
        Column("interval", "90 % interval", lambda value: interval(value, 2)),
        Column("equivalent", "Equivalent", _verdict, numeric=False),
        Column("equivalence_p", "p of equivalence", probability),
        Column("wilcoxon_p", "p of Wilcoxon (Holm)", probability),
        Column("contrast", "Difference in the mixed model (log odds)", lambda value: number(value, 2)),
        Column("interval_contrast", "95 % interval (log odds)", lambda value: interval(value, 2)),
        Column("contrast_p", "p in the mixed model (Holm)", probability),
    )
    pairs = numbers["inference"]["pairs"]
    rows = [row | {"first": titles[row["first"]], "second": titles[row["second"]]} for row in pairs]
    return Sheet("contrasts", "Every method less every other", columns, rows)


def sentences(numbers: Numbers) -> list[str]:
    """Say what the table rests on: the model, the tests of all methods at once, and the margin."""
    found = numbers["inference"]
    return [
        _model(found["model"], numbers),
        _interaction(found["interaction"]),
        _friedman(found["friedman"]),
        _margin(found["margin"], numbers),
    ]


def _model(model: Any, numbers: Numbers) -> str:
    if is_undefined(model):
        return f"There is no mixed model: {model['undefined']}."
    titles = {method["slug"]: method["title"] for method in numbers["study"]["methods"]}
    people = amount(model["participants"], "participant")
    return (
        f"Ordinal mixed model of {amount(model['ratings'], 'rating')} by {people} "
        f"of {amount(model['originals'], 'original')}, against {titles[model['reference']]}: on the scale of log odds "
        f"participants differ by a standard deviation of {rounded(model['sd_participants'], 2)}, originals by "
        f"{rounded(model['sd_originals'], 2)}; log-likelihood {rounded(model['log_likelihood'], 2)}."
    )


def _interaction(found: Any) -> str:
    asked = "Whether the methods' differences depend on the category"
    if is_undefined(found):
        return f"{asked} is not known: {found['undefined']}."
    return f"{asked}: {_chi2(found)} (likelihood ratio)."


def _friedman(found: Any) -> str:
    asked = "Whether any method's medians differ from the others'"
    if is_undefined(found):
        return f"{asked} is not known: {found['undefined']}."
    return f"{asked}: {_chi2(found)} (Friedman, over {amount(found['originals'], 'original')})."


def _chi2(found: Mapping[str, Any]) -> str:
    p = probability(found["p"])
    said = p if p.startswith("below") else f"= {p}"
    return f"χ² = {rounded(found['statistic'], 2)} on {found['df']} degrees of freedom, p {said}"


def _margin(margin: Any, numbers: Numbers) -> str:
    if is_undefined(margin):
        return "No margin of equivalence was fixed beforehand: no two methods are called equally good here."
    fixed = numbers["preregistration"]
    before = None if is_undefined(fixed) else fixed.get("before_first_answer")
    when = "when, is not known"
    if isinstance(before, bool):
        when = "before the first answer" if before else "only after the first answer"
    return (
        f"Two methods are called equivalent when the mean difference of their medians is shown to lie within ± "
        f"{rounded(margin, 2)} points of the scale; the margin was fixed {when}."
    )

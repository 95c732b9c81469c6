"""Bytes against satisfaction: the iso-satisfaction curve, and the paper's headline comparisons."""

import math
from typing import Any

import numpy as np

from analysis.display import is_undefined, undefined
from analysis.facts import Method, Survey
from analysis.ratings import NO_ANSWERS

Row = dict[str, Any]
NO_SIZES = {"textual": "unknown (no captions)", "classical": "unknown (no files)"}


def rates(rows: list[Row], methods: tuple[Method, ...]) -> list[Row]:
    """Mean and median per method of the other two rates: the caption's bytes under Brotli, and bits per pixel.

    Bits per pixel are 8 · (size that counts) / (pixels of the original). Stimuli of which a rate is unknown are not in
    it; a method of codecs has no captions.
    """
    return [{"method": method.slug, "title": method.title, **_rates(rows, method)} for method in methods]


def _rates(rows: list[Row], method: Method) -> Row:
    found: Row = {}
    own = [row for row in rows if row["method"] == method.slug]
    for name in ("brotli_bytes", "bits_per_pixel"):
        known = [row[name] for row in own if not is_undefined(row[name])]
        lacking = "no captions" if name == "brotli_bytes" and method.family == "classical" else "unknown"
        found[f"mean_{name}"] = float(np.mean(known)) if known else undefined(lacking)
        found[f"median_{name}"] = float(np.median(known)) if known else undefined(lacking)
    return found


def iso_satisfaction(rows: list[Row], methods: tuple[Method, ...], survey: Survey) -> Row:
    """Iso-satisfaction at every level s of the half-grid.

    R_m(s) is the fewest bytes among method m's stimuli with a median of at least s, a minimum over different
    pictures; beside it stands the list of stimuli whose median is exactly s, as the paper reads the curve. Ratios
    are R_classical(s) / R_textual(s). Stimuli of unknown size are in neither.

    Parameters
    ----------
    rows : list of dict
        Stimuli (`ratings.Ratings.rows`).
    methods : tuple of Method
    survey : Survey
        For the ends of the scale.
    """
    levels = np.arange(2 * survey.scale_min, 2 * survey.scale_max + 1) / 2
    curves = {method.slug: _curve(rows, method, levels.tolist()) for method in methods}
    textual, classical = ([m.slug for m in methods if m.family == family] for family in ("textual", "classical"))
    return {
        "levels": levels.tolist(),
        "methods": curves,
        "ratios": [
            {"textual": t, "classical": c, "at_least": _ratios(curves[t]["at_least"], curves[c]["at_least"])}
            for t in textual
            for c in classical
        ],
    }


def _curve(rows: list[Row], method: Method, levels: list[float]) -> Row:
    own = [row for row in rows if row["method"] == method.slug and row["n"]]
    sized = [row for row in own if not is_undefined(row["size_bytes"])]
    if not sized:
        missing = undefined(NO_SIZES[method.family] if own else NO_ANSWERS)
        return {"at_least": [missing for _ in levels], "equal": [[] for _ in levels]}
    return {
        "at_least": [_fewest([row for row in sized if row["median"] >= level]) for level in levels],
        "equal": [_listed([row for row in sized if row["median"] == level]) for level in levels],
    }


def _fewest(rows: list[Row]) -> Row:
    if not rows:
        return undefined("never reached")
    fewest = min(row["size_bytes"] for row in rows)
    return {"bytes": fewest, "stimuli": [row["stimulus"] for row in rows if row["size_bytes"] == fewest]}


def _listed(rows: list[Row]) -> list[Row]:
    return [{"stimulus": r["stimulus"], "bytes": r["size_bytes"]} for r in sorted(rows, key=lambda r: r["size_bytes"])]


def _ratios(textual: list[Row], classical: list[Row]) -> list[Row]:
    return [_ratio(t, c) for t, c in zip(textual, classical, strict=True)]


def _ratio(textual: Row, classical: Row) -> Row:
    for side in (textual, classical):
        if is_undefined(side):
            return undefined(side["undefined"])
    ratio = classical["bytes"] / textual["bytes"]
    return {"ratio": ratio, "log10": math.log10(ratio)}


def headlines(rows: list[Row], survey: Survey) -> Row:
    """Compute the paper's headline comparisons (STUDY rows 6, 7, 8, 14 and 18) on this study's stimuli."""
    rated = [row for row in rows if row["n"]]
    best = {family: _best(rated, family) for family in ("textual", "classical")}
    exemplar = _exemplar(best, survey)
    return {
        "max_textual": best["textual"],
        "max_classical": best["classical"],
        "exemplar": exemplar,
        "largest_beyond": _largest_beyond(rated, best["textual"], exemplar),
        "extremes": _extremes(rated, survey.scale_min + 1, survey.scale_max - 1),
    }


def _best(rated: list[Row], family: str) -> Row:
    """Find the highest median of a family, with all stimuli that reach it."""
    own = [row for row in rated if row["family"] == family]
    if not own:
        return undefined(NO_ANSWERS)
    highest = max(row["median"] for row in own)
    kept = ("stimulus", "method", "size_bytes", "median", "interval", "sd", "n", "caption")
    return {"median": highest, "ties": [{k: r[k] for k in kept} for r in own if r["median"] == highest]}


def _exemplar(best: dict[str, Row], survey: Survey) -> Row:
    """Compare the largest of the best textual stimuli with the smallest of the best classical ones."""
    for family, found in best.items():
        if is_undefined(found):
            return undefined(f"no {family} stimulus has answers yet")
    sized = {f: [r for r in found["ties"] if not is_undefined(r["size_bytes"])] for f, found in best.items()}
    for family, rows in sized.items():
        if not rows:
            return undefined(f"the sizes of the best {family} stimuli are {NO_SIZES[family]}")
    words = max(sized["textual"], key=lambda row: row["size_bytes"])
    pixels = min(sized["classical"], key=lambda row: row["size_bytes"])
    return {
        "textual": words,
        "classical": pixels,
        "percent_smaller": 100 * (1 - words["size_bytes"] / pixels["size_bytes"]),
        **_loss(words["median"], pixels["median"], survey),
    }


def _loss(textual: float, classical: float, survey: Survey) -> Row:
    """Loss as a share of the classical median, and of that median counted from the scale's lower end."""
    lost, reach = classical - textual, classical - survey.scale_min
    return {
        "percent_loss": 100 * lost / classical if classical else undefined("the classical median is 0"),
        "percent_loss_own_range": 100 * lost / reach if reach else undefined("both are at the scale's lower end"),
    }


def _largest_beyond(rated: list[Row], best: Row, exemplar: Row) -> Row:
    """Orders of magnitude between the exemplar's words and the largest classical stimulus beyond their median."""
    if is_undefined(best) or is_undefined(exemplar):
        return undefined((best if is_undefined(best) else exemplar)["undefined"])
    beyond = [
        row
        for row in rated
        if row["family"] == "classical" and row["median"] > best["median"] and not is_undefined(row["size_bytes"])
    ]
    if not beyond:
        return undefined("no classical stimulus has a higher median than the best textual one")
    largest = max(beyond, key=lambda row: row["size_bytes"])
    ratio = largest["size_bytes"] / exemplar["textual"]["size_bytes"]
    return {
        "stimulus": largest["stimulus"],
        "size_bytes": largest["size_bytes"],
        "textual": exemplar["textual"]["stimulus"],
        "textual_bytes": exemplar["textual"]["size_bytes"],
        "ratio": ratio,
        "log10": math.log10(ratio),
    }


def _extremes(rated: list[Row], low: int, high: int) -> Row:
    """Share of stimuli that got both a score near the bottom and a score near the top."""
    if not rated:
        return undefined(NO_ANSWERS)
    both = sum(row["min"] <= low and row["max"] >= high for row in rated)
    shares = {"stimuli": both, "of": len(rated), "percent": 100 * both / len(rated)}
    return {"at_most": low, "at_least": high} | shares

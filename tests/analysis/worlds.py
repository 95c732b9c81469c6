"""Made-up studies with realistic tables, from a seed: 5 categories × 3 originals × 5 methods × 20 raters."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

Row = dict[str, Any]
Rows = list[Row]

CATEGORIES = ("single-object", "scattered-objects", "single-person", "group", "landscape")
METHODS = (
    ("short-words", "Short words", "textual", 6.2, 45),
    ("medium-words", "Medium words", "textual", 7.7, 110),
    ("long-words", "Long words", "textual", 7.8, 190),
    ("jpeg-low", "JPEG low", "classical", 9.0, 28_000),
    ("jpeg-high", "JPEG high", "classical", 9.7, 56_000),
)
START = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)
WORDS = "a red kite over the grey roofs of a harbour at dusk, two boats leaving, a child on the quay waving a scarf "


def facts(**changes: Any) -> dict[str, Any]:
    """The property `twicetold` of a made-up study."""
    return {
        "format": 1,
        "study": "made-up",
        "title": "A made-up study",
        "simulated": True,
        "seed": 20240501,
        "categories": [{"slug": c, "title": c.replace("-", " ").capitalize()} for c in CATEGORIES],
        "methods": [{"slug": slug, "title": title, "family": family} for slug, title, family, *_ in METHODS],
        "surveys": {
            "a": {
                "question": "satisfaction",
                "text": "How close are these two pictures in feeling or meaning?",
                "scale_min": 1,
                "scale_max": 10,
                "raters": 20,
                "reference": "labelled",
                "low": "totally dissimilar",
                "high": "identical",
                "instrument": "0" * 64,
            }
        },
        "preregistration": {
            "primary_outcome": "Mean of the medians per method",
            "margin": 0.5,
            "exclusion_rules": ["An assignment with two failed attention items is left out."],
            "stop_rule": "Twenty answers per stimulus.",
            "overlap_k": 3,
            "overlap_scope": "category",
            "sha256": "1" * 64,
            "fixed_at": "2026-01-30T09:00:00.000Z",
        },
        "design": {"a": {"balanced": True}},
        "rendition_area_px": 262144,
        "repeats_excluded": True,
        "notes": [],
        **changes,
    }


def stimulus(
    original: str, category: str, method: str, family: str, size: int | None, **changes: Any
) -> dict[str, Any]:
    """One row of the stimuli table."""
    return {
        "study": "made-up",
        "stimulus": f"{original}.{method}",
        "original": original,
        "category": category,
        "method": method,
        "family": family,
        "caption": (WORDS * 9)[:size].strip() if family == "textual" and size else None,
        "size_bytes": size,
        "original_bytes": 280_000,
        "original_pixels": 1_080_000,
        "state": "ready",
        "parameters": {},
        "versions": {},
        "simulated": True,
        **changes,
    }


def response(stimulus: str, participant: str, value: int | str | None, **changes: Any) -> dict[str, Any]:
    """One row of the responses table."""
    return {
        "study": "made-up",
        "survey": "a",
        "question": "satisfaction",
        "stimulus": stimulus,
        "assignment": f"{participant}-1",
        "participant": participant,
        "panel": "direct",
        "value": value,
        "skipped": value is None,
        "answered_at": START,
        "simulated": True,
        **changes,
    }


def stimuli(seed: int = 1) -> Rows:
    """75 stimuli: sizes spread around each method's."""
    random = np.random.default_rng(seed)
    rows = []
    for category in CATEGORIES:
        for number in (1, 2, 3):
            for slug, _, family, _, size in METHODS:
                bytes_ = round(size * float(np.exp(random.normal(0, 0.45 if family == "classical" else 0.22))))
                rows.append(stimulus(f"{category}_{number}", category, slug, family, bytes_))
    return rows


def responses(rows: Rows, raters: int = 20, seed: int = 2) -> Rows:
    """Each person rates one method of each original, in blocks; every stimulus is rated `raters` times."""
    random = np.random.default_rng(seed)
    means = {slug: mean for slug, _, _, mean, _ in METHODS}
    quality = {row["stimulus"]: means[row["method"]] + random.normal(0, 0.5) for row in rows}
    originals = sorted({row["original"] for row in rows})
    answers = []
    for person in range(raters * len(METHODS)):
        bias, shift = random.normal(0, 0.5), person % len(METHODS)
        for position, original in enumerate(originals, 1):
            name = f"{original}.{METHODS[(position + shift) % len(METHODS)][0]}"
            value = int(np.clip(round(quality[name] + bias + random.normal(0, 1.7)), 1, 10))
            answers.append(
                response(
                    name,
                    f"p{person:03}",
                    value,
                    position=position,
                    side=("left", "right")[int(random.integers(2))],
                    answered_at=START + timedelta(minutes=person, seconds=7 * position),
                    seconds=float(np.round(random.lognormal(1.6, 0.4), 1)),
                    layout="side",
                )
            )
    return answers


def truth(rows: Rows, seed: int = 3) -> Rows:
    """True losses that fall with a method's satisfaction."""
    random = np.random.default_rng(seed)
    means = {slug: mean for slug, _, _, mean, _ in METHODS}
    losses = [float(np.clip((10 - means[r["method"]]) / 6 + random.normal(0, 0.06), 0, 1)) for r in rows]
    return [{"stimulus": r["stimulus"], "true_loss": round(loss, 4)} for r, loss in zip(rows, losses, strict=True)]


def study(raters: int = 20) -> dict[str, Rows]:
    """All tables of a made-up study of the paper's size."""
    rows = stimuli()
    return {"stimuli": rows, "responses": responses(rows, raters), "truth": truth(rows)}

"""From who began to who counts: each assignment leaves at one step, by one reason. Flags are counted beside it."""

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from analysis.display import amount, is_undefined, rounded, undefined
from analysis.sheets import Column, Sheet
from analysis.tables import Tables

Row = dict[str, Any]
NO_REASON = "no reason given"
FINISHED = "submitted"
LEFT = {
    "started": "still at it",
    "returned": "gave the place back",
    "timed_out": "left without a word",
    "screened_out": "did not understand the practice",
    "withdrawn": "took the answers back",
}
RULES = {
    "attention_failures": "attention checks missed",
    "gold_failures": "gold checks missed",
    "picture_failures": "pictures that did not arrive",
    "fastest_seconds_per_item": "too little time on many items",
    "fastest_total_seconds": "too little time as a whole",
    "duplicate_person": "the same person again",
}
KINDS = {"began": "Began", "finished": "Finished", "usable": "Usable", "counted": "Counted"}
LOSSES = ("unfinished", "excluded", "no verdict", "surplus")


def screening(tables: Tables) -> Row:
    """Count, survey by survey, where assignments leave on the way from the first page to the figures.

    Parameters
    ----------
    tables : Tables

    Returns
    -------
    dict
        `surveys`: a list of ``{"survey", "steps", "flags"}``. A step is ``{"kind", "reason", "assignments", "hit"}``.
        The kinds ``began``, ``finished``, ``usable`` and ``counted`` are what is left, the others what was lost before
        it, so that each level is the one above less the losses between. An assignment that several rules exclude is
        lost to the first of them; ``hit`` is how many a rule excludes in all, None for other steps. Or undefined, when
        there is no assignments table.
    """
    if tables.assignments is None:
        return undefined("there is no assignments table, so it is not known who was excluded")
    rows = tables.assignments.select(["survey", "state", "counted", "usable", "excluded_by", "flags"]).to_pylist()
    surveys = sorted({row["survey"] for row in rows})
    return {"surveys": [_survey(slug, [row for row in rows if row["survey"] == slug]) for slug in surveys]}


def _survey(slug: str, rows: list[Row]) -> Row:
    places = Counter(_place(row) for row in rows)
    hit = Counter(rule for row in rows if _place(row)[0] == "excluded" for rule in rules(row["excluded_by"]))
    for rule in hit:
        places["excluded", rule] += 0  # one whose every assignment was lost to another rule is listed, too
    left = len(rows)
    steps = [_step("began", None, left)]
    for level, kinds in (("finished", LOSSES[:1]), ("usable", LOSSES[1:3]), ("counted", LOSSES[3:])):
        for (kind, reason), n in sorted(places.items(), key=lambda item: (item[0][0], -item[1], item[0][1] or "")):
            if kind in kinds:
                steps.append(_step(kind, reason, n, hit[reason] if kind == "excluded" and reason else None))
                left -= n
        steps.append(_step(level, None, left))
    flags = Counter(name for row in rows for name in set((row["flags"] or "").split()))
    flagged = sum(bool(row["flags"]) for row in rows)
    return {"survey": slug, "steps": steps, "flagged": flagged, "flags": dict(sorted(flags.items()))}


def _step(kind: str, reason: str | None, assignments: int, hit: int | None = None) -> Row:
    return {"kind": kind, "reason": reason, "assignments": assignments, "hit": hit}


def _place(row: Row) -> tuple[str, str | None]:
    """Return the step at which an assignment left, and why; ``counted`` when it did not."""
    if row["counted"]:
        return "counted", None
    if row["state"] != FINISHED:
        return "unfinished", row["state"]
    if row["usable"] is None:
        return "no verdict", None
    return ("surplus", None) if row["usable"] else ("excluded", rules(row["excluded_by"])[0])


def rules(excluded_by: str | None) -> list[str]:
    """Name the rules that excluded an assignment, each once; text that is no list of rules is itself the reason.

    Examples
    --------
    >>> rules('[{"rule": "gold_failures", "failed": 2}]')
    ['gold_failures']
    >>> rules("seen twice")
    ['seen twice']
    """
    if not excluded_by:
        return [NO_REASON]
    try:
        listed = json.loads(excluded_by)
    except ValueError:
        return [excluded_by]
    if not isinstance(listed, list) or not all(isinstance(one, dict) and one.get("rule") for one in listed):
        return [excluded_by]
    return list(dict.fromkeys(str(one["rule"]) for one in listed)) or [NO_REASON]


def sheet(numbers: Mapping[str, Any]) -> Sheet:
    """List the steps of every survey, what is left and what was lost."""
    columns = (
        Column("survey", "Survey", numeric=False),
        Column("step", "Step", numeric=False),
        Column("assignments", "Assignments", lambda value: rounded(value, 0)),
        Column("hit", "By this rule in all", lambda value: "" if value is None else rounded(value, 0)),
    )
    rows = [
        {**step, "survey": one["survey"].upper(), "step": _named(step)}
        for one in numbers["screening"]["surveys"]
        for step in one["steps"]
    ]
    return Sheet("screening", "From who began to who counts", columns, rows)


def _named(step: Row) -> str:
    kind, reason = step["kind"], step["reason"]
    if kind == "unfinished":
        return f"less: {LEFT.get(reason, reason)}"
    if kind == "excluded":
        return f"less: excluded, {_words(reason)}" if reason != NO_REASON else f"less: excluded, {NO_REASON}"
    if kind == "surplus":
        return "less: surplus, the place was already filled"
    return "less: no verdict" if kind == "no verdict" else KINDS[kind]


def sentences(numbers: Mapping[str, Any]) -> list[str]:
    """Say for each survey who was excluded, by what, and what was flagged; or that this is not known."""
    found = numbers["screening"]
    if is_undefined(found):
        return [f"{found['undefined'][0].upper()}{found['undefined'][1:]}."]
    return [f"{_excluded(one)} {_flagged(one)}" for one in found["surveys"]]


def _excluded(one: Row) -> str:
    finished = next(step["assignments"] for step in one["steps"] if step["kind"] == "finished")
    excluded = [step for step in one["steps"] if step["kind"] == "excluded"]
    name = f"Survey {one['survey'].upper()}"
    if not finished:
        return f"{name}: nobody has finished."
    if not excluded:
        return f"{name}: {amount(finished, 'assignment')} finished, and no rule excluded any."
    by = ", ".join(f"{_words(step['reason'])} {step['assignments']}" for step in excluded if step["assignments"])
    lost = sum(step["assignments"] for step in excluded)
    return f"{name}: {lost} of {amount(finished, 'finished assignment')} excluded ({by})."


def _words(reason: str) -> str:
    return RULES.get(reason, reason.replace("_", " "))


def _flagged(one: Row) -> str:
    if not one["flagged"]:
        return "No assignment has a flag."
    by = ", ".join(f"{_words(name)} {n}" for name, n in one["flags"].items())
    return f"Flags are on {amount(one['flagged'], 'assignment')} ({by}). A flag excludes nobody."

"""The report's sentences and lists of facts, from numbers.json alone."""

from collections.abc import Mapping
from typing import Any

from analysis.display import amount, is_undefined, number, rounded

Numbers = Mapping[str, Any]
Pairs = list[tuple[str, Any]]


def lead(numbers: Numbers) -> str:
    """Say in one or two sentences what was asked and what came out."""
    basis, best = numbers["basis"], numbers["headlines"]["max_textual"]
    asked = f"{amount(basis['ratings'], 'rating')} of {amount(basis['rated'], 'stimulus', 'stimuli')}"
    if not basis["ratings"]:
        return f"{amount(basis['stimuli'], 'stimulus is', 'stimuli are')} ready to be rated; there are no answers yet."
    if is_undefined(best):
        return f"{asked}."
    exemplar = numbers["headlines"]["exemplar"]
    sentence = f"{asked}. The best picture rebuilt from words reaches a median of {rounded(best['median'])}"
    if is_undefined(exemplar):
        return f"{sentence}."
    smaller, loss = number(exemplar["percent_smaller"], 2), exemplar["percent_loss"]
    lost = "" if is_undefined(loss) else f" and loses {rounded(loss)} % of the satisfaction"
    return f"{sentence}; it takes {smaller} % fewer bytes than the smallest of the best classical files{lost}."


def cards(numbers: Numbers) -> list[dict[str, Any]]:
    """Pick the figures at a glance: what, value, and whether the value is words."""
    basis = numbers["basis"]
    each = basis["per_stimulus"]
    spread = each if is_undefined(each) else _range(each["min"], each["max"])
    values = (
        ("Participants", basis["participants"]),
        ("Ratings", basis["ratings"]),
        ("Stimuli", basis["stimuli"]),
        ("Stimuli rated", basis["rated"]),
        ("Ratings per stimulus", spread),
    )
    return [{"what": what, "value": _shown(value), "words": is_undefined(value)} for what, value in values]


def other_surveys(numbers: Numbers) -> str:
    """Say of which survey the report is, and of which surveys there are answers but no tables yet; else nothing."""
    others = numbers["other_surveys"]
    if not others:
        return ""
    named = [f"survey {row['survey'].upper()} ({_answered(row)})" for row in others]
    there = " and ".join(filter(None, (", ".join(named[:-1]), named[-1])))
    rated = f"of survey {numbers['scale']['survey'].upper()}" if numbers["basis"]["answers"] else "of one rating a pair"
    return (
        f"All tables and figures here are {rated}. There are also answers to {there}; "
        "no tables or figures of these are made yet."
    )


def _answered(row: Mapping[str, Any]) -> str:
    people = f" by {amount(row['participants'], 'participant')}" if row["participants"] else ""
    return f"{rounded(row['answers'], 0)}{people}"


def _range(low: int, high: int) -> str:
    return f"{low}" if low == high else f"{low} to {high}"


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else number(value, 0)


def conditions(numbers: Numbers) -> Pairs:
    """List under which conditions the answers were given."""
    basis, scale = numbers["basis"], numbers["scale"]
    return [
        ("Survey", scale["survey"]),
        ("Question", scale["text"] or scale["question"]),
        ("Which picture is the original", scale["reference"] or "not said"),
        ("First and last answer", f"{_shown(basis['first_answer'])} – {_shown(basis['last_answer'])}"),
        ("Participants came from", ", ".join(basis["panels"]) or "not said"),
        ("Repeats of a person", _repeats(basis["repeats_excluded"])),
        ("Answers planned per stimulus", _shown(basis["planned_per_stimulus"]) + _topped_up(basis)),
        ("Assignments", _counted(basis["assignments"], "counted", "all", "counted")),
        ("Checks of all who began", _counted(basis["checks"], "passed", "judged", "passed")),
        ("Skipped", amount(basis["skipped"], "answer")),
    ]


def _topped_up(basis: Mapping[str, Any]) -> str:
    further = basis["further_places"]
    return f"; {amount(further, 'place')} more for stimuli whose intervals were wider than the goal" if further else ""


def _repeats(said: Any) -> str:
    if is_undefined(said):
        return said["undefined"]
    return "excluded: every link leads to one assignment" if said else "cannot be excluded: a link was open to anyone"


def _counted(value: Any, part: str, whole: str, word: str) -> str:
    if is_undefined(value):
        return value["undefined"]
    if not value[whole]:
        return "none"
    return f"{rounded(value[part], 0)} of {rounded(value[whole], 0)} {word}"


def preregistration(numbers: Numbers) -> Pairs:
    """List what was fixed beforehand, and when."""
    said = numbers["preregistration"]
    labels = {
        "primary_outcome": "Primary outcome",
        "margin": "Margin of equivalence",
        "exclusion_rules": "Exclusion rules",
        "stop_rule": "Stop rule",
        "interval_goal": "Goal: widest 95 % interval of a median, scale points",
        "raters_at_most": "Ratings of a stimulus at most",
        "overlap_k": "Overlap: answers per method",
        "overlap_scope": "Overlap: pooled over",
        "fixed_at": "Fixed at",
        "before_first_answer": "Before the first answer",
        "sha256": "SHA-256",
    }
    return [(label, _said(said[key])) for key, label in labels.items() if key in said]


def _said(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return [str(one) for one in value]
    return value["undefined"] if is_undefined(value) else str(value)


def definitions(numbers: Numbers) -> Pairs:
    """Define every figure of the report."""
    intervals = numbers["intervals"]
    return [
        ("Size", "What counts: the caption’s UTF-8 bytes for words, the file’s bytes for a codec."),
        ("Median", "The midpoint median: the mean of the two middle ratings when their number is even."),
        ("Grouped median", "The median interpolated inside its rating, each rating standing for the unit around it."),
        ("SD", "Standard deviation with n − 1 in the denominator."),
        ("Interval of a median", "Exact percentile bootstrap in closed form: all resamples of the ratings, no chance."),
        (
            "Interval by participant",
            f"Percentile bootstrap of Table 1 that draws participants with all their ratings: "
            f"{rounded(intervals['replicates'], 0)} draws, seed {intervals['seed']}. The headline interval.",
        ),
        (
            "Interval, raters independent",
            "Exact: the medians’ bootstrap distributions convolved. It ignores that one person’s ratings go together.",
        ),
        ("Iso-satisfaction", "R(s): the fewest bytes among a method’s stimuli with a median of at least s."),
        ("Rounding", "Half up, from the exact value."),
    ]

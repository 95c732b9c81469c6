import json
import statistics
from typing import Any

import numpy as np
import pytest

from analysis import clustered, counts, medians, prose
from analysis.display import number, rounded
from analysis.results import compute
from analysis.tables import from_rows
from tests.analysis import papers, worlds


@pytest.fixture(scope="module")
def paper() -> dict[str, Any]:
    return compute(from_rows(papers.tables(), papers.facts()))


@pytest.fixture(scope="module")
def made_up() -> dict[str, Any]:
    return compute(from_rows(worlds.study(), worlds.facts()))


def rows(result: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["method"]: row for row in result["table1"]}


def study(*answers: tuple[str, str, Any], sizes: dict[str, int | None] | None = None) -> dict[str, Any]:
    """Two originals through words and JPEG, with the answers given: (stimulus, participant, value)."""
    known = {"cat.words": 50, "dog.words": 60, "cat.jpeg": 5000, "dog.jpeg": 6000} | (sizes or {})
    families = {"words": "textual", "jpeg": "classical"}
    stimuli = [
        worlds.stimulus(name.split(".")[0], "group", name.split(".")[1], families[name.split(".")[1]], size)
        for name, size in known.items()
    ]
    responses = [worlds.response(stimulus, person, value) for stimulus, person, value in answers]
    return compute(from_rows({"stimuli": stimuli, "responses": responses}, {"study": "small", "seed": 7}))


def test_table_1_is_the_papers(paper: dict[str, Any]):
    table = rows(paper)
    assert [rounded(table[m]["mean_bytes"], 1) for m in papers.METHODS[:3]] == ["48.7", "143.2", "191.2"]
    assert [round(table[m]["mean_bytes"]) for m in papers.METHODS[3:]] == [81_156, 168_497]
    assert [number(table[m]["satisfaction"]) for m in papers.METHODS] == ["6.2", "7.7", "7.7", "9.0", "9.7"]


def test_the_exemplar_is_the_papers(paper: dict[str, Any]):
    exemplar = paper["headlines"]["exemplar"]
    assert exemplar["textual"]["stimulus"] == "original_0.human"
    assert (exemplar["textual"]["size_bytes"], exemplar["classical"]["size_bytes"]) == (120, 14_134)
    assert (exemplar["textual"]["median"], exemplar["classical"]["median"]) == (8.5, 10.0)
    assert rounded(exemplar["percent_smaller"], 2) == "99.15"
    assert rounded(exemplar["percent_loss"], 0) == "15"
    assert rounded(exemplar["percent_loss_own_range"], 1) == "16.7"


def test_four_orders_of_magnitude_are_the_papers(paper: dict[str, Any]):
    beyond = paper["headlines"]["largest_beyond"]
    assert beyond["size_bytes"] == 945_132
    assert rounded(beyond["log10"], 2) == "3.90"


def test_the_highest_textual_median_comes_with_all_that_tie(paper: dict[str, Any]):
    best = paper["headlines"]["max_textual"]
    assert best["median"] == 8.5
    assert [row["stimulus"] for row in best["ties"]] == ["original_0.human"]
    assert len(paper["headlines"]["max_classical"]["ties"]) == 6


def test_nearly_every_stimulus_has_scores_at_both_ends(paper: dict[str, Any]):
    assert paper["headlines"]["extremes"] == {
        "at_most": 2, "at_least": 9, "stimuli": 75, "of": 75, "percent": 100.0
    }  # fmt: skip


def test_iso_satisfaction_gives_the_minimum_and_the_list_at_equality(paper: dict[str, Any]):
    place = paper["iso"]["levels"].index(8.5)
    human = paper["iso"]["methods"]["human"]
    assert human["at_least"][place] == {"bytes": 120, "stimuli": ["original_0.human"]}
    assert human["equal"][place] == [{"stimulus": "original_0.human", "bytes": 120}]
    assert paper["iso"]["methods"]["gpt-4"]["at_least"][place] == {"undefined": "never reached"}
    assert paper["iso"]["methods"]["jpeg-low"]["equal"][place] == []
    ratio = next(r for r in paper["iso"]["ratios"] if (r["textual"], r["classical"]) == ("human", "jpeg-high"))
    assert ratio["at_least"][place]["ratio"] == pytest.approx(14_134 / 120)


def test_iso_satisfaction_never_falls(made_up: dict[str, Any]):
    for curve in made_up["iso"]["methods"].values():
        sizes = [point["bytes"] for point in curve["at_least"] if "bytes" in point]
        assert sizes == sorted(sizes)


def test_each_stimulus_has_the_librarys_statistics(made_up: dict[str, Any]):
    given: dict[str, list[int]] = {}
    for row in worlds.study()["responses"]:
        given.setdefault(row["stimulus"], []).append(row["value"])
    for row in made_up["stimuli"]:
        values = given[row["stimulus"]]
        assert (row["n"], row["min"], row["max"]) == (len(values), min(values), max(values))
        assert row["median"] == statistics.median(values)
        assert row["mean"] == pytest.approx(statistics.mean(values), abs=1e-12)
        assert row["sd"] == pytest.approx(statistics.stdev(values), abs=1e-12)
        assert row["interval"]["low"] <= row["median"] <= row["interval"]["high"]


def test_the_exact_interval_of_a_method_agrees_with_drawing_at_random(made_up: dict[str, Any]):
    random = np.random.default_rng(5)
    own = [row for row in made_up["stimuli"] if row["method"] == "medium-words"]
    drawn = np.zeros(20_000)
    for row in own:
        values = np.repeat(np.arange(1, 11), row["counts"])
        drawn += np.median(random.choice(values, (len(drawn), len(values))), axis=1) / len(own)
    exact = rows(made_up)["medium-words"]["interval_independent"]
    assert [exact["low"], exact["high"]] == pytest.approx(np.percentile(drawn, [2.5, 97.5]), abs=0.04)


def test_the_clustered_bootstrap_is_the_plain_one_when_everybody_answers_once():
    random = np.random.default_rng(11)
    values = random.integers(1, 11, 60)
    responses = [worlds.response("cat.jpeg", f"p{i}", int(value)) for i, value in enumerate(values)]
    stimuli = [worlds.stimulus("cat", "group", "jpeg", "classical", 900)]
    tables = from_rows({"stimuli": stimuli, "responses": responses}, {})
    survey = tables.facts.rating_survey[1]
    counted = counts.counted(tables.responses, ("cat.jpeg",), "a", survey)
    people = counts.by_participant(counts.selected(tables.responses, "a", "satisfaction"), counted)
    drawn = clustered.method_means(people, 1, np.array([0]), seed=1, replicates=20_000)[:, 0]
    frequencies = np.bincount((2 * drawn).astype(int), minlength=19) / len(drawn)
    assert medians.bootstrap(counted.table)[0] == pytest.approx(frequencies, abs=0.02)


def test_participants_who_lean_together_widen_the_clustered_interval():
    lenient = [(f"{o}.{m}", f"p{i}", 10 if i % 2 else 2) for i in range(20) for o in ("cat", "dog") for m in ("words",)]
    table = rows(study(*lenient))["words"]
    widths = [table[name]["high"] - table[name]["low"] for name in ("interval", "interval_independent")]
    assert widths[0] >= widths[1]


def test_the_same_seed_gives_the_same_numbers():
    first, second = (compute(from_rows(worlds.study(), worlds.facts())) for _ in range(2))
    assert json.dumps(first) == json.dumps(second)


def test_the_order_of_the_answers_changes_nothing(made_up: dict[str, Any]):
    tables = worlds.study()
    again = compute(from_rows(tables | {"responses": tables["responses"][::-1]}, worlds.facts()))
    assert json.dumps(again) == json.dumps(made_up)


def test_another_rating_changes_the_numbers(made_up: dict[str, Any]):
    tables = worlds.study()
    tables["responses"][0]["value"] = 11 - tables["responses"][0]["value"]
    assert json.dumps(compute(from_rows(tables, worlds.facts()))) != json.dumps(made_up)


def test_before_the_first_answer_sizes_are_there_and_satisfaction_is_said_in_words():
    result = compute(from_rows(worlds.study() | {"responses": []}, worlds.facts()))
    json.dumps(result, allow_nan=False)
    for row in result["table1"]:
        assert row["mean_bytes"] > 0
        assert row["satisfaction"] == row["interval"] == {"undefined": "no answers yet"}
    assert result["headlines"]["max_textual"] == {"undefined": "no answers yet"}
    assert result["basis"]["first_answer"] == {"undefined": "no answers yet"}


def test_a_study_without_a_single_stimulus_has_results():
    result = compute(from_rows({"stimuli": [], "responses": []}, worlds.facts()))
    assert [row["stimuli"] for row in result["table1"]] == [0] * 5
    json.dumps(result, allow_nan=False)


def test_one_rating_has_no_spread_and_no_interval():
    row = next(r for r in study(("cat.words", "p1", 7))["stimuli"] if r["stimulus"] == "cat.words")
    assert (row["median"], row["mean"], row["n"]) == (7, 7, 1)
    assert row["sd"] == row["interval"] == {"undefined": "one answer only"}


def test_one_participant_gives_no_clustered_interval():
    table = rows(study(("cat.words", "p1", 7), ("dog.words", "p1", 9)))["words"]
    assert table["satisfaction"] == 8
    assert "two or more participants" in table["interval"]["undefined"]


def test_answers_that_name_nobody_give_no_clustered_interval():
    result = study(("cat.words", None, 7), ("cat.words", None, 9))  # type: ignore[arg-type]
    assert "two or more participants" in rows(result)["words"]["interval"]["undefined"]
    assert result["basis"]["participants"] == {"undefined": "unknown (the answers name nobody)"}


def test_equal_ratings_have_a_spread_of_zero_and_an_interval_of_one_point():
    result = study(*[("cat.words", f"p{i}", 7) for i in range(5)])
    row = result["stimuli"][0]
    assert (row["sd"], row["interval"]) == (0, {"low": 7, "high": 7})
    assert rows(result)["words"]["interval"] == {"low": 7, "high": 7}


def test_without_captions_textual_sizes_are_unknown_and_not_zero():
    answers = [(f"{o}.{m}", f"p{i}", 8) for o in ("cat", "dog") for m in ("words", "jpeg") for i in range(3)]
    result = study(*answers, sizes={"cat.words": None, "dog.words": None})
    assert rows(result)["words"]["mean_bytes"] == {"undefined": "unknown (no captions)"}
    assert result["drawn"] == {"points": 2, "unknown_size": 2, "no_answers": 0}
    assert result["iso"]["methods"]["words"]["at_least"][0] == {"undefined": "unknown (no captions)"}
    assert "unknown (no captions)" in result["headlines"]["exemplar"]["undefined"]
    assert result["headlines"]["max_textual"]["median"] == 8


def test_stimuli_that_could_not_be_rated_still_count_for_the_size():
    stimuli = [
        worlds.stimulus("cat", "group", "jpeg", "classical", 1000),
        worlds.stimulus("dog", "group", "jpeg", "classical", 3000, state="unpaired", reason="Its original is missing"),
    ]
    result = compute(from_rows({"stimuli": stimuli, "responses": []}, {}))
    assert result["table1"][0]["mean_bytes"] == 2000
    assert result["basis"]["not_ready"] == [
        {"state": "unpaired", "reason": "Its original is missing", "stimuli": ["dog.jpeg"]}
    ]


def test_one_simulated_answer_makes_the_study_simulated():
    tables = papers.tables()
    assert not compute(from_rows(tables, papers.facts()))["study"]["simulated"]
    tables["responses"][700]["simulated"] = True
    assert compute(from_rows(tables, papers.facts()))["study"]["simulated"]


def test_true_losses_are_ranked_against_satisfaction(made_up: dict[str, Any]):
    assert made_up["truth"]["rank_correlation"] < -0.5
    assert len(made_up["truth"]["points"]) == 75


def test_what_was_fixed_before_the_first_answer_is_said(made_up: dict[str, Any]):
    assert made_up["preregistration"]["before_first_answer"] is True
    late = worlds.facts()
    late["preregistration"]["fixed_at"] = "2027-01-01T00:00:00Z"
    assert compute(from_rows(worlds.study(), late))["preregistration"]["before_first_answer"] is False
    assert "more for" not in dict(prose.conditions(made_up))["Answers planned per stimulus"]
    topped_up = worlds.facts()
    topped_up["surveys"]["a"] |= {"raters": 20, "further_places": 3}
    topped_up["preregistration"] |= {"interval_goal": 1.5, "raters_at_most": 40}
    more = compute(from_rows(worlds.study(), topped_up))
    said = dict(prose.conditions(more))["Answers planned per stimulus"]
    assert said == "20; 3 places more for stimuli whose intervals were wider than the goal"
    assert dict(prose.preregistration(more))["Ratings of a stimulus at most"] == "40"
    none = compute(from_rows(worlds.study(), worlds.facts(preregistration={})))
    assert none["preregistration"] == {"undefined": "nothing was pre-registered"}


ROUNDED = [
    (2.25, 1, "2.3"),
    (8.45, 1, "8.5"),
    (7.65, 1, "7.7"),
    (0.5, 0, "1"),
    (168497.33, 0, "168,497"),
    (-1.25, 1, "\u22121.3"),
]


@pytest.mark.parametrize(("value", "digits", "shown"), ROUNDED)
def test_halves_are_rounded_up(value: float, digits: int, shown: str):
    assert rounded(value, digits) == shown


def test_answers_of_other_surveys_are_counted_and_the_report_says_that_it_has_no_tables_of_them():
    rows = worlds.study(raters=2)
    name = rows["stimuli"][0]["stimulus"]
    listed = worlds.response(name, "eve", '["boat", "gulls"]', survey="c", question="things")
    skipped = worlds.response(name, "eve", None, survey="c", question="relation")
    rated = [worlds.response(name, "ada", 3, survey="b", question=q) for q in ("objects", "colours")]
    before = compute(from_rows(rows, worlds.facts()))
    after = compute(from_rows(rows | {"responses": [*rows["responses"], listed, skipped, *rated]}, worlds.facts()))
    assert after["other_surveys"] == [
        {"survey": "b", "answers": 2, "participants": 1},
        {"survey": "c", "answers": 2, "participants": 1},
    ]
    assert after["table1"] == before["table1"]
    assert prose.other_surveys(before) == ""
    assert prose.other_surveys(after) == (
        "All tables and figures here are of survey A. There are also answers to survey B (2 by 1 participant) and "
        "survey C (2 by 1 participant); no tables or figures of these are made yet."
    )

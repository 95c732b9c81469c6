import json
import math
from typing import Any

import numpy as np
import pytest

from analysis import counts, paired, ratings
from analysis.display import is_undefined
from analysis.inference import inference
from analysis.tables import from_rows
from tests.analysis import papers, worlds


def compared(tables: Any, facts: dict[str, Any]) -> dict[str, Any]:
    read = from_rows(tables, facts)
    slug, survey = read.facts.rating_survey
    counted = counts.counted(read.responses, tuple(read.stimuli["stimulus"].to_pylist()), slug, survey)
    rated = counts.selected(read.responses, slug, survey.question or "")
    return inference(ratings.rate(read.stimuli, counted).rows, rated, read.facts)


@pytest.fixture(scope="module")
def made_up() -> dict[str, Any]:
    return compared(worlds.study(), worlds.facts())


def pair(found: dict[str, Any], first: str, second: str) -> dict[str, Any]:
    return next(row for row in found["pairs"] if (row["first"], row["second"]) == (first, second))


def test_all_pairs_are_compared_in_study_order(made_up: dict[str, Any]):
    assert len(made_up["pairs"]) == 10
    assert made_up["pairs"][0]["first"] == "short-words"
    assert all(row["originals"] == 15 for row in made_up["pairs"])


def test_a_real_difference_is_found_by_model_and_medians(made_up: dict[str, Any]):
    found = pair(made_up, "short-words", "jpeg-high")
    assert found["contrast"] == pytest.approx(-made_up["model"]["effects"]["jpeg-high"])
    assert found["interval_contrast"]["high"] < 0
    assert found["contrast_p"] < 1e-6
    assert found["wilcoxon_p"] < 0.05
    assert found["equivalent"] is False
    assert made_up["friedman"]["p"] < 1e-3


def test_contrasts_between_later_methods_use_their_covariance(made_up: dict[str, Any]):
    found, model = pair(made_up, "medium-words", "long-words"), made_up["model"]
    width = found["interval_contrast"]["high"] - found["interval_contrast"]["low"]
    independent = 2 * 1.96 * math.hypot(model["errors"]["medium-words"], model["errors"]["long-words"])
    assert found["contrast"] == pytest.approx(model["effects"]["medium-words"] - model["effects"]["long-words"])
    assert width < 0.9 * independent


def test_no_margin_no_verdict():
    found = compared(worlds.study(), worlds.facts(preregistration={"margin": "half a point"}))
    assert is_undefined(found["margin"])
    assert all(is_undefined(row["equivalent"]) for row in found["pairs"])


def test_nothing_is_ever_nan_and_the_same_tables_give_the_same_bytes(made_up: dict[str, Any]):
    again = json.dumps(compared(worlds.study(), worlds.facts()), allow_nan=False)
    assert again == json.dumps(made_up, allow_nan=False)


def test_methods_without_overlap_keep_their_rank_tests():
    found = compared(papers.tables(), papers.facts())
    assert "hardly overlap" in found["model"]["undefined"]
    assert "hardly overlap" in found["pairs"][0]["contrast"]["undefined"]
    assert found["friedman"]["p"] < 1e-6


def test_one_method_and_one_participant_are_said_in_words():
    tables = worlds.study(raters=1)
    one = [row for row in tables["responses"] if row["stimulus"].endswith("jpeg-low")]
    assert "two methods" in compared({**tables, "responses": one}, worlds.facts())["model"]["undefined"]
    alone = [row for row in tables["responses"] if row["participant"] == "p000"]
    found = compared({**tables, "responses": alone}, worlds.facts())
    assert is_undefined(found["model"])
    assert is_undefined(found["friedman"])
    json.dumps(found, allow_nan=False)


def test_holm_multiplies_by_what_is_left_and_never_falls():
    assert paired.holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert paired.holm([{"undefined": "x"}, 0.02, 0.9]) == [{"undefined": "x"}, 0.04, 0.9]


def test_equivalence_needs_both_ends_inside_the_margin():
    differences = np.array([0.1, -0.2, 0.0, 0.3, -0.1, 0.2])
    found = paired.equivalence(differences, 0.5)
    assert found["equivalent"] is True
    assert found["interval"]["high"] < 0.5
    # t = (0.5 − 0.05) / (0.18708 / √6) = 5.892 on 5 degrees of freedom
    assert found["equivalence_p"] == pytest.approx(0.001, abs=2e-4)
    assert paired.equivalence(differences, 0.1)["equivalent"] is False
    assert paired.equivalence(differences - 0.6, 0.5)["equivalent"] is False
    assert is_undefined(paired.equivalence(np.zeros(5), 0.5)["equivalent"])


def test_ties_count_in_pratts_way():
    # Ranks 1.5 1.5 3 4 5: z = (12 − (30 − 6) / 4) / √((330 − 30) / 24) = 1.697; without the zeros it would be 1.604
    assert paired.wilcoxon(np.array([0, 0, 1, 2, 3.0])) == pytest.approx(0.0897, abs=1e-4)
    assert is_undefined(paired.wilcoxon(np.zeros(4)))

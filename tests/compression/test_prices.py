"""What calls cost: the user's own table, worst cases before, and what came of them."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from compression.errors import StudyError
from compression.paid import Estimate
from compression.prices import ModelPrices, Prices
from tests.docs import reading

DATED = {"date": "2026-11-01", "source": "https://example.org", "currency": "USD"}
TOKENS = {"input_per_million": "1", "output_per_million": "10"}


def model(**row: Any) -> ModelPrices:
    return ModelPrices.model_validate(DATED | row)


def chat(**row: Any) -> Estimate:
    return Estimate("openai-chat", "host", "eyes", "chat", **{"tokens_in": 1_000_000, "tokens_out": 100_000} | row)


def image(**parameters: Any) -> Estimate:
    return Estimate("openai-images", "host", "painter", "image", images=1, tokens_in=1000, parameters=parameters)


def test_words_cost_by_tokens() -> None:
    assert model(**TOKENS).worst(chat()) == Decimal(2)


def test_without_a_limit_on_the_answer_the_table_must_know_one() -> None:
    assert model(**TOKENS).worst(chat(tokens_out=None)) is None
    assert model(**TOKENS, max_output_tokens=200_000).worst(chat(tokens_out=None)) == Decimal(3)
    assert model(**TOKENS, max_output_tokens=200_000).worst(chat(tokens_out=None, calls=2)) == Decimal(5)


def test_what_a_sent_picture_costs_is_unknown_until_the_table_says_what_it_counts_as() -> None:
    estimate = chat(pictures_in=2, picture_tokens=500_000)
    assert model(**TOKENS).worst(estimate) is None
    assert model(**TOKENS, tokens_per_picture=1_000_000).worst(estimate) == Decimal(4)


def test_a_picture_costs_by_size_and_quality_and_the_dearest_counts_where_they_are_open() -> None:
    rows = [
        {"size": "64x64", "quality": "low", "price": "0.01"},
        {"size": "64x64", "quality": "high", "price": "0.04"},
        {"size": "128x64", "price": "0.05"},
    ]
    table = model(pictures=rows)
    assert table.worst(image(size="64x64", quality="low")) == Decimal("0.01")
    assert table.worst(image(size="64x64")) == Decimal("0.04")
    assert table.worst(image(size="auto", quality="high")) == Decimal("0.05")
    assert table.worst(image(size="32x32")) is None


def test_what_a_call_came_to_is_told_by_its_usage_else_by_the_picture() -> None:
    usage = {"input_tokens": 1000, "output_tokens": 2000}
    assert model(**TOKENS).actual(image(), usage) == Decimal("0.021")
    assert model(**TOKENS).actual(image(), {}) is None
    assert model(pictures=[{"price": "0.02"}]).actual(image(), usage) == Decimal("0.02")
    assert model(**TOKENS).actual(chat(), {"prompt_tokens": 1000, "completion_tokens": 0}) == Decimal("0.001")
    assert model(**TOKENS).actual(chat(), {"prompt_tokens": "many", "completion_tokens": -1}) is None


def test_a_model_without_prices_costs_nobody_knows_what() -> None:
    assert Prices().worst(chat()) == (None, "")
    assert model().worst(chat()) is None


def test_a_table_is_found_where_the_environment_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TWICETOLD_PRICES", raising=False)
    assert Prices.find() is None
    block = next(text for text in reading.blocks(reading.DOCS / "guides" / "paid-calls.md", "toml"))
    (tmp_path / "prices.toml").write_text(block, encoding="utf-8")
    monkeypatch.setenv("TWICETOLD_PRICES", str(tmp_path / "prices.toml"))
    found = Prices.find()
    assert found
    assert found.models["words-model"].input_per_million == Decimal("0.10")
    assert found.models["picture-model"].pictures[1].price == Decimal("0.19")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[models.a]\ndate = 2026-11-01\nsource = ''\ncurrency = 'dollars'", "models.a.currency"),
        ("[models.a]\nsource = ''\ncurrency = 'USD'", "models.a.date"),
        ("[models.a]\ndate = 2026-11-01\nsource = ''\ncurrency = 'USD'\ninput_per_million = -1", "input_per_million"),
        ("[models.a]\ndate = 2026-11-01\nsource = ''\ncurrency = 'USD'\ninput_per_million = nan", "input_per_million"),
        ("[models.a]\ndate = 2026-11-01\nsource = ''\ncurrency = 'USD'\nprice = 1", "models.a.price"),
        ("prices = 3", "prices.toml: models"),
        ("[models", "is no price table"),
    ],
)
def test_what_is_wrong_with_a_table_is_named(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "prices.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(StudyError, match=message):
        Prices.load(path)


def test_a_table_that_is_not_there_or_no_text_is_named(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match=r"no\.toml: cannot be read .*check the path"):
        Prices.load(tmp_path / "no.toml")
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(StudyError, match="is no price table"):
        Prices.load(tmp_path / "bytes.toml")

"""Paid calls of a study: none without a limit, none beyond one, each in the ledger, none twice."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from compression.budget import RunBudget
from compression.build import BuildError
from compression.definition import BudgetTable
from compression.errors import StopRun
from surveys.models import LedgerEntry, Stimulus
from surveys.selectors.ledger import balance
from surveys.selectors.paid import doubtful, paid_methods
from surveys.services import spending, stimuli
from surveys.services.ledger import StudyBudget
from tests.surveys import factories, paid_studies

CENTS = "0.02"


@pytest.fixture
def prices(tmp_path, monkeypatch):
    monkeypatch.setenv("TWICETOLD_PRICES", str(paid_studies.write_prices(tmp_path)))


def make(study, **terms):
    """Make a study's stimuli; return what ended the run early, if anything did."""
    asked = spending.Terms(**terms)
    with ThreadPoolExecutor(1) as executor:
        try:
            list(
                stimuli.generate(
                    study=study,
                    executor=executor,
                    caller=spending.caller(study, asked),
                    retry_failed=asked.retry_failed,
                )
            )
        except BuildError as error:
            return str(error)
    return ""


def test_without_any_limit_no_call_is_made(transactional_db, paid_server, prices, tmp_path):
    study = paid_studies.load(tmp_path)
    assert [method.slug for method in paid_methods(study)] == ["words"]
    assert "--max-cost" in make(study)
    assert paid_server.requests == []


def test_every_call_is_in_the_ledger_and_is_made_once(transactional_db, paid_server, prices, tmp_path):
    study = paid_studies.load(tmp_path)
    assert make(study, max_calls=10) == ""
    assert Stimulus.objects.filter(state="ready").count() == 4
    so_far = balance(study.pk)
    assert (so_far.calls, set(so_far.spent)) == (4, {"USD"})
    assert Decimal("0.04") < so_far.spent["USD"] < Decimal("0.05")
    assert make(study, max_calls=10) == ""
    assert len(paid_server.bills) == 4
    assert doubtful(study) == []


def test_the_limit_of_the_study_holds_over_all_its_runs(transactional_db, paid_server, prices, tmp_path):
    study = paid_studies.load(tmp_path, "max_calls = 3")
    assert "study's limit of 3 paid calls" in make(study)
    assert "study's limit of 3 paid calls" in make(study, max_calls=50)
    assert len(paid_server.bills) == 3


def test_the_limit_in_money_holds(transactional_db, paid_server, prices, tmp_path):
    study = paid_studies.load(tmp_path, 'max_cost = "0.03"\ncurrency = "USD"')
    assert "of the study's 0.03" in make(study)
    assert sum(kind == "image" for kind in paid_server.bills) == 1
    assert balance(study.pk).spent["USD"] <= Decimal("0.03")


def test_without_prices_a_limit_in_money_lets_nothing_through(transactional_db, paid_server, tmp_path):
    study = paid_studies.load(tmp_path, 'max_cost = "5"\ncurrency = "USD"')
    assert "complete the model's prices" in make(study)
    assert paid_server.bills == []


def test_a_call_that_broke_off_stays_counted_and_is_named(transactional_db, paid_server, prices, tmp_path):
    study = paid_studies.load(tmp_path)
    paid_server.faults = ["reset"]
    make(study, max_calls=10)
    assert [call.model for call in doubtful(study)] == ["eyes-6"]
    assert doubtful(study)[0].what in {"one", "two"}
    assert balance(study.pk).calls == len(paid_server.bills)
    make(study, max_calls=10, repeat_possibly_billed=True)
    assert doubtful(study) == []


def test_the_command_says_what_it_would_cost_and_stops_at_the_limit(
    transactional_db, paid_server, prices, tmp_path, capsys
):
    paid_studies.load(tmp_path)
    call_command("generate_stimuli", "--dry-run")
    assert "In all: at most 4 calls, 0.0" in capsys.readouterr().out
    assert paid_server.requests == []
    with pytest.raises(CommandError, match="limit of 1 paid calls"):
        call_command("generate_stimuli", "--max-calls", "1")
    with pytest.raises(CommandError, match="no amount"):
        call_command("generate_stimuli", "--max-cost", "much")


def test_threads_and_runs_together_never_pass_the_limit(transactional_db):
    study = factories.make_study()
    limits = BudgetTable(max_cost="0.20", currency="USD")
    start, refused = threading.Barrier(4), []

    def spend(run: int) -> None:
        budget = StudyBudget(study.pk, limits, RunBudget())
        start.wait()
        for number in range(5):
            try:
                budget.reserve(f"{run}-{number}:1", Decimal(CENTS), "USD")
                budget.settle(f"{run}-{number}:1", Decimal(CENTS))
            except StopRun as error:
                refused.append(str(error))
        connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(spend, range(4)))
    assert balance(study.pk).spent == {"USD": Decimal("0.20")}
    assert len(refused) == 10
    assert "The next call could cost 0.02 USD" in refused[0]


@pytest.mark.django_db
def test_money_set_aside_is_given_back_or_replaced_by_what_was_paid():
    study = factories.make_study()
    budget = StudyBudget(study.pk, BudgetTable(), RunBudget())
    budget.reserve("a:1", Decimal("0.50"), "USD")
    budget.reserve("b:1", Decimal("0.50"), "USD")
    budget.reserve("c:1", Decimal("0.25"), "USD")
    budget.settle("a:1", Decimal("0.10"))
    budget.release("b:1")
    assert balance(study.pk).spent == {"USD": Decimal("0.35")}
    assert balance(study.pk).calls == 2
    assert LedgerEntry.objects.count() == 5, "rows are only added"


@pytest.mark.django_db
def test_a_refusal_of_the_study_frees_what_the_run_had_set_aside():
    study = factories.make_study()
    run = RunBudget(max_calls=5)
    budget = StudyBudget(study.pk, BudgetTable(max_calls=0), run)
    with pytest.raises(StopRun):
        budget.reserve("a:1", None, "")
    assert run.calls == 0


@pytest.mark.django_db
def test_another_currency_than_the_limits_is_refused():
    budget = StudyBudget(factories.make_study().pk, BudgetTable(max_cost="5", currency="EUR"), RunBudget())
    with pytest.raises(StopRun, match="write limit and prices in one currency"):
        budget.reserve("a:1", Decimal(1), "USD")

"""Every command, each of its arguments and every make target is explained; every command shown in a document exists."""

from __future__ import annotations

import argparse
import importlib
import re
import shlex
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from typing import NoReturn
from unittest.mock import patch

import pytest
from django.core.management import get_commands, load_command_class
from django.core.management.base import BaseCommand

from tests.docs import reading

DJANGOS = (
    "migrate",
    "collectstatic",
    "createsuperuser",
    "drf_create_token",
    "check",
    "changepassword",
    "spectacular",
    "help",
)
MODULES = ("compression", "analysis")


def ours() -> list[str]:
    return sorted(name for name, app in get_commands().items() if app == "surveys")


@cache
def arguments_of(name: str) -> frozenset[str]:
    """Return the arguments a command has of its own."""
    app = get_commands()[name]
    command = load_command_class(app, name) if isinstance(app, str) else app
    common = _names(BaseCommand().create_parser("manage.py", name))
    return frozenset(_names(command.create_parser("manage.py", name)) - common)


def _names(parser: argparse.ArgumentParser) -> set[str]:
    return {action.option_strings[-1] if action.option_strings else action.dest for action in parser._actions}


@cache
def subcommands(module: str) -> dict[str, argparse.ArgumentParser]:
    """Return the subcommands of ``python -m module``, from the parser it comes to parse with."""
    met: list[argparse.ArgumentParser] = []

    def meet(parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        met.append(parser)
        sys.exit()

    with patch.object(argparse.ArgumentParser, "parse_args", meet), suppress(SystemExit):
        importlib.import_module(f"{module}.__main__").main([])
    choices = next(action.choices for action in met[0]._actions if isinstance(action, argparse._SubParsersAction))
    return dict(choices)


def targets() -> set[str]:
    makefile = (reading.ROOT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))


@pytest.mark.parametrize("name", ours())
def test_each_management_command_is_explained_with_its_arguments(name: str):
    explained = set(reading.rows(reading.section("commands.md", f"manage.py {name}")))
    assert explained == arguments_of(name)


@pytest.mark.parametrize("module", MODULES)
def test_each_subcommand_is_explained_with_its_arguments(module: str):
    for name, parser in subcommands(module).items():
        explained = set(reading.rows(reading.section("commands.md", f"python -m {module} {name}")))
        assert explained == _names(parser) - {"--help"}


def test_every_make_target_and_variable_is_explained():
    makefile = (reading.ROOT / "Makefile").read_text(encoding="utf-8")
    variables = set(re.findall(r"\$\(filter \w+,\$\((\w+)\)\)", makefile))
    explained = reading.rows(reading.section("commands.md", "make"))
    assert {f"make {name}" for name in targets()} <= set(explained)
    assert variables
    for variable in variables:
        assert any(f"`{variable}=" in row for row in explained.values()), variable


def shown() -> Iterator[tuple[str, str]]:
    for path in reading.documents():
        for line in reading.command_lines(path):
            yield str(path.relative_to(reading.ROOT)), line


def test_every_make_target_shown_in_a_document_exists():
    named = {word for _, line in shown() if line.startswith("make ") for word in line.split()[1:] if "=" not in word}
    assert {"demo", "test"} <= named
    assert named <= targets()


def test_every_management_command_shown_in_a_document_exists_with_its_options():
    found = [(where, line) for where, line in shown() if "manage.py " in line]
    assert {where for where, _ in found} >= {"README.md", "docs/quickstart.md"}
    for where, line in found:
        name, *words = shlex.split(line.split("manage.py ", 1)[1])
        assert name in (*ours(), *DJANGOS), f"{where}: {line}"
        options = {word.partition("=")[0] for word in words if word.startswith("--")}
        assert name in DJANGOS or options <= arguments_of(name), f"{where}: {line}"


def test_every_module_run_in_a_document_exists():
    for where, line in shown():
        if match := re.search(r"python -m (compression|analysis)\b(.*)", line):
            words = shlex.split(match[2])
            known = subcommands(match[1])
            assert words[0] in known, f"{where}: {line}"
            options = {word for word in words[1:] if word.startswith("--")}
            assert options <= _names(known[words[0]]), f"{where}: {line}"


def test_the_readme_names_every_management_command_and_the_two_make_targets():
    readme = (reading.ROOT / "README.md").read_text(encoding="utf-8")
    for name in {*ours()} - {"study_schema"}:
        assert f"manage.py {name}" in readme, name
    assert "make demo" in readme
    assert "make test" in readme

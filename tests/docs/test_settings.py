"""Every setting is explained in docs/settings.md, with its default, and nothing else is."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.docs import reading

READ_BY_OTHERS = {"DJANGO_SETTINGS_MODULE", "DJANGO_ALLOW_ASYNC_UNSAFE", "XDG_RUNTIME_DIR"}
READS = {f"env.{kind}" for kind in ("str", "bool", "int", "float", "list", "db_url")}
NO_DEFAULT = object()


def settings_in(path: Path) -> Iterator[tuple[str, object]]:
    """Yield each environment variable that a file reads, and its default where that is a plain value."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            read = ast.unparse(node.func)
            if read == "os.environ.get" or (read in READS and path.name == "settings.py"):
                yield from _named(node.args[0], _default(node))
        elif isinstance(node, ast.Subscript) and ast.unparse(node.value) == "os.environ":
            yield from _named(node.slice, NO_DEFAULT)
        elif isinstance(node, ast.Compare) and ast.unparse(node.comparators[0]) == "os.environ":
            yield from _named(node.left, NO_DEFAULT)


def _named(node: ast.expr, default: object) -> Iterator[tuple[str, object]]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value, default


def _default(call: ast.Call) -> object:
    given = next((word.value for word in call.keywords if word.arg == "default"), None)
    node = given if given is not None else call.args[1] if len(call.args) > 1 else None
    return node.value if isinstance(node, ast.Constant) else NO_DEFAULT


def all_settings() -> dict[str, object]:
    python = [path for path in reading.tracked() if path.suffix == ".py" and path.name != Path(__file__).name]
    found = {name: default for path in python for name, default in settings_in(path)}
    return {name: default for name, default in found.items() if name not in READ_BY_OTHERS}


def test_every_setting_is_explained_and_every_explained_setting_exists():
    from compression.methods import PLUGINS

    assert set(reading.rows(reading.text("settings.md"))) == {*all_settings(), PLUGINS}


def test_the_settings_files_are_among_those_that_are_searched():
    assert {"DATABASE_URL", "SECRET_KEY", "BIND", "CHROMIUM", "PUBLISHED_STUDY"} <= set(all_settings())


def test_defaults_in_the_docs_are_those_of_the_code():
    explained = reading.rows(reading.text("settings.md"))
    for name, default in all_settings().items():
        if isinstance(default, (str, int)) and default != "":
            shown = str(default).lower() if isinstance(default, bool) else str(default)
            assert f"`{shown}`" in explained[name], f"docs/settings.md: {name} has the default {shown}"


def test_the_example_file_names_only_settings_that_exist():
    lines = (reading.ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    named = {line.removeprefix("# ").split("=")[0] for line in lines if "=" in line}
    assert named
    assert named <= {*all_settings(), "TWICETOLD_BACKENDS"}

"""``python -m compression new``: a study file for a folder of photographs."""

import argparse
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from compression import images
from compression.commands.codes import OK
from compression.errors import PictureError, RemediedError
from compression.files import EXTENSIONS
from compression.store import write_atomically

HEAD = """\
# Made from the folder of pictures beside it. Docs: docs/study-file.md

[study]
slug = {slug}
title = {title}
seed = 1
missing_files = "record"

[renditions]
area_px = 262144
pair_budget_bytes = 800000
"""
CATEGORY = "\n[[categories]]\nslug = {slug}\ntitle = {title}\n"
ORIGINAL = """
[[originals]]
slug = {slug}
category = {category}
file = {file}
may_send_to_third_parties = false
"""
METHODS = """
[[methods]]
slug = "jpeg-low"
title = "JPEG, 90 % smaller"
family = "classical"
codec = { backend = "jpeg", target_percent_smaller = 90 }

[[methods]]
slug = "jpeg-high"
title = "JPEG, 80 % smaller"
family = "classical"
codec = { backend = "jpeg", target_percent_smaller = 80 }

# Words need a captioner and a reconstructor; docs/study-file.md has all of them under "Backends".
"""
SURVEY = """
[[surveys]]
slug = "a"
instrument = "survey_a"
raters = 20

# What participants read before they agree. Publishing is refused while one of these is empty.
[consent]
responsible = ""
contact = ""
ethics = ""              # reference of the approval, or "none"
purpose = ""
retention = ""
third_parties = ""       # who else gets the answers, or "none"
pay = ""                 # or "none"
content_warning = ""     # what might upset, or "none"
adults_only = true
withdraw_until = ""      # a date, or days after finishing: "30 days"

[preregistration]
primary_outcome = "Mean over originals of the median satisfaction, per method."
margin = 0.5
"""


class NewError(RemediedError):
    """A study file cannot be made of a folder."""


def add(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("new", help="write a study file for a folder of photographs")
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="pictures; its subfolders become categories")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write ``study.toml`` into the folder and say what to do next; an existing one is left alone."""
    folder = options.folder
    path = folder / "study.toml"
    if path.exists():
        raise NewError(f"{path} is there already", "move it away, or go on with it")
    found = list(pictures(folder))
    if not found:
        raise NewError(
            f"there is no picture in {folder} or its subfolders", f"put some there ({', '.join(EXTENSIONS)})"
        )
    write_atomically(path, text(folder, found).encode("utf-8"))
    for name in found:
        _warn(folder / name)
    print(f"{path} names {len(found)} originals. Next: look at its categories and methods, then")
    print(f"  python -m compression build {path} --out DIR")
    return OK


def pictures(folder: Path) -> Iterator[Path]:
    """Yield the pictures in a folder and its subfolders, relative to it, in order of their names; hidden ones not."""
    if not folder.is_dir():
        raise NewError(f"{folder} is not a folder", "name the folder that holds the photographs")
    for path in sorted(folder.glob("*")) + sorted(folder.glob("*/*")):
        relative = path.relative_to(folder)
        hidden = any(part.startswith(".") for part in relative.parts)
        if path.suffix.lower() in EXTENSIONS and path.is_file() and not hidden:
            yield relative


def text(folder: Path, found: list[Path]) -> str:
    """Return the study file's text.

    Parameters
    ----------
    folder
        Its name becomes the study's.
    found
        The pictures, relative to the folder.
    """
    name = folder.resolve().name
    parts = [HEAD.format(slug=_quoted(slug(name) or "study"), title=_quoted(name))]
    categories = {_category(path): path.parent.name or "Pictures" for path in found}
    parts += [CATEGORY.format(slug=_quoted(key), title=_quoted(title)) for key, title in categories.items()]
    taken: set[str] = set()
    for path in found:
        own = _free(slug(path.stem) or "picture", taken)
        taken.add(own)
        file = _quoted(path.as_posix())
        parts.append(ORIGINAL.format(slug=_quoted(own), category=_quoted(_category(path)), file=file))
    return "".join(parts) + METHODS + SURVEY


def slug(name: str) -> str:
    """Return a name as a slug: small letters, digits, - and _; empty when nothing is left."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9_]+", "-", plain).strip("-_")[:63]


def _category(path: Path) -> str:
    return slug(path.parent.name) or "pictures"


def _free(wanted: str, taken: set[str]) -> str:
    number, name = 1, wanted
    while name in taken:
        number += 1
        name = f"{wanted[:58]}-{number}"
    return name


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(character if character >= " " else f"\\u{ord(character):04x}" for character in escaped) + '"'


def _warn(path: Path) -> None:
    try:
        images.probe(path.read_bytes(), path.name)
    except PictureError as error:
        print(f"Note: {error}")

"""What a program reads of a page: its title, forms, links, frames, data, and the codes it shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

Attributes = Mapping[str, str]


@dataclass(frozen=True)
class Form:
    """A form as it would be sent if nobody touched it; ``ticks`` are the boxes that somebody may tick."""

    id: str
    method: str
    action: str
    fields: dict[str, str] = field(default_factory=dict)
    ticks: dict[str, str] = field(default_factory=dict)
    buttons: list[str] = field(default_factory=list)  # the names of those that can be pressed; "" for one without

    @property
    def can_be_sent(self) -> bool:
        """Whether there is a button to press."""
        return bool(self.buttons)


@dataclass(frozen=True)
class Link:
    """Where a link leads."""

    id: str
    url: str


@dataclass
class Page:
    """A page, read."""

    title: str = ""  # its first heading
    forms: list[Form] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    frames: list[str] = field(default_factory=list)  # their addresses
    texts: dict[str, str] = field(default_factory=dict)  # of scripts and outputs that have an id

    def form(self, identifier: str) -> Form | None:
        """Return the form with this id."""
        return next((form for form in self.forms if form.id == identifier), None)

    def posting_to(self, path: str) -> Form | None:
        """Return the form that is posted to an address that ends so."""
        return next((form for form in self.forms if form.method == "post" and form.action.endswith(path)), None)

    def consent(self) -> Form | None:
        """Return the form by which somebody agrees to take part, if it can be sent."""
        return next((form for form in self.forms if "consent" in form.ticks and form.can_be_sent), None)

    def link(self, identifier: str) -> str:
        """Return where the link with this id leads; nothing where there is none."""
        return next((link.url for link in self.links if link.id == identifier), "")


def read(html: str) -> Page:
    """Read a page."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.page


class _Reader(HTMLParser):
    """Keeps what `Page` has; character references are resolved."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self._form: Form | None = None
        self._inside = ""  # the tag whose text is kept
        self._under = ""  # the id under which it is kept

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(has.get("id", ""), has.get("method", "get").lower(), has.get("action", ""))
            self.page.forms.append(self._form)
        elif tag == "a":
            self.page.links.append(Link(has.get("id", ""), has.get("href", "")))
        elif tag == "iframe":
            self.page.frames.append(has.get("src", ""))
        elif tag in ("input", "button", "textarea") and self._form is not None:
            _add(self._form, tag, has)
        elif tag == "h1" or (tag in ("script", "output") and "id" in has):
            self._inside, self._under = tag, has.get("id", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        if tag == self._inside:
            self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "h1":
            self.page.title = " ".join(f"{self.page.title} {data}".split())
        elif self._inside:
            self.page.texts[self._under] = (self.page.texts.get(self._under, "") + data).strip()


def _add(form: Form, tag: str, has: Attributes) -> None:
    """Add what stands in a form."""
    name, kind = has.get("name", ""), has.get("type", "text")
    if "disabled" in has:
        return
    if tag == "button" or kind == "submit":
        form.buttons.append(name)
    elif kind == "checkbox":
        form.ticks[name] = has.get("value", "on")
    elif name:
        form.fields[name] = has.get("value", "")

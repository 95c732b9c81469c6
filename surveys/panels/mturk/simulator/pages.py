"""The worker site's pages: plain, for a browser in a rehearsal or a test."""

from __future__ import annotations

from html import escape
from urllib.parse import urlencode

from surveys.panels.mturk.simulator.records import Hit

STYLE = (
    "body{font:16px/1.5 system-ui;margin:1rem auto;max-width:1100px;padding:0 1rem}"
    "iframe{width:100%;border:1px solid #767676}"
)


def page(title: str, body: str) -> str:
    """Return a page."""
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style>'
        f"<h1>{escape(title)}</h1><p>Simulated: nobody is paid here.</p>{body}</html>"
    )


def hits(listed: list[Hit], worker: str) -> str:
    """Return the list of HITs that a worker sees."""
    rows = "".join(
        f"<tr><td>{escape(hit.values['Title'])}<td>{hit.reward:.2f} USD<td>"
        f'<a href="/worker/preview?{urlencode({"hit": hit.id, "worker": worker})}">Preview</a>'
        for hit in listed
    )
    return page("HITs", f"<table><tr><th>Title<th>Reward<th>{rows}</table>")


def preview(hit: str, worker: str, frame: str) -> str:
    """Return a HIT before it is accepted."""
    return page("Preview", _button("/worker/accept", "Accept", hit=hit, worker=worker) + _frame(frame))


def task(assignment: str, worker: str, frame: str) -> str:
    """Return a HIT that is worked on."""
    return page("Task", _button("/worker/return", "Return", assignment=assignment, worker=worker) + _frame(frame))


def refused(message: str) -> str:
    """Return why something is not possible."""
    return page("Not possible", f"<p>{escape(message)}</p>")


def _button(action: str, words: str, **fields: str) -> str:
    hidden = "".join(f'<input type="hidden" name="{name}" value="{escape(text)}">' for name, text in fields.items())
    return f'<form method="post" action="{action}">{hidden}<button>{words}</button></form>'


def _frame(url: str) -> str:
    return f'<iframe src="{escape(url)}" height="900" title="Task"></iframe>'

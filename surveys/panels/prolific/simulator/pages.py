"""The participants' pages: plain, for a browser in a rehearsal or a test."""

from __future__ import annotations

from html import escape

from surveys.panels.prolific.simulator.records import Study, Submission

STYLE = "body{font:16px/1.5 system-ui;margin:1rem auto;max-width:700px;padding:0 1rem}form{display:inline}"


def page(title: str, body: str) -> str:
    """Return a page."""
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style>'
        f"<h1>{escape(title)}</h1><p>Simulated: nobody is paid here.</p>{body}</html>"
    )


def studies(listed: list[Study], participant: str, currency: str, at: tuple[Study, Submission] | None) -> str:
    """Return the studies that a participant is shown, and what they are at."""
    rows = "".join(
        f"<li>{escape(one.values['name'])}, {one.reward / 100:.2f} {escape(currency)} "
        + button("/site/take", "Take part", study=one.id, participant=participant)
        for one in listed
    )
    under_way = ""
    if at is not None:
        under_way = f"<p>{escape(at[0].values['name'])} is under way. " + button(
            "/site/return", "Return", submission=at[1].id, participant=participant
        )
        under_way += button("/site/nocode", "I have no code", participant=participant) + "</p>"
    return page("Studies", f"{under_way}<ul>{rows}</ul>")


def completed(one: Submission) -> str:
    """Return what a participant reads who came back."""
    return page("Thank you", f"<p>Your submission is: {escape(one.status)}.</p>")


def refused(message: str) -> str:
    """Return why something is not possible."""
    return page("Not possible", f"<p>{escape(message)}</p>")


def button(action: str, words: str, **fields: str) -> str:
    """Return a form of one button."""
    hidden = "".join(f'<input type="hidden" name="{name}" value="{escape(text)}">' for name, text in fields.items())
    return f'<form method="post" action="{action}">{hidden}<button>{words}</button></form>'

"""Small studies for tests: plain functions, tiny pictures, and the product's own services wherever there is one."""

from __future__ import annotations

import hashlib
import io
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone
from PIL import Image

from surveys.instruments import loader
from surveys.models import (
    Assignment,
    Invitation,
    Method,
    Original,
    PlaceItem,
    Posting,
    Release,
    Rendition,
    Stimulus,
    Study,
    Survey,
)
from surveys.selectors.pictures import store
from surveys.selectors.releases import reconstructions
from surveys.services import answers, assignments, claiming, places, publishing, releases, studies

CONSENT = {
    "responsible": "Dr Ada Example",
    "contact": "ada@example.org",
    "ethics": "none",
    "purpose": "A test",
    "other_data": "none",
    "retention": "Until the test is over",
    "third_parties": "none",
    "pay": "none",
    "time": "",
    "content_warning": "none",
    "adults_only": True,
    "withdraw_until": "30 days",
}
PREREGISTRATION = {
    "primary_outcome": "median satisfaction per stimulus",
    "margin": 0.5,
    "exclusion_rules": [],
    "stop_rule": "",
    "overlap_k": 3,
    "overlap_scope": "category",
}


def make_user(username: str = "ada", *, is_staff: bool = True, **fields: Any) -> User:
    """Make somebody who can log in with the password ``secret-secret``."""
    return User.objects.create_user(username, password="secret-secret", is_staff=is_staff, **fields)


def make_study(
    slug: str = "tiny",
    *,
    owner: User | None = None,
    originals: int = 2,
    methods: int = 2,
    categories: int = 1,
    **fields: Any,
) -> Study:
    """Make a study with every stimulus ready and its pictures in the store; methods are textual, classical, …"""
    defaults: dict[str, Any] = {
        "title": f"The {slug} study",
        "seed": 7,
        "listed": True,
        "results_public": True,
        "files_root": ".",
        "area_px": 64,
        "definition": {"consent": CONSENT, "panel": {"kind": "direct", "links": "invitation"}},
        "definition_sha256": hashlib.sha256(slug.encode()).hexdigest(),
    }
    study = Study.objects.create(slug=slug, owner=owner, **(defaults | fields))
    kinds = [study.categories.create(slug=f"kind-{n}", title=f"Kind {n}", position=n) for n in range(categories)]
    for n in range(methods):
        make_method(study, n)
    for n in range(originals):
        original = make_original(study, n, category=kinds[n % categories])
        for method in study.methods.all():
            make_stimulus(original, method)
    return study


def make_method(study: Study, n: int) -> Method:
    """Make the study's n-th method: even ones are textual, odd ones classical."""
    family = Method.Family.CLASSICAL if n % 2 else Method.Family.TEXTUAL
    return study.methods.create(slug=f"method-{n}", title=f"Method {n}", family=family, position=n, settings={})


def make_original(study: Study, n: int, **fields: Any) -> Original:
    """Make the study's n-th original, with its rendition."""
    rendition = make_rendition(study, f"{study.slug}/{n}")
    values = {"title": f"Picture {n}", "sha256": rendition.source_sha256, "file_bytes": 4000, "rendition": rendition}
    return study.originals.create(slug=f"picture-{n}", position=n, **(values | fields))


def make_stimulus(original: Original, method: Method, **fields: Any) -> Stimulus:
    """Make the stimulus of an original and a method: ready, sized, with its rendition."""
    size = 40 + 10 * original.position + 1000 * method.position
    textual = method.family == Method.Family.TEXTUAL
    rendition = make_rendition(original.study, f"{original.study.slug}/{original.slug}.{method.slug}")
    values: dict[str, Any] = {
        "state": Stimulus.State.READY,
        "caption": "x" * size if textual else None,
        "size_bytes": size,
        "file_bytes": None if textual else size,
        "image_bytes": 2000,
        "width": 8,
        "height": 8,
        "original_bytes": original.file_bytes,
        "original_pixels": 64,
        "sha256": rendition.source_sha256,
        "rendition": rendition,
        "original_rendition": original.rendition,
        "content_sha256": rendition.source_sha256,
    }
    return Stimulus.objects.create(original=original, method=method, **(values | fields))


def make_rendition(study: Study, name: str) -> Rendition:
    """Put a tiny picture, different for every name, into the store and return its rendition."""
    digest = hashlib.sha256(name.encode()).hexdigest()
    file = io.BytesIO()
    colour = (int(digest[:2], 16), int(digest[2:4], 16), int(digest[4:6], 16))
    Image.new("RGB", (8, 8), colour).save(file, "WEBP", lossless=True, exact=True)
    data = file.getvalue()
    return Rendition.objects.create(
        study=study,
        sha256=store().put_blob(data),
        source_sha256=digest,
        width=8,
        height=8,
        size_bytes=len(data),
        area_px=64,
    )


def make_survey(study: Study | None = None, *, slug: str = "a", raters: int = 2, **fields: Any) -> Survey:
    """Make a survey of a study with its shipped wording, still a draft."""
    instrument = studies.store_instrument(loader.load(f"survey_{slug}", loader.SHIPPED))
    values = {"instrument": instrument, "raters": raters, "preregistration": PREREGISTRATION}
    return Survey.objects.create(study=study or make_study(), slug=slug, **(values | fields))


def make_planned_survey(study: Study | None = None, **fields: Any) -> Survey:
    """Make a survey and plan its places."""
    survey = make_survey(study, **fields)
    places.plan(survey=survey)
    survey.refresh_from_db()
    return survey


def make_published_survey(
    study: Study | None = None,
    *,
    raters: int = 2,
    link: str = Posting.Link.INVITATION,
    invitations: int = 4,
    simulated: bool = False,
    **fields: Any,
) -> tuple[Survey, publishing.Published]:
    """Make a survey, plan it and publish it; the keys of its links are in the second value."""
    survey = make_planned_survey(study, raters=raters, **fields)
    release_all(survey.study)
    published = publishing.publish(survey=survey, link=link, invitations=invitations, simulated=simulated)
    survey.refresh_from_db()
    return survey, published


def publish(study: Study) -> publishing.Published:
    """Plan, release and publish a loaded study whose stimuli are made."""
    survey = study.surveys.get()
    places.plan(survey=survey)
    release_all(study)
    return publishing.publish(survey=survey, link=Posting.Link.OPEN)


def release_all(study: Study, by: str = "a test") -> None:
    """Release every reconstruction of a study that waits for somebody to look at it."""
    if seen := [each.seen for each in reconstructions(study, state="waiting")]:
        releases.judge(study=study, seen=seen, verdict=Release.Verdict.RELEASED, by=by)


def take_part(
    published: publishing.Published,
    number: int = 1,
    *,
    value: Callable[[PlaceItem], int] | int = 7,
    items: int | None = None,
    finish: bool = True,
) -> Assignment:
    """Claim a place, answer its items (or the first few) and, unless told otherwise, finish."""
    invitation = Invitation.objects.filter(posting=published.posting, number=number).first()
    assignment = claiming.claim_next(posting=published.posting, invitation=invitation, device="desktop")
    shown = PlaceItem.objects.filter(place=assignment.place).select_related("stimulus__original", "stimulus__method")
    for item in shown.order_by("position")[:items]:
        rate(assignment, item, value(item) if callable(value) else value)
    if finish and items is None:
        assignments.submit(code=assignment.code)
    assignment.refresh_from_db()
    return assignment


def rate(assignment: Assignment, item: PlaceItem, value: int) -> Any:
    """Answer one item, as a page beside which the original stood would."""
    given = answers.Given(
        position=item.position, question="satisfaction", value=value, key=uuid.uuid4(), layout="side", seconds=3.0
    )
    return answers.record(code=assignment.code, given=given)


def let_leases_end(survey: Survey) -> int:
    """Make every lease of a survey run out, and release its places; return how many."""
    Assignment.objects.filter(place__survey=survey).update(lease_until=timezone.now() - timedelta(seconds=1))
    return assignments.release_stale(survey=survey, now=timezone.now())


def publish_anything(study: Study) -> Survey:
    """Mark a study's first survey as published, whatever is planned."""
    survey = study.surveys.get()
    survey.state = Survey.State.PUBLISHED
    survey.save(update_fields=["state"])
    return survey

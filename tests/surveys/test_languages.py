"""Participants' pages in the language of what they are asked in: all of it, and nobody else's."""

from __future__ import annotations

import html
import json
import re
import uuid
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation
from django.utils.translation import trans_real

from scripts import messages
from surveys import languages
from surveys.instruments import loader
from surveys.models import Assignment
from surveys.selectors import tables
from surveys.services import studies
from surveys.services.keys import token_for
from tests.surveys import factories, study_files

pytestmark = pytest.mark.django_db
NAMES = re.compile(r"%\(\w+\)[sd]|\{\w+\}")


def texts(message: Any) -> list[tuple[str, str]]:
    if isinstance(message.id, str):
        return [(message.id, message.string)]
    return list(zip(message.id, message.string, strict=True))


def test_german_is_complete_and_compiled():
    german = messages.read("de")
    said = {(message.id, message.context) for message in german if message.id}
    assert said == {(message.id, message.context) for message in messages.words() if message.id}
    assert messages.missing(german) == []
    assert messages.catalogue("de").with_suffix(".mo").read_bytes() == messages.compiled(german)


def test_names_in_texts_are_the_same_in_german():
    for message in messages.read("de"):
        for original, translated in texts(message) if message.id else ():
            lost = set(NAMES.findall(original)) ^ set(NAMES.findall(translated))
            assert not lost, original


def test_what_is_missing_is_named(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(messages, "LOCALE", tmp_path)
    messages.main(["fr"])
    said = capsys.readouterr().out
    assert f"fr: {len(messages.missing(messages.words()))} words without translation" in said
    assert "Would you like to stop here?" in said
    assert messages.read("fr").locale is not None
    assert (tmp_path / "fr" / "LC_MESSAGES" / "django.mo").exists()


@pytest.mark.parametrize("slug", ["a", "b", "c"])
def test_a_german_instrument_asks_the_same_as_the_english_one(slug):
    english, german = (loader.load(f"survey_{slug}{tail}", loader.SHIPPED).content() for tail in ("", "_de"))

    def bones(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {name: bones(each, name) for name, each in value.items()}
        if isinstance(value, list):
            return [bones(each, key) for each in value]
        words = key in ("text", "notes", "examples", "title", "low", "high", "language", "5", "3", "1")
        return "…" if words or (key == "slug" and value.startswith("survey_")) else value

    assert bones(english) == bones(german)
    assert english["title"] != german["title"]


def published(language: str = "de", slug: str = "a", **fields: Any):
    """Publish a survey whose instrument is in a language."""
    german = loader.load(f"survey_{slug}_de", loader.SHIPPED).content() | {"language": language}
    instrument = studies.store_instrument(loader.Instrument.model_validate(german))
    return factories.make_published_survey(slug=slug, instrument=instrument, **fields)


def english_in(page: str) -> list[str]:
    """Return the English sentences of ours that a page shows, without what scripts hold."""
    shown = " ".join(html.unescape(re.sub(r"<script.*?</script>|<[^>]+>", " ", page, flags=re.S)).split())
    ours = {text for message in messages.read("de") if message.id for text, other in texts(message) if text != other}
    return [text for text in ours if " " in text and "%" not in text and text in shown]


@pytest.mark.parametrize("slug", ["a", "b", "c"])
def test_everything_from_the_invitation_to_the_receipt_is_german(client, slug):
    _, links = published(slug=slug, checks={"attention": ["instructed"], "training": slug != "c"})
    key = links.keys[0]
    pages = [client.get(reverse("join", args=[key])), client.post(reverse("join", args=[key]), {"width": "9"})]
    place = client.post(reverse("join", args=[key]), {"consent": "yes"}).headers["Location"]
    pages += [client.get(place), client.get(f"{place}leave/")]
    assignment = Assignment.objects.get()
    Assignment.objects.update(state="submitted", receipt_code="ABCD-EFGH-2345")
    pages.append(client.get(reverse("done", args=[token_for(assignment.code)])))
    assert "/withdraw/?language=de" in pages[-1].content.decode()
    pages += [client.get("/withdraw/?language=de"), client.post("/withdraw/", {"code": "ABCD-EFGH-2345"})]
    for page in pages:
        text = page.content.decode()
        assert '<html lang="de" dir="ltr">' in text
        assert english_in(text) == [], page.request["PATH_INFO"]
    assert "Ihre Bewertungen" in str(assignment.consent.content) or slug == "c"
    assert "your name" not in str(assignment.consent.content)


def test_errors_are_german_where_the_page_is(client):
    _, links = published()
    place = client.post(reverse("join", args=[links.keys[0]]), {"consent": "yes"}).headers["Location"]
    data = {"position": 1, "question": "satisfaction", "value": 11, "key": str(uuid.uuid4())}
    reply = client.post(f"{place}answers/", json.dumps(data), content_type="application/json")
    assert (reply.status_code, reply.json()["error"]) == (400, "Die Antwort muss eine ganze Zahl von 1 bis 10 sein.")
    unfinished = client.post(f"{place}finish/", headers={"accept": "application/json"})
    assert unfinished.json()["error"].startswith("Noch ohne Antwort: 1")


def test_a_page_that_has_expired_says_so_in_its_language(client, settings):
    _, links = published()
    place = client.post(reverse("join", args=[links.keys[0]]), {"consent": "yes"}).headers["Location"]
    settings.PARTICIPANT_TOKEN_DAYS = -1
    page, reply = client.get(place), client.post(f"{place}heartbeat/")
    assert (page.status_code, reply.status_code) == (410, 410)
    assert '<html lang="de"' in page.content.decode()
    assert english_in(page.content.decode()) == []
    assert reply.json()["error"].startswith("Der Link zu dieser Seite ist abgelaufen.")


def test_the_original_is_named_in_the_language_of_the_page(client, monkeypatch):
    _, links = published()
    with translation.override("de"):
        catalogue: Any = trans_real.translation("de")
        monkeypatch.setitem(catalogue._catalog, "Original", "Urbild")
        place = client.post(reverse("join", args=[links.keys[0]]), {"consent": "yes"}).headers["Location"]
        page = client.get(place).content.decode()
    assert '"label": "Urbild"' in page
    assert '"label": "Original"' not in page


def test_the_facts_of_a_study_say_the_language_of_each_survey():
    survey, _ = published()
    assert tables.facts(survey.study)["surveys"]["a"]["language"] == "de"


def test_the_next_request_is_english_again(client):
    _, links = published()
    assert "Gut zu wissen" in client.get(reverse("join", args=[links.keys[0]])).content.decode()
    assert '<html lang="en" dir="ltr">' in client.get("/").content.decode()
    assert translation.get_language() == "en"


def test_a_language_without_words_of_ours_is_named_and_read_from_its_side(client):
    _, links = published("ar")
    text = client.get(reverse("join", args=[links.keys[0]])).content.decode()
    assert '<html lang="ar" dir="rtl">' in text
    assert "Good to know" in text


def test_loading_says_where_the_pages_have_no_words(tmp_path):
    path = study_files.write(tmp_path)
    own = (loader.SHIPPED / "survey_a.toml").read_text().replace('language = "en"', 'language = "fr"')
    (path.parent / "own.toml").write_text(own)
    text = path.read_text()
    path.write_text(text.replace('instrument = "survey_a"', 'instrument = "survey_a_de"'))
    assert not any("pages have words" in line for line in studies.load(path=path).conditions)
    path.write_text(text.replace('instrument = "survey_a"', 'instrument = "own.toml"'))
    said = [line for line in studies.load(path=path).conditions if "pages have words" in line]
    assert said[0].startswith("Survey a asks in fr, and the pages have words in de, en only")
    assert languages.is_spoken("de-AT")


@pytest.mark.parametrize("language", ["../../etc", "xx", "", "x" * 500])
def test_an_address_that_names_no_language_of_ours_is_read_in_english(client, language):
    assert '<html lang="en"' in client.get("/withdraw/", {"language": language}).content.decode()


def test_scripts_of_an_instrument_that_names_no_language_are_answered_in_english(client):
    _, links = published()
    place = client.post(reverse("join", args=[links.keys[0]]), {"consent": "yes"}).headers["Location"]
    instrument = Assignment.objects.get().instrument
    del instrument.content["language"]
    instrument.save()
    reply = client.post(f"{place}finish/", headers={"accept": "application/json"})
    assert (reply.status_code, reply.json()["error"][:24]) == (409, "Still without an answer:")

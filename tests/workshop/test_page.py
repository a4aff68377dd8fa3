"""The page of the workshop as a text: its data stay data, nothing from outside gets in, and it keeps its secrets."""

import base64
import hashlib
import json
import math
import re

import pytest

from sim.state.vocabulary import ACTIVITIES, LAYERS
from sim.tracing.events import BEDSIDE, KINDS
from sim.workshop.page import SCRIPTS, TEMPLATES, page
from tests.report.reports import HOSTILE, taken
from tests.workshop.books import STYLES, book

SERVER = {"room": "KZQMC", "join": "http://192.168.1.5:8000/r/KZQMC", "qr": "M4 4h3v1h-3z"}
MOST = 8_000_000  # bytes of a page that a school's laptop opens at once


@pytest.fixture(scope="module")
def made():
    return book()


@pytest.fixture(scope="module")
def html(made):
    return page(made)


def policy_of(html):
    (meta,) = (each for each in taken(html).all("meta") if "http-equiv" in each.attributes)
    return dict(part.split(" ", 1) for part in meta.attributes["content"].split("; "))


def hash_of(text):
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_the_book_in_the_page_is_the_book(made, html):
    data, script = taken(html).all("script")
    assert json.loads(data.children[0].text) == made
    assert data.attributes == {"type": "application/json", "id": "book"}
    assert script.attributes == {}


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_of_a_book_stay_words(words):
    made = book(limits=[words], glossary=[{"term": words, "words": words}])
    made["about"]["title"] = words
    html = page(made)
    data, _ = taken(html).all("script")
    assert json.loads(data.children[0].text) == made
    assert not {"<", ">", "&", "\u2028"} & set(data.children[0].text)
    own = re.sub(r"<script[ >].*?</script>", "", html, flags=re.S)
    assert "<img" not in own
    assert not re.search(r"<[^>]*\son\w+=", own)
    assert len(taken(html).all("script")) == 2


@pytest.mark.parametrize(("server", "asks"), [(None, "'none'"), (SERVER, "'self'")])
def test_the_policy_lets_in_its_own_script_and_style_and_nothing_else(server, asks):
    html = page(book(server=server))
    script, style = taken(html).all("script")[1].children[0].text, taken(html).all("style")[0].children[0].text
    assert policy_of(html) == {
        "default-src": "'none'",
        "img-src": "data:",
        "style-src": hash_of(style),
        "script-src": hash_of(script),
        "connect-src": asks,
        "base-uri": "'none'",
        "form-action": "'none'",
    }


def test_nothing_of_the_results_stands_outside_the_data(made, html):
    outside = re.sub(r'<script type="application/json".*?</script>', "", html, flags=re.S)
    for puzzle in made["puzzles"]:
        assert not [words for words in (*puzzle["debrief"], *puzzle["discuss"]) if words in outside]
    for values in made["settings"].values():
        assert str(values["incident_reports"][0]) not in outside


def test_a_page_of_full_size_is_small_enough_to_be_handed_round():
    made = book(styles=len(STYLES), replications=200)
    assert len(made["settings"]) == 162
    assert len(page(made).encode()) < MOST


def test_equal_books_give_equal_pages(html):
    assert page(book()) == html


def test_what_is_not_a_number_is_refused(made):
    with pytest.raises(ValueError, match="JSON"):
        page(book(settings={**made["settings"], "x": {"deaths": [math.nan]}}))


def test_every_script_of_the_page_is_joined_once_and_none_writes_html():
    written = {path.name for path in TEMPLATES.glob("*.js")} - {"phone.js"}
    assert written == set(SCRIPTS)
    assert len(SCRIPTS) == len(written)
    for name in SCRIPTS:
        text = (TEMPLATES / name).read_text(encoding="utf-8")
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function", text), (
            name
        )


@pytest.mark.parametrize(
    ("name", "words"), [("marks.js", KINDS), ("replay.js", ACTIVITIES), ("day.js", (BEDSIDE, *LAYERS))]
)
def test_the_page_has_words_for_whatever_a_day_can_hold(name, words):
    text = (TEMPLATES / name).read_text(encoding="utf-8")
    assert not [word for word in words if not re.search(rf"\b{word}: [{{\"]", text)]

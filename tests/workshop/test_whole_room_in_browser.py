"""The whole room in a real browser: the facilitator's page on a projector, two phones, the command that serves them."""

import sys

import pytest

import sim
from benchmarks.workshop_load import started
from sim.workshop.puzzles import puzzles
from sim.workshop.settings import Setting, scenario_of
from tests.browsing import listened
from tests.workshop.short_room import REPLICATIONS, YEARS

pytestmark = pytest.mark.browser
COMMAND = (sys.executable, "-m", "tests.workshop.short_room", "--port", "0")
PATIENCE = 60_000  # milliseconds
LIVE = Setting("coaching", "unconstrained", psychological_safety="low", devolution="high")


@pytest.fixture(scope="module")
def server():
    with started(COMMAND) as server:
        yield server


@pytest.fixture
def screen(browser, server):
    """Opens an address on a screen of its own; at the end none has said a word or asked anybody but the server."""
    contexts, heard = [], []

    def opened(width, height, path):
        context = browser.new_context(viewport={"width": width, "height": height})
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        heard.append(listened(page))
        page.goto(f"{server.address}{path}")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [words for said, _ in heard for words in said] == []
    assert [url for _, asked in heard for url in asked if not url.startswith(f"{server.address}/")] == []


@pytest.fixture
def projector(screen, server):
    return screen(1920, 1080, f"/#{server.key}")


@pytest.fixture
def phones(screen, server):
    """Two phones, joined by the code that stands on the projector."""
    pages = [screen(390, 844, "/r") for _ in range(2)]
    for page in pages:
        page.get_by_label("Code on the screen").fill(server.room.lower())
        page.get_by_role("button", name="Join").click()
        page.get_by_text("You are in").wait_for()
    return pages


def button(page, name):
    return page.get_by_role("button", name=name, exact=True)


def voted(page, title):
    button(page, title).click()
    page.get_by_text(f"Your prediction: {title}").wait_for()


def to_the_question(page):
    button(page, "On: Predict").click()
    return page.locator(".question").inner_text()


def test_a_room_predicts_votes_sees_and_goes_on_to_the_next_puzzle(projector, phones, server):
    first, second = list(puzzles().values())[:2]
    one, other = phones
    projector.locator(".puzzle").first.click()
    assert to_the_question(projector) == first.question
    who = projector.get_by_label("Who predicts?")
    assert who.input_value() == "hands"  # without --lan no phone from outside can join
    who.select_option("phones")
    assert projector.locator(".room-code").inner_text() == server.room
    assert "without --lan" in projector.locator(".join").inner_text()
    button(projector, "Open voting").click()
    for page in phones:
        page.get_by_role("heading", name=first.question).wait_for()
    voted(one, first.options.more)
    voted(other, first.options.more)
    projector.get_by_text("Voting is open. 2 votes from 2 phones.").wait_for()
    voted(other, first.options.fewer)
    button(projector, "Close voting").click()
    one.get_by_text("Voting is closed").wait_for()
    button(projector, "Show the votes and commit").click()
    projector.locator(".votes").wait_for()
    assert projector.locator(".votes dd").all_inner_texts() == ["1 of 2", "0 of 2", "1 of 2"]
    other.get_by_text("This is how the room voted").wait_for()
    assert f"{first.options.fewer} (yours)" in other.locator("#votes").inner_text()
    button(projector, "Reveal what the hospital sees").click()
    button(projector, "Reveal what happened").click()
    assert "of 2 predicted this." in projector.locator(".verdict").inner_text()
    for step in (f"One run, or {REPLICATIONS}", "Why", "One patient", "Discuss"):
        button(projector, f"On: {step}").click()
    button(projector, f"Next puzzle: {second.title}").click()
    assert projector.locator("h1").inner_text() == second.title
    assert to_the_question(projector) == second.question
    projector.get_by_label("Who predicts?").select_option("phones")
    button(projector, "Open voting").click()
    for page in phones:
        page.get_by_role("heading", name=second.question).wait_for()
    button(projector, "Phones").click()
    with projector.expect_download() as saved:
        button(projector, "Save all counts").click()
    table = saved.value.path().read_text(encoding="utf-8").splitlines()
    assert table == [
        "puzzle,round,option,votes",
        *(f"{next(iter(puzzles()))},1,{option},{votes}" for option, votes in (("more", 1), ("same", 0), ("fewer", 1))),
    ]


def test_a_setting_that_the_file_does_not_hold_is_run_and_is_what_a_run_gives(projector):
    button(projector, "Explore").click()
    for label, level in (
        ("Leader", LIVE.style),
        ("Kind of care", LIVE.mode),
        ("Psychological safety", LIVE.psychological_safety),
        ("Devolution", LIVE.devolution),
    ):
        projector.get_by_label(label, exact=True).select_option(level)
    projector.get_by_text(f"Run just now, {REPLICATIONS} times.").wait_for()
    found = sim.run(scenario_of(LIVE.key), years=YEARS, seed=1, reps=REPLICATIONS)
    for name, title in (("length_of_stay", "Length of stay"), ("incident_reports", "Incident reports")):
        shown = projector.locator(".panel").filter(has=projector.get_by_role("heading", name=title, exact=True))
        assert shown.locator("strong").inner_text() == f"{found.values(name).mean():.1f}"

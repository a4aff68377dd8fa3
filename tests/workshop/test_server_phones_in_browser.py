"""Two phones in a real browser and one real server: from joining to the reveal, by finger and by keyboard."""

import os
import shutil

import pytest

from tests.workshop.rooms import running

pytestmark = pytest.mark.browser
SECONDS = 1_000  # in the milliseconds of a browser
PATIENCE = 60 * SECONDS
WIDTHS = (320, 390, 844)


@pytest.fixture(scope="module")
def browser():
    found = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not found:
        pytest.skip("no Chromium here; no page was opened in a browser")
    from playwright.sync_api import sync_playwright

    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=found, args=as_root)
        yield opened
        opened.close()


@pytest.fixture
def room():
    with running() as visitor:
        yield visitor()


@pytest.fixture
def phone(browser, room):
    """Opens phones in the room; each is a browser of its own, and remembers what its console said."""
    contexts = []

    def opened(width=390, code=None):
        context = browser.new_context(viewport={"width": width, "height": 844})
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.said = []
        page.on("console", lambda message: page.said.append(message.text))
        page.on("pageerror", lambda fault: page.said.append(str(fault)))
        page.goto(f"http://127.0.0.1:{room.port}/r/{room.site.room.code if code is None else code}")
        return page

    yield opened
    for context in contexts:
        context.close()


def option(page, title):
    return page.get_by_role("button", name=title)


def faults(page):
    from axe_playwright_python.sync_playwright import Axe

    return [(each["id"], each["help"]) for each in Axe().run(page).response["violations"]]


def test_two_phones_vote_change_their_vote_and_see_the_reveal(phone, room):
    one, other = phone(), phone(320)
    for page in (one, other):
        page.get_by_text("You are in").wait_for()
    room.lead("voting")
    option(one, "Clearly more").click()
    one.get_by_text("Your prediction: Clearly more").wait_for()
    option(other, "Clearly more").click()
    other.get_by_text("Your prediction: Clearly more").wait_for()
    option(other, "Clearly fewer").click()
    other.get_by_text("Your prediction: Clearly fewer").wait_for()
    assert option(other, "Clearly fewer").get_attribute("aria-pressed") == "true"
    assert option(other, "Clearly more").get_attribute("aria-pressed") == "false"
    assert room.state()["count"] == room.state()["people"] == 2
    other.reload()
    other.get_by_text("Your prediction: Clearly fewer").wait_for()
    room.lead("closed")
    one.get_by_text("Voting is closed. Your prediction: Clearly more.").wait_for()
    assert one.get_by_role("button").count() == 0
    room.lead("revealed")
    one.get_by_text("This is how the room voted").wait_for()
    assert one.get_by_role("listitem").all_inner_texts() == [
        "Clearly more (yours)\n1",
        "About the same\n0",
        "Clearly fewer\n1",
    ]
    assert room.state()["people"] == 2
    assert one.said == other.said == []
    assert one.context.cookies() == []


def test_by_keyboard_alone(phone, room):
    room.lead("voting")
    page = phone()
    option(page, "Clearly more").wait_for()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "About the same"
    page.keyboard.press("Enter")
    page.get_by_text("Your prediction: About the same").wait_for()
    assert page.evaluate("document.activeElement.textContent") == "About the same"
    room.lead("closed")
    page.get_by_text("Voting is closed").wait_for()
    assert page.evaluate("document.activeElement.id") == "heading"


def test_words_from_a_puzzle_are_read_and_not_run(phone, room):
    room.lead("voting", "waits")
    page = phone()
    page.get_by_role("heading", name="What happens to <b>waits</b>?").wait_for()
    assert page.locator("main b").count() == 0


def test_kind_words_when_one_is_late_lost_or_without_a_server(phone, room):
    page = phone()
    page.get_by_text("You are in").wait_for()
    room.lead("voting")
    option(page, "Clearly more").wait_for()
    room.lead("closed")
    page.get_by_text("Never mind that you did not vote").wait_for()
    page.context.set_offline(True)
    page.get_by_text("The workshop does not answer just now").wait_for()
    page.context.set_offline(False)
    room.lead("revealed")
    page.get_by_text("The next question is for you too").wait_for()
    assert page.locator("#trouble").text_content() == ""
    lost = phone(code="nope")
    lost.get_by_text("There is no room with this code").wait_for()
    lost.get_by_label("Code on the screen").fill(room.site.room.code.lower())
    lost.get_by_role("button", name="Join").click()
    lost.get_by_text("This is how the room voted").wait_for()


def test_a_vote_that_did_not_arrive_is_said_and_can_be_given_again(phone, room):
    room.lead("voting")
    page = phone()
    option(page, "Clearly more").wait_for()
    page.context.set_offline(True)
    option(page, "Clearly more").click()
    page.get_by_text("Your vote is not counted yet: please press it again").wait_for()
    assert option(page, "Clearly more").get_attribute("aria-pressed") == "false"
    page.context.set_offline(False)
    option(page, "Clearly more").click()
    page.get_by_text("Your prediction: Clearly more").wait_for()
    assert room.state()["count"] == 1


@pytest.mark.parametrize("width", WIDTHS)
def test_each_state_fits_the_screen_and_is_without_fault_for_those_who_see_or_hear_it_otherwise(phone, room, width):
    page = phone(width)
    door = phone(width, code="nope")
    door.get_by_label("Code on the screen").wait_for()
    page.get_by_text("You are in").wait_for()
    found = [*faults(door), *faults(page)]
    for phase, words in (
        ("voting", "What do you expect"),
        ("closed", "Voting is closed"),
        ("revealed", "how the room"),
    ):
        room.lead(phase)
        page.get_by_text(words).wait_for()
        found += faults(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        for button in page.get_by_role("button").all():
            assert button.bounding_box()["height"] >= 44
    assert found == []

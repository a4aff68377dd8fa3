"""The page of the workshop in a real browser: a room predicts and sees, by mouse or keyboard, and asks for nothing."""

import json
import re
from collections import Counter

import pytest
from scipy import stats

from sim.workshop.page import page as page_of
from tests.browsing import listened
from tests.report.reports import HOSTILE
from tests.workshop.books import PUZZLES, book

pytestmark = pytest.mark.browser
STEPS = ("Story", "Predict", "What the hospital sees", "What happened", "One run, or 20", "Why", "One patient",
         "Discuss")  # fmt: skip
VIEWS = ("Puzzles", "Explore", "Two leaders", "Glossary", "Handout")
WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
SITE = "http://workshop.test"
ROOM = {"room": "KZQMC", "join": f"{SITE}/r/KZQMC", "qr": "M4 4h29v29h-29z"}


@pytest.fixture(scope="module")
def made():
    return book()


@pytest.fixture(scope="module")
def file(made, tmp_path_factory):
    written = tmp_path_factory.mktemp("workshop") / "workshop.html"
    written.write_text(page_of(made), encoding="utf-8")
    return written


@pytest.fixture
def opened(browser, file):
    """Opens the page with the network cut off; at the end it has said nothing and asked for nothing."""
    contexts, heard = [], []

    def at(width=1280, height=800, path=file, before=None, **how):
        context = browser.new_context(viewport={"width": width, "height": height}, offline=True, **how)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        heard.append(listened(page))
        if before:
            before(page)
        page.goto(path.as_uri())
        return page

    yield at
    for context in contexts:
        context.close()
    assert [words for each in heard for words in each] == [[], []] * len(contexts)


def with_a_still_clock(page):
    """Time passes as the test says and not otherwise, however busy the machine is."""
    page.clock.install(time=0)
    page.clock.pause_at(1)


def go_to(page, view):
    page.get_by_role("navigation", name="Workshop").get_by_role("button", name=view, exact=True).click()


def step_now(page):
    return page.locator(".step > h2").inner_text()


def shown(page):
    """All that a screen reader can reach."""
    return page.locator("body").aria_snapshot()


def predicted(page, option=0):
    page.locator(".option input").nth(option).check()
    page.get_by_role("button", name="Commit to this prediction").click()


def walk(page, puzzle, upto):
    """From the first screen to a step of a puzzle."""
    page.locator(".puzzle").nth(puzzle).click()
    for step in STEPS[1 : STEPS.index(upto) + 1]:
        page.locator(".next").click()
        if step == "Predict":
            predicted(page)
    assert step_now(page) == upto


def tabbed_to(page, name):
    """Press Tab until the focus is on what is called so; wherever it comes by, it can be seen."""
    for _ in range(80):
        page.keyboard.press("Tab")
        on = page.evaluate(
            "(() => { const at = document.activeElement, own = getComputedStyle(at); return {"
            "words: (at.labels?.[0] ?? at).textContent.trim(),"
            "seen: own.outlineStyle !== 'none' && parseFloat(own.outlineWidth) >= 2 }; })()"
        )
        assert on["seen"], on
        if on["words"].startswith(name):
            return
    raise AssertionError(f"{name} cannot be reached")


@pytest.mark.parametrize("number", range(len(PUZZLES)))
def test_a_puzzle_is_gone_through_with_the_mouse(opened, made, number):
    page, puzzle = opened(), made["puzzles"][number]
    walk(page, number, "Predict")
    assert "Clearly more" in page.locator(".committed").inner_text()
    told = {}
    for step in STEPS[2:]:
        page.locator(".next").click()
        assert step_now(page) == step
        told[step] = page.locator("main").inner_text()
        heads = "(all) => all.map((each) => each.parentElement.querySelectorAll('.panel').length)"
        assert all(page.locator(".ledgers h3").evaluate_all(heads)), "a heading with nothing under it"
    ledger = next(each["ledger"] for each in made["outcomes"] if each["name"] == puzzle["asks"])
    answer = next(each["title"] for each in puzzle["options"] if each["name"] == puzzle["answer"])
    asked, other = ("What the hospital sees", "What happened")[:: 1 if ledger == "seen" else -1]
    assert f"In the model: {answer}" in told[asked]
    assert "In the model" not in told[other]
    assert made["about"]["rules"]["answer"] in told[asked]
    assert all(words in told["Why"] for words in puzzle["debrief"])
    assert all(words in told["Discuss"] for words in puzzle["discuss"])
    page.get_by_role("button", name="To all puzzles").click()
    assert "done" in page.locator(".puzzle").nth(number).inner_text().split()


def test_a_puzzle_is_gone_through_with_the_keyboard_alone(opened, made):
    page = opened()
    tabbed_to(page, made["puzzles"][1]["title"])
    page.keyboard.press("Enter")
    tabbed_to(page, "On: Predict")
    page.keyboard.press("Enter")
    tabbed_to(page, "Clearly more")
    page.keyboard.press("ArrowDown")
    tabbed_to(page, "Commit")
    page.keyboard.press("Enter")
    assert "About the same" in page.locator(".committed").inner_text()
    for step, words in zip(STEPS[2:], ("Reveal what the hospital", "Reveal what happened", *["On: "] * 4), strict=True):
        tabbed_to(page, words)
        page.keyboard.press("Enter")
        assert step_now(page) == step
        assert page.evaluate("document.activeElement.textContent") == step, "reading goes on at the new heading"
    tabbed_to(page, "To all puzzles")
    page.keyboard.press("Enter")
    assert "done" in page.locator(".puzzle").nth(1).inner_text().split()


def test_before_the_prediction_no_result_can_be_reached(opened, made):
    page, puzzle = opened(), made["puzzles"][0]
    page.locator(".puzzle").first.click()
    for _ in range(2):
        for step in range(len(STEPS)):
            page.keyboard.press("n")
            page.evaluate(f"workshop.go('puzzle', {{ name: '{puzzle['name']}', step: {step} }})")
            assert step_now(page) in STEPS[:2]
        now = shown(page) + page.content().split('<script type="application/json"')[0]
        secrets = [
            *puzzle["debrief"],
            *puzzle["discuss"],
            "In the model",
            *(value(made, puzzle, side) for side in "ab"),
        ]
        assert not [words for words in secrets if words in now]
        assert page.locator(".steps button").all_inner_texts() == list(STEPS[:2])
        page.reload()
        page.locator(".puzzle").first.click()
        page.locator(".next").click()
    predicted(page)
    assert page.locator(".steps button").all_inner_texts() == list(STEPS[:3])
    page.locator(".next").click()
    assert all(value(made, puzzle, side) in shown(page) for side in "ab")
    assert not [words for words in puzzle["debrief"] if words in shown(page)]


def value(made, puzzle, side):
    """The mean of what a puzzle asks, as the page writes it."""
    values = made["settings"][puzzle[side]][puzzle["asks"]]
    return f"{sum(values) / len(values):,.1f}"


def test_a_show_of_hands_is_counted_and_locked(opened):
    page = opened()
    page.locator(".puzzle").first.click()
    page.locator(".next").click()
    page.get_by_label("Who predicts?").select_option("hands")
    page.get_by_role("button", name="Commit to these counts").click()
    assert "at least one hand" in page.get_by_role("status").first.inner_text()
    for place, count in enumerate(("12", "20", "8")):
        page.locator(".option input").nth(place).fill(count)
    page.get_by_role("button", name="Commit to these counts").click()
    assert page.locator(".votes dd").all_inner_texts() == ["12 of 40", "20 of 40", "8 of 40"]
    assert page.locator(".predict").count() == 0
    page.locator(".next").click()
    assert "12 of 40 predicted this." in page.locator(".verdict").inner_text()


def without_storage(page):
    page.add_init_script(
        "Object.defineProperty(window, 'sessionStorage', { get() { throw new DOMException('no', 'SecurityError'); } })"
    )


@pytest.mark.parametrize("before", [None, without_storage])
def test_predictions_are_kept_and_forgotten_on_request(opened, before):
    page = opened(before=before)
    walk(page, 0, "What the hospital sees")
    if before is None:
        page.reload()
    go_to(page, "Puzzles")
    states = page.locator(".puzzle .state")
    assert states.first.inner_text().endswith("predicted")
    page.get_by_role("button", name="Forget all predictions").click()
    page.get_by_role("button", name="Keep them").click()
    assert states.first.inner_text().endswith("predicted")
    page.get_by_role("button", name="Forget all predictions").click()
    page.get_by_role("button", name="Forget them").click()
    assert {each.split()[-1] for each in states.all_inner_texts()} == {"done"}
    assert all("not yet" in each for each in states.all_inner_texts())
    page.locator(".puzzle").first.click()
    assert page.locator(".steps button").count() == 2


def test_both_ledgers_and_their_differences_are_those_of_the_book(opened, made):
    page, puzzle = opened(), made["puzzles"][0]
    walk(page, 0, "What happened")
    runs = [made["settings"][puzzle[side]]["incident_reports"] for side in "ab"]
    differences = [b - a for a, b in zip(*runs, strict=True)]
    mean = sum(differences) / len(differences)
    low, high = stats.t.interval(0.95, len(differences) - 1, loc=mean, scale=stats.sem(differences))
    panel = page.locator(".panel", has_text="This was asked").inner_text()
    assert re.findall(r"^[\d.]+$", panel, re.M) == [value(made, puzzle, side) for side in "ab"]
    assert f"{mean:.1f} higher per 1,000 admissions (95% interval {low:.1f} to {high:.1f})" in panel
    pair = page.locator(".pair").first.locator("h4").all_inner_texts()
    assert pair == ["Incident reports", "Errors that reach patients"]


def test_a_change_that_is_sure_and_small_is_said_to_count_as_none(opened, made, tmp_path):
    """All runs agree that B has 1% more than A, and the rule of the answers asks for 5%."""
    puzzle = made["puzzles"][0]
    sure = {key: {**values} for key, values in made["settings"].items()}
    for side, level in (("a", 100.0), ("b", 101.0)):
        sure[puzzle[side]]["incident_reports"] = [level + run / 100 for run in range(20)]
    (tmp_path / "sure.html").write_text(page_of({**made, "settings": sure}), encoding="utf-8")
    page = opened(path=tmp_path / "sure.html")
    walk(page, 0, "What happened")
    assert "1.0 higher per 1,000 admissions" in page.locator(".asked-for").inner_text()
    assert "less than 5% of A, which counts as about the same" in page.locator(".asked-for").inner_text()


def test_what_cannot_be_counted_in_this_kind_of_care_is_left_out(opened, made):
    page = opened()
    name = "Treatments that do not suit"
    for mode, shows in (("repetitive", 0), ("unconstrained", 1)):
        go_to(page, "Two leaders")
        page.get_by_label("Kind of care").select_option(mode)
        page.get_by_role("button", name="Show what happened").last.click()
        assert page.locator("h4", has_text=name).count() == shows


def test_one_run_then_another_then_all_and_how_often_one_is_wrong(opened, made):
    page, puzzle = opened(), made["puzzles"][5]
    walk(page, 5, "One run, or 20")
    runs = [made["settings"][puzzle[side]][puzzle["asks"]] for side in "ab"]
    differences = [b - a for a, b in zip(*runs, strict=True)]
    assert page.locator(".runs li").count() == page.locator("circle.dot").count() == 1
    assert "seed 1" in page.locator(".runs").inner_text()
    page.get_by_role("button", name="Draw another run").click()
    assert page.locator(".runs li").count() == page.locator("circle.dot").count() == 2
    page.get_by_role("button", name=f"Show all {len(differences)}").click()
    assert page.locator("circle.dot").count() == len(differences)
    told = page.locator(".luck").inner_text()
    mean = sum(differences) / len(differences)
    low, high = stats.t.interval(0.95, len(differences) - 1, loc=mean, scale=stats.sem(differences))
    wrong = sum(each * mean < 0 for each in differences)
    expected = "Not even" if low <= 0 <= high else f"{wrong} of {len(differences)} runs point the other way"
    assert expected in told


def test_the_trace_parts_where_the_two_histories_do(opened, made):
    page, trace = opened(), made["puzzles"][0]["trace"]
    walk(page, 0, "One patient")
    assert trace["events"][trace["parts"]]["when"] in page.locator(".parting").inner_text()
    mine, theirs = (page.locator(".side").nth(side) for side in range(2))
    assert "did not tell" in mine.inner_text()
    assert "told senior nurse" in theirs.inner_text()
    assert page.locator(".in-common .event").count() == trace["parts"]


def at_ten(page, day):
    """Explore a day from its morning to 10:00, of which a few things are hidden."""
    go_to(page, "Explore")
    for _ in range(12):
        page.keyboard.press("l")
    assert page.locator(".clock").inner_text() == "10:00"
    return Counter(day["patients"][40])


def test_what_the_hospital_does_not_know_is_shown_only_when_it_is_asked_for(opened, made):
    page = opened()
    day = next(iter(made["days"].values()))
    letters = at_ten(page, day)
    assert letters["d"] + letters["c"] > 0, "the made-up day has nothing to hide"
    marks = page.locator(".ward .patient")
    hidden = page.locator(".ward .patient", has_text="?")
    assert marks.count() == sum(letters.values()) - letters["."]
    assert hidden.count() == 0
    assert "without anybody knowing" not in shown(page)
    assert page.locator(".log .unrecorded:not(:has-text('leader'))").count() == 0
    page.keyboard.press("w")
    assert hidden.count() == letters["d"] + letters["c"]
    assert f"{letters['d'] + letters['c']} getting worse without anybody knowing" in shown(page)
    assert page.locator(".log .off-record").count() > 0
    seen = [each for each in day["events"] if each["tick"] == 40]
    assert page.locator(".log .now .event").count() == len(seen)


def test_a_day_is_played_paused_stepped_and_sped_up(opened, made):
    page = opened(before=with_a_still_clock)
    go_to(page, "Explore")
    clock, now = page.locator(".clock"), page.locator(".log .now")
    assert clock.inner_text() == "07:00"
    assert now.get_attribute("aria-live") == "polite"
    page.get_by_role("button", name="Play").click()
    page.clock.run_for(4100)
    assert clock.inner_text() == "08:00"
    assert now.get_attribute("aria-live") == "off"
    page.get_by_label("Speed").select_option("4")
    page.clock.run_for(2100)
    assert clock.inner_text() == "09:15"
    page.get_by_role("button", name="Pause").click()
    stood = clock.inner_text()
    page.clock.run_for(3000)
    assert clock.inner_text() == stood
    assert now.get_attribute("aria-live") == "polite"
    page.get_by_label("Time of day").fill("95")
    assert clock.inner_text() == "23:45"
    page.get_by_role("button", name="Back a quarter").click()
    assert clock.inner_text() == "23:30"
    page.get_by_label("Time of day").fill("0")
    page.get_by_label("Event", exact=True).select_option("decision")
    page.get_by_role("button", name="Go to the next").click()
    day = next(iter(made["days"].values()))
    first = min(each["tick"] for each in day["events"] if each["kind"] in ("decision", "waits") and each["tick"] > 0)
    assert clock.inner_text() == f"{first // 4:02d}:{15 * (first % 4):02d}"


def test_decisions_are_counted_at_the_layer_that_the_day_says(opened, made):
    page = opened()
    day = next(iter(made["days"].values()))
    go_to(page, "Explore")
    page.get_by_label("Time of day").fill("95")
    taken = sum(each["kind"] == "decision" for each in day["events"])
    last = {each["patient"]: each["kind"] for each in day["events"] if each["layer"]}
    waiting = sum(kind == "waits" for kind in last.values())
    assert taken
    assert waiting
    assert page.locator(".layer").all_inner_texts()[:2] == [
        f"Bedside\n{taken} decided\n0 waiting",
        f"Ward manager\n0 decided\n{waiting} waiting",
    ]


def test_the_key_tells_the_marks_that_this_day_shows_and_no_others(opened, made):
    page = opened()
    go_to(page, "Explore")
    page.get_by_label("Time of day").fill("40")
    entries = page.locator(".key .kind")
    assert {"incident", "decided", "waits"} == set(entries.all_inner_texts())
    page.keyboard.press("w")
    assert {"error", "check", "speaks", "silent", "harm"} < set(entries.all_inner_texts())
    assert "unseen" not in entries.all_inner_texts()


def test_a_day_that_plays_is_brought_into_view(opened):
    page = opened(1280, 720)
    go_to(page, "Explore")
    page.get_by_role("button", name="Play").click()
    box = page.locator("svg.ward").bounding_box()
    assert page.locator(".controls").bounding_box()["y"] >= -1
    assert box["y"] + box["height"] / 2 < 720


@pytest.mark.parametrize(("motion", "moves"), [("no-preference", True), ("reduce", False)])
def test_people_walk_unless_motion_is_not_wanted(opened, motion, moves):
    page = opened(reduced_motion=motion)
    go_to(page, "Explore")
    page.keyboard.press("l")
    assert (page.evaluate("document.getAnimations().length") > 0) == moves


def test_two_wards_stay_in_step_and_share_their_patients(opened, made):
    page = opened(before=with_a_still_clock)
    go_to(page, "Two leaders")
    wards = page.locator("svg.ward")

    def times():
        return [re.search(r"\d\d:\d\d", ward.get_attribute("aria-label"))[0] for ward in wards.all()]

    assert times() == ["07:00", "07:00"]
    numbers = [ward.locator(".number").all_text_contents() for ward in wards.all()]
    assert len(set(numbers[0]) & set(numbers[1])) > 15
    page.get_by_role("button", name="Play").click()
    for _ in range(5):
        page.clock.run_for(1300)
        assert len(set(times())) == 1
    assert times()[0] > "08:00"
    page.keyboard.press("k")
    page.keyboard.press("j")
    assert len(set(times())) == 1
    page.get_by_label("Follow patient").select_option(index=3)
    assert page.locator(".followed").count() == 2
    page.get_by_label("Leader of ward B").select_option(index=0)
    assert "Choose two leaders that differ" in page.locator("main").inner_text()


def test_only_settings_that_were_run_are_offered(opened, made):
    page = opened()
    go_to(page, "Explore")
    offered = page.get_by_label("Dials").locator("option").evaluate_all("(all) => all.map((each) => each.value)")
    assert len(offered) == 9
    assert set(offered) <= set(made["settings"])
    page.get_by_label("Dials").select_option(offered[1])
    assert page.evaluate("document.activeElement.value") == offered[1]
    assert "No day was kept" in page.locator("main").inner_text()
    values = made["settings"][offered[1]]["incident_reports"]
    assert f"{sum(values) / len(values):.1f}" in page.locator(".panel").first.inner_text()


def test_shortcuts_are_told_and_can_be_switched_off(opened):
    page = opened()
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog")
    assert "play or pause" in dialog.inner_text()
    dialog.get_by_label("Listen for shortcuts").uncheck()
    dialog.get_by_role("button", name="Close").click()
    page.keyboard.press("?")
    assert dialog.count() == 0


def test_a_projector_may_show_the_ward_alone(opened):
    page = opened(1920, 1080)
    go_to(page, "Explore")
    page.keyboard.press("f")
    assert page.get_by_role("navigation").count() == 0
    box = page.locator("svg.ward").bounding_box()
    assert box["y"] > 0
    assert box["y"] + box["height"] < 1080
    page.keyboard.press("h")
    assert page.get_by_role("navigation").count() == 1


def test_the_way_back_leads_back(opened):
    page = opened()
    walk(page, 0, "What the hospital sees")
    go_to(page, "Glossary")
    page.go_back()
    assert step_now(page) == "What the hospital sees"


def every_view(page):
    """Opens each view in turn, and names it."""
    for view in VIEWS:
        go_to(page, view)
        yield view
        if view in ("Explore", "Two leaders"):
            for button in page.get_by_role("button", name="Show what happened").all():
                button.click()
            yield f"{view}, what happened"
    go_to(page, "Puzzles")
    page.locator(".puzzle").first.click()
    yield "Story"
    for step in STEPS[1:]:
        page.locator(".next").click()
        yield step
        if step == "Predict":
            page.get_by_label("Who predicts?").select_option("hands")
            yield "hands"
            page.get_by_label("Who predicts?").select_option("alone")
            predicted(page)
            yield "committed"
        if "run" in step:
            page.get_by_role("button", name="Show all").click()
            yield "all runs"
    page.keyboard.press("?")
    yield "shortcuts"


@pytest.mark.parametrize("width", [1280, 390])
def test_no_view_has_a_serious_fault_of_access(opened, width):
    from axe_playwright_python.sync_playwright import Axe

    page, axe = opened(width), Axe()
    found = {}
    for view in every_view(page):
        violations = axe.run(page, options={"runOnly": {"type": "tag", "values": list(WCAG)}}).response["violations"]
        told = [f"{each['id']}: {each['nodes'][0]['html'][:120]}" for each in violations]
        found |= {view: told} if told else {}
    assert found == {}


@pytest.mark.parametrize("width", [320, 640])
def test_no_view_is_wider_than_the_screen(opened, width):
    page = opened(width)
    wide = {view: page.evaluate("document.documentElement.scrollWidth") for view in every_view(page)}
    assert {view: each for view, each in wide.items() if each > width} == {}


def test_type_is_large_on_a_projector_and_targets_are_large_everywhere(opened):
    page = opened(1920, 1080)
    assert float(page.evaluate("getComputedStyle(document.body).fontSize").removesuffix("px")) >= 20
    page.set_viewport_size({"width": 390, "height": 844})
    for view in every_view(page):
        sizes = page.locator("button:visible, select:visible, input:visible, summary:visible").evaluate_all(
            "(all) => all.map((each) => [each.textContent, each.getBoundingClientRect()])"
            ".filter(([, box]) => Math.min(box.width, box.height) < 22)"
        )
        assert sizes == [], view


def test_the_second_sheet_is_printed_and_never_shown(opened, made):
    page = opened()
    go_to(page, "Handout")
    debriefs = [words for puzzle in made["puzzles"] for words in puzzle["debrief"]]
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.locator(".second-sheet").text_content() == "", "nobody asked for it"
    page.get_by_label("Print the second sheet too").check()
    assert not [words for words in debriefs if words in shown(page)]
    assert all(puzzle["question"] in shown(page) for puzzle in made["puzzles"])
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    sheet = page.locator(".second-sheet")
    assert sheet.is_hidden()
    assert not [words for words in debriefs if words in shown(page)]
    page.emulate_media(media="print")
    assert all(words in sheet.inner_text() for words in (*debriefs, *made["limits"]))
    assert page.get_by_role("navigation").count() == 0
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert sheet.inner_text() == ""


def test_hostile_words_are_read_and_not_run(opened, tmp_path):
    made = book(limits=[*HOSTILE], glossary=[{"term": words, "words": words} for words in HOSTILE])
    made["about"]["title"] = made["puzzles"][0]["title"] = made["puzzles"][0]["story"][0] = HOSTILE[0]
    for key in ("styles", "modes", "dials", "outcomes"):
        made[key][0]["title"] = HOSTILE[3]
    for event in made["puzzles"][0]["trace"]["events"]:
        event["words"] = HOSTILE[0]
    hostile = tmp_path / "hostile.html"
    hostile.write_text(page_of(made), encoding="utf-8")
    page = opened(320, path=hostile)
    assert HOSTILE[0] in page.locator("h1").inner_text()
    for view in every_view(page):
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, view
    assert page.locator("img").count() == 0
    assert page.locator("script").count() == 2


def test_a_script_from_elsewhere_does_not_run(browser, file, tmp_path):
    broken = tmp_path / "broken.html"
    html = file.read_text(encoding="utf-8")
    broken.write_text(html.replace("</main>", "</main><script>document.title = 'mine'</script>"), encoding="utf-8")
    page = browser.new_page()
    page.goto(broken.as_uri())
    assert page.title() == book()["about"]["title"]
    page.close()


class Room:
    """A server that answers by the protocol, and notes what it was asked."""

    def __init__(self, made):
        self.made, self.asked, self.gone, self.busy = made, [], False, False
        self.comes = []  # what live runs give, one reply after the other: replications, and questions ahead
        self.state = {
            "puzzle": None,
            "phase": "waiting",
            "question": "",
            "options": [],
            "count": 0,
            "people": 3,
            "turn": 1,
        }

    def answers(self, route):
        request = route.request
        path = request.url.removeprefix(SITE).split("?")[0]
        if path == "/":
            return route.fulfill(content_type="text/html", body=page_of({**self.made, "server": ROOM}))
        self.asked.append((request.method, path, request.post_data, request.headers.get("authorization")))
        if self.gone:
            return route.abort()
        if path == "/api/run":
            return self._run(route)
        if path.endswith("/phase"):
            self._goes_to(**json.loads(request.post_data))
        elif request.url.endswith(f"?turn={self.state['turn']}"):
            return route.fulfill(status=204)
        return route.fulfill(json=self.state)

    def _run(self, route):
        if self.busy:
            return route.fulfill(status=503, json={"reason": "Too many live runs are waiting: ask again in a while."})
        done, ahead = self.comes.pop(0) if self.comes else (8, 0)
        outcomes = {each["name"]: [40.25] * done for each in self.made["outcomes"] if done}
        told = {"key": "", "replications": done, "of": 8, "ahead": ahead, "outcomes": outcomes}
        return route.fulfill(json=told)

    def _goes_to(self, puzzle, phase):
        self.state |= {"puzzle": puzzle, "phase": phase, "turn": self.state["turn"] + 1, "count": 3}
        if phase == "revealed":
            self.state["votes"] = {"more": 2, "same": 1, "fewer": 0}


@pytest.fixture
def room(browser, made):
    """The page as a server gives it to the facilitator, and that server."""
    server, context = Room(made), browser.new_context(viewport={"width": 1280, "height": 800})
    context.route("**/*", server.answers)
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.clock.install()
    said, _ = listened(page)
    page.goto(f"{SITE}/#secret-key")
    yield page, server
    context.close()
    assert [words for words in said if "Failed to load resource" not in words] == []


def test_a_room_votes_with_its_phones(room):
    page, server = room
    assert page.url == f"{SITE}/", "the key is not left where a projector shows it"
    page.locator(".puzzle").first.click()
    page.locator(".next").click()
    assert page.locator(".room-code").inner_text() == ROOM["room"]
    assert page.locator(".address").inner_text() == ROOM["join"]
    assert page.locator(".qr path").get_attribute("d") == ROOM["qr"]
    page.get_by_role("button", name="Open voting").click()
    page.get_by_text("Voting is open. 3 votes from 3 phones.").wait_for()
    server.state |= {"count": 9, "people": 12, "turn": 50}
    page.clock.run_for(2100)
    page.get_by_text("9 votes from 12 phones.").wait_for()
    page.get_by_role("button", name="Close voting").click()
    page.get_by_role("button", name="Show the votes and commit").click()
    page.locator(".votes").wait_for()
    assert page.locator(".votes dd").all_inner_texts() == ["2 of 3", "1 of 3", "0 of 3"]
    phases = [(json.loads(body), key) for method, path, body, key in server.asked if path.endswith("/phase")]
    name = PUZZLES[0][0]
    assert phases == [
        ({"puzzle": name, "phase": phase}, "Bearer secret-key") for phase in ("voting", "closed", "revealed")
    ]
    page.locator(".next").click()
    assert "2 of 3 predicted this." in page.locator(".verdict").inner_text()


def test_when_the_server_goes_away_hands_are_counted(room):
    page, server = room
    page.locator(".puzzle").first.click()
    page.locator(".next").click()
    page.get_by_role("button", name="Open voting").click()
    page.get_by_text("Voting is open.").wait_for()
    server.gone = True
    for _ in range(3):
        page.clock.run_for(2100)
        page.wait_for_timeout(100)
    page.get_by_role("button", name="Commit to these counts").wait_for()
    assert "Go on with a show of hands" in page.locator("#notice").inner_text()
    page.locator(".option input").first.fill("4")
    page.get_by_role("button", name="Commit to these counts").click()
    page.locator(".next").click()
    assert step_now(page) == "What the hospital sees"


def test_a_setting_that_was_not_run_is_asked_for_with_kind_words_where_it_fails(room):
    page, server = room
    go_to(page, "Explore")
    server.busy = True
    page.get_by_label("Psychological safety").select_option("low")
    page.get_by_label("Devolution").select_option("high")
    page.get_by_role("alert").wait_for()
    assert "Too many live runs are waiting" in page.get_by_role("alert").inner_text()
    server.busy = False
    page.get_by_role("button", name="Try again").click()
    page.get_by_text("Run just now, 8 times.").wait_for()
    assert "40.3" in page.locator(".panel").first.inner_text()
    ((method, _, body, _), *others) = [each for each in server.asked if each[1] == "/api/run"]
    assert (method, len(others)) == ("POST", 1)
    told = json.loads(body)
    assert told["dials"] == {"psychological_safety": "low", "goal_congruence": "usual", "devolution": "high",
                             "target_pressure": "usual"}  # fmt: skip
    assert set(told) == {"style", "mode", "dials", "seen"}


def test_a_live_run_is_shown_soon_and_grows_while_it_is_looked_at(room):
    page, server = room
    go_to(page, "Explore")
    server.comes = [(0, 3), (2, 0), (5, 0)]
    page.get_by_label("Devolution").select_option("high")
    page.get_by_label("Goal congruence").select_option("low")
    page.get_by_text("2 of 8 runs").wait_for()
    page.get_by_role("button", name="Show what happened").last.click()
    focus = page.evaluate("document.activeElement.className")
    page.clock.run_for(1100)
    page.get_by_text("5 of 8 runs").wait_for()
    assert page.locator(".both").count() == 1, "what was asked for stays shown"
    assert page.evaluate("document.activeElement.className") == focus
    page.clock.run_for(1100)
    page.get_by_text("Run just now, 8 times.").wait_for()
    seen = [json.loads(body)["seen"] for _, path, body, _ in server.asked if path == "/api/run"]
    assert seen[-4:] == [0, 0, 2, 5]
    server.gone = True
    go_to(page, "Glossary")
    asked = len(server.asked)
    page.clock.run_for(5000)
    assert len(server.asked) == asked, "nobody looks, so nothing is asked for"

"""The report in a real browser, from a file: silent, still, no wider than the screen, and hostile names inert."""

import pytest

from tests.browsing import listened
from tests.report.reports import HOSTILE, kept, page_of, swept

pytestmark = pytest.mark.browser
WIDTHS = (320, 400, 1280)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """A page of ordinary names, one of hostile names, and both without a script."""
    folder = tmp_path_factory.mktemp("pages")
    subjects = {"usual": swept(folder / "four"), "hostile": kept(folder / "named", *HOSTILE)}
    written = {}
    for name, subject in subjects.items():
        for kind, interactive in (("", True), ("_static", False)):
            written[f"{name}{kind}"] = folder / f"{name}{kind}.html"
            written[f"{name}{kind}"].write_text(page_of(subject, interactive), encoding="utf-8")
    return written


@pytest.fixture
def opened(browser, files):
    """Opens a page at a width; what its console said, and what it asked for beyond itself."""
    pages = []

    def at(name, width, **how):
        page = browser.new_page(viewport={"width": width, "height": 900}, **how)
        pages.append(page)
        said, asked = listened(page)
        page.goto(files[name].as_uri())
        page.wait_for_load_state("load")
        return page, said, asked

    yield at
    for page in pages:
        page.close()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", ["usual", "hostile", "usual_static", "hostile_static"])
def test_a_page_is_silent_asks_for_nothing_and_fits_the_screen(opened, name, width):
    page, said, asked = opened(name, width)
    assert said == []
    assert asked == []
    wide = "document.documentElement.scrollWidth"
    assert page.evaluate(wide) <= width
    shown = page.evaluate("[...document.images].every((image) => image.complete && image.naturalWidth > 0)")
    assert shown
    assert page.evaluate("[...document.images].length") > 5


def test_figures_are_drawn_and_follow_the_choice(opened):
    page, said, asked = opened("usual", 1280)
    assert page.locator(".interactive:visible").count() == 2
    before = page.locator("#plot-pairs").inner_text()
    page.select_option("#choose-outcome", label="Wait for a bed")
    page.locator("#plot-pairs", has_text="hours").wait_for()
    assert "hours" not in before
    page.select_option("#choose-pair", index=1)
    mark = page.locator("#plot-ledgers .scatterlayer .points path").first
    mark.scroll_into_view_if_needed()
    box = mark.bounding_box()
    page.mouse.move(0, 0)
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=5)
    page.locator("#plot-ledgers .hoverlayer", has_text="recorded: ").wait_for(state="attached")
    assert (said, asked) == ([], [])


def test_hostile_names_are_read_and_not_run(opened):
    page, said, _ = opened("hostile", 400)
    assert "alert(1)" in page.locator("main").inner_text()
    assert page.locator("script").count() == 3
    assert page.locator("img[src='x']").count() == 0
    plots = page.locator("#plot-pairs").inner_text()
    assert "<img src=x" in plots
    assert said == []


def test_without_scripts_nothing_is_missing_and_nothing_is_empty(opened):
    page, said, _ = opened("usual", 400, java_script_enabled=False)
    assert page.locator(".interactive").count() == 2
    assert page.locator(".interactive:visible").count() == 0
    assert page.locator("img").count() > 5
    assert said == []


def test_a_script_from_elsewhere_does_not_run(browser, files, tmp_path):
    html = files["usual"].read_text(encoding="utf-8")
    broken = tmp_path / "broken.html"
    broken.write_text(html.replace("</main>", "</main><script>document.title = 'mine'</script>"), encoding="utf-8")
    page = browser.new_page()
    page.goto(broken.as_uri())
    assert page.title() != "mine"
    page.close()


def test_it_prints_on_a4_with_nothing_cut(opened):
    page, _, _ = opened("usual", 1280)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 665, "height": 900})  # what A4 leaves between margins, in pixels
    assert page.evaluate("document.documentElement.scrollWidth") <= 665
    assert page.locator("nav").is_hidden()
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")

"""Controls: what axe finds is a fault, and no page with a fault passes as one that was already looked at."""

import pytest

from tests.journeys.accessibility import SHAPE, Accessibility
from tests.journeys.conftest import WIDTHS

PAGE = """<!doctype html><html lang="en"><head><title>Times</title></head><body><main><h1>Free times</h1>
    <form><label for="day">Day</label><input id="day" name="day" aria-describedby="hint">
    <p id="hint">Any day</p><button>Continue</button></form>
    <ul><li><a href="/1">Monday</a></li></ul></main></body></html>"""


@pytest.fixture
def accessibility(tmp_path):
    return Accessibility(tmp_path / "looked-at")


@pytest.fixture
def page(windows):
    """Return a page whose content the test sets."""
    kind = {"language": "en", "javascript": True}
    page = windows.take(**kind)
    page.set_viewport_size(WIDTHS["desktop"])
    yield page
    windows.leave(page, **kind)


def test_the_same_page_with_other_names_is_looked_at_once_in_each_width(page, accessibility):
    page.set_content(PAGE)
    assert accessibility.check(page)
    page.set_content(PAGE.replace("Monday", "martes").replace("/1", "/2").replace('lang="en"', 'lang="es"'))
    assert not accessibility.check(page)
    page.set_viewport_size({"width": 360, "height": 740})
    assert accessibility.check(page)


def test_a_fault_is_found_again_and_again(page, accessibility):
    page.set_content(PAGE.replace("<button>Continue", "<button>"))
    for _ in range(2):
        with pytest.raises(AssertionError, match="button-name"):
            accessibility.check(page)


def test_a_page_too_wide_is_found_though_its_shape_is_known(page, accessibility):
    page.set_content(PAGE)
    accessibility.check(page)
    page.set_content(PAGE.replace("Monday", "Monday" * 1000))
    with pytest.raises(AssertionError, match="scrolls sideways"):
        accessibility.check(page)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Continue", ""),
        ("<label for=", "<label data-for="),
        ('for="day"', 'for="week"'),
        ('for="day"', 'for="hint"'),
        ('id="hint"', 'id="note"'),
        ('id="hint"', 'id="day"'),
        ("<li>", "<li></li><li>"),
        ("</ul>", '<li><a href="/1">Monday</a></li></ul>'),
        ("<h1>", '<h1 class="small">'),
        ("<input", "<input disabled"),
        ("<input", '<input aria-invalid="true"'),
        ("<input", '<input type="date"'),
        ("<ul>", '<ul role="list">'),
        ("<title>Times", "<title>"),
        ("h1", "h2"),
    ],
)
def test_what_axe_may_judge_otherwise_is_another_shape(page, before, after):
    page.set_content(PAGE)
    shape = page.evaluate(SHAPE)
    assert before in PAGE
    page.set_content(PAGE.replace(before, after))
    assert page.evaluate(SHAPE) != shape

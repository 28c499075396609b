"""The forms of a rendered page: what belongs to which, and what a browser would send."""

import re
from html import unescape

BELONGS = re.compile(r'<(?:button|input|select|textarea)\b[^>]*?\sform="([^"]+)"')
IS = re.compile(r'<form\b[^>]*?\sid="([^"]+)"')
MARK = re.compile(r'name="typed_by" value="([^"]+)"')


def missing_forms(page):
    """The ids of forms to which controls say they belong, and which the page does not have."""
    return set(BELONGS.findall(page)) - set(IS.findall(page))


def kept_form(page):
    """The form whose text outlives a sign-in and another language: its HTML."""
    start = page.index('id="kept-form"')
    return page[start : page.index("</form>", start)]


def mark_of(form):
    """The signed mark that this form carries."""
    return unescape(MARK.search(form).group(1))

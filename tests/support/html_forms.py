"""The forms of a rendered page: what belongs to which, and what a browser would send."""

import re
from html import unescape
from html.parser import HTMLParser

BELONGS = re.compile(r'<(?:button|input|select|textarea)\b[^>]*?\sform="([^"]+)"')
IS = re.compile(r'<form\b[^>]*?\sid="([^"]+)"')
TOKEN = re.compile(r'name="resume_token" value="([^"]+)"')


def missing_forms(page):
    """The ids of forms to which controls say they belong, and which the page does not have."""
    return set(BELONGS.findall(page)) - set(IS.findall(page))


def kept_form(page):
    """The form whose text outlives a sign-in and another language: its HTML."""
    start = page.index('id="kept-form"')
    return page[start : page.index("</form>", start)]


def token_of(form):
    """The signed token that this form carries."""
    return unescape(TOKEN.search(form).group(1))


def sent_by(form):
    """What a browser would send of a form: its named controls with their values, boxes only if ticked."""
    controls = Controls()
    controls.feed(form)
    return controls.values


class Controls(HTMLParser):
    """The named controls of a form, but for its buttons."""

    def __init__(self):
        super().__init__()
        self.values, self.select, self.text = {}, "", ""

    def handle_starttag(self, tag, attrs):
        values = {name: value or "" for name, value in attrs}
        name, kind = values.get("name", ""), values.get("type", "text")
        if tag == "input" and name and kind not in ("submit", "button"):
            if kind not in ("checkbox", "radio"):
                self.values.setdefault(name, []).append(values.get("value", ""))
            elif "checked" in values:
                self.values.setdefault(name, []).append(values.get("value", "on"))
        elif tag in ("select", "textarea"):
            setattr(self, "select" if tag == "select" else "text", name)
            if tag == "textarea":
                self.values[name] = [""]
        elif tag == "option" and "selected" in values:
            self.values.setdefault(self.select, []).append(values["value"])

    def handle_data(self, data):
        if self.text:
            self.values[self.text][0] += data

    def handle_endtag(self, tag):
        if tag == "textarea":
            self.text = ""

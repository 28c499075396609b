"""A visitor of the demonstration over HTTP, who only follows links and sends forms that the page has."""

import re
from html import unescape
from urllib.parse import urljoin

from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext, override

from accounts.models import User

TIME = re.compile(
    r'<form method="post" action="(?P<action>[^"]+)"[^>]*>'
    r'(?:(?!</form>).)*?name="slot" value="(?P<slot>[^"]+)"',
    re.DOTALL,
)


class Visitor:
    """Continues as one person of the demonstration. `page` is the text of the page that is open."""

    def __init__(self, key):
        self.user = User.objects.get(email=f"{key}@demo.invalid")
        self.language = self.user.language
        self.client, self.page, self.address = Client(), "", ""
        self.open(reverse("demo:personas"))
        self.send(reverse("demo:sign_in", args=[self.user.public_id]))

    def open(self, address):
        self._show(self.client.get(address, follow=True))

    def follow(self, name, *args):
        """Follow the link to the page of this name. The open page must have it."""
        found = re.search(rf'href="({re.escape(reverse(name, args=args))}(?:[?#][^"]*)?)"', self.page)
        assert found, f"No link to {name} on {self.address}"
        self.open(urljoin(self.address, unescape(found[1])))

    def send(self, action="", **fields):
        """Send the form with this action, or the one without an action, which goes to the open page."""
        if action:
            assert re.search(rf'action="{re.escape(action)}["?]', self.page), (action, self.address)
        self._show(self.client.post(action or self.address, fields, follow=True))

    def choose_first_time(self):
        found = TIME.search(self.page)
        assert found, f"No times on {self.address}"
        action = urljoin(self.address, unescape(found["action"]))
        self._show(self.client.post(action, {"slot": found["slot"]}, follow=True))

    def list_values(self, name):
        return re.findall(rf'name="{name}"[^>]*?value="([^"]*)"', self.page)

    def sees(self, english, **values):
        """Return whether the page has the text, in the person's language."""
        with override(self.language):
            return gettext(english) % values in unescape(self.page)

    def _show(self, response):
        assert response.status_code == 200, (response.status_code, response.request["PATH_INFO"])
        self.page = response.content.decode()
        self.address = response.request["PATH_INFO"]
        if response.request["QUERY_STRING"]:
            self.address += "?" + response.request["QUERY_STRING"]

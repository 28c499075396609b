"""A form filled in halfway, and the session that ends meanwhile."""

import re

from django.contrib.sessions.models import Session

from tests.portal.kept_forms import WORDS


def fill_in(client, page):
    """What the browser would send: the form's own mark and what was typed."""
    mark = re.search(r'name="typed_by" value="([^"]+)"', client.get(page).content.decode()).group(1)
    return {"typed_by": mark, "reason": "LIFE_EVENT", "explanation": WORDS, "password": "secret words"}


def end_session():
    Session.objects.all().delete()

"""A form filled in halfway, and the session that ends meanwhile."""

import re

from django.contrib.sessions.models import Session

from tests.portal.foundation.resumable_pages import WORDS


def fill_in(client, page):
    """What the browser would send: the form's own token and what was typed."""
    token = re.search(r'name="resume_token" value="([^"]+)"', client.get(page).content.decode()).group(1)
    return {"resume_token": token, "reason": "LIFE_EVENT", "explanation": WORDS, "password": "secret words"}


def end_session():
    Session.objects.all().delete()

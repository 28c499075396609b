"""A form that is drawn anew takes what was kept of it, and nothing else of it changes."""

import pytest
from django import forms
from django.contrib.sessions.backends.db import SessionStore
from django.test import RequestFactory

from accounts import typed
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db

PATH = "/anywhere/"


class Letter(forms.Form):
    """A box left empty sends nothing; `secret` is never kept."""

    kept_fields = ("words", "urgent", "place")

    words = forms.CharField()
    urgent = forms.BooleanField()
    place = forms.CharField()
    secret = forms.BooleanField()


def refilled(**sent):
    user = UserFactory()
    mark = typed.mark(user=user, path=PATH, fields=Letter.kept_fields)
    request = RequestFactory().post(PATH, {typed.MARK_FIELD: mark, **sent})
    request.user, request.session = user, SessionStore()
    assert typed.keep(request) == PATH
    form = Letter(initial={"words": "as it was", "urgent": True, "place": "there", "secret": True})

    typed.refill(request, form)

    return form.initial


def test_what_was_typed_stands_there_and_a_box_is_as_it_was_left_unless_it_is_never_kept():
    found = refilled(words="as it is", place="here")

    assert found == {"words": "as it is", "urgent": False, "place": "here", "secret": True}


def test_a_field_that_was_not_sent_is_as_the_form_begins_with_it():
    assert refilled(words="as it is")["place"] == "there"


def test_a_field_too_many_for_the_session_is_as_the_form_begins_with_it(monkeypatch):
    monkeypatch.setattr(typed, "LONGEST_FORM", 4)

    found = refilled(words="as it is", place="here")

    assert (found["words"], found["place"]) == ("as i", "there")

"""A form shows what was kept of it and nothing else, until a view accepts it."""

from dataclasses import dataclass

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.backends.cache import SessionStore
from django.http import HttpResponse
from django.test import RequestFactory

from accounts.models import User
from portal.foundation import resumable_forms
from portal.foundation.resumable_forms import ResumableForm, ResumableFormsMiddleware, visiting
from tests.support.html_forms import token_of

PATH = "/anywhere/"


class Letter(ResumableForm, forms.Form):
    """A box left empty sends nothing; `secret` is never kept."""

    resumable_fields = ("words", "urgent", "place")

    words = forms.CharField()
    urgent = forms.BooleanField(required=False)
    place = forms.CharField(required=False)
    secret = forms.BooleanField(required=False)


class Postcard(ResumableForm, forms.Form):
    """Another form of the same page, with a field of the same name."""

    resumable_fields = ("words",)

    words = forms.CharField()


@dataclass
class Reader:
    """An account, or a visitor, at one browser."""

    user: User | AnonymousUser
    session: SessionBase

    def request(self, method="GET", path=PATH, **sent):
        request = RequestFactory().generic(method, path)
        if method == "POST":
            request = RequestFactory().post(path, sent)
        request.user, request.session = self.user, self.session
        return request

    def fill_in(self, form_class=Letter, page=PATH, **typed):
        """What a browser sends of the form of this page."""
        with visiting(self.request(path=page)):
            return {resumable_forms.TOKEN_FIELD: token_of(form_class().resume_token), **typed}

    def keep(self, form_class=Letter, **typed):
        return resumable_forms.keep(self.request("POST", **self.fill_in(form_class, **typed)))

    def get_words(self, form_class=Letter):
        with visiting(self.request()):
            return form_class()["words"].value()

    def send(self, view, path=PATH, **sent):
        """Sends a form through the middleware to this view."""
        return ResumableFormsMiddleware(view)(self.request("POST", path, **sent))


@pytest.fixture
def reader():
    return Reader(User(name="Ana"), SessionStore())


def resume(reader, **typed):
    assert reader.keep(**typed) == PATH
    with visiting(reader.request()):
        form = Letter(initial={"words": "as it was", "urgent": True, "place": "there", "secret": True})
        return {field.name: field.value() for field in form}


def test_what_was_typed_is_shown_and_a_box_is_as_it_was_left_unless_it_is_never_kept(reader):
    found = resume(reader, words="as it is", place="here")

    assert found == {"words": "as it is", "urgent": False, "place": "here", "secret": True}


def test_a_field_that_was_not_sent_is_as_the_form_begins_with_it(reader):
    assert resume(reader, words="as it is")["place"] == "there"


def test_a_field_too_many_for_the_session_is_as_the_form_begins_with_it(reader, monkeypatch):
    monkeypatch.setattr(resumable_forms, "LONGEST_FORM", 4)

    found = resume(reader, words="as it is", place="here")

    assert (found["words"], found["place"]) == ("as i", "there")


def test_a_form_keeps_its_fields_under_its_prefix(reader):
    with visiting(reader.request()):
        sent = {resumable_forms.TOKEN_FIELD: token_of(Letter(prefix="first").resume_token)}
    resumable_forms.keep(reader.request("POST", **sent, **{"first-words": "as it is"}))
    with visiting(reader.request()):
        assert Letter(prefix="first")["words"].value() == "as it is"


def test_each_form_of_a_page_keeps_its_own_words(reader):
    reader.keep(Letter, words="a letter")
    reader.keep(Postcard, words="a postcard")

    assert (reader.get_words(Letter), reader.get_words(Postcard)) == ("a letter", "a postcard")


def test_a_form_that_was_sent_shows_what_was_sent(reader):
    reader.keep(words="as it was")
    with visiting(reader.request("POST")):
        assert Letter({"words": "as it is"})["words"].value() == "as it is"
        assert Letter()["words"].value() is None


@pytest.mark.parametrize("other", [User(name="Ben"), AnonymousUser()])
def test_nobody_else_at_the_browser_sees_it(reader, other):
    reader.keep(words="as it is")

    assert Reader(other, reader.session).get_words() is None


def test_a_form_without_a_request_has_no_token():
    assert Letter().resume_token == ""


# --- When it is deleted -------------------------------------------------------------------------------


def answer(status, *, validate=True, refuse=False):
    """A view that gives this status to the form."""

    def view(request):
        form = Letter(request.POST)
        if validate and form.is_valid() and refuse:
            form.add_error("words", "Already taken.")
        return HttpResponse(status=status)

    return view


@pytest.mark.parametrize(
    ("view", "words", "is_deleted"),
    [
        (answer(302), "as it is", True),
        (answer(200), "as it is", True),
        (answer(200), "", False),
        (answer(422), "", False),
        (answer(302, validate=False), "as it is", False),
        (answer(422, refuse=True), "as it is", False),
        (answer(200, refuse=True), "as it is", False),
        (answer(409), "as it is", False),
        (answer(503), "as it is", False),
    ],
)
def test_is_deleted_exactly_when_a_view_accepts_the_form(reader, view, words, is_deleted):
    sent = reader.fill_in(words=words)
    reader.keep(words="as it was")

    reader.send(view, **sent)

    assert (resumable_forms.SESSION_KEY not in reader.session) == is_deleted


def test_is_deleted_too_when_the_form_is_sent_to_another_address(reader):
    sent = reader.fill_in(words="as it is")
    reader.keep(words="as it was")

    reader.send(answer(302), path="/elsewhere/", **sent)

    assert resumable_forms.SESSION_KEY not in reader.session


def test_another_form_of_the_page_stays(reader):
    reader.keep(Postcard, words="a postcard")

    reader.send(answer(302), **reader.fill_in(words="as it is"))

    assert reader.get_words(Postcard) == "a postcard"


def test_a_view_that_does_not_validate_may_discard_the_form(reader):
    reader.keep(Postcard, words="a postcard")
    reader.keep(words="as it was")

    resumable_forms.discard(reader.request("POST", **reader.fill_in()))

    assert (reader.get_words(), reader.get_words(Postcard)) == (None, "a postcard")


def test_a_request_that_deletes_nothing_writes_no_session(reader):
    reader.keep(words="as it was")
    reader.session.modified = False

    ResumableFormsMiddleware(lambda _request: HttpResponse())(reader.request())

    assert not reader.session.modified


def test_a_form_shown_again_at_another_address_belongs_to_its_page(reader):
    sent = reader.fill_in(page=f"{PATH}?page=2")
    with visiting(reader.request("POST", "/elsewhere/", **sent)):
        again = token_of(Letter().resume_token)

    assert resumable_forms.keep(reader.request("POST", resume_token=again)) == f"{PATH}?page=2"


def test_the_token_of_another_account_names_no_page(reader):
    sent = reader.fill_in()
    other = Reader(User(name="Ben"), SessionStore())
    with visiting(other.request("POST", "/elsewhere/", **sent)):
        again = token_of(Letter().resume_token)

    assert resumable_forms.keep(other.request("POST", resume_token=again)) == "/elsewhere/"


def test_a_token_that_is_too_old_keeps_nothing(reader, monkeypatch):
    monkeypatch.setattr(resumable_forms, "TOKEN_SECONDS", -1)

    assert reader.keep(words="as it is") is None
    assert resumable_forms.SESSION_KEY not in reader.session

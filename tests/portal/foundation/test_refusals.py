"""The block that catches refusals: which it catches, and which page follows."""

import pytest
from django import forms
from django.http import Http404, HttpResponse
from django.utils.functional import lazystr

from portal.foundation.refusals import (
    NextPage,
    Refusals,
    Row,
    answer_404,
    describe_as,
    describe_nothing,
    go_to,
    show_errors,
)


class Taken(Exception): ...


class Closed(Exception): ...


TABLE = {
    Taken: Row(describe_as(lazystr("It is taken.")), NextPage.SAME, 409),
    Closed: Row(describe_nothing, NextPage.GONE, 404),
}


class SeatForm(forms.Form):
    seat = forms.CharField()


def respond_to(error, pages):
    with Refusals(TABLE, pages, None) as refused:
        raise error
    return refused.respond()


def test_the_next_page_gets_the_messages_and_the_status():
    def show(problems, status):
        return HttpResponse(problems, status=status)

    answer = respond_to(Taken, {NextPage.SAME: show})

    assert (answer.status_code, answer.content) == (409, b"It is taken.")


@pytest.mark.parametrize("field", [None, "seat"])
def test_the_messages_become_errors_of_the_form(field):
    form = SeatForm({"seat": "12"})

    answer = respond_to(
        Taken, {NextPage.SAME: show_errors(form, lambda status: HttpResponse(status=status), field=field)}
    )

    assert answer.status_code == 409
    assert form.errors == {field or "__all__": ["It is taken."]}


def test_a_page_that_is_gone_answers_404():
    with pytest.raises(Http404):
        respond_to(Closed, {NextPage.GONE: answer_404})


def test_a_refusal_can_lead_to_a_page_that_explains_it_itself():
    assert respond_to(Taken, {NextPage.SAME: go_to("/seats/")}).url == "/seats/"


@pytest.mark.parametrize("error", [Closed, ZeroDivisionError])
def test_a_refusal_without_a_page_or_a_row_is_not_caught(error):
    with pytest.raises(error):
        respond_to(error, {NextPage.SAME: go_to("/seats/")})


def test_a_block_that_was_not_refused_has_nothing_to_respond():
    with Refusals(TABLE, {}, None) as refused:
        pass
    with pytest.raises(AssertionError, match="Nothing was refused"):
        refused.respond()

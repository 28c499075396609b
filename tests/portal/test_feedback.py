"""“Was this page helpful?”: who can answer, what is stored, and who reads it."""

import pytest
from django.core.cache import cache

from accounts.units import Unit
from portal.feedback.models import LONGEST_COMMENT, Feedback
from tests.factories.accounts import officer_of
from tests.support.html_forms import sent_by
from tests.support.staff_sign_in import sign_in_staff

pytestmark = pytest.mark.django_db


def test_a_visitor_answers_on_the_help_page(client):
    page = client.get("/help/").content.decode()
    form = page[page.index('action="/feedback/"') :]
    form = form[: form.index("</form>")]
    response = client.post(
        "/feedback/", {**sent_by(form), "is_helpful": "no", "comment": "Say how long it takes."}
    )
    assert response.headers["Location"] == "/feedback/thanks/"
    assert client.get("/feedback/thanks/").status_code == 200
    [answer] = Feedback.objects.all()
    assert (answer.page, answer.is_helpful, answer.comment, answer.language) == (
        "help",
        False,
        "Say how long it takes.",
        "en",
    )


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ({"comment": "Good"}, "Select “Yes” or “No” to say if the page was helpful."),
        ({"is_helpful": "yes", "comment": "é" * (LONGEST_COMMENT + 1)}, "Shorten your comment to 2000"),
        ({"is_helpful": "perhaps"}, "Select an answer to “Was this page helpful?”"),
    ],
)
def test_a_bad_answer_says_what_to_do_and_keeps_what_was_typed(client, typed, problem):
    response = client.post("/feedback/", {"page": "help", **typed})
    assert response.status_code == 422
    page = response.content.decode()
    assert problem in page
    assert typed.get("comment", "") in page
    assert not Feedback.objects.exists()


def test_the_longest_comment_is_stored(client):
    client.post("/feedback/", {"page": "help", "is_helpful": "yes", "comment": "é" * LONGEST_COMMENT})
    assert len(Feedback.objects.get().comment) == LONGEST_COMMENT


def test_the_eleventh_answer_within_an_hour_waits(client):
    cache.clear()
    statuses = [
        client.post("/feedback/", {"page": "help", "is_helpful": "yes"}).status_code for _ in range(11)
    ]
    assert statuses == [302] * 10 + [429]
    assert Feedback.objects.count() == 10


@pytest.mark.parametrize("unit", Unit)
def test_only_policy_officers_read_the_answers(client, unit):
    Feedback.objects.create(
        page="receipt", is_helpful=True, comment="Clear.", language="en", created_at="2026-11-30T12:00Z"
    )
    sign_in_staff(client, officer_of(unit))
    response = client.get("/admin/feedback/feedback/")
    assert ("Clear." in response.content.decode()) == (unit is Unit.POLICY_OFFICERS)

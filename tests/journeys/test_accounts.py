"""Create an account, add a case, and see its appointment."""

import re

import pytest
from playwright.sync_api import expect

from accounts.models import Case, User
from accounts.services import outbox
from accounts.services.access_codes import issue_access_code
from tests.factories.accounts import UserFactory
from tests.factories.scenarios import appointment_of

PASSWORD = "a long enough password"


@pytest.mark.parametrize("language", ["en", "es"])
def test_new_applicant_creates_an_account_and_adds_a_case(committed_data, mail_sink, open_browser, language):
    # Given a case that was filed by mail, and its Online Access Code
    appointment = appointment_of(None)
    case = appointment.series.person.case
    code = issue_access_code(case=case)
    reader = open_browser(language=language, width="phone")

    # When someone creates an account and follows the link in the mail
    reader.open("/accounts/signup/")
    reader.type("name", "Noor Haddad")
    reader.type("email", "noor@example.org")
    counter = reader.page.locator("[data-character-count]")
    expect(counter).to_have_text(re.compile(r": 0$"))
    reader.type("password1", PASSWORD)
    expect(counter).to_have_text(re.compile(rf": {len(PASSWORD)}\. (Long enough|Tiene suficientes)"))
    expect(reader.page.locator("[data-count-live]")).to_contain_text(str(len(PASSWORD)))
    reader.submit()
    expect(reader.page.get_by_role("main")).to_contain_text("noor@example.org")
    outbox.send_due()
    [mail] = mail_sink.to("noor@example.org")
    assert "Noor" not in mail.message.as_string()
    link = re.search(r"http://[^/\s]+(/accounts/confirm-email/\S+)", mail.text).group(1)
    reader.open(link)
    reader.submit()

    # Then they are signed in, and add the case with the typos that people make
    user = User.objects.get(email="noor@example.org")
    assert user.language == language
    expect(reader.page).to_have_url(re.compile("/appointments/$"))
    reader.open("/cases/add/")
    reader.type("receipt_number", f"{case.receipt_number[:3]} {case.receipt_number[3:]}".lower())
    reader.type("access_code", "-".join(code[start : start + 4] for start in range(0, 16, 4)))
    reader.submit()

    # Then the appointment is in the list
    expect(reader.page.locator("main")).to_contain_text(case.receipt_number)
    assert Case.objects.get(pk=case.pk).requestor == user


def test_a_wrong_code_gets_an_error_and_keeps_the_input(committed_data, open_browser):
    appointment = appointment_of(None)
    user, reader = _applicant(open_browser)
    reader.open("/cases/add/")
    reader.type("receipt_number", appointment.series.person.case.receipt_number)
    reader.type("access_code", "AAAA BBBB CCCC DDDD")
    reader.submit()
    expect(reader.page.get_by_role("alert")).to_contain_text("We couldn’t add a case")
    expect(reader.page.locator("[name=receipt_number]")).to_have_value(
        appointment.series.person.case.receipt_number
    )
    reader.type("receipt_number", "IOE 012345678O")
    reader.submit()
    expect(reader.page.get_by_role("alert")).to_contain_text("the letter O or I")


def _applicant(open_browser, *, language="en", **options):
    user = UserFactory(language=language)
    reader = open_browser(language=language, **options)
    reader.arrive_as(user)
    return user, reader

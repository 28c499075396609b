"""Journeys from the first page to the last, by people with distinctive names and numbers."""

import re

from django.urls import reverse

from accounts.models import User
from accounts.services import outbox
from accounts.services.access_codes import issue_access_code
from accounts.units import Unit
from appointments.models import Notice, Reschedule, Reservation
from tests.factories.accounts import CaseFactory, PersonFactory, officer_of
from tests.factories.appointments import AppointmentFactory, SeriesFactory, SlotFactory
from tests.support.staff_sign_in import sign_in_staff

PASSWORD = "quite unguessable words here"
ANA = {"name": "Zebedee Quillfeather", "email": "zq.canary@quillfeather.example"}
LAWYER = {"name": "Ottoline Wrenchurch", "email": "ow.canary@wrenchurch.example"}


def link_in(sink, address, part):
    """Return the newest link of that kind in a mail to the address."""
    outbox.send_due()
    found = [
        link
        for delivery in sink.to(address)
        for link in re.findall(r"https?://[^/\s]+(/\S+)", delivery.text)
        if part in link
    ]
    return found[-1]


def sign_up(browser, sink, who):
    """Sign up, open the link in the mail, which signs in, and sign in with the password."""
    browser.post(reverse("account_signup"), {**who, "password1": PASSWORD})
    browser.post(reverse("link_sent"))
    link = link_in(sink, who["email"], "confirm-email")
    browser.get(link)
    browser.post(link)
    browser.post(reverse("account_logout"))
    browser.post(reverse("account_login"), {"login": who["email"], "password": "wrong " + PASSWORD})
    browser.post(reverse("account_login"), {"login": who["email"], "password": PASSWORD})
    return User.objects.get(email=who["email"])


def make_case(receipt_number, canaries):
    """Return a case without an account, with a person and a scheduled appointment."""
    case = CaseFactory(requestor=None, receipt_number=receipt_number)
    person = PersonFactory(case=case, name=canaries.known["person"])
    return case, AppointmentFactory(series=SeriesFactory(person=person))


def applicant_reschedules(browser, sink, canaries, appointment):
    """Add the case, state a reason, hold, confirm, and read the notice in every format."""
    sign_up(browser, sink, ANA)
    case = appointment.series.person.case
    code = issue_access_code(case=case)
    canaries.add(code=code)
    add, number = reverse("accounts:add_case"), case.receipt_number
    browser.post(add, {"receipt_number": number, "access_code": "0" * 16})
    browser.post(add, {"receipt_number": "ZQXO081726354", "access_code": code})
    browser.post(add, {"receipt_number": number, "access_code": code})
    browser.get(reverse("appointments:list"))
    page = {"args": [appointment.public_id]}
    browser.get(reverse("appointments:detail", **page))
    said = f"{canaries.known['explanation']}, {canaries.known['telephone']}"
    browser.post(reverse("appointments:reason", **page), {"reason": "OTHER", "explanation": ""})
    browser.post(reverse("appointments:reason", **page), {"reason": "OTHER", "explanation": said})
    slot = SlotFactory(site=appointment.slot.site)
    browser.get(reverse("appointments:times", **page))
    browser.post(reverse("appointments:times", **page), {"slot": str(slot.public_id)})
    hold = {"args": [Reservation.objects.get().public_id]}
    browser.get(reverse("appointments:review", **hold))
    browser.post(reverse("appointments:extend", **hold))
    browser.post(reverse("appointments:confirm", **hold))
    reschedule = Reschedule.objects.get()
    canaries.add(confirmation_number=reschedule.confirmation_number)
    browser.get(reverse("appointments:reservation_receipt", **hold))
    browser.get(reverse("appointments:receipt", args=[reschedule.public_id]))
    notice = Notice.objects.get(reschedule=reschedule)
    canaries.add(verification_code=notice.verification_code)
    browser.get(reverse("appointments:notices"))
    for name in ("notice", "notice_pdf", "notice_calendar"):
        browser.get(reverse(f"appointments:{name}", args=[notice.public_id]))
    browser.post(reverse("appointments:check_notice"), {"code": notice.verification_code})
    browser.post(reverse("account_reset_password"), {"email": ANA["email"]})
    browser.post(reverse("appointments:release", **hold))
    return reschedule


def lawyer_applies(browser, sink, canaries):
    """Sign up, apply as a representative, and open a client's page. Return the application."""
    account = sign_up(browser, sink, LAWYER)
    papers = {"kind": "attorney", "bar_state": "TX", "bar_number": canaries.known["bar_number"]}
    browser.post(reverse("accounts:apply_representative"), {**papers, "bar_state": "QQ"})
    browser.post(reverse("accounts:apply_representative"), papers)
    browser.get(reverse("accounts:representative"))
    return account.representative_profile


def staff_act(browser, canaries, application, appointment, free_case):
    """Verify the lawyer, reschedule for a caller, issue a letter, close a case, and read lists."""
    officer = officer_of(Unit.CONTACT_CENTER_SUPERVISORS, Unit.AUDITORS)
    sign_in_staff(browser, officer)
    note = {"note": canaries.known["note"]}
    seen = {"seen_at": application.submitted_at.isoformat()}
    browser.get(reverse("admin:accounts_representativeprofile_changelist"))
    browser.post(reverse("admin:application_verify", args=[application.pk]), {**note, **seen})
    case = appointment.series.person.case
    for name in ("accounts_case", "appointments_reschedule", "appointments_notice"):
        browser.get(reverse(f"admin:{name}_changelist"))
    browser.get(reverse("admin:accounts_case_change", args=[case.pk]))
    here = {"args": [case.pk, appointment.public_id]}
    browser.post(reverse("admin:case_call", **here), {"reason": "ILLNESS", "explanation": "", **note})
    slot = SlotFactory(site=appointment.slot.site)
    browser.get(reverse("admin:case_call_times", **here))
    browser.get(reverse("admin:case_call_review", **here), {"slot": str(slot.public_id)})
    browser.post(reverse("admin:case_call_review", **here), {"slot": str(slot.public_id)})
    browser.get(reverse("admin:case_call_done", **here))
    browser.post(reverse("admin:case_issue_code", args=[free_case.pk]), {"language": "es"})
    browser.post(reverse("admin:case_close", args=[case.pk]), {"status": "closed", **note})
    browser.get(reverse("admin:accounts_case_history", args=[case.pk]))
    application.refresh_from_db()
    seen = {"seen_at": application.verified_at.isoformat(), "rejection": "unclear"}
    browser.get(reverse("admin:application_end", args=[application.pk]))
    browser.post(reverse("admin:application_end", args=[application.pk]), {**note, **seen})
    browser.get(reverse("admin:index"))

"""Reschedule for a caller, page by page: no input is lost, nothing is rescheduled twice or overbooked."""

import re
from datetime import timedelta

import pytest
from django.http import QueryDict
from django.urls import reverse

from accounts.units import Unit
from appointments.eligibility import RefusalCode, SeatRefusal
from appointments.models import Appointment, Reschedule, RescheduleDraft, Slot
from policy.models import GoodCauseReason
from portal.foundation.site_time import in_site_zone
from tests.factories.accounts import officer_of
from tests.factories.appointments import AppointmentFactory, SlotFactory
from tests.factories.reschedules import reschedule_for_caller, reschedule_online
from tests.support.staff_sign_in import sign_in_staff

pytestmark = pytest.mark.usefixtures("reference_data")

NOTE = "Hospital letter seen; agreed with the shift lead."


class Call:
    """The pages of a call about one appointment."""

    def __init__(self, client, appointment):
        self.client, self.appointment = client, appointment
        self.case = appointment.series.person.case

    def address(self, page):
        return reverse(f"admin:{page}", args=[self.case.pk, self.appointment.public_id])

    def state(self, note=NOTE, **fields):
        typed = {"reason": "ILLNESS", "explanation": "In hospital", "note": note, **fields}
        return self.client.post(self.address("case_call"), typed)

    def times(self, **query):
        return self.client.get(self.address("case_call_times"), query)

    def review(self, slot):
        return self.client.get(self.address("case_call_review"), {"slot": str(slot.public_id)})

    def confirm(self, slot, *, override=False):
        fields = {"slot": str(slot.public_id)} | ({"override": "on"} if override else {})
        return self.client.post(self.address("case_call_review"), fields)

    def done(self):
        return self.client.get(self.address("case_call_done")).content.decode()


@pytest.fixture
def appointment(reference_data):
    return AppointmentFactory()


@pytest.fixture
def slot(appointment):
    return SlotFactory(site=appointment.slot.site, ahead=timedelta(days=8))


def open_call_as(client, unit, appointment):
    officer = officer_of(unit)
    sign_in_staff(client, officer)
    return Call(client, appointment), officer


def text(answer):
    return answer.content.decode()


def test_reason_time_review_confirm(client, appointment, slot):
    call, officer = open_call_as(client, Unit.CONTACT_CENTER, appointment)
    assert call.state().url == call.address("case_call_times")
    assert str(slot.public_id) in text(call.times())
    assert "This is reschedule 1 of 2." in text(call.review(slot))
    assert call.confirm(slot).url == call.address("case_call_done")

    reschedule = Reschedule.objects.get()
    assert (reschedule.actor, reschedule.channel, reschedule.note, reschedule.counts) == (
        officer,
        "contact_center",
        NOTE,
        True,
    )
    assert reschedule.statement.explanation == "In hospital"
    assert reschedule.confirmation_number in call.done()
    assert not RescheduleDraft.objects.exists()


def test_pressing_confirm_twice_reschedules_once_and_shows_the_same_reschedule(client, appointment, slot):
    call, _ = open_call_as(client, Unit.CONTACT_CENTER, appointment)
    call.state()
    first, second = call.confirm(slot), call.confirm(slot)
    assert first.url == second.url == call.address("case_call_done")
    assert Reschedule.objects.count() == 1
    assert "Someone else already rescheduled" not in call.done()


def test_a_reschedule_that_was_made_first_is_shown_as_someone_elses(client, appointment, slot):
    call, _ = open_call_as(client, Unit.CONTACT_CENTER, appointment)
    call.state()
    other = reschedule_online(appointment)
    assert call.confirm(slot).url == call.address("case_call_done")
    page = call.done()
    assert other.confirmation_number in page
    assert "Someone else already rescheduled" in page


def test_a_seat_that_someone_else_took_loses_nothing_that_was_typed(client, appointment, slot):
    call, officer = open_call_as(client, Unit.CONTACT_CENTER, appointment)
    call.state()
    local = in_site_zone(slot.starts_at, slot.site.tz)
    # Not the first free day, but that of the slot.
    SlotFactory(site=slot.site, starts_at=slot.starts_at - timedelta(days=2))
    other_slot = SlotFactory(site=slot.site, starts_at=local.replace(hour=9 if local.hour > 12 else 15))
    AppointmentFactory(slot=slot)

    answer = call.confirm(slot)

    assert answer.status_code == 409
    assert str(other_slot.public_id) in text(answer)
    draft = RescheduleDraft.objects.get(account=officer)
    assert (draft.note, draft.explanation) == (NOTE, "In hospital")
    assert call.confirm(other_slot).status_code == 302
    assert Reschedule.objects.get().to_appointment.slot == other_slot
    assert Slot.objects.get(pk=slot.pk).taken == 1


@pytest.fixture
def rescheduled_twice(appointment):
    for _ in range(2):
        appointment = reschedule_for_caller(appointment).to_appointment
    return appointment


def test_a_supervisor_overrides_the_limit_with_the_note_of_the_first_page(client, rescheduled_twice, slot):
    call, _ = open_call_as(client, Unit.CONTACT_CENTER_SUPERVISORS, rescheduled_twice)
    assert "You can override this limit" in text(client.get(call.address("case_call")))
    call.state()
    assert "This is reschedule 3. The limit is 2." in text(call.review(slot))
    call.confirm(slot, override=True)
    reschedule = Reschedule.objects.get(number=3)
    assert (reschedule.overridden_limits, reschedule.note) == ([RefusalCode.RESCHEDULE_LIMIT], NOTE)
    assert "Limit overridden:" in call.done()


def test_without_a_note_no_limit_is_overridden(client, rescheduled_twice, slot):
    call, _ = open_call_as(client, Unit.CONTACT_CENTER_SUPERVISORS, rescheduled_twice)
    call.state(note="")
    page = text(call.review(slot))
    assert "Add a note that says why." in page
    assert "Override limits and reschedule" not in page
    assert call.confirm(slot, override=True).url == call.address("case_call")
    assert Reschedule.objects.count() == 2


def test_an_officer_without_that_power_reads_to_ask_a_supervisor(client, rescheduled_twice, slot):
    call, _ = open_call_as(client, Unit.CONTACT_CENTER, rescheduled_twice)
    assert "Ask a supervisor" in text(client.get(call.address("case_call")))
    call.state()
    assert "Override limits and reschedule" not in text(call.review(slot))
    call.confirm(slot, override=True)
    assert Reschedule.objects.count() == 2


def test_times_outside_the_limits_are_shown_to_those_who_may_give_them(client, appointment):
    far = SlotFactory(site=appointment.slot.site, ahead=timedelta(days=100))
    query = {"beyond": "1", "day": in_site_zone(far.starts_at, far.site.tz).date()}
    for unit, shown in ((Unit.CONTACT_CENTER, False), (Unit.CONTACT_CENTER_SUPERVISORS, True)):
        call, _ = open_call_as(client, unit, appointment)
        call.state()
        assert (str(far.public_id) in text(call.times(**query))) == shown
    call.confirm(far, override=True)
    assert Reschedule.objects.get().overridden_limits == [SeatRefusal.SLOT_BEYOND_HORIZON]


def test_a_day_without_a_free_time_names_the_others_within_the_same_limits(client, appointment):
    far = SlotFactory(site=appointment.slot.site, ahead=timedelta(days=100))
    day = in_site_zone(far.starts_at, far.site.tz).date()
    call, _ = open_call_as(client, Unit.CONTACT_CENTER_SUPERVISORS, appointment)
    call.state()

    page = text(call.times(beyond="1", day=day + timedelta(days=1 if day.weekday() < 6 else -1)))

    assert "This day has no openings." in page
    link, *_ = re.findall(rf'href="[^"]*[?]([^"]*day={day}[^"#]*)', page)
    assert str(far.public_id) not in page
    assert str(far.public_id) in text(call.times(**QueryDict(link.replace("&amp;", "&")).dict()))


def test_the_limits_of_the_online_tool_do_not_apply_by_phone(client, reference_data):
    appointment = AppointmentFactory(slot__ahead=timedelta(hours=4), is_staff_only=True)
    slot = SlotFactory(site=appointment.slot.site)
    call, _ = open_call_as(client, Unit.CONTACT_CENTER, appointment)
    call.state()
    assert call.confirm(slot).status_code == 302
    assert Reschedule.objects.get().overridden_limits == []


@pytest.mark.parametrize(
    "fields",
    [
        {"slot__ahead": timedelta(hours=-1)},
        {"series__person__case__closed": True},
        {"status": Appointment.Status.ATTENDED},
    ],
)
def test_what_no_unit_may_reschedule_leads_back_to_the_case_with_the_reason(client, reference_data, fields):
    call, _ = open_call_as(client, Unit.CONTACT_CENTER_SUPERVISORS, AppointmentFactory(**fields))
    answer = client.get(call.address("case_call"))
    assert answer.url == reverse("admin:accounts_case_change", args=[call.case.pk])
    assert call.state().url == answer.url
    assert not RescheduleDraft.objects.exists()


def test_a_page_out_of_turn_leads_to_the_first_step(client, appointment, slot):
    call, _ = open_call_as(client, Unit.CONTACT_CENTER, appointment)
    for answer in (call.times(), call.review(slot), call.confirm(slot)):
        assert answer.url == call.address("case_call")
    assert client.get(call.address("case_call_done")).url == reverse(
        "admin:accounts_case_change", args=[call.case.pk]
    )


def test_a_reason_that_is_no_longer_offered_leads_back_to_the_reasons(client, appointment, slot, shift_clock):
    call, _ = open_call_as(client, Unit.CONTACT_CENTER, appointment)
    call.state()
    GoodCauseReason.objects.filter(code="ILLNESS").update(ended_at=RescheduleDraft.objects.get().updated_at)
    assert call.confirm(slot).url == call.address("case_call")
    assert not Reschedule.objects.exists()


@pytest.mark.parametrize("nasty", ["\x00", "<script>", "9" * 3000, "\ud800", ""])
def test_any_text_is_answered(client, appointment, slot, nasty):
    sent = nasty.encode("utf-8", "replace").decode()
    call, _ = open_call_as(client, Unit.CONTACT_CENTER_SUPERVISORS, appointment)
    for page in ("case_call", "case_mark", "case_call_review"):
        fields = {"reason": sent, "explanation": sent, "note": sent, "slot": sent, "override": sent}
        assert client.post(call.address(page), fields).status_code in (200, 302, 422), page
    call.state()
    for query in (
        {"site": sent, "near": sent, "part": sent, "weekday": sent},
        {"site": sent, "day": sent},
        {"day": "9999-12-31", "beyond": "1"},
        {"day": "0001-01-01"},
    ):
        assert call.times(**query).status_code == 200
    review = call.address("case_call_review")
    assert client.get(review, {"slot": sent}).status_code == 422
    for page in ("case_close", "case_issue_code", "case_enter_code"):
        address = reverse(f"admin:{page}", args=[call.case.pk])
        fields = {"note": sent, "status": sent, "code": sent, "printed_on": sent, "language": sent}
        assert client.post(address, fields).status_code in (302, 422), page
    assert not Reschedule.objects.exists()

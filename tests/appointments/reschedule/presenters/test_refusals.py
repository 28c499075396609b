"""Every refusal in words: in both languages, in the site's zone, never worse than it is, with a next step."""

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from accounts.models import Case
from appointments.booking.decisions import add_untimely_offices, gather_facts
from appointments.booking.errors import HeldBySomeoneElse, HoldLimit, TooManyHolds
from appointments.eligibility import RefusalCode, SeatRefusal, evaluate
from appointments.models import Appointment
from appointments.reschedule.presenters.answers import build_views, describe_next_number
from appointments.reschedule.presenters.refusals import (
    explain_hold_limit,
    explain_other_holder,
    explain_seat_refusal,
)
from policy.models import FormType, FormTypeVersion
from policy.queries import get_rules
from tests.factories.accounts import CaseFactory
from tests.factories.appointments import AppointmentFactory
from tests.factories.policy import PolicyVersionFactory

# Monday, June 10, 2030 at 1:40 PM in Guam: while it is still Sunday evening in Washington.
START = datetime(2030, 6, 10, 3, 40, tzinfo=UTC)
LANGUAGES = ("en", "es")


@dataclass(frozen=True)
class Scene:
    """One appointment in Guam, as it is `before` its start."""

    code: str
    before: timedelta = timedelta(days=5)
    form: str = "I-485"
    case: dict = field(default_factory=dict)
    appointment: dict = field(default_factory=dict)
    version: dict = field(default_factory=dict)
    counted_reschedules_at: tuple = ()
    says: tuple = ()


SCENES = [
    Scene(
        code="WITHIN_12_HOURS",
        before=timedelta(hours=3),
        says=("Monday, June 10, 2030 at 1:40 AM ChST", "12 hours"),
    ),
    Scene(code="ALREADY_PASSED", before=timedelta(hours=-3), says=("Monday, June 10, 2030 at 1:40 PM ChST",)),
    Scene(code="FORM_NOT_ENABLED", form="I-914", says=("Form I-914",)),
    Scene(
        code="FORM_NOT_ENABLED",
        version={"online_from": datetime(2030, 6, 8, 14, 0, tzinfo=UTC)},
        says=("Form I-485", "Sunday, June 9, 2030 at 12:00 AM ChST"),
    ),
    Scene(
        code="SCHEDULED_BEFORE_LAUNCH",
        form="I-600A",
        appointment={"scheduled_at": datetime(2024, 5, 28, 3, 5, tzinfo=UTC)},
        says=(
            "Wednesday, May 29, 2024 at 2:00 PM ChST",
            "Tuesday, May 28, 2024 at 1:05 PM ChST",
            "Form I-600A",
        ),
    ),
    Scene(
        code="RESCHEDULE_LIMIT",
        counted_reschedules_at=(datetime(2030, 5, 1, tzinfo=UTC), datetime(2030, 5, 2, 15, 30, tzinfo=UTC)),
        says=("rescheduled 2 times", "Friday, May 3, 2030 at 1:30 AM ChST"),
    ),
    Scene(
        code="NOT_SCHEDULED",
        appointment={"status": Appointment.Status.MISSED},
        says=("marked as missed", "Monday, June 10, 2030 at 1:40 PM ChST"),
    ),
    Scene(
        code="CASE_CLOSED",
        case={"status": Case.Status.CLOSED, "closed_at": datetime(2030, 5, 20, 22, 0, tzinfo=UTC)},
        says=("Tuesday, May 21, 2030 at 8:00 AM ChST",),
    ),
    Scene(code="STAFF_ONLY", appointment={"is_staff_only": True}, says=("Only staff",)),
]
each_scene = pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.code)


def present(scene):
    """Return the view of the scene in the active language."""
    form_type = FormType.objects.get(code=scene.form)
    FormTypeVersion.objects.filter(form_type=form_type).update(**scene.version or {"is_verified": True})
    appointment = AppointmentFactory(
        series__person__case=CaseFactory(form_type=form_type, **scene.case),
        slot__starts_at=START,
        slot__site__tz="Pacific/Guam",
        **{"scheduled_at": START - timedelta(days=40), **scene.appointment},
    )
    rules = replace(get_rules(form_type_ids=[form_type.pk]), now=START - scene.before)
    decision = evaluate(
        gather_facts(
            appointment=appointment, rules=rules, counted_reschedules_at=scene.counted_reschedules_at
        )
    )
    rules = add_untimely_offices(rules=rules, decisions=[decision])
    [view] = build_views([appointment], {appointment.pk: decision}, rules)
    return view


def join_texts(view):
    answer = view.answer
    texts = [answer.headline, answer.next_step.text if answer.next_step else ""]
    for refusal in answer.refusals:
        texts += [refusal.title, refusal.detail, refusal.source]
    return " | ".join(texts)


@each_scene
def test_instants_are_in_the_zone_of_the_site(reference_data, scene):
    view = present(scene)
    [refusal] = view.answer.refusals
    assert refusal.code == scene.code
    for words in scene.says:
        assert words in f"{refusal.title} {refusal.detail}"
    assert view.when == "Monday, June 10, 2030 at 1:40 PM ChST"


def test_every_code_has_a_scene():
    assert {scene.code for scene in SCENES} == set(RefusalCode)


@each_scene
def test_every_refusal_has_texts_in_both_languages(reference_data, scene):
    texts = {}
    for language in LANGUAGES:
        with translation.override(language):
            [refusal] = present(scene).answer.refusals
        texts[language] = refusal
        assert all((refusal.title, refusal.detail, refusal.source, refusal.help_anchor))
    for part in ("title", "detail", "source"):
        assert getattr(texts["es"], part) != getattr(texts["en"], part), part
    if "ChST" in texts["en"].detail:
        assert "(hora de Chamorro)" in texts["es"].detail


def test_a_refusal_cites_the_version_of_the_rule_that_is_in_force(reference_data):
    PolicyVersionFactory(
        effective_at=datetime(2025, 1, 2, 5, tzinfo=UTC),
        online_cutoff=timedelta(hours=24),
        source="Final rule of 2025",
        source_es="Norma final de 2025",
        source_url="https://agency.test/rule",
    )
    scene = Scene(code="WITHIN_12_HOURS", before=timedelta(hours=20))
    [refusal] = present(scene).answer.refusals
    assert "24 hours" in refusal.title
    assert refusal.source == "Final rule of 2025, in effect since January 2, 2025"
    assert refusal.source_url == "https://agency.test/rule"
    with translation.override("es"):
        [refusal] = present(scene).answer.refusals
    assert refusal.source == "Norma final de 2025, en vigor desde el 2 de enero de 2025"


@each_scene
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_refusal_says_that_a_case_will_be_denied(reference_data, scene, language):
    with translation.override(language):
        words = join_texts(present(scene))
    assert not re.search(r"will be denied|denied|denegad|rechazad|abandon", words, re.IGNORECASE), words


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", ["I-485", "I-600A"])
@pytest.mark.parametrize("hours", [0.001, 6, 11.999])
def test_a_request_within_twelve_hours_is_not_called_late(reference_data, form, hours, language):
    with translation.override(language):
        words = join_texts(present(Scene(code="WITHIN_12_HOURS", form=form, before=timedelta(hours=hours))))
    lateness = r"\b(too late|late|untimely|overdue|expired|tarde|tard[ií][oa]s?|fuera de plazo|extempor\w+)\b"
    assert not re.search(lateness, words, re.IGNORECASE), words
    assert re.search("on time" if language == "en" else "a tiempo", words), words


@pytest.mark.parametrize(
    ("form", "before", "offices"),
    [
        ("I-485", timedelta(hours=3), ["CONTACT_CENTER"]),
        ("I-600", timedelta(hours=3), ["NBC_ADOPTIONS"]),
        ("I-600A", timedelta(hours=3), ["NBC_ADOPTIONS"]),
        ("I-800", timedelta(hours=3), ["NBC_ADOPTIONS"]),
        ("I-800A", timedelta(hours=3), ["NBC_ADOPTIONS"]),
        # The two messages differ on who takes untimely requests for the adoption forms: show both.
        ("I-600A", timedelta(0), ["NBC_ADOPTIONS", "CONTACT_CENTER"]),
        ("I-800A", timedelta(hours=-3), ["NBC_ADOPTIONS", "CONTACT_CENTER"]),
        ("I-485", timedelta(hours=-3), ["CONTACT_CENTER"]),
    ],
)
def test_the_next_step_names_the_office_to_call(reference_data, form, before, offices):
    next_step = present(Scene(code="any", form=form, before=before)).answer.next_step
    assert [office.code for office in next_step.offices] == offices
    assert ("counts as on time" in next_step.text) is (before > timedelta(0))
    assert ("untimely" in next_step.text) is (before <= timedelta(0))


@each_scene
def test_every_refusal_has_a_next_step(reference_data, scene):
    next_step = present(scene).answer.next_step
    assert next_step.text
    assert next_step.offices


@pytest.mark.parametrize(
    ("status", "words", "has_office"),
    [("superseded", "replaced", False), ("attended", "came", False), ("cancelled", "Don’t come", True)],
)
def test_an_appointment_that_is_over_has_no_refusals_of_its_own(reference_data, status, words, has_office):
    scene = Scene(
        code="any",
        before=timedelta(hours=-3),
        appointment={"status": status, "is_staff_only": True},
        counted_reschedules_at=(START - timedelta(days=9), START - timedelta(days=8)),
    )
    answer = present(scene).answer
    assert answer.refusals == ()
    assert words in answer.headline
    assert (answer.next_step is not None) is has_office


def test_a_missed_appointment_leads_to_what_can_follow(reference_data):
    [refusal] = present(Scene(code="any", appointment={"status": "missed"})).answer.refusals
    assert refusal.help_anchor == "missed"


@pytest.mark.parametrize(
    ("counted", "cap", "text"),
    [
        (0, 2, "This is reschedule 1 of 2."),
        (1, 2, "This is reschedule 2 of 2."),
        (2, 2, "This is reschedule 3, over the limit of 2."),
        (0, 0, "This is reschedule 1, over the limit of 0."),
        (2, 3, "This is reschedule 3 of 3."),
    ],
)
def test_the_next_reschedule_is_numbered_under_the_limit_in_force(reference_data, counted, cap, text):
    assert describe_next_number(counted=counted, limit=cap) == text
    with translation.override("es"):
        assert describe_next_number(counted=counted, limit=cap) != text


def test_every_reason_is_given_and_not_only_the_first(reference_data):
    view = present(
        Scene(
            code="any",
            before=timedelta(hours=3),
            counted_reschedules_at=(START - timedelta(days=9), START - timedelta(days=8)),
            appointment={"is_staff_only": True},
        )
    )
    assert {refusal.code for refusal in view.answer.refusals} == {
        "WITHIN_12_HOURS",
        "RESCHEDULE_LIMIT",
        "STAFF_ONLY",
    }
    assert len({refusal.title for refusal in view.answer.refusals}) == 3


def test_the_answer_says_until_when_an_appointment_can_be_rescheduled(reference_data):
    answer = present(Scene(code="none")).answer
    assert answer.is_allowed
    assert answer.headline == "You can reschedule online until Monday, June 10, 2030 at 1:40 AM ChST."
    assert answer.tag == "Can reschedule until Mon, Jun 10 at 1:40 AM ChST"
    assert answer.refusals == ()


@pytest.mark.parametrize("cause", SeatRefusal)
def test_every_seat_refusal_has_texts_in_both_languages(reference_data, cause):
    rules = get_rules(form_type_ids=[])
    english = explain_seat_refusal(cause, rules)
    with translation.override("es"):
        spanish = explain_seat_refusal(cause, rules)
    assert english
    assert spanish not in ("", english)
    assert "12 hours" in english or cause != SeatRefusal.SLOT_TOO_SOON
    assert "60 days" in english or cause != SeatRefusal.SLOT_BEYOND_HORIZON


@pytest.mark.parametrize("limit", HoldLimit)
@pytest.mark.parametrize("allowed", [1, 5])
def test_a_limit_on_holds_has_words_in_both_languages(limit, allowed):
    english = explain_hold_limit(TooManyHolds(limit, allowed))
    with translation.override("es"):
        spanish = explain_hold_limit(TooManyHolds(limit, allowed))
    assert str(allowed) in english
    assert str(allowed) in spanish
    assert spanish != english


def test_says_on_the_sites_clock_until_when_someone_else_is_choosing(reference_data):
    appointment = AppointmentFactory(slot__site__tz="Pacific/Honolulu")
    until = HeldBySomeoneElse(until=datetime(2030, 6, 10, 3, 40, tzinfo=UTC))
    assert "5:40 PM HST" in explain_other_holder(until, appointment)

"""A caseload as a CSV file: its columns and its lines."""

import csv
from collections.abc import Iterable, Iterator, Mapping

from django.utils.translation import get_language, gettext, override

from appointments.caseload.facts import ItemResult
from appointments.caseload.presenters.bulk import describe_problem
from appointments.eligibility import Decision
from appointments.models import Appointment, BulkItem
from appointments.reschedule.presenters.refusals import explain_refusal
from policy.queries import RulesInForce
from portal.foundation.csv_safety import escape_formula
from portal.foundation.site_time import in_site_zone


def write_csv(
    rows: Iterable[tuple[Appointment, Decision]],
    rules: RulesInForce,
    results: Mapping[int, ItemResult] | None = None,
) -> Iterator[str]:
    """Return the lines of the CSV file in the language that is active at the call.

    With `results`, two more columns say what a bulk reschedule did.

    The response is streamed after the view has returned, when another language may be active.
    """
    return _write_lines(rows, rules, results, get_language() or "en")


def _write_lines(
    rows: Iterable[tuple[Appointment, Decision]],
    rules: RulesInForce,
    results: Mapping[int, ItemResult] | None,
    language: str,
) -> Iterator[str]:
    writer = csv.writer(_Echo(), quoting=csv.QUOTE_ALL)
    with override(language):
        titles = _build_titles() + ([] if results is None else _build_result_titles())
    # Spreadsheets read a file as UTF-8 only if it starts with this mark.
    yield "\ufeff" + writer.writerow(titles)
    for appointment, decision in rows:
        with override(language):
            cells = _build_cells(appointment, decision, rules)
            if results is not None:
                cells += _build_result_cells(results[appointment.pk])
        yield writer.writerow(map(escape_formula, cells))


class _Echo:
    """A file object whose `write` returns the line, so that `csv.writer` can be used in a generator."""

    def write(self, line: str) -> str:
        return line


def _build_titles() -> list[str]:
    return [
        gettext("Client"),
        gettext("Receipt number"),
        gettext("Form"),
        gettext("Site"),
        gettext("City"),
        gettext("State"),
        gettext("Appointment (site’s time)"),
        gettext("Reschedule online until (site’s time)"),
        gettext("Time zone"),
        gettext("Can be rescheduled online"),
        gettext("Reason it can’t be rescheduled"),
    ]


def _build_result_titles() -> list[str]:
    return [gettext("Result"), gettext("Confirmation number")]


def _build_result_cells(result: ItemResult) -> list[str]:
    is_rescheduled = result.outcome == BulkItem.Outcome.RESCHEDULED
    text = gettext("Rescheduled") if is_rescheduled else describe_problem(result.outcome)
    return [text, result.confirmation_number]


def _build_cells(appointment: Appointment, decision: Decision, rules: RulesInForce) -> list[str]:
    person, slot = appointment.person, appointment.slot
    refusals = [explain_refusal(refusal, appointment, rules) for refusal in decision.refusals]
    return [
        person.name,
        appointment.case.receipt_number,
        appointment.case.form_type.code,
        slot.site.name,
        slot.site.city,
        slot.site.state,
        f"{in_site_zone(slot.starts_at, slot.site.tz):%Y-%m-%d %H:%M}",
        f"{in_site_zone(decision.online_until, slot.site.tz):%Y-%m-%d %H:%M}",
        slot.site.tz,
        gettext("Yes") if decision.is_allowed else gettext("No"),
        "; ".join(refusal.title for refusal in refusals),
    ]

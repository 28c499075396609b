"""Export a caseload or the result of a bulk reschedule, and record who exported how many rows."""

from accounts.models import User
from appointments.caseload.facts import CaseloadFilters, CaseloadOrder, Export, ItemResult
from appointments.caseload.queries.bulk_reschedules import get_bulk_state
from appointments.caseload.queries.caseload import get_caseload_rules, list_keys
from appointments.models import BulkReschedule, CaseloadExport, Notice
from appointments.notices.queries import list_notices_of_reschedules
from portal.foundation.transactions import in_durable_transaction


@in_durable_transaction
def create_export(*, account: User, filters: CaseloadFilters, order: CaseloadOrder) -> Export:
    """Record an export, and return the rows that the file will have."""
    rules = get_caseload_rules(account).rules
    keys = tuple(list_keys(account, filters, order, rules))
    _record(account, CaseloadExport.Kind.CASELOAD, len(keys))
    return Export(account=account, appointment_ids=keys, rules=rules)


@in_durable_transaction
def create_result_export(*, account: User, bulk: BulkReschedule) -> Export:
    """Record an export of the result, and return its rows: each item with the appointment it has now."""
    results = {}
    for row in get_bulk_state(account=account, bulk=bulk).items:
        if row.appointment is None:
            continue
        if row.reschedule is None:
            results[row.appointment.pk] = ItemResult(row.item.outcome)
        else:
            number = row.reschedule.confirmation_number
            results[row.reschedule.to_appointment_id] = ItemResult(row.item.outcome, number)
    rules = get_caseload_rules(account).rules
    _record(account, CaseloadExport.Kind.RESULT, len(results))
    return Export(account=account, appointment_ids=tuple(results), rules=rules, results=results)


@in_durable_transaction
def create_notices_export(*, account: User, bulk: BulkReschedule) -> list[Notice]:
    """Record an export of the notices, and return the account's own notices of the reschedules, in order.

    Returns nothing, and records nothing, if the account may no longer act on any of the appointments.
    """
    rows = get_bulk_state(account=account, bulk=bulk).items
    reschedules = [row.reschedule.pk for row in rows if row.reschedule is not None]
    notices = list_notices_of_reschedules(account=account, reschedule_ids=reschedules)
    if notices:
        _record(account, CaseloadExport.Kind.NOTICES, len(notices))
    return notices


def _record(account: User, kind: CaseloadExport.Kind, row_count: int) -> None:
    CaseloadExport.objects.create(account=account, kind=kind, row_count=row_count)

"""Export a caseload as a file, and record who exported how many rows."""

from accounts.models import User
from appointments.caseload.facts import CaseloadFilters, CaseloadOrder, Export
from appointments.caseload.queries.caseload import get_caseload_rules, list_keys
from appointments.models import CaseloadExport
from portal.foundation.transactions import in_durable_transaction


@in_durable_transaction
def create_export(*, account: User, filters: CaseloadFilters, order: CaseloadOrder) -> Export:
    """Record an export, and return the rows that the file will have."""
    rules = get_caseload_rules(account).rules
    keys = tuple(list_keys(account, filters, order, rules))
    CaseloadExport.objects.create(account=account, row_count=len(keys))
    return Export(account=account, appointment_ids=keys, rules=rules)

"""Change known cases, and decide which account a delivery gives a case to or takes it from."""

from accounts.models import CaseAccountConflict
from accounts.services import filed_online
from appointments.notices.facts import CaseAccessEvent
from appointments.notices.services.case_access import notify_of_case_access
from appointments.schedule_import.staging import read_one, rows_of, run

# True for a case whose former owner deleted their account. Its email address is not kept, and the address
# alone no longer claims the case. See accounts/services/filed_online.py.
OWNER_DELETED = """
    EXISTS (SELECT FROM accounts_caseevent past JOIN accounts_user gone ON gone.id = past.requestor_id
            WHERE past.pgh_obj_id = known.id AND gone.deleted_at IS NOT NULL)
"""

CHANGED_CASES = f"""
    SELECT known.id, delivered.status, delivered.closed_at, delivered.filing_channel,
           CASE WHEN {OWNER_DELETED} THEN known.filed_by_email
                ELSE coalesce(delivered.filed_by_email, '') END AS filed_by_email
    FROM delivered_case delivered
    JOIN accounts_case known ON known.receipt_number = delivered.receipt_number
    -- A delivery blocking reopens a case that was closed in the portal.
    WHERE (known.status = 'open' AND delivered.status <> 'open')
       OR known.filing_channel <> delivered.filing_channel
       OR (known.filed_by_email <> coalesce(delivered.filed_by_email, '') AND NOT {OWNER_DELETED})
"""  # noqa: S608 (formats in only names of ours)

# True for an account that lost the case, and for every account while staff decide.
KEPT_FROM = """
    EXISTS (SELECT FROM accounts_caseaccountconflict conflict
            WHERE conflict.case_id = known.id
              AND (conflict.settled_at IS NULL
                   OR (conflict.outcome = 'detached' AND conflict.account_id = account.id)))
"""

# Cases in an account because of an email address that this delivery corrects to one that the account has not
# verified. An account that added the case with an access code proved that it is its case.
MISPLACED = """
    DROP TABLE IF EXISTS misplaced_case;
    CREATE TEMPORARY TABLE misplaced_case ON COMMIT DROP AS
    SELECT known.id AS case_id, known.requestor_id AS account_id, delivered.line
    FROM delivered_case delivered
    JOIN accounts_case known ON known.receipt_number = delivered.receipt_number
    WHERE known.requestor_id IS NOT NULL AND known.filed_by_email <> ''
      AND known.filed_by_email <> coalesce(delivered.filed_by_email, '')
      AND NOT EXISTS (SELECT FROM account_emailaddress address
                      WHERE address.user_id = known.requestor_id AND address.verified
                        AND lower(address.email) = delivered.filed_by_email)
      AND NOT EXISTS (SELECT FROM accounts_accesscode code
                      WHERE code.case_id = known.id AND code.used_by_id = known.requestor_id);
    ANALYZE misplaced_case;
"""

SUSPENDED = """
    UPDATE accounts_case known SET requestor_id = NULL
    FROM misplaced_case WHERE known.id = misplaced_case.case_id
"""

ACCOUNT_CONFLICTS = """
    INSERT INTO accounts_caseaccountconflict (public_id, case_id, account_id, line, outcome, note)
    SELECT gen_random_uuid(), case_id, account_id, line, '', '' FROM misplaced_case ORDER BY line
"""

OPENED = """
    SELECT conflict.id FROM accounts_caseaccountconflict conflict
    JOIN misplaced_case USING (case_id) WHERE conflict.settled_at IS NULL ORDER BY conflict.id
"""

# Cases of this delivery without an account, and the account that verified the address that filed them.
FILED_CASES = f"""
    SELECT known.id, account.id AS account_id
    FROM delivered_case delivered
    JOIN account_emailaddress address ON lower(address.email) = delivered.filed_by_email AND address.verified
    JOIN accounts_user account
         ON account.id = address.user_id AND account.kind = 'requestor' AND account.is_active
    JOIN accounts_case known
         ON known.receipt_number = delivered.receipt_number AND known.requestor_id IS NULL
    WHERE delivered.filing_channel = 'online' AND NOT {OWNER_DELETED} AND NOT {KEPT_FROM}
"""  # noqa: S608 (formats in only names of ours)

LOCK_CASES = f"""
    SELECT count(*) FROM (
        SELECT id FROM accounts_case
        WHERE id IN (SELECT id FROM ({CHANGED_CASES}) changed UNION SELECT id FROM ({FILED_CASES}) filed)
        ORDER BY id FOR NO KEY UPDATE) locked
"""  # noqa: S608 (formats in only names of ours)

ATTACH_CASES = f"""
    UPDATE accounts_case known SET requestor_id = filed.account_id
    FROM ({FILED_CASES}) filed WHERE known.id = filed.id AND known.requestor_id IS NULL
"""  # noqa: S608 (formats in only names of ours)

CASES = f"""
    UPDATE accounts_case known
    SET filing_channel = changed.filing_channel, filed_by_email = changed.filed_by_email,
        status = CASE WHEN known.status = 'open' THEN changed.status ELSE known.status END,
        closed_at = CASE WHEN known.status = 'open' THEN changed.closed_at ELSE known.closed_at END
    FROM ({CHANGED_CASES}) changed WHERE known.id = changed.id
"""  # noqa: S608 (formats in only names of ours)


def attach_filed_cases() -> int:
    """Attach cases filed online to the accounts whose verified addresses filed them. Return how many.

    From here to the commit no account can verify an address or change its role (see
    accounts/services/filed_online.py), so neither side misses what the other one writes.
    Locks: the advisory lock for filed cases, then the cases that change, by key.
    """
    run("SELECT pg_advisory_xact_lock(%(key)s)", {"key": filed_online.LOCK_KEY})
    run(LOCK_CASES)
    return run(ATTACH_CASES)


def suspend_misplaced_cases() -> int:
    """Take cases from accounts whose address the delivery corrects, until staff decide. Return how many.

    Needs the locks of `attach_filed_cases`.
    """
    run(MISPLACED)
    run(SUSPENDED)
    found = run(ACCOUNT_CONFLICTS)
    conflicts = CaseAccountConflict.objects.filter(pk__in=[key for (key,) in rows_of(OPENED)]).select_related(
        "account", "case"
    )
    notify_of_case_access(
        changes=[(conflict.account, conflict.case) for conflict in conflicts], event=CaseAccessEvent.SUSPENDED
    )
    return found


def change_cases() -> None:
    """Close cases, and correct how and with which email address they were filed.

    Locks: the cases that change, by key.
    """
    read_one(LOCK_CASES)
    run(CASES)

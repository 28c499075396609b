"""Who gets in at which URL: one line for each. A URL without a line fails the matrix.

Roles, rows and values are made in tests/support/url_world.py. A line says

- who gets in: `everyone`, `signed_in`, `own` (whose row it is, and others), or `only` these roles;
- `row`: the row that the address names. Whoever does not get in gets the answer as for a row that never was;
- `post`: what a POST carries, on a page that acts. "@slot" stands for a value of the world;
- `changes`: whose POST changes rows, where that is not everyone who gets in. Nobody else's changes any;
- `methods`: what the page answers to, where that is not GET, and POST on a page that acts;
- `key_is_secret`: whoever knows the address gets in, and a wrong one is told so on the page.
"""

from dataclasses import dataclass
from typing import Any

from accounts.units import Unit
from tests.factories.accounts import PASSWORD

VISITORS = frozenset({"visitor", "unverified"})
APPLICANTS = frozenset({"applicant", "other_applicant"})
REPRESENTATIVES = frozenset(
    {
        "representative_waiting",
        "representative_requested",
        "representative_in_force",
        "representative_ended",
    }
)
STAFF = frozenset({*(unit.value for unit in Unit), "no_unit", "superuser"})
SIGNED_IN = APPLICANTS | REPRESENTATIVES | STAFF
ROLES = VISITORS | SIGNED_IN
NOBODY: frozenset[str] = frozenset()

SUPERUSER = frozenset({"superuser"})
# The case of the test data does not have an adoption form.
ACTS_ON_THE_CASE = frozenset({"contact_center", "contact_center_supervisors"})
READS_THE_CASE = ACTS_ON_THE_CASE | {"auditors", "superuser"}
READS_CASES = READS_THE_CASE | {"nbc_adoptions"}
READS_PLACES = READS_CASES | {"site_managers"}
READS_HISTORY = frozenset({"auditors", "superuser"})
EDITS_POLICY = frozenset({"policy_officers", "superuser"})
IN_A_UNIT = STAFF - {"no_unit"}
VERIFIES = frozenset({"nbc_adoptions", "contact_center_supervisors"})
READS_APPLICATIONS = VERIFIES | {"auditors", "superuser"}

IN_FORCE = frozenset({"representative_in_force"})
VERIFIED_REPRESENTATIVES = REPRESENTATIVES - {"representative_waiting"}

ATTORNEY = {"kind": "attorney", "bar_state": "TX", "bar_number": "24000001"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: which roles get in with GET or POST, to which row, and whose POST changes something."""

    get_in: frozenset[str]
    row: str = ""
    post: dict[str, Any] | None = None
    changes: frozenset[str] = NOBODY
    methods: tuple[str, ...] = ("get",)
    key_is_secret: bool = False


def only(roles: frozenset[str], **more: Any) -> Entry:
    acts = "post" in more
    return Entry(
        roles, **{"changes": roles if acts else NOBODY, "methods": ("get", "post")[: 1 + acts], **more}
    )


def everyone(**more: Any) -> Entry:
    return only(ROLES, **{"changes": NOBODY, **more})


def signed_in(**more: Any) -> Entry:
    return only(SIGNED_IN, **{"changes": NOBODY, **more})


def own(row: str, *others: str, **more: Any) -> Entry:
    return only(frozenset({"applicant", *others}), row=row, **more)


def theirs(row: str, **more: Any) -> Entry:
    """Return a line for a row that belongs to the representative of the case and not to the client."""
    return only(IN_FORCE, row=row, **more)


def admin_pages(
    model: str, reads: frozenset[str], *, row: str, edits: frozenset[str] = NOBODY, search: str = ""
) -> dict:
    """The five pages that Django's admin gives a model, and the address that leads on to the second.

    `search`: what is looked for in a list that can be searched.
    """
    app, name = model.split("_")
    searched = {"post": {"q": search}, "changes": NOBODY} if search else {}
    readers_of_row = READS_THE_CASE if reads == READS_CASES else reads
    return {
        f"admin:{model}_changelist": only(reads, **searched),
        f"admin:{model}_add": only(edits),
        f"admin:{model}_change": only(readers_of_row, row=row),
        f"admin:{model}_history": only(readers_of_row & READS_HISTORY, row=row),
        f"admin:{model}_delete": only(NOBODY, row=row),
        f"admin/{app}/{name}/<path:object_id>/": only(STAFF, row=row),
    }


def staff_act(row: str, **post: Any) -> Entry:
    """Return a line for an admin page of units that act on the case. Others see that they cannot act."""
    return only(READS_THE_CASE, row=row, post=post, changes=ACTS_ON_THE_CASE)


def application_act(row: str = "application", **post: Any) -> Entry:
    """Return a line for an admin page where units that verify decide about a representative."""
    return only(READS_APPLICATIONS, row=row, post=post, changes=VERIFIES)


TABLE: dict[str, Entry] = {
    # --- For everyone -----------------------------------------------------------------------------------
    "home": everyone(),
    "help": everyone(),
    "privacy": everyone(),
    "accessibility": everyone(),
    "terms": everyone(),
    "feedback": everyone(post={"page": "help", "is_helpful": "yes"}),
    "feedback_thanks": everyone(),
    "robots": everyone(),
    "favicon": everyone(),
    "security_txt": everyone(),
    "change_password": everyone(),
    "set_language": everyone(post={"language": "es"}, changes=SIGNED_IN, methods=("post",)),
    "health_live": everyone(),
    "health_ready": everyone(),
    "appointments:check_notice": everyone(post={"code": "7F3K-9Q2M-DX4T"}),
    "extend_session": everyone(post={}, methods=("post",)),
    "sign_in_again": signed_in(post={}, methods=("post",)),
    # --- Signing in and up ------------------------------------------------------------------------------
    "account_login": everyone(post={}),
    "account_logout": everyone(post={}),
    "account_inactive": everyone(),
    "account_signup": everyone(post={}),
    # The package's own page has the same address, behind ours.
    "link_sent": everyone(post={}),
    "account_email_verification_sent": everyone(post={}),
    "account_confirm_email": everyone(row="confirmation", post={}, changes=ROLES, key_is_secret=True),
    "account_reset_password": everyone(post={}),
    "account_reset_password_done": everyone(),
    "account_reset_password_from_key": everyone(row="reset", post={}, key_is_secret=True),
    "account_reset_password_from_key_done": everyone(),
    "account_confirm_login_code": signed_in(post={}),
    "mfa_authenticate": signed_in(post={}),
    "mfa_login_webauthn": signed_in(post={}),
    # --- The account ------------------------------------------------------------------------------------
    "profile": signed_in(
        post={
            "name": "Another Name",
            "phone": "(415) 555-0132",
            "language": "es",
            "notification_channel": "text",
        },
        changes=SIGNED_IN,
    ),
    "confirm_phone": signed_in(post={"code": "@wrong_code"}, changes=frozenset({"applicant"})),
    "send_phone_code": signed_in(post={}, changes=frozenset({"applicant"})),
    "sessions": signed_in(post={"session": "@session"}, changes=frozenset({"applicant"})),
    # The package's own page has the same address, behind ours.
    "usersessions_list": signed_in(post={"session": "@session"}, changes=frozenset({"applicant"})),
    "delete_account": signed_in(
        post={"sure": "on"},
        changes=APPLICANTS | frozenset({"representative_waiting", "representative_ended"}),
    ),
    "account_reauthenticate": signed_in(post={}),
    "account_email": signed_in(post={}),
    "account_change_password": signed_in(post={}),
    "account_set_password": signed_in(post={}),
    "mfa_index": signed_in(),
    "mfa_reauthenticate": signed_in(post={}),
    "mfa_reauthenticate_webauthn": signed_in(),
    "mfa_activate_totp": signed_in(post={}),
    "mfa_deactivate_totp": own("", post={}),
    "mfa_view_recovery_codes": own(""),
    "mfa_generate_recovery_codes": signed_in(post={}, changes=frozenset({"applicant"})),
    "mfa_download_recovery_codes": own(""),
    "mfa_list_webauthn": signed_in(),
    "add_key": signed_in(post={}),
    "remove_key": own("security_key", post={}),
    # The package's own pages have the same addresses, behind ours.
    "mfa_add_webauthn": signed_in(post={}),
    "mfa_edit_webauthn": own("security_key", post={"name": "Blue"}),
    "mfa_remove_webauthn": own("security_key", post={}),
    # --- Cases ------------------------------------------------------------------------------------------
    "accounts:add_case": only(APPLICANTS, post={"receipt_number": "@free_case", "access_code": "@free_code"}),
    # --- Becoming a representative ----------------------------------------------------------------------
    "accounts:representative": only(APPLICANTS | REPRESENTATIVES),
    "accounts:apply_representative": only(
        APPLICANTS | REPRESENTATIVES,
        post=ATTORNEY,
        changes=frozenset({"other_applicant", "representative_waiting"}),
    ),
    "accounts:withdraw_application": only(
        APPLICANTS | REPRESENTATIVES, post={}, changes=frozenset({"representative_waiting"})
    ),
    # --- Representations: the client decides who acts -------------------------------------------------
    "appointments:representative": own("case"),
    "appointments:invite": own("case", post={"email": "someone@example.org"}),
    "appointments:passcode": own("case", post={}),
    "appointments:cancel_invitation": own("invitation", post={}),
    "appointments:accept": own(
        "request", "representative_requested", post={}, changes=frozenset({"applicant"})
    ),
    # Who invited must not learn that the address is a representative's.
    "appointments:decline": only(frozenset({"representative_requested"}), row="invited", post={}),
    "appointments:revoke": own(
        "representation", "representative_in_force", post={}, changes=frozenset({"applicant"})
    ),
    "appointments:withdraw": own("representation", "representative_in_force", post={}, changes=IN_FORCE),
    "appointments:clients": only(REPRESENTATIVES),
    "appointments:client_search": only(REPRESENTATIVES, post={"words": "Client"}, changes=NOBODY),
    "appointments:add_client": only(
        REPRESENTATIVES,
        post={"receipt_number": "@passcode_case", "passcode": "@passcode"},
        changes=VERIFIED_REPRESENTATIVES,
    ),
    # --- The caseload ---------------------------------------------------------------------------------
    "appointments:caseload": only(REPRESENTATIVES),
    "appointments:caseload_search": only(REPRESENTATIVES, post={"words": "Client"}, changes=NOBODY),
    "appointments:caseload_select": only(
        REPRESENTATIVES, post={"appointment": "@clients_appointment"}, changes=IN_FORCE
    ),
    # Without filters in the address there is nothing to save.
    "appointments:saved_filters": only(REPRESENTATIVES, post={"name": "Mine"}, changes=NOBODY),
    "appointments:rename_filter": theirs("saved_filter", post={"name": "Other"}),
    "appointments:delete_filter": theirs("saved_filter", post={}),
    # Each takes the own list, be it empty, and that is on record.
    "appointments:caseload_export": only(REPRESENTATIVES, post={}),
    "appointments:bulk": theirs("bulk"),
    "appointments:bulk_reasons": theirs("bulk", post={"reason": "ILLNESS"}),
    "appointments:bulk_continue": theirs("bulk"),
    "appointments:bulk_times": theirs("bulk", post={"slot": "@bulk_slot"}),
    "appointments:bulk_sites": theirs("bulk"),
    "appointments:bulk_extend": theirs("bulk", post={}),
    "appointments:bulk_remove_items": theirs("bulk", post={"all": "1"}),
    "appointments:bulk_confirm": theirs("bulk", post={"reservation": "@bulk_reservation"}),
    "appointments:bulk_result": theirs("finished_bulk"),
    "appointments:bulk_result_csv": theirs("finished_bulk", post={}),
    # No notice was written for it, and so there is nothing to put on record.
    "appointments:bulk_notices": theirs("finished_bulk", post={}, changes=NOBODY),
    # --- The calendar feed ------------------------------------------------------------------------------
    "appointments:calendar_feed": only(APPLICANTS | REPRESENTATIVES),
    "appointments:create_feed": only(APPLICANTS | REPRESENTATIVES, post={}),
    "appointments:change_feed_names": only(
        APPLICANTS | REPRESENTATIVES, post={"with_names": "on"}, changes=frozenset({"applicant"})
    ),
    "appointments:delete_feed": only(APPLICANTS | REPRESENTATIVES, post={}, changes=frozenset({"applicant"})),
    "appointments:feed": everyone(row="feed", key_is_secret=True),
    # --- The journey ------------------------------------------------------------------------------------
    "appointments:list": signed_in(),
    "appointments:detail": own("appointment", "representative_in_force"),
    "appointments:reason": own("appointment", "representative_in_force", post={"reason": "ILLNESS"}),
    "appointments:times": own(
        "appointment", "representative_in_force", post={"slot": "@slot"}, changes=frozenset({"applicant"})
    ),
    "appointments:sites": own("appointment", "representative_in_force"),
    "appointments:review": own("reservation"),
    "appointments:confirm": own("reservation", post={}),
    "appointments:extend": own("reservation", post={}),
    "appointments:release": own("reservation", post={}),
    "appointments:dismiss_hold": own("reservation", post={}, changes=NOBODY),
    "appointments:cases": signed_in(),
    "appointments:case": own("case", "representative_in_force"),
    "appointments:case_history": own("case", "representative_in_force"),
    "appointments:together": own("family_case", "representative_in_force"),
    "appointments:reservation_receipt": own("rescheduled_reservation", "representative_in_force"),
    "appointments:receipt": own("reschedule", "representative_in_force"),
    "appointments:notices": signed_in(),
    "appointments:notice": own("notice"),
    "appointments:notice_pdf": own("notice"),
    "appointments:notice_calendar": own("notice"),
    "appointments:current_notice_pdf": own("appointment", "representative_in_force"),
    "appointments:current_calendar": own("appointment", "representative_in_force"),
    # --- Staff ------------------------------------------------------------------------------------------
    "admin:index": only(STAFF),
    "admin:login": only(STAFF, post={}, changes=NOBODY),
    "admin:logout": everyone(post={}, methods=("post",)),
    # It leads to the page for every account, whatever is sent.
    "admin:password_change": only(
        STAFF,
        post={
            "old_password": PASSWORD,
            "new_password1": "another long password",
            "new_password2": "another long password",
        },
        changes=NOBODY,
    ),
    "admin:password_change_done": only(STAFF),
    "admin:autocomplete": only(NOBODY),
    "admin:jsi18n": only(STAFF),
    "admin:view_on_site": only(NOBODY, row="site"),
    "admin:app_list": only(READS_CASES, row="app", key_is_secret=True),
    "admin/(?P<url>.*)$": only(NOBODY, row="nothing"),
    **admin_pages("accounts_case", READS_CASES, row="case", search="Client"),
    **admin_pages("accounts_user", SUPERUSER, row="officer", edits=SUPERUSER, search="person"),
    **admin_pages("accounts_representativeprofile", READS_APPLICATIONS, row="application", search="person"),
    "admin:application_verify": application_act(seen_at="@seen_at", note="Looked up"),
    "admin:application_reject": application_act(seen_at="@seen_at", note="Looked up", rejection="not_found"),
    "admin:application_end": application_act(
        "accreditation", seen_at="@verified_at", note="Suspended", rejection="not_active"
    ),
    "admin:application_name": application_act(
        "accreditation", seen_at="@name_requested_at", note="Looked up", is_confirmed="yes"
    ),
    "admin:application_extend": application_act("accreditation", expires_on="@next_year", note="A letter"),
    **admin_pages("feedback_feedback", frozenset({"policy_officers", "superuser"}), row="feedback"),
    **admin_pages("appointments_caseloadexport", READS_HISTORY, row="export"),
    **admin_pages("appointments_deliveryconflict", READS_CASES, row="conflict"),
    **admin_pages("appointments_reschedule", READS_CASES, row="reschedule"),
    **admin_pages("appointments_notice", READS_CASES, row="notice"),
    **admin_pages("appointments_site", READS_PLACES, row="site"),
    **admin_pages("appointments_slot", READS_PLACES, row="slot"),
    **admin_pages("policy_contactroute", IN_A_UNIT, row="contact_route"),
    **admin_pages("policy_formtype", IN_A_UNIT, row="form_type"),
    **admin_pages("policy_formtypeversion", IN_A_UNIT, row="form_type_version", edits=EDITS_POLICY),
    **admin_pages("policy_goodcausereason", IN_A_UNIT, row="reason", edits=EDITS_POLICY),
    **admin_pages("policy_policyversion", IN_A_UNIT, row="policy_version", edits=EDITS_POLICY),
    "admin:case_close": staff_act("case", status="closed", note="Asked for"),
    "admin:case_detach": staff_act("case", note="Asked for"),
    "admin:case_keep": staff_act("case_in_question", note="Asked for"),
    "admin:case_mark": staff_act("appointment", note="Asked for"),
    "admin:case_lift": staff_act("marked_appointment", note="Asked for"),
    "admin:case_issue_code": staff_act("free_case", language="en"),
    "admin:case_enter_code": staff_act("free_case", code="7F3K9Q2MDX4T8N2P", printed_on="@yesterday"),
    "admin:case_enter_paper": staff_act("case", email="@attorney", note="Signed by both"),
    "admin:case_end_representation": staff_act(
        "acting", side="client", channel="phone", seen="in_force", note="Called"
    ),
    "admin:case_issue_passcode": staff_act("case", language="en"),
    "admin:case_call": staff_act("appointment", reason="ILLNESS", note=""),
    "admin:case_call_times": only(READS_THE_CASE, row="appointment"),
    "admin:case_call_sites": only(READS_THE_CASE, row="appointment"),
    "admin:case_call_review": staff_act("appointment", slot="@slot"),
    "admin:case_call_done": only(READS_THE_CASE, row="rescheduled_appointment"),
    "admin:conflict_settle": staff_act("conflict", note="Telephoned"),
    # --- The demonstration ------------------------------------------------------------------------------
    "demo:personas": everyone(),
    "demo:sign_in": everyone(row="persona", post={}, changes=ROLES, methods=("post",)),
    "demo:mails": everyone(),
    "demo:mail": everyone(row="mail"),
}

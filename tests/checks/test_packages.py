"""What `make audit` makes of pip-audit's answers."""

import json

from tests.checks.packages import NOT_AUDITED, OK, VULNERABLE, describe_result

CLEAN = {"name": "celery", "version": "5.7.0", "vulns": []}
SKIPPED = {"name": "vine", "skip_reason": "Dependency not found"}
VULNERABLE_PACKAGE = {
    "name": "idna",
    "version": "3.1",
    "vulns": [{"id": "PYSEC-1", "fix_versions": ["3.7", "4.0"], "aliases": [], "description": ""}],
}


def test_packages_without_advisories_pass():
    verdict = judge(CLEAN)

    assert verdict.code == OK
    assert verdict.text == "a.lock: 1 packages, no known vulnerabilities."


def test_an_advisory_fails_and_is_named():
    verdict = judge(CLEAN, VULNERABLE_PACKAGE)

    assert verdict.code == VULNERABLE
    assert "idna 3.1: PYSEC-1, fixed in 3.7, 4.0" in verdict.text


def test_an_advisory_counts_even_where_other_packages_have_no_answer():
    assert judge(SKIPPED, VULNERABLE_PACKAGE).code == VULNERABLE


def test_packages_without_an_answer_are_not_called_clean():
    verdict = judge(CLEAN, SKIPPED)

    assert verdict.code == NOT_AUDITED
    assert "NOT AUDITED (1 of 2 packages have no answer)" in verdict.text


def test_an_empty_answer_is_not_called_clean():
    assert judge().code == NOT_AUDITED


def test_a_service_that_is_away_is_reported_in_one_line():
    verdict = describe_result(
        "a.lock", stdout="", stderr="Traceback …\n  many lines\nConnectionError: refused\n"
    )

    assert verdict.code == NOT_AUDITED
    assert "NOT AUDITED (ConnectionError: refused)" in verdict.text
    assert "Traceback" not in verdict.text


def judge(*packages):
    return describe_result("a.lock", stdout=json.dumps({"dependencies": packages}), stderr="")

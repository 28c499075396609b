"""Start the servers of the test run before Django reads its settings, unless the environment names others.

Where pytest-xdist runs the suite in several processes, they share the PostgreSQL of the one that controls
them, each with a database of its own. They have a broker and a mail server each, for tasks and mail.
"""

import os

import pytest

from portal.embedded.services import provide_test_services

os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings.test"


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config):
    """Start the servers that this process needs; the controlling one runs no test."""
    options = early_config.known_args_namespace
    is_controlling = getattr(options, "numprocesses", 0) and "PYTEST_XDIST_WORKER" not in os.environ
    provide_test_services(wanted=["DATABASE_URL", *([] if is_controlling else ["REDIS_URL", "EMAIL_URL"])])
    return (yield)

"""Starts the suite's own PostgreSQL before Django reads its settings, unless DATABASE_URL names one."""

from portal.embedded.services import provide_test_services

provide_test_services()

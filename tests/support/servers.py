"""Start the servers of the test run before Django reads its settings, unless the environment names others.

Where pytest-xdist runs the suite in several processes, each has servers of its own: they send mail and tasks.
"""

import os

from portal.embedded.services import provide_test_services

OURS = "PORTAL_TEST_SERVICES"

os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings.test"
if os.environ.get("PYTEST_XDIST_WORKER"):
    # Addresses that the controlling process started, not addresses that a person set.
    for name in filter(None, os.environ.pop(OURS, "").split(",")):
        del os.environ[name]

named_before = set(os.environ)
provide_test_services()
os.environ[OURS] = ",".join(set(os.environ) - named_before)

"""Starts the suite's own servers before Django reads its settings, unless the environment names others.

Where pytest-xdist runs the suite in several processes, each has servers of its own: they send mail and tasks.
"""

import os

from portal.embedded.services import provide_test_services

OURS = "PORTAL_TEST_SERVICES"

os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings.test"
if os.environ.get("PYTEST_XDIST_WORKER"):
    # What the process that distributes has started for itself; not what someone named.
    for name in filter(None, os.environ.pop(OURS, "").split(",")):
        del os.environ[name]

named_before = set(os.environ)
provide_test_services()
os.environ[OURS] = ",".join(set(os.environ) - named_before)

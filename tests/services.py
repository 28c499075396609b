"""Starts the suite's own servers before Django reads its settings, unless the environment names others."""

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings.test"

from portal.embedded.services import provide_test_services

provide_test_services()

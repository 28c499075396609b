"""Settings of a portal with deliberate faults, for tests of what it prints about them."""

from portal.settings.test import *  # noqa: F403 (settings build on each other)

ROOT_URLCONF = "tests.support.faulty_urls"

"""Settings of a portal with mistakes planted in it, to see what it prints of them."""

from portal.settings.test import *  # noqa: F403

ROOT_URLCONF = "tests.support.faulty_urls"

"""Settings for controls over HTTP: the test portal without any row lock."""

from portal.settings.test import *  # noqa: F403 (settings build on each other)
from portal.settings.test import MIDDLEWARE

MIDDLEWARE = ["tests.support.without_locks.without_locks", *MIDDLEWARE]

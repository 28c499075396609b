"""Settings of the controls over HTTP: the portal of the suite, with every row lock taken away."""

from portal.settings.test import *  # noqa: F403
from portal.settings.test import MIDDLEWARE

MIDDLEWARE = ["tests.support.without_locks.without_locks", *MIDDLEWARE]

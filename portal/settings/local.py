"""Settings of the demonstration (`make run`, `make dev`): one machine, embedded servers, loopback only."""

from portal.settings.base import *  # noqa: F403 (settings build on each other)
from portal.settings.base import env

IS_DEMO = True
DEBUG = env.bool("DEBUG", default=False)
# For a demonstration on loopback only. Production does not start without its own keys.
SECRET_KEY = "demo-only-" + "0" * 40
ACCESS_CODE_KEY = "demo-only-" + "1" * 40
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
DEMO_PASSWORD = "a-demonstration-only"

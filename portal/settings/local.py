"""One machine, demo data, embedded servers: what `make run` and `make dev` use. Loopback only."""

from portal.settings.base import *  # noqa: F403
from portal.settings.base import env

IS_DEMO = True
DEBUG = env.bool("DEBUG", default=False)
# Good for a demonstration on loopback and nothing else; production refuses to start without its own.
SECRET_KEY = "demo-only-" + "0" * 40
ACCESS_CODE_KEY = "demo-only-" + "1" * 40
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
DEMO_PASSWORD = "a-demonstration-only"

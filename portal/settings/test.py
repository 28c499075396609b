"""Settings of the tests: as in production, on loopback, with fast password hashes."""

from portal.settings.base import *  # noqa: F403 (settings build on each other)

SECRET_KEY = "test-only-" + "0" * 40
ACCESS_CODE_KEY = "test-only-" + "1" * 40
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# One test must not see cached rows of another. The cached fragment has a test of its own.
CACHES["template_fragments"] = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}

"""Settings of an agency's installation. They refuse to start with anything unsafe."""

import os

from django.core.exceptions import ImproperlyConfigured

from portal.settings.base import *  # noqa: F403 (settings build on each other)
from portal.settings.base import (
    ACCESS_CODE_KEY,
    ALLOWED_HOSTS,
    CONTENT_SECURITY_POLICY,
    EMAIL_BACKEND,
    PUBLIC_URL,
    SECRET_KEY,
    SMS_URL,
    env,
)

SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
LANGUAGE_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_NAME = "__Host-csrf"
DEVICE_COOKIE_NAME = "__Host-device"
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
CONTENT_SECURITY_POLICY["DIRECTIVES"].update({"upgrade-insecure-requests": True})
# The image holds the collected static files, but not the design system that they came from.
SILENCED_SYSTEM_CHECKS = ["staticfiles.W004"]


def _fail(problem: str) -> None:
    raise ImproperlyConfigured(f"The portal does not start: {problem}")


for _name, _value in {"SECRET_KEY": SECRET_KEY, "ACCESS_CODE_KEY": ACCESS_CODE_KEY}.items():
    if len(_value) < 40 or len(set(_value)) < 10:
        _fail(f"{_name} needs at least 40 unguessable characters.")
if SECRET_KEY == ACCESS_CODE_KEY:
    _fail("SECRET_KEY and ACCESS_CODE_KEY must differ.")
if env.bool("DEBUG", default=False):
    _fail("DEBUG is set; remove it.")
if not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS:
    _fail("ALLOWED_HOSTS must name this installation's hosts.")
if not PUBLIC_URL.startswith("https://"):
    _fail("PUBLIC_URL must begin with https://, because cookies are never sent over plain HTTP.")
for _name in ("DATABASE_URL", "REDIS_URL", "EMAIL_URL"):
    if not env.str(_name, ""):
        _fail(f"{_name} is missing; embedded servers are for demonstrations only.")
if "SMS_URL_FILE" in os.environ and not SMS_URL:
    _fail("SMS_URL_FILE names an empty file. Remove it if you do not send text messages.")
if EMAIL_BACKEND != "django.core.mail.backends.smtp.EmailBackend":
    _fail("EMAIL_URL must name a mail server: submission://user:password@host:587, or smtp://host:25.")
if env.bool("PORTAL_EMBEDDED", default=False):
    _fail("PORTAL_EMBEDDED is set; embedded servers are for demonstrations only.")

"""An agency's installation. Refuses to start on anything that would be unsafe."""

import os

from django.core.exceptions import ImproperlyConfigured

from portal.settings.base import *  # noqa: F403
from portal.settings.base import (
    ACCESS_CODE_KEY,
    ALLOWED_HOSTS,
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
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
# The image holds what was collected, and no longer the design system that it was collected from.
SILENCED_SYSTEM_CHECKS = ["staticfiles.W004"]


def _refuse(problem: str) -> None:
    raise ImproperlyConfigured(f"The portal does not start: {problem}")


for _name, _value in {"SECRET_KEY": SECRET_KEY, "ACCESS_CODE_KEY": ACCESS_CODE_KEY}.items():
    if len(_value) < 40 or len(set(_value)) < 10:
        _refuse(f"{_name} needs at least 40 unguessable characters.")
if SECRET_KEY == ACCESS_CODE_KEY:
    _refuse("SECRET_KEY and ACCESS_CODE_KEY must differ.")
if env.bool("DEBUG", default=False):
    _refuse("DEBUG is set; remove it.")
if not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS:
    _refuse("ALLOWED_HOSTS must name this installation's hosts.")
if not PUBLIC_URL.startswith("https://"):
    _refuse("PUBLIC_URL must begin with https://, for cookies never travel over plain HTTP.")
for _name in ("DATABASE_URL", "REDIS_URL", "EMAIL_URL"):
    if not env.str(_name, ""):
        _refuse(f"{_name} is missing; embedded servers are for demonstrations only.")
if "SMS_URL_FILE" in os.environ and not SMS_URL:
    _refuse("SMS_URL_FILE names an empty file. Without text messages leave it out.")
if EMAIL_BACKEND != "django.core.mail.backends.smtp.EmailBackend":
    _refuse("EMAIL_URL must name a mail server: submission://user:password@host:587, or smtp://host:25.")
if env.bool("PORTAL_EMBEDDED", default=False):
    _refuse("PORTAL_EMBEDDED is set; embedded servers are for demonstrations only.")

"""Settings that every installation shares. docs/configuration.md lists all environment variables."""

import re
from pathlib import Path
from typing import Any

from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from environs import FileAwareEnv

# SECRET_KEY_FILE=/run/secrets/secret_key reads the value from that file. This works for every variable.
env = FileAwareEnv(strip_whitespace=True)

BASE_DIR = Path(__file__).resolve().parent.parent.parent

# --- This installation -----------------------------------------------------------------------
IS_DEMO = False
DEMO_PASSWORD = ""
AGENCY_NAME = env.str("AGENCY_NAME", "Demonstration Immigration Agency")
# If empty, the banner says that this is a demonstration and not an official site.
SITE_BANNER = env.str("SITE_BANNER", "")
# The agency's own pages. If one is empty, the portal shows its own page instead.
PRIVACY_URL = env.str("PRIVACY_URL", "")
ACCESSIBILITY_URL = env.str("ACCESSIBILITY_URL", "")
TERMS_URL = env.str("TERMS_URL", "")
# Where people find legal help and report scams.
LEGAL_HELP_URL = env.str(
    "LEGAL_HELP_URL", "https://www.justice.gov/eoir/list-pro-bono-legal-service-providers"
)
SCAM_REPORT_URL = env.str("SCAM_REPORT_URL", "https://reportfraud.ftc.gov/")
# Where to report vulnerabilities, such as mailto:security@example.gov. /.well-known/security.txt names it.
SECURITY_CONTACT = env.str("SECURITY_CONTACT", "")
AGENCY_TIME_ZONE = "America/New_York"
PUBLIC_URL = env.str("PUBLIC_URL", "http://localhost:8000").rstrip("/")
ACCESS_CODE_KEY = env.str("ACCESS_CODE_KEY", "")
SECRET_KEY = env.str("SECRET_KEY", "")
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", [])
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
DEBUG = False

# --- Application ---------------------------------------------------------------------------
INSTALLED_APPS = [
    "portal.apps.StaffAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "pgtrigger",
    "pghistory",
    "portal",
    "portal.feedback",
    "policy",
    "accounts",
    "appointments",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "portal.middleware.BrowserPolicyMiddleware",
    "portal.middleware.BusyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "portal.middleware.ErrorPageMiddleware",
    "portal.middleware.NoStoreMiddleware",
    "portal.middleware.HistoryMiddleware",
    "portal.foundation.resumable_forms.ResumableFormsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "portal.context_processors.installation",
                "portal.context_processors.session_end",
                "portal.context_processors.account_overview",
            ],
        },
    },
]
FORM_RENDERER = "portal.forms.UswdsRenderer"

# --- Database ------------------------------------------------------------------------------
# Check a connection before each use: otherwise requests fail after a restart of PostgreSQL.
DATABASES = {"default": env.dj_db_url("DATABASE_URL", conn_health_checks=True)}
# The history triggers read this parameter for each row. If it is not set, each row costs a failed
# subtransaction, and the time of one statement grows with the square of its rows (ADR 9).
# Pages join more tables than PostgreSQL reorders by default (eight); then it would read whole tables.
_session_parameters = "-c pgtrigger.ignore={} -c join_collapse_limit=10 -c from_collapse_limit=10"
DATABASE_POOL_SIZE = env.int("DATABASE_POOL_SIZE", 0)
if DATABASE_POOL_SIZE:
    # Only the web processes set this: a pool opened after the fork, and short timeouts.
    DATABASES["default"]["CONN_MAX_AGE"] = 0
    _session_parameters += (
        " -c lock_timeout=3s -c statement_timeout=5s -c idle_in_transaction_session_timeout=10s"
    )
    DATABASES["default"].setdefault("OPTIONS", {})["pool"] = {
        "min_size": 1,
        "max_size": DATABASE_POOL_SIZE,
        "timeout": 5,
    }
DATABASES["default"].setdefault("OPTIONS", {}).update(
    options=_session_parameters,
    # The same statements repeat, so PostgreSQL plans each only once for a connection (ADR 15).
    server_side_binding=True,
    prepare_threshold=2,
)

# --- Caches: rate limits in PostgreSQL, never culled; and page fragments that everyone shares ---
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "portal_cache",
        "OPTIONS": {"MAX_ENTRIES": 1_000_000_000},
    },
    "template_fragments": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}

# --- Sessions and cookies ------------------------------------------------------------------
SESSION_ENGINE = "portal.sessions"
SESSION_COOKIE_AGE = 30 * 60
SESSION_LONGEST_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
# In the session, because a message in a cookie could show a name or a receipt number.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CSRF_COOKIE_HTTPONLY = True
DEVICE_COOKIE_NAME = "device"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "portal.views.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024

CONTENT_SECURITY_POLICY: dict[str, dict[str, Any]] = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}

# --- Accounts ------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backend.AccountBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "accounts.passwords.LengthValidator"},
    {"NAME": "accounts.passwords.StrengthValidator"},
]
LOGIN_REDIRECT_URL = "appointments:list"
LOGOUT_REDIRECT_URL = "home"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_USER_DISPLAY = "accounts.adapter.get_display_name"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.forms.signup.SignupNameForm"
ACCOUNT_FORMS = {
    "login": "accounts.forms.sign_in.LoginForm",
    "signup": "accounts.forms.sign_in.SignupForm",
    "add_email": "accounts.forms.sign_in.AddEmailForm",
    "change_password": "accounts.forms.sign_in.ChangePasswordForm",
    "set_password": "accounts.forms.sign_in.SetPasswordForm",
    "reset_password": "accounts.forms.sign_in.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.sign_in.ResetPasswordKeyForm",
    "reauthenticate": "accounts.forms.sign_in.ReauthenticateForm",
}
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
# Only in the session that signed up, and within this time. Any other browser only confirms the address.
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_LOGIN_TIMEOUT = 30 * 60
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
# Our own limits, next to those of allauth: answers to “Was this page helpful?” from one network address,
# requests for one calendar feed, and wrong addresses of feeds from one network address.
ACCOUNT_RATE_LIMITS = {
    "confirm_email": "1/60s/key",
    "feedback": "10/h/ip",
    "calendar_feed": "60/h/key",
    "calendar_feed_unknown": "30/h/ip",
}
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", 0)
MFA_ADAPTER = "accounts.adapter.MFAAdapter"
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_FORMS = {
    "add_webauthn": "accounts.forms.sign_in.AddPasskeyForm",
    "edit_webauthn": "accounts.forms.sign_in.RenamePasskeyForm",
    "authenticate": "accounts.forms.sign_in.SecondStepForm",
    "reauthenticate": "accounts.forms.sign_in.ReauthenticateWithCodeForm",
}
MFA_RECOVERY_CODE_DIGITS = 20
MFA_TOTP_ISSUER = AGENCY_NAME
# Sign-in needs a verified address, so an unverified one is always the new one of an address change.
MFA_ALLOW_UNVERIFIED_EMAIL = True

# --- Language and time ---------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("es", _("Spanish"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# --- Static files --------------------------------------------------------------------------
USWDS_DIST = BASE_DIR / "node_modules" / "@uswds" / "uswds" / "dist"
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("uswds/css", USWDS_DIST / "css"),
    ("uswds/js", USWDS_DIST / "js"),
    ("uswds/fonts", USWDS_DIST / "fonts"),
    ("uswds/img", USWDS_DIST / "img"),
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Only our own pages use these files.
WHITENOISE_ALLOW_ALL_ORIGINS = False

# --- Mail ----------------------------------------------------------------------------------
_mail = env.dj_email_url("EMAIL_URL", "smtp://127.0.0.1:1025")
EMAIL_BACKEND = _mail.get("EMAIL_BACKEND", "")
EMAIL_HOST = _mail["EMAIL_HOST"]
EMAIL_PORT = _mail["EMAIL_PORT"]
EMAIL_HOST_USER = _mail["EMAIL_HOST_USER"]
EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS = _mail["EMAIL_USE_TLS"]
EMAIL_USE_SSL = _mail["EMAIL_USE_SSL"]
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "Appointment portal <no-reply@portal.invalid>")

# --- Text messages: none are sent without a gateway -------------------------------------------
SMS_URL = env.str("SMS_URL", "")
# Workers check at start that Apprise supports it. The web processes do not load Apprise.
if SMS_URL and not re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*://\S*\{phone\}\S*", SMS_URL):
    raise ImproperlyConfigured(
        "The portal does not start: SMS_URL must be an Apprise URL in which {phone} stands for the number, "
        "such as jsons://gateway.example/texts/{phone}. See docs/configuration.md."
    )

# --- Background work -----------------------------------------------------------------------
# The broker carries only task names. What is due is in the database.
CELERY_BROKER_URL = env.str("REDIS_URL", "redis://127.0.0.1:6379/0")
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 120,
    "unacked_restore_interval": 1,
    "unacked_restore_throttle": 1,
    "socket_timeout": 5,
    "socket_connect_timeout": 5,
}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_SOFT_TIME_LIMIT = 45
CELERY_TASK_TIME_LIMIT = 60
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TIMEZONE = "UTC"
# Workers use the log format of the web server, which leaves out what PostgreSQL quotes from rows.
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE = {
    "send-due-messages": {
        "task": "accounts.send_due_messages",
        "schedule": env.float("SEND_EVERY_SECONDS", 3.0),
        "options": {"expires": 30},
    },
    "send-due-texts": {
        "task": "accounts.send_due_texts",
        "schedule": env.float("SEND_EVERY_SECONDS", 3.0),
        "options": {"expires": 30},
    },
    "expire-holds": {
        "task": "appointments.expire_overdue_holds",
        "schedule": env.float("EXPIRE_HOLDS_EVERY_SECONDS", 60.0),
        "options": {"expires": 60},
    },
    "expire-representations": {
        "task": "appointments.expire_representations",
        "schedule": env.float("EXPIRE_REPRESENTATIONS_EVERY_SECONDS", 60.0),
        "options": {"expires": 60},
    },
    "clean-up": {
        "task": "accounts.sweep",
        "schedule": crontab(hour=9, minute=17),  # UTC: early morning from coast to coast.
        "options": {"expires": 3600},
    },
    "end-representations-on-closed-cases": {
        "task": "appointments.end_on_closed_cases",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "record-heartbeat": {
        "task": "appointments.record_heartbeat",
        "schedule": env.float("HEARTBEAT_EVERY_SECONDS", 15.0),
        "options": {"expires": 30},
    },
}

# --- Logs: no request bodies, no names, no numbers, no rows of the database -------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "class": "portal.logs.Formatter",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {
        # It logs which key was enrolled or used, which identifies a person.
        "fido2": {"level": "WARNING"},
        # Both log telephone numbers and the address of the gateway. We log what matters ourselves.
        "apprise": {"level": "CRITICAL"},
        "urllib3": {"level": "CRITICAL"},
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "INFO")},
}

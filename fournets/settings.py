"""Django's settings. Everything that differs between installations comes from the data folder or the environment."""

from __future__ import annotations

import os
import secrets
from datetime import timedelta

from fournets.accounts.mail import mail_settings
from fournets.accounts.openid import openid_origins, openid_providers
from fournets.database import app_settings
from fournets.home import home


def _secret_key() -> str:
    path = home() / "secret_key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text()


SECRET_KEY = _secret_key()
DEBUG = False
ALLOWED_HOSTS = os.environ.get("FOURNETS_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "fournets.accounts",
    "fournets.audit",
    "fournets.places",
    "fournets.jobs",
    "fournets.people",
    "fournets.organization",
    "fournets.screening",
    "fournets.isolation",
    "fournets.care",
    "fournets.tracing",
    "fournets.sites",
    "fournets.intake",
    "fournets.reporting",
    "fournets.interop",
    "fournets.calls",
    "fournets.fieldwork",
    "fournets.keeping",
    "fournets.web",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "axes",
    "csp",
    "django_htmx",
    "procrastinate.contrib.django",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "fournets.web.middleware.Guarded",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "fournets.web.middleware.Language",
    "fournets.web.middleware.NotTooMuch",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "fournets.accounts.middleware.Seen",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "fournets.urls"
WSGI_APPLICATION = "fournets.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "fournets.web.frame.frame",
            ]
        },
    }
]
DATABASES = {"default": app_settings()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
STATIC_URL = "/static/"
STATIC_ROOT = home() / "static"  # filled by `fournets up` each time it starts
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "fournets.web.errors.form_too_old"
SECURE_CONTENT_TYPE_NOSNIFF = True
DATA_UPLOAD_MAX_NUMBER_FILES = 1000  # a folder sent at once
FILE_UPLOAD_TEMP_DIR = home()  # no part of a workbook lies outside the data folder
SECURE_REFERRER_POLICY = "same-origin"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"discreet": {"()": "fournets.faults.Discreet"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "discreet"}},
    "loggers": {
        "django.request": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
        "fournets": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        "procrastinate": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
    },
}

# Sign-in. What an account may see comes from its appointments: `fournets.organization.access`.
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [{"NAME": "fournets.accounts.passwords.HardToGuess"}]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "fournets.accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "fournets.accounts.forms.SignIn",
    "change_password": "fournets.accounts.forms.NewPassword",
    "reauthenticate": "fournets.accounts.forms.ConfirmByPassword",
}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = "login"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
# A town hall goes out by one address. Wrong codes count here; wrong passwords are counted by axes, below.
ACCOUNT_RATE_LIMITS = {"login": "300/m/ip", "login_failed": "6/15m/key"}
MFA_ADAPTER = "fournets.accounts.adapter.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "fournets.accounts.forms.Code",
    "reauthenticate": "fournets.accounts.forms.ConfirmByCode",
    "activate_totp": "fournets.accounts.forms.NewAuthenticator",
    "add_webauthn": "fournets.accounts.forms.NewPasskey",
    "edit_webauthn": "fournets.accounts.forms.KeyName",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1  # a telephone's clock may be half a minute off
MFA_RATE_LIMITS = {"webauthn_login": "300/m/ip"}
SOCIALACCOUNT_ADAPTER = "fournets.accounts.adapter.SocialAccountAdapter"
SOCIALACCOUNT_REAUTHENTICATION_REQUIRED = True
SOCIALACCOUNT_PROVIDERS = openid_providers()
USERSESSIONS_TRACK_ACTIVITY = True
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "accounts/locked.html"
AXES_DISABLE_ACCESS_LOG = True  # sign-ins are in the audit
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_USERNAME_CALLABLE = "fournets.accounts.adapter.tried_login"
AXES_CLIENT_IP_CALLABLE = "fournets.accounts.adapter.client_address"

# Mail: the daily digest, to whoever wishes it; none without `mail.toml`.
_MAIL = mail_settings()
globals().update(_MAIL)
MAIL_PAGES: str = _MAIL["MAIL_PAGES"]

# Sessions and HTTPS
SESSION_COOKIE_NAME = "fournets"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
HTTPS = os.environ.get("FOURNETS_HTTPS") == "1"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# A page may load what this server sends, and nothing else; nothing may hold it in a frame.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'", *openid_origins()],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}

"""Settings of Mayak. Few, typed, from the environment (see env.py); business thresholds are data, never settings."""

from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from mayak.config import env

PACKAGE = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.text("DATA", str(PACKAGE.parent.parent / "var"))).resolve()

DEBUG = env.flag("DEBUG")
SECRET_KEY = env.secret_key(DATA_DIR)
SECRET_KEY_FALLBACKS = env.words("OLD_SECRET_KEYS")
ALLOWED_HOSTS = env.words("HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env.words("TRUSTED_ORIGINS")
HTTPS = env.flag("HTTPS")
DEMO = env.flag("DEMO")
"""Shows the demonstration banner and the demonstration sign-ins; never set on real data."""

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "csp",
    "django_filters",
    "django_htmx",
    "django_tables2",
    "django_tasks",
    "django_tasks_db",
    "mayak.kernel",
    "mayak.registry",
    "mayak.accounts",
    "mayak.surveys",
    "mayak.results",
    "mayak.diagnosis",
    "mayak.matching",
    "mayak.networks",
    "mayak.documents",
    "mayak.web",
]

MIDDLEWARE = [
    "mayak.kernel.access.middleware.RequestIdMiddleware",
    "mayak.web.middleware.headers.HeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "mayak.accounts.middleware.ScopeMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "mayak.accounts.middleware.SignInMiddleware",
    "mayak.web.middleware.limits.HeavyUseMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "mayak.kernel.importing.upload.UploadLimitMiddleware",
    "mayak.kernel.uploads.middleware.AntivirusMiddleware",
]

ROOT_URLCONF = "mayak.config.urls"
WSGI_APPLICATION = "mayak.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "mayak.web.context.shell",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "mayak.kernel.templatetags.ui",
            ],
        },
    }
]
FORM_RENDERER = "mayak.kernel.ui.forms.MayakFormRenderer"

DATABASES = {"default": env.database(DATA_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AUTHENTICATION_BACKENDS = ["mayak.accounts.adapters.SignInBackend"]
PASSWORD_RESET_TIMEOUT = 2 * 60 * 60
LOGIN_URL = "accounts:sign-in"
LOGIN_REDIRECT_URL = "web:today"
LOGOUT_REDIRECT_URL = "accounts:sign-in"

# Second factors, passkeys, sessions and OIDC are allauth's; passwords, pages and limits are ours (docs/adr/0015).
STRONG_SIGN_IN = env.strong_sign_in()
ALLAUTH_TRUSTED_PROXY_COUNT = env.number("PROXIES", 0)
ACCOUNT_ADAPTER = "mayak.accounts.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_RATE_LIMITS = False  # accounts.services.throttling counts exactly, also between processes
MFA_ADAPTER = "mayak.accounts.adapters.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "mayak.accounts.forms.factors.CodeForm",
    "reauthenticate": "mayak.accounts.forms.factors.ConfirmCodeForm",
    "activate_totp": "mayak.accounts.forms.factors.ActivateForm",
    "add_webauthn": "mayak.accounts.forms.factors.PasskeyForm",
}
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RATE_LIMITS = False
MFA_TOTP_TOLERANCE = 1
SOCIALACCOUNT_ADAPTER = "mayak.accounts.adapters.IdentityAdapter"
SOCIALACCOUNT_PROVIDERS = env.oidc()
SOCIALACCOUNT_LOGIN_ON_GET = (
    True  # form-action of the content security policy stops a form that is sent elsewhere
)

for _name, _value in env.smtp().items():
    globals()[_name] = _value
LETTERS_DIR = DATA_DIR / "letters"
"""Where letters stay while no mail server is set."""

# Shared by all processes and kept through a restart: codes that were used, tokens that were seen.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "mayak_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

LANGUAGE_CODE = "ru"
LANGUAGES = [("ru", _("Russian")), ("en", _("English"))]
LOCALE_PATHS = [PACKAGE / "locale"]
TIME_ZONE = env.text("TIME_ZONE", "Europe/Moscow")
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = ["mayak.config.formats"]

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "mayak.kernel.uploads.storage.PrivateStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MAX_AGE = 31_536_000
MEDIA_ROOT = DATA_DIR / "files"
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700

# Uploads never touch the disk before names of pupils have been dropped (domain.md B7.3): memory only, with a limit.
FILE_UPLOAD_HANDLERS = ["mayak.kernel.importing.upload.BoundedMemoryUploadHandler"]
UPLOAD_LIMIT_BYTES = env.number("UPLOAD_LIMIT_MB", 64) * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
ANTIVIRUS_COMMAND = env.text("ANTIVIRUS_COMMAND")
ANTIVIRUS_ADDRESS = env.text("ANTIVIRUS_ADDRESS")
ADVISORIES = env.text("ADVISORIES")

MATCHING_PARTS_FROM = env.number("MATCHING_PARTS_FROM", 50_000)
MATCHING_PARTS_SECONDS = env.number("MATCHING_PARTS_SECONDS", 0)
"""Needs of teachers from which a pairing is computed by territories, and its time limit (0 = until the optimum)."""

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

CONTENT_SECURITY_POLICY = {  # no inline script and no inline style anywhere, so no nonces either
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
        "upgrade-insecure-requests": HTTPS,
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_NAME = "__Host-language" if HTTPS else "django_language"
SESSION_COOKIE_NAME = "__Host-sessionid" if HTTPS else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if HTTPS else "csrftoken"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = SESSION_SECONDS = 60 * 60 * 12
"""A session ends so long after its sign-in, whatever is done in it."""
IDLE_SECONDS = 60 * env.number("IDLE_MINUTES", 120)
"""A session in which nothing is done ends after this."""
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "mayak.web.errors.csrf_failure"
# Django's own words for what config.checks says in Russian with a number of its own: HTTPS, cookies, key, debug, hosts.
SILENCED_SYSTEM_CHECKS = [
    "security.W004", "security.W008", "security.W009", "security.W012", "security.W016", "security.W018",
    "security.W020",
]  # fmt: skip

DJANGO_TABLES2_TEMPLATE = "ui/table.html"
DJANGO_TABLES2_PAGE_RANGE = 7
FILTERS_EMPTY_CHOICE_LABEL = ""

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"origin": {"()": "mayak.kernel.access.logs.OriginFilter"}},
    "formatters": {
        "plain": {
            "()": "mayak.kernel.access.logs.OneLineFormatter",
            "format": "{asctime} {levelname} {name} [{origin}]: {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["origin"]}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "INFO")},
}

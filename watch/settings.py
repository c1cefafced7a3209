"""Settings, all from the environment; `.env.example` lists every variable.

Without DEBUG a missing secret, host or database stops the start with a sentence that says
what to set. DEMO additionally opens one-click sign-in and the mailbox page; `watch.checks`
refuses it outside a local, DEBUG start.
"""

from datetime import time, timedelta
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import django.conf.locale
import environ
from django.core.exceptions import ImproperlyConfigured
from kombu import Queue

from notifications.rhythm import read_hours
from watch import logs, policy
from watch.keeping import kept_secret
from watch.schedule import beats

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
env.read_env(BASE_DIR / env.str("ENV_FILE", default=".env"))

DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=False)
RUN_DIR = BASE_DIR / env.str("RUN_DIR", default=".run")
RUN_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)


def number(name: str, *, default: int, most: int = 2**31 - 1) -> int:
    """A whole number from 0 to `most`; anything else stops the start."""
    text: str = env.str(name, default="") or str(default)
    if text.isdecimal() and int(text) <= most:
        return int(text)
    raise ImproperlyConfigured(f"{name} is {text!r}. Set it to a whole number from 0 to {most}.")


def hours(name: str, *, default: str) -> tuple[time, time]:
    """Two times of day, equal when the variable is empty; anything but HH:MM-HH:MM stops the start."""
    text: str = env.str(name, default=default)
    try:
        return read_hours(text)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} is {text!r}. Set it to two times such as 21:00-08:00, or empty.") from error


def required(name: str, what: str, *, local: str) -> str:
    """The variable's value; `local` stands in under DEBUG, otherwise a missing one stops the start."""
    value: str = env.str(name, default="")
    if value:
        return value
    if DEBUG:
        return local
    raise ImproperlyConfigured(f"{name} is not set. Set it to {what}, or set DEBUG=1 for a local try-out.")


HOST = env.str("HOST", default="localhost")
PORT = number("PORT", default=8000, most=65535)
SECRET_KEY = required("SECRET_KEY", "a long random text that only this server knows", local="local-try-out-only")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
EVERY_INTERFACE = HOST in {"0.0.0.0", "::"}  # noqa: S104 (compared, not bound)
LOCAL_NAMES = "localhost,127.0.0.1,[::1]"
ALLOWED_HOSTS = [
    name.strip()
    for name in required(
        "ALLOWED_HOSTS",
        "the host names people use, with commas between",
        local=LOCAL_NAMES if EVERY_INTERFACE else f"{LOCAL_NAMES},{HOST}",
    ).split(",")
    if name.strip()
]
SITE_URL = env.str("SITE_URL", default="") or (
    f"http://{'localhost' if EVERY_INTERFACE else HOST}:{PORT}" if DEBUG else f"https://{ALLOWED_HOSTS[0].lstrip('.')}"
)
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[] if DEBUG else [SITE_URL])
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)

DATABASE_URL = required("DATABASE_URL", "the database's address, such as postgres://user:secret@host/trappan", local="")
DATABASES = {
    "default": env.db_url_config(DATABASE_URL)
    if DATABASE_URL
    else {"ENGINE": "django.db.backends.sqlite3", "NAME": RUN_DIR / "trappan.sqlite3"}
}
DATABASES["default"]["ATOMIC_REQUESTS"] = False
if "sqlite" in DATABASES["default"]["ENGINE"]:
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-16000;",
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# Opening SQLite anew for each request would cost more than most requests ask of it.
DATABASES["default"]["CONN_MAX_AGE"] = number("CONN_MAX_AGE", default=60)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# The embedded Valkey and an outside Redis are reached the same way; without either (tests that
# need no server) the cache is this process's memory and the broker a mailbox nobody empties.
REDIS_URL: str = env.str("REDIS_URL", default="")


def redis_database(index: int, *, broker: bool = False) -> str:
    """REDIS_URL with another database number, in the form the cache or kombu wants."""
    parts = urlsplit(REDIS_URL)
    if parts.scheme == "unix":
        return f"redis+socket://{parts.path}?virtual_host={index}" if broker else f"unix://{parts.path}?db={index}"
    return urlunsplit(parts._replace(path=f"/{index}"))


REDIS_DATABASE = number("REDIS_DATABASE", default=0)
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": redis_database(REDIS_DATABASE + 1),
        "KEY_PREFIX": "trappan",
    }
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    # Public pages as they went out, in each process: they end with it, so that a new version of Trappan makes its own.
    "pages": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "pages",
        "OPTIONS": {"MAX_ENTRIES": 500},
    },
}

INSTALLED_APPS = [
    "watch",
    "notifications",
    "buildings",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "bootstrap",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_filters",
    "django_htmx",
    "phonenumber_field",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "watch.middleware.EarlyRefusal",
    "watch.middleware.NothingKept",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "watch.middleware.PersonLanguage",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "watch.middleware.KindNotFound",
]
ROOT_URLCONF = "watch.urls"
WSGI_APPLICATION = "watch.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "watch.templatetags.trappan"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "watch.context.trappan",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
INSTALLED_APPS.append("django.forms")
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"
CRISPY_FAIL_SILENTLY = False

# People and sign-in
AUTH_USER_MODEL = "buildings.User"
AUTHENTICATION_BACKENDS = ["watch.join.people_in.PeopleIn"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_request_login_code"
LOGIN_REDIRECT_URL = "present:home"
LOGOUT_REDIRECT_URL = ACCOUNT_LOGOUT_REDIRECT_URL = "present:front"
ACCOUNT_ADAPTER = "watch.join.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email", "phone"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "phone*"]
ACCOUNT_USER_DISPLAY = "watch.join.adapter.display_name"
# The code itself is asked for and checked in watch.join; these two are its seconds and its wrong tries.
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# A whole building may sit behind one address, so the limits bite on the person's key first. For codes the key is the
# person's address as asked for from one place (`watch.join.verification`).
ACCOUNT_RATE_LIMITS = {
    "login_failed": "100/m/ip,5/5m/key",
    "request_login_code": "120/10m/ip,5/10m/key",
}
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if BEHIND_PROXY else 0
MFA_ADAPTER = "watch.join.adapter.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {"add_webauthn": "watch.join.passkeys.AddPasskeyForm"}
MFA_TOTP_ISSUER = "Trappan"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG
# Signing in through a broker of BankID and the like (OpenID Connect), where all are set (`watch.join.home.broker`).
OIDC_SERVER_URL = env.str("OIDC_SERVER_URL", default="")
OIDC_CLIENT_ID = env.str("OIDC_CLIENT_ID", default="")
OIDC_CLIENT_SECRET = env.str("OIDC_CLIENT_SECRET", default="")
OIDC_NAME = env.str("OIDC_NAME", default="")
SOCIALACCOUNT_ADAPTER = "watch.join.home.broker.SocialAdapter"
SOCIALACCOUNT_STORE_TOKENS = SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5
# The demo signs staff in with one press; everywhere else staff rights exist only behind a second factor.
STAFF_SECOND_FACTOR = not DEMO

SESSION_SERIALIZER = "buildings.sealing.SealedSerializer"
# The other storage puts the words, a colleague's address among them, readable into a cookie.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SESSION_COOKIE_AGE = int(timedelta(days=90).total_seconds())
SESSION_COOKIE_NAME = "trappan"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = not DEBUG
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_NAME = "sprak"
LANGUAGE_COOKIE_AGE = int(timedelta(days=365).total_seconds())
LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = not DEBUG and env.bool("SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 0 if DEBUG else int(timedelta(days=365).total_seconds())
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not DEBUG
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    # Without it every visitor has the proxy's address and shares one rate limit.
    ALLAUTH_TRUSTED_PROXY_COUNT = 1
CONTENT_SECURITY_POLICY = policy.CONTENT_SECURITY_POLICY
UPLOAD_LIMIT = number("UPLOAD_LIMIT_MB", default=20) * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

# Language, time, numbers
LANGUAGE_CODE = "sv"
LANGUAGES = [("sv", "Svenska"), ("en", "English"), ("ar", "العربية"), ("so", "Soomaali")]
django.conf.locale.LANG_INFO.setdefault("so", {"bidi": False, "code": "so", "name": "Somali", "name_local": "Soomaali"})
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["watch.formats"]
TIME_ZONE = "Europe/Stockholm"
USE_TZ = True
USE_THOUSAND_SEPARATOR = True
PHONENUMBER_DEFAULT_REGION = "SE"
PHONENUMBER_DEFAULT_FORMAT = "NATIONAL"

# Static files: WhiteNoise serves and compresses them; pages that hold secrets are never compressed (BREACH).
STATIC_URL = "static/"
STATIC_ROOT = RUN_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG

# Mail: one kept connection a batch through notifications.transports; Django's own mail goes the same way.
# A demo never mails anybody: `manage.py serve` then keeps the mail in a postbox of its own.
MAIL_PROVIDER = "" if DEMO else env.str("MAIL_PROVIDER", default="")
OWN_POSTBOX = DEMO or (DEBUG and not MAIL_PROVIDER and not env.str("SMTP_URL", default=""))
SMTP = env.email_url_config(
    "smtp://127.0.0.1"
    if MAIL_PROVIDER
    else required(
        "SMTP_URL", "the mail server's address, such as smtp+tls://user:secret@host:587", local="smtp://127.0.0.1"
    )
)
EMAIL_BACKEND = (
    f"anymail.backends.{MAIL_PROVIDER}.EmailBackend" if MAIL_PROVIDER else "django.core.mail.backends.smtp.EmailBackend"
)
EMAIL_HOST, EMAIL_PORT = SMTP["EMAIL_HOST"], SMTP["EMAIL_PORT"] or 25
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = SMTP["EMAIL_HOST_USER"], SMTP["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS, EMAIL_USE_SSL = SMTP.get("EMAIL_USE_TLS", False), SMTP.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = number("SMTP_TIMEOUT", default=20)
# Keys and secrets of the provider, under the names django-anymail gives them: ANYMAIL_POSTMARK_SERVER_TOKEN and so on.
ANYMAIL = {"REQUESTS_TIMEOUT": EMAIL_TIMEOUT} | {
    name.removeprefix("ANYMAIL_"): value for name, value in env.ENVIRON.items() if name.startswith("ANYMAIL_") and value
}
MAIL_DOMAIN = env.str("MAIL_DOMAIN", default=urlsplit(SITE_URL).hostname or "localhost")
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", default=f"anslag@{MAIL_DOMAIN}")

# Letters between neighbours and contacts are answered by mail when the provider hands mail over to us.
RELAY_INBOUND = bool(MAIL_PROVIDER) and env.bool("RELAY_INBOUND", default=False)
RELAY_DOMAIN = env.str("RELAY_DOMAIN", default="") or MAIL_DOMAIN
RELAY_MAIL_LIMIT = number("RELAY_MAIL_LIMIT_MB", default=10) * 1024 * 1024

# SMS through 46elks; without an account they are only logged.
ELKS_USERNAME = env.str("ELKS_USERNAME", default="")
ELKS_PASSWORD = env.str("ELKS_PASSWORD", default="")
ELKS_URL = env.str("ELKS_URL", default="") or "https://api.46elks.com"
ELKS_SECRET = env.str("ELKS_SECRET", default="")
SMS_SENDER = env.str("SMS_SENDER", default="") or "Trappan"
SMS_PARTS = number("SMS_PARTS", default=2, most=9)
SMS_CODES_A_DAY = number("SMS_CODES_A_DAY", default=1000)
SMS_PRICE_ORE = number("SMS_PRICE_ORE", default=52)

# Web push: off without a key, except that a try-out makes one of its own. Only these services are ever called.
VAPID_PRIVATE_KEY = env.str("VAPID_PRIVATE_KEY", default="") or (kept_secret(RUN_DIR / "vapid") if DEBUG else "")
VAPID_SUBJECT = env.str("VAPID_SUBJECT", default="") or f"mailto:{parseaddr(DEFAULT_FROM_EMAIL)[1]}"
PUSH_HOSTS = env.list("PUSH_HOSTS", default=[]) or [
    "fcm.googleapis.com",
    "jmt17.google.com",  # Chromium as Linux distributions build it
    "*.push.services.mozilla.com",
    "*.notify.windows.com",
    "*.push.apple.com",
]
PUSH_TEST_ORIGIN = env.str("PUSH_TEST_ORIGIN", default="")

# What `manage.py serve` starts, and what it writes about itself.
WEB_PROCESSES = number("WEB_PROCESSES", default=1 if DEBUG else 2)
WEB_THREADS = number("WEB_THREADS", default=4)
NOTICE_PROCESSES = number("NOTICE_PROCESSES", default=2)
LOGGING = logs.configured(readable=DEBUG)

# Notices
TRANSPORTS = {
    "email": "notifications.transports.provider.ProviderTransport"
    if MAIL_PROVIDER
    else "notifications.transports.email.EmailTransport",
    "sms": "notifications.transports.sms.SmsTransport"
    if ELKS_USERNAME and ELKS_PASSWORD and not DEMO
    else "notifications.transports.console.ConsoleTransport",
    "webpush": "notifications.transports.webpush.WebPushTransport",
}
# So many days before a meeting people are reminded of it.
MEETING_REMINDERS = tuple(env.list("MEETING_REMINDERS", cast=int, default=[7, 1]))
# Parts of Trappan that steer notices of their own.
COMPANIONS = {"meeting": "watch.meet.companion.MeetingCompanion"}
# For everyone who has not chosen. In the demo nobody has to wait for the morning.
QUIET_HOURS = hours("QUIET_HOURS_DEFAULT", default="" if DEMO else "21:00-08:00")
TAKE_BACK_SECONDS = number("TAKE_BACK_SECONDS", default=30)
OUTBOX_BATCH = number("OUTBOX_BATCH", default=500)
# Fewer people than this are never told apart by a number.
SMALLEST_GROUP = number("SMALLEST_GROUP", default=5)
# Longer than a batch may take: five seconds, then one mail the server answers at the last moment.
OUTBOX_STUCK_AFTER = timedelta(seconds=number("OUTBOX_STUCK_AFTER", default=120))
# How long what is about people is kept, by purpose; `watch.join.mydata.retention` takes away what is older.
RETENTION = {
    "left-residents": timedelta(days=number("KEEP_LEFT_RESIDENTS_DAYS", default=90)),
    "delivery-addresses": timedelta(days=number("KEEP_DELIVERY_ADDRESSES_DAYS", default=90)),
    "reveals": timedelta(days=number("KEEP_REVEALS_DAYS", default=730)),
    "relayed-letters": timedelta(days=number("KEEP_RELAYED_LETTERS_DAYS", default=30)),
    "messages": timedelta(days=number("KEEP_MESSAGES_DAYS", default=30)),
    "logs": timedelta(days=number("KEEP_LOGS_DAYS", default=30)),
    "exports": timedelta(days=7),
    "unfinished-sign-ups": timedelta(days=1),
    "used-codes": timedelta(days=90),
    "suggestions": timedelta(days=number("KEEP_SUGGESTIONS_DAYS", default=90)),
    "meeting-answers": timedelta(days=number("KEEP_MEETING_ANSWERS_DAYS", default=1)),
}
OUTBOX_RETRY_PAUSES = [timedelta(minutes=m) for m in (1, 5, 20, 60, 240, 720)]
ENDPOINT_SET_ASIDE_AFTER = 3

# Celery: the database holds what is due, beat asks for it, a task is only a nudge.
CELERY_BROKER_URL = redis_database(REDIS_DATABASE, broker=True) if REDIS_URL else "memory://"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# However long the broker is away, workers and beat wait for it.
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_timeout": 10, "socket_connect_timeout": 2, "retry_on_timeout": True}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_QUEUES = [Queue("alerts"), Queue("notices"), Queue("default")]
# The schedule is short periods only, so it needs no file that a kill could leave half written.
CELERY_BEAT_SCHEDULER = "watch.beat:SteadyScheduler"
CELERY_BEAT_SCHEDULE = beats(stuck_after=OUTBOX_STUCK_AFTER)

"""A real OpenID Connect server in a process of its own: allauth's, with two people and one client.

Run as a program: ``identity_server.py FOLDER PORT CALLBACK``. It prints «ready» when it answers.
"""

import sys
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

CLIENT, SECRET, PASSWORD = "mayak", "a secret of the test", "a password there"
VERIFIED, UNVERIFIED = "orlova@school.example", "unverified@school.example"


def configure(folder: Path) -> None:
    """Set Django up for a site of its own, in memory but for the database."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa
    from django.conf import settings

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    settings.configure(
        SECRET_KEY="of the identity server",
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF=__name__,
        INSTALLED_APPS=[
            *("django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"),
            *("django.contrib.messages", "allauth", "allauth.account", "allauth.idp.oidc"),
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "allauth.account.middleware.AccountMiddleware",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
            }
        ],
        DATABASES={
            "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(folder / "identity.sqlite3")}
        },
        AUTHENTICATION_BACKENDS=["allauth.account.auth_backends.AuthenticationBackend"],
        ACCOUNT_LOGIN_METHODS={"email"},
        ACCOUNT_SIGNUP_FIELDS=["email*", "password1*"],
        ACCOUNT_EMAIL_VERIFICATION="none",
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        IDP_OIDC_PRIVATE_KEY=pem.decode(),
        USE_TZ=True,
    )


def fill(callback: str) -> None:
    """Make two people, of whom one has a confirmed e-mail, and the client."""
    from allauth.account.models import EmailAddress
    from allauth.idp.oidc.models import Client
    from django.contrib.auth.models import User
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    for email in (VERIFIED, UNVERIFIED):
        user = User.objects.create_user(email.partition("@")[0], email, PASSWORD)
        EmailAddress.objects.create(user=user, email=email, primary=True, verified=email == VERIFIED)
    client = Client(
        id=CLIENT, name="Mayak", scopes="openid\nprofile\nemail", redirect_uris=callback, skip_consent=True
    )
    client.set_secret(SECRET)
    client.save()


def serve(folder: Path, port: int, callback: str) -> None:
    """Answer until the process is stopped."""
    import django
    from django.core.wsgi import get_wsgi_application

    configure(folder)
    django.setup()
    fill(callback)

    class Quiet(WSGIRequestHandler):
        def log_message(self, *args: object) -> None:
            pass

    with make_server("127.0.0.1", port, get_wsgi_application(), handler_class=Quiet) as server:
        print("ready", flush=True)  # noqa: T201  # the test waits for it
        server.serve_forever()


def __getattr__(name: str) -> object:
    """Give the addresses when Django asks this module for them: not before it is set up."""
    if name != "urlpatterns":
        raise AttributeError(name)
    from django.urls import include, path

    return [path("", include("allauth.idp.urls")), path("accounts/", include("allauth.account.urls"))]


if __name__ == "__main__":
    sys.modules["identity_server"] = sys.modules["__main__"]
    serve(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])

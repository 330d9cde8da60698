"""Letters: through a real mail server, or into a folder that administrators read."""

import email.policy
import re
import socket
import stat
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.core import mail
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from mayak.accounts.enums import InvitationState, Role
from mayak.accounts.models import Invitation, User
from mayak.accounts.services.invitations import queue_invitations
from mayak.accounts.services.letters import send_letter
from mayak.accounts.services.mailbox import KEPT, letters
from mayak.kernel.access import SYSTEM
from mayak.kernel.audit.models import AuditEntry
from mayak.kernel.jobs.models import Job
from mayak.kernel.jobs.services import run_now
from tests.factories.accounts import PASSWORD, InvitationFactory, RoleAssignmentFactory, UserFactory

pytestmark = pytest.mark.django_db
NEW = "маяк над тихой водой 7"
NOTICE = {"name": "Вера", "what": "password"}


class Post:
    """What the mail server got."""

    def __init__(self) -> None:
        self.got: list[EmailMessage] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802  # aiosmtpd's name
        message = message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        self.got.append(message)
        return "250 OK"


@pytest.fixture
def post(settings: Settings) -> Iterator[Post]:
    """A real mail server on this computer."""
    handler = Post()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = port
    settings.EMAIL_USE_TLS = False
    settings.DEFAULT_FROM_EMAIL = "mayak@kirovsk.example"
    yield handler
    controller.stop()


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Path:
    """No mail server is set."""
    settings.EMAIL_BACKEND = "mayak.accounts.services.mailbox.FolderBackend"
    settings.EMAIL_HOST = ""
    settings.LETTERS_DIR = tmp_path / "letters"
    return tmp_path / "letters"


def text_of(message: EmailMessage, kind: str = "plain") -> str:
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def run_all_jobs() -> None:
    for job in Job.objects.filter(state="waiting"):
        run_now(job)


def test_an_invitation_goes_through_the_mail_server(client: Client, post: Post) -> None:
    invitation = InvitationFactory.create(email="orlova@school.example", full_name="Орлова <Вера> & Ко")
    queue_invitations([invitation], site="http://testserver", actor=SYSTEM)
    assert post.got == []
    run_all_jobs()
    [letter] = post.got
    assert (letter["To"], letter["From"]) == ("orlova@school.example", "mayak@kirovsk.example")
    assert letter["Subject"].strip() == "Приглашение в «Маяк»: сетевое наставничество школ"
    assert "Здравствуйте, Орлова <Вера> & Ко!" in text_of(letter)
    assert "Орлова &lt;Вера&gt; &amp; Ко" in text_of(letter, "html")
    [link] = re.findall(r"http://testserver(/account/invitation/\S+/)", text_of(letter))
    assert link in text_of(letter, "html")
    assert client.post(link, {"password": NEW, "again": NEW}).status_code == 302
    assert User.objects.get().email == "orlova@school.example"


def test_a_new_password_goes_through_the_mail_server(client: Client, post: Post) -> None:
    user = UserFactory(email="orlova@school.example")
    other = Client()
    other.post(reverse("accounts:sign-in"), {"username": user.email, "password": PASSWORD})
    client.post(reverse("accounts:reset"), {"email": "Orlova@School.example"})
    run_all_jobs()
    [letter] = post.got
    assert letter["Subject"].strip() == "«Маяк»: новый пароль"
    [link] = re.findall(r"http://testserver(/account/reset/\S+/)", text_of(letter))
    form_page = client.get(link, follow=True)
    address = form_page.redirect_chain[-1][0]
    assert client.post(address, {"new_password1": NEW, "new_password2": NEW}).url == reverse(
        "accounts:sign-in"
    )
    user.refresh_from_db()
    assert user.check_password(NEW)
    assert other.get(reverse("accounts:profile")).status_code == 302  # signed out
    run_all_jobs()
    assert post.got[-1]["Subject"].strip() == "«Маяк»: изменился ваш вход"
    page = Client().get(link, follow=True).content.decode()
    assert "Эта ссылка не действует" in page
    assert set(AuditEntry.objects.values_list("action", flat=True)) >= {"reset-letter", "password"}


def test_a_mail_server_that_does_not_answer_loses_no_letter(settings: Settings, post: Post) -> None:
    invitation = InvitationFactory.create()
    queue_invitations([invitation], site="http://testserver", actor=SYSTEM)
    right, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    with pytest.raises(OSError, match="refused"):
        run_now(Job.objects.get())
    assert Invitation.objects.get().state == InvitationState.QUEUED
    settings.EMAIL_PORT = right
    queue_invitations([invitation], site="http://testserver", actor=SYSTEM)
    run_all_jobs()
    assert len(post.got) == 1
    assert Invitation.objects.get().state == InvitationState.SENT


@pytest.mark.parametrize("email", ["nobody@school.example", "closed@school.example", "demo@school.example"])
def test_asking_for_a_password_tells_nothing_and_costs_the_same(
    client: Client, email: str, django_assert_num_queries: Any
) -> None:
    UserFactory(email="open@school.example")
    UserFactory(email="closed@school.example", is_active=False)
    UserFactory(email="demo@school.example", is_demo=True)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    seen = []
    for number, asked in enumerate(("open@school.example", email)):
        with CaptureQueriesContext(connection) as queries:
            response = Client(REMOTE_ADDR=f"10.0.0.{number}").post(
                reverse("accounts:reset"), {"email": asked}, follow=True
            )
        text = re.sub(r'value="[^"]+"', "", response.content.decode())
        seen.append((response.status_code, text, len(queries)))
    assert seen[0] == seen[1]
    run_all_jobs()
    assert [letter.to for letter in mail.outbox] == [["open@school.example"]]


def test_asking_again_and_again_is_slowed_down(client: Client) -> None:
    answers = [client.post(reverse("accounts:reset"), {"email": "a@b.example"}).status_code for _ in range(4)]
    assert answers == [302, 302, 302, 429]


def test_without_a_mail_server_letters_wait_in_the_folder(client: Client, folder: Path) -> None:
    send_letter("orlova@school.example", "notice", NOTICE)
    [path] = folder.iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    administrator = RoleAssignmentFactory(role=Role.SYSTEM_ADMINISTRATOR).user
    client.force_login(administrator)
    page = client.get(reverse("accounts:letters")).content.decode()
    assert "Почтовый сервер не задан" in page
    assert "orlova@school.example" in page
    letter = client.get(reverse("accounts:letter", args=[path.name])).content.decode()
    assert "Пароль вашей учётной записи изменён." in letter
    assert AuditEntry.objects.filter(action="read", actor_id=administrator.pk).count() == 1


@pytest.mark.parametrize("role", [Role.MUNICIPAL_COORDINATOR, Role.REGIONAL_COORDINATOR, Role.TEACHER])
def test_nobody_else_reads_letters(client: Client, folder: Path, role: Role) -> None:
    client.force_login(RoleAssignmentFactory(role=role).user)
    assert client.get(reverse("accounts:letters")).status_code == 403
    assert client.get(reverse("accounts:letter", args=["x.eml"])).status_code == 403


@pytest.mark.parametrize("name", ["..%2Fsecret-key", "x.eml", "%2Fetc%2Fpasswd"])
def test_no_other_file_is_read(client: Client, folder: Path, name: str) -> None:
    folder.mkdir()
    (folder.parent / "secret-key").write_text("secret")
    client.force_login(RoleAssignmentFactory(role=Role.SYSTEM_ADMINISTRATOR).user)
    assert client.get(f"/account/letters/{name}/").status_code == 404


def test_the_folder_does_not_grow_for_ever(folder: Path) -> None:
    folder.mkdir()
    for number in range(KEPT + 3):
        (folder / f"20200101T000000{number:06}-00000000.eml").write_bytes(b"Subject: old\n\ntext")
    send_letter("orlova@school.example", "notice", NOTICE)
    assert len(list(folder.iterdir())) == KEPT
    assert letters()[0].to == "orlova@school.example"

"""Invitations: nothing goes out by itself, a link works once, an account begins with a role."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mayak.accounts.enums import InvitationState, Role
from mayak.accounts.models import Invitation, RoleAssignment, User
from mayak.accounts.services.invitations import (
    LinkIsDeadError,
    accept_invitation,
    invite,
    queue_invitations,
    send_invitation,
)
from mayak.kernel.access import SYSTEM
from mayak.kernel.audit.models import AuditEntry
from mayak.kernel.jobs.models import Job
from mayak.kernel.jobs.services import run_now
from mayak.registry.models import Organisation
from tests.factories.accounts import (
    PASSWORD,
    InvitationFactory,
    RoleAssignmentFactory,
    UserFactory,
    sent_invitation,
)
from tests.factories.registry import (
    AuthorityFactory,
    EmploymentFactory,
    MunicipalityFactory,
    PersonFactory,
    SchoolFactory,
)

pytestmark = pytest.mark.django_db
NEW = "маяк над тихой водой 7"
LIST = reverse("accounts:invitations")


def coordinator_of(school: Organisation) -> User:
    """Return a municipal coordinator who may invite to the school."""
    authority = AuthorityFactory.create(territory=school.territory)
    return RoleAssignmentFactory.create(role=Role.MUNICIPAL_COORDINATOR, organisation=authority).user


def link(token: str) -> str:
    return reverse("accounts:invited", args=[token])


def accept(client: Client, token: str, password: str = NEW) -> int:
    return client.post(link(token), {"password": password, "again": password}).status_code


def test_a_draft_is_made_previewed_and_sent_only_when_told_so(client: Client) -> None:
    school = SchoolFactory.create()
    client.force_login(coordinator_of(school))
    form = {
        "full_name": "Орлова Вера Ильинична",
        "email": "Orlova@School.Example",
        "role": Role.TEACHER,
        "organisation": f"[id:{school.pk}]",
    }
    response = client.post(reverse("accounts:invitation-new"), form)
    invitation = Invitation.objects.get()
    assert response.url == reverse("accounts:invitation", args=[invitation.pk])
    assert (invitation.email, invitation.state) == ("orlova@school.example", InvitationState.DRAFT)
    page = client.get(response.url).content.decode()
    assert "Здравствуйте, Орлова Вера Ильинична!" in page
    assert "Отправить приглашения (1)" in client.get(LIST).content.decode()
    assert "Уйдёт 1 письмо" in client.get(reverse("accounts:invitations-send")).content.decode()
    assert mail.outbox == []
    assert not Job.objects.exists()

    assert client.post(reverse("accounts:invitations-send")).url == LIST
    assert mail.outbox == []  # the page does not wait for the mail server
    run_now(Job.objects.get())
    [letter] = mail.outbox
    assert letter.to == ["orlova@school.example"]
    assert letter.subject == "Приглашение в «Маяк»: сетевое наставничество школ"
    assert "http://testserver/account/invitation/" in letter.body
    assert letter.alternatives[0][1] == "text/html"
    invitation.refresh_from_db()
    assert invitation.state == InvitationState.SENT
    assert invitation.token_hash not in letter.body


def test_the_link_makes_the_account_with_the_role_and_signs_in(client: Client) -> None:
    person = PersonFactory.create()
    school = SchoolFactory.create()
    invitation, token = sent_invitation(organisation=school, person=person, created_by=coordinator_of(school))
    assert invitation.full_name in client.get(link(token)).content.decode()
    assert accept(client, token) == 302
    user = User.objects.get(email=invitation.email)
    assert user.check_password(NEW)
    assert user.person == person
    held = RoleAssignment.objects.get(user=user)
    assert (held.role, held.organisation) == (Role.TEACHER, school)
    assert client.session["_auth_user_id"] == str(user.pk)
    invitation.refresh_from_db()
    assert (invitation.state, invitation.user, invitation.token_hash) == (InvitationState.ACCEPTED, user, "")
    assert AuditEntry.objects.filter(action="accept").exists()


def test_a_used_link_is_refused(client: Client) -> None:
    _invitation, token = sent_invitation()
    assert accept(client, token) == 302
    again = Client().get(link(token))
    assert again.status_code == 404
    assert "Ссылка не действует" in again.content.decode()
    assert accept(Client(), token, "quite another secret 7") == 404
    assert User.objects.count() == 1


@pytest.mark.parametrize("how", ["expired", "withdrawn", "sent again", "inviter closed", "never"])
def test_a_dead_link_tells_nobody_why(client: Client, how: str) -> None:
    inviter = UserFactory()
    invitation, token = sent_invitation(created_by=inviter)
    moment = timezone.now()
    if how == "expired":
        moment += dt.timedelta(days=7, minutes=1)
    elif how == "withdrawn":
        Invitation.objects.update(state=InvitationState.WITHDRAWN)
    elif how == "sent again":
        queue_invitations([invitation], site="https://mayak.example", actor=SYSTEM)
        send_invitation(invitation.pk, site="https://mayak.example")
    elif how == "inviter closed":
        User.objects.filter(pk=inviter.pk).update(is_active=False)
    else:
        token = "x" * 43
    with time_machine.travel(moment):
        response = client.get(link(token))
    assert response.status_code == 404
    assert "Она уже использована, отозвана или ей больше семи дней" in response.content.decode()


@pytest.mark.django_db(transaction=True)
def test_two_who_use_a_link_at_once_make_one_account() -> None:
    invitation, _token = sent_invitation()

    def one(_number: int) -> str:
        try:
            accept_invitation(Invitation.objects.get(pk=invitation.pk), password=NEW)
        except (LinkIsDeadError, ValidationError) as error:
            return type(error).__name__
        finally:
            connection.close()
        return "made"

    with ThreadPoolExecutor(4) as threads:
        answers = sorted(threads.map(one, range(4)))
    assert answers == ["LinkIsDeadError"] * 3 + ["made"]
    assert User.objects.count() == 1
    assert RoleAssignment.objects.count() == 1


def test_the_link_alone_does_not_open_an_account_that_is_there(client: Client) -> None:
    owner = UserFactory(email="orlova@school.example")
    invitation, token = sent_invitation(email="Orlova@school.example")
    assert "У вас уже есть учётная запись" in client.get(link(token)).content.decode()
    assert accept(client, token) == 200
    assert owner.check_password(PASSWORD)
    assert not RoleAssignment.objects.exists()
    client.force_login(UserFactory())
    assert client.post(link(token)).status_code == 200
    assert not RoleAssignment.objects.exists()
    client.force_login(owner)
    assert "Принять роль" in client.get(link(token)).content.decode()
    assert client.post(link(token)).url == reverse("accounts:profile")
    assert RoleAssignment.objects.get().user == owner
    invitation.refresh_from_db()
    assert invitation.user == owner


def test_inviting_does_not_tell_whether_there_is_an_account(client: Client) -> None:
    school = SchoolFactory.create()
    UserFactory(email="orlova@school.example")
    client.force_login(coordinator_of(school))
    answers = []
    for email in ("orlova@school.example", "nobody@school.example"):
        form = {"full_name": "А. Б.", "email": email, "role": "teacher", "organisation": f"[id:{school.pk}]"}
        response = client.post(reverse("accounts:invitation-new"), form)
        page = client.get(response.url).content.decode()
        answers.append((response.status_code, page.replace(email, "").count("учётная запись")))
    assert answers[0] == answers[1]


def test_a_simple_password_is_refused_with_the_reason(client: Client) -> None:
    _invitation, token = sent_invitation()
    response = client.post(link(token), {"password": "short", "again": "other"})
    assert response.status_code == 400
    assert not User.objects.exists()
    assert set(response.context["form"].errors) == {"password"}


def test_nobody_gives_a_role_of_a_higher_level_or_to_a_foreign_school(client: Client) -> None:
    school, foreign = SchoolFactory.create(), SchoolFactory.create(territory=MunicipalityFactory.create())
    client.force_login(RoleAssignmentFactory(role=Role.SCHOOL_COORDINATOR, organisation=school).user)
    form = {"full_name": "А. Б.", "email": "a@b.example", "organisation": f"[id:{school.pk}]"}
    new = reverse("accounts:invitation-new")
    assert client.post(new, {**form, "role": Role.MUNICIPAL_COORDINATOR}).status_code == 400
    assert (
        client.post(new, {**form, "role": Role.TEACHER, "organisation": f"[id:{foreign.pk}]"}).status_code
        == 400
    )
    theirs = InvitationFactory.create(organisation=foreign)
    for name in ("invitation", "invitation-send", "invitation-withdraw"):
        address = reverse(f"accounts:{name}", args=[theirs.pk])
        response = client.get(address) if name == "invitation" else client.post(address)
        assert response.status_code == 404
    assert "invited" not in client.get(LIST).content.decode().split("<main")[1].split("</main")[0]


def test_an_invitation_is_withdrawn_and_said_so(client: Client) -> None:
    school = SchoolFactory.create()
    client.force_login(coordinator_of(school))
    invitation, token = sent_invitation(organisation=school)
    client.post(reverse("accounts:invitation-withdraw", args=[invitation.pk]))
    invitation.refresh_from_db()
    assert invitation.state == InvitationState.WITHDRAWN
    assert Client().get(link(token)).status_code == 404
    page = client.post(reverse("accounts:invitation-send", args=[invitation.pk]), follow=True)
    assert "Некоторые из этих приглашений уже приняты или отозваны." in page.content.decode()
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"role": Role.EXTERNAL_EXPERT, "valid_to": None},
        {"role": Role.TEACHER, "valid_to": dt.date(2020, 1, 1)},
        {"role": Role.REGIONAL_COORDINATOR},
        {"role": Role.TEACHER, "email": "not an address"},
    ],
)
def test_what_cannot_be_is_refused_before_a_letter_goes(fields: dict[str, object]) -> None:
    values = {"email": "a@b.example", "full_name": "А. Б.", "organisation": SchoolFactory.create(), **fields}
    with pytest.raises(ValidationError):
        invite(actor=SYSTEM, **values)  # type: ignore[arg-type]  # one dict for all cases


def test_an_expert_sees_the_organisation_of_the_invitation(client: Client) -> None:
    until = timezone.localdate() + dt.timedelta(days=30)
    invitation, token = sent_invitation(role=Role.EXTERNAL_EXPERT, valid_to=until)
    assert accept(client, token) == 302
    assert list(RoleAssignment.objects.get().shared.all()) == [invitation.organisation]


def test_people_of_the_registry_become_drafts_with_the_reason_for_those_left_out(client: Client) -> None:
    school = SchoolFactory.create()
    names = ("ready", "none", "twice", "invited", "has")
    people = {
        name: PersonFactory.create(territory=school.territory, email=f"{name}@x.example") for name in names
    }
    people["none"].email = ""
    people["none"].save()
    people["twice"].email = "READY@x.example"
    people["twice"].sort_key = "яяя"
    people["twice"].save()
    UserFactory(person=people["has"])
    InvitationFactory(email="invited@x.example", organisation=school, role=Role.TEACHER)
    for person in people.values():
        EmploymentFactory.create(person=person, organisation=school, position="учитель")
    client.force_login(coordinator_of(school))
    form = {"role": "teacher", "territory": school.territory_id, "position": "Учитель"}
    page = client.post(reverse("accounts:invitations-bulk"), form).content.decode()
    assert "Создать 1 черновик" in page
    for reason in ("нет электронной почты", "уже есть учётная запись", "уже приглашён", "та же почта"):
        assert reason in page
    assert Invitation.objects.count() == 1
    client.post(reverse("accounts:invitations-bulk"), {**form, "create": "1"})
    client.post(reverse("accounts:invitations-bulk"), {**form, "create": "1"})
    made = Invitation.objects.exclude(email="invited@x.example").get()
    assert (made.email, made.person, made.state) == ("ready@x.example", people["ready"], "draft")
    assert not Job.objects.exists()


def test_the_list_costs_the_same_with_one_and_with_three(
    client: Client, django_assert_max_num_queries: object
) -> None:
    school = SchoolFactory.create()
    client.force_login(coordinator_of(school))
    InvitationFactory(organisation=school)
    from django.test.utils import CaptureQueriesContext

    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert client.get(LIST).status_code == 200
        return len(caught)

    queries()
    one = queries()
    InvitationFactory.create_batch(3, organisation=school)
    assert queries() == one

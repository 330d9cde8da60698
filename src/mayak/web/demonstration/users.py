"""Demonstration sign-ins, one for each role."""

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.db import transaction

from mayak.accounts.enums import DEMO_PASSWORD, Role
from mayak.accounts.models import RoleAssignment, User
from mayak.kernel.access import Actor
from mayak.kernel.audit.services import record_bulk
from mayak.registry.models import Organisation
from mayak.web.demonstration.territories import BuiltDistrict, BuiltRegion

DOMAIN = "demo.mayak.example"


@dataclass(frozen=True, slots=True)
class SignIn:
    """A user to create: where the organisation stands (part of the demonstration, its key), e-mail, name, role."""

    part: str
    organisation: str
    local: str
    full_name: str
    role: Role


_SIGN_INS = (
    SignIn("S0", "regional_authority", "coordinator", "Региональный координатор", Role.REGIONAL_COORDINATOR),
    SignIn("S0", "authority", "tosno", "Координатор Тосненского района", Role.MUNICIPAL_COORDINATOR),
    SignIn("S1", "regional_authority", "coordinator", "Региональный координатор", Role.REGIONAL_COORDINATOR),
    SignIn("S1", "authority", "kirovsk", "Координатор Кировского района", Role.MUNICIPAL_COORDINATOR),
    SignIn("S1", "service", "methodist", "Методист Кировского района", Role.METHODIST),
    SignIn("S1", "Путиловская ООШ", "school", "Координатор Путиловской школы", Role.SCHOOL_COORDINATOR),
    SignIn("S1", "Путиловская ООШ", "mentee", "Наставляемый учитель Путиловской школы", Role.MENTEE),
    SignIn("S1", "Приладожская СОШ", "mentor", "Наставник из Приладожской школы", Role.MENTOR),
    SignIn("S3", "authority", "sechenovo", "Координатор Сеченовского района", Role.MUNICIPAL_COORDINATOR),
    SignIn("S4", "authority", "yeniseysk", "Координатор Енисейского района", Role.MUNICIPAL_COORDINATOR),
    SignIn(
        "region",
        "regional_authority",
        "region",
        "Координатор Светлоярской области",
        Role.REGIONAL_COORDINATOR,
    ),
    SignIn("region", "regional_authority", "analyst", "Аналитик Светлоярской области", Role.REGIONAL_ANALYST),
)
ADMINISTRATOR = "admin"


@transaction.atomic
def create_users(regions: dict[str, BuiltRegion], *, actor: Actor) -> list[User]:
    """Create the sign-ins of the parts that were built, and one administrator; all share the published password."""
    password = make_password(DEMO_PASSWORD)
    users: dict[str, User] = {}
    for sign_in in _SIGN_INS:
        organisation = _find(regions, sign_in)
        if organisation is not None and sign_in.local not in users:
            users[sign_in.local] = _create(sign_in.local, sign_in.full_name, password)
            RoleAssignment.objects.create(
                user=users[sign_in.local], role=sign_in.role, organisation=organisation
            )
    first = next(iter(regions.values()))
    users[ADMINISTRATOR] = _create(ADMINISTRATOR, "Администратор", password)
    RoleAssignment.objects.create(
        user=users[ADMINISTRATOR], role=Role.SYSTEM_ADMINISTRATOR, organisation=_seat_of_administrator(first)
    )
    keys = [user.pk for user in users.values()]
    record_bulk(
        User, actor=actor, action="create", row_count=len(users), row_first=min(keys), row_last=max(keys),
        object_text="demonstration accounts",
    )  # fmt: skip
    return list(users.values())


def _create(local: str, full_name: str, password: str) -> User:
    return User.objects.create(
        email=f"{local}@{DOMAIN}", full_name=full_name, password=password, is_demo=True
    )


def _find(regions: dict[str, BuiltRegion], sign_in: SignIn) -> Organisation | None:
    for region in regions.values():
        for district in region.districts:
            if district.plan.key == sign_in.part:
                return region.organisations.get(sign_in.organisation) or district.organisations.get(
                    sign_in.organisation
                )
    return None


def _seat_of_administrator(region: BuiltRegion) -> Organisation:
    districts: list[BuiltDistrict] = region.districts
    return region.organisations.get("regional_authority") or districts[0].organisations["authority"]

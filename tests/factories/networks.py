"""Fast rows of networks for tests."""

import datetime as dt

import factory
from factory.django import DjangoModelFactory

from mayak.kernel.access import SYSTEM
from mayak.networks.enums.networks import CentreKind, DocumentState, MemberRole, NetworkState
from mayak.networks.models import (
    CoordinationCentre,
    DocumentRequirement,
    Network,
    NetworkDocument,
    NetworkMember,
)
from mayak.networks.services.network_reference import load_networks_reference
from tests.factories.matching import YEAR
from tests.factories.registry import (
    MunicipalityFactory,
    OrganisationFactory,
    ProgrammeFactory,
    SchoolYearFactory,
)


class NetworkFactory(DjangoModelFactory[Network]):
    """A draft of 2024/25 without a model."""

    class Meta:
        model = Network

    territory = factory.SubFactory(MunicipalityFactory)
    programme = factory.SubFactory(ProgrammeFactory, territory=factory.SelfAttribute("..territory"))
    school_year = factory.SubFactory(SchoolYearFactory, start_year=YEAR)
    name = factory.Sequence(lambda number: f"Сеть {number}")
    state = NetworkState.DRAFT


class MemberFactory(DjangoModelFactory[NetworkMember]):
    """A school that gets help."""

    class Meta:
        model = NetworkMember

    network = factory.SubFactory(NetworkFactory)
    organisation = factory.SubFactory(
        OrganisationFactory, territory=factory.SelfAttribute("..network.territory")
    )
    role = MemberRole.MENTEE
    joined_on = dt.date(YEAR, 9, 2)


class CentreFactory(DjangoModelFactory[CoordinationCentre]):
    """A leading school that is the centre."""

    class Meta:
        model = CoordinationCentre

    network = factory.SubFactory(NetworkFactory)
    kind = CentreKind.LEADING_SCHOOL
    organisation = factory.SubFactory(
        OrganisationFactory, territory=factory.SelfAttribute("..network.territory")
    )


def rules() -> None:
    """Load the rules that come with the product."""
    load_networks_reference(actor=SYSTEM)


def requirement(network: Network, code: str) -> DocumentRequirement:
    """Return what the model of the network needs."""
    return DocumentRequirement.objects.get(model=network.model, code=code)


def signed(
    network: Network, code: str, member: NetworkMember | None = None, **values: object
) -> NetworkDocument:
    """Write a signed document of the network or of a member."""
    return NetworkDocument.objects.create(
        network=network,
        requirement=requirement(network, code),
        member=member,
        **{"state": DocumentState.SIGNED, "signed_on": dt.date(YEAR, 9, 10), **values},
    )

"""Fast rows of the registry for tests: saved directly, with the keys that the services keep."""

import datetime as dt
from typing import Any

import factory
from factory.django import DjangoModelFactory

from mayak.registry.enums import (
    ActKind,
    AssociationLevel,
    GroupKind,
    Locality,
    NameKind,
    OrganisationKind,
    SchoolType,
    TerritoryKind,
)
from mayak.registry.models import (
    Employment,
    LegalAct,
    Organisation,
    OrganisationName,
    Person,
    Programme,
    ProgrammeParticipant,
    SchoolYear,
    Settlement,
    StaffingRecord,
    Subject,
    SubjectAssociation,
    Territory,
    WorkingGroup,
)
from mayak.registry.services.organisation_keys import name_key, present_names, set_keys
from mayak.registry.services.people import person_key
from mayak.registry.services.territories import path_of


class _TerritoryFactory(DjangoModelFactory[Territory]):
    class Meta:
        model = Territory
        abstract = True
        skip_postgeneration_save = True

    @classmethod
    def _create(cls, model_class: type[Territory], *args: Any, **kwargs: Any) -> Territory:
        kwargs.setdefault("sort_key", kwargs["name"].lower())
        territory = model_class(*args, **kwargs)
        territory.save()
        territory.path = path_of(territory)
        territory.save(update_fields=["path"])
        return territory


class CountryFactory(_TerritoryFactory):
    """A country."""

    class Meta:
        model = Territory

    kind = TerritoryKind.COUNTRY
    name = factory.Sequence(lambda number: f"Страна {number}")


class RegionFactory(_TerritoryFactory):
    """A region in its own country."""

    class Meta:
        model = Territory

    kind = TerritoryKind.REGION
    parent = factory.SubFactory(CountryFactory)
    name = factory.Sequence(lambda number: f"Область {number}")


class MunicipalityFactory(_TerritoryFactory):
    """A municipality in its own region; give ``parent`` for neighbours."""

    class Meta:
        model = Territory

    kind = TerritoryKind.MUNICIPALITY
    parent = factory.SubFactory(RegionFactory)
    name = factory.Sequence(lambda number: f"Район {number}")


class OrganisationFactory(DjangoModelFactory[Organisation]):
    """An open rural secondary school with its present names."""

    class Meta:
        model = Organisation
        skip_postgeneration_save = True

    territory = factory.SubFactory(MunicipalityFactory)
    kind = OrganisationKind.SCHOOL
    short_name = factory.Sequence(lambda number: f"МБОУ СОШ № {number}")
    name = factory.LazyAttribute(lambda row: row.short_name)
    legal_form = "МБОУ"
    school_type = SchoolType.SECONDARY
    locality = Locality.RURAL

    @classmethod
    def _create(cls, model_class: type[Organisation], *args: Any, **kwargs: Any) -> Organisation:
        organisation = model_class(*args, **kwargs)
        set_keys(organisation)
        organisation.save()
        OrganisationName.objects.bulk_create(present_names(organisation))
        return organisation


SchoolFactory = OrganisationFactory


class BranchFactory(OrganisationFactory):
    """A branch of its own school, in the school's territory."""

    kind = OrganisationKind.BRANCH
    parent = factory.SubFactory(OrganisationFactory)
    territory = factory.SelfAttribute("parent.territory")
    short_name = factory.Sequence(lambda number: f"Филиал {number}")


class ServiceFactory(OrganisationFactory):
    """A methodical service of a municipality."""

    kind = OrganisationKind.METHODICAL_SERVICE
    short_name = factory.Sequence(lambda number: f"ММС {number}")
    school_type = ""
    legal_form = ""


class AuthorityFactory(ServiceFactory):
    """The education authority of a municipality."""

    kind = OrganisationKind.EDUCATION_AUTHORITY_MUNICIPAL
    short_name = factory.Sequence(lambda number: f"Комитет образования {number}")


class OrganisationNameFactory(DjangoModelFactory[OrganisationName]):
    """A former name."""

    class Meta:
        model = OrganisationName

    organisation = factory.SubFactory(OrganisationFactory)
    name = factory.Sequence(lambda number: f"Школа № {number}")
    key = factory.LazyAttribute(lambda row: name_key(row.name))
    kind = NameKind.OFFICIAL
    valid_to = dt.date(2015, 8, 31)


class SchoolYearFactory(DjangoModelFactory[SchoolYear]):
    """A school year; the same start year gives the same row."""

    class Meta:
        model = SchoolYear
        django_get_or_create = ("start_year",)

    start_year = 2024


class SubjectFactory(DjangoModelFactory[Subject]):
    """A subject; the same code gives the same row."""

    class Meta:
        model = Subject
        django_get_or_create = ("code",)

    code = factory.Sequence(lambda number: f"subject-{number}")
    name = factory.Sequence(lambda number: f"Предмет {number}")


class PersonFactory(DjangoModelFactory[Person]):
    """A teacher."""

    class Meta:
        model = Person

    territory = factory.SubFactory(MunicipalityFactory)
    family_name = factory.Sequence(lambda number: f"Иванова{number}")
    given_name = "Мария"
    patronymic = "Петровна"
    sort_key = factory.LazyAttribute(
        lambda row: person_key(
            Person(family_name=row.family_name, given_name=row.given_name, patronymic=row.patronymic)
        )
    )


class EmploymentFactory(DjangoModelFactory[Employment]):
    """A post in a school of the person's territory."""

    class Meta:
        model = Employment

    person = factory.SubFactory(PersonFactory)
    organisation = factory.SubFactory(
        OrganisationFactory, territory=factory.SelfAttribute("..person.territory")
    )
    position = "учитель"


class StaffingFactory(DjangoModelFactory[StaffingRecord]):
    """Staffing of a school in 2024/25."""

    class Meta:
        model = StaffingRecord

    organisation = factory.SubFactory(OrganisationFactory)
    school_year = factory.SubFactory(SchoolYearFactory)
    teachers = 20
    vacancies = 1


class LegalActFactory(DjangoModelFactory[LegalAct]):
    """An order of a municipality."""

    class Meta:
        model = LegalAct

    territory = factory.SubFactory(MunicipalityFactory)
    issuer = "Комитет образования"
    kind = ActKind.ORDER
    number = factory.Sequence(str)
    date = dt.date(2023, 6, 8)
    title = "О сетевом наставничестве"


class AssociationFactory(DjangoModelFactory[SubjectAssociation]):
    """A subject association of a school."""

    class Meta:
        model = SubjectAssociation

    organisation = factory.SubFactory(OrganisationFactory)
    level = AssociationLevel.SCHOOL
    name = factory.Sequence(lambda number: f"ШМО {number}")


class WorkingGroupFactory(DjangoModelFactory[WorkingGroup]):
    """A working group of an authority."""

    class Meta:
        model = WorkingGroup

    organisation = factory.SubFactory(AuthorityFactory)
    kind = GroupKind.WORKING_GROUP
    name = factory.Sequence(lambda number: f"Рабочая группа {number}")


class ProgrammeFactory(DjangoModelFactory[Programme]):
    """A programme of a municipality."""

    class Meta:
        model = Programme

    territory = factory.SubFactory(MunicipalityFactory)
    name = factory.Sequence(lambda number: f"Сетевое наставничество {number}")
    kind = "муниципальный проект"


class ParticipantFactory(DjangoModelFactory[ProgrammeParticipant]):
    """A school that takes part in a programme of its territory."""

    class Meta:
        model = ProgrammeParticipant

    programme = factory.SubFactory(ProgrammeFactory)
    organisation = factory.SubFactory(
        OrganisationFactory, territory=factory.SelfAttribute("..programme.territory")
    )


class SettlementFactory(DjangoModelFactory[Settlement]):
    """A place of the gazetteer."""

    class Meta:
        model = Settlement

    name = factory.Sequence(lambda number: f"Село {number}")
    key = factory.LazyAttribute(lambda row: row.name.lower())
    latitude = "59.500000"
    longitude = "30.900000"
    source = "test"

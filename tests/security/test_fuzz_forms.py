"""Every form class of the project, found by itself: random fields give errors or values, never an exception."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpRequest, QueryDict
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

import mayak
from mayak.accounts.enums import Role
from mayak.accounts.models import User
from mayak.accounts.services.throttling import TooManyAttempts
from mayak.diagnosis.models import MentorCriterion
from mayak.kernel.access import Scope
from mayak.kernel.importing import safe_name
from mayak.matching.enums import MatchingLevel, NetworkModel
from mayak.matching.selectors.teacher_settings import TeacherMatchingSettings
from mayak.networks.selectors.network_rules import check_items_of, questions_of
from mayak.registry.models import Organisation, Person, Subject, SubjectAssociation, Territory
from mayak.results.enums import StatusRole
from mayak.results.imports.reading import open_results
from mayak.surveys.algorithms.definition import QuestionKind
from mayak.surveys.models import Block, Questionnaire, Theme
from tests.factories.accounts import UserFactory
from tests.factories.agreements import draft as agreement_draft
from tests.factories.campaigns import campaign
from tests.factories.matching import YEAR, MatchingRunFactory, school_year
from tests.factories.measures import CriterionFactory, IndicatorFactory
from tests.factories.mentor_pairs import mentor_pair
from tests.factories.networks import rules
from tests.factories.people import CompetenceFactory, RuleFactory, TeacherNeedFactory
from tests.factories.questionnaires import draft
from tests.factories.registry import MunicipalityFactory, PersonFactory, SchoolFactory
from tests.security.fuzzing import CSV, TABLES, damaged, few, texts

pytestmark = [pytest.mark.django_db, pytest.mark.heavy]
ABSTRACT = {"_CountedCode", "GradesMixin", "ScopedForm", "ScopedPlainForm"}
BY_ALLAUTH = {"CodeForm", "ConfirmCodeForm", "ActivateForm", "PasskeyForm"}
"""They need a session of a sign-in: tried with nonsense through their pages in test_requests."""


def form_classes() -> list[type[forms.BaseForm]]:
    for module in pkgutil.walk_packages(mayak.__path__, "mayak."):
        if ".forms" in module.name or module.name.endswith((".confirm", ".samples")):
            importlib.import_module(module.name)
    found = {one for one in _below(forms.BaseForm) if one.__module__.startswith("mayak.")}
    kept = [one for one in found if one.__name__ not in ABSTRACT | BY_ALLAUTH]
    return sorted(kept, key=lambda one: (one.__module__, one.__name__))


def _below(parent: type[Any]) -> Iterator[type[Any]]:
    for child in parent.__subclasses__():
        yield child
        yield from _below(child)


FORMS = form_classes()


def request_of(user: User) -> HttpRequest:
    request = RequestFactory().post("/")
    request.user = user
    return request


def arguments() -> dict[str, Any]:
    """Return what the constructors of forms ask for, by the name of the argument."""
    user = UserFactory()
    schools = Organisation.objects.all()
    return {
        "scope": Scope.of_everything(),
        "own": Scope.of_everything(),
        "user": user,
        "request": request_of(user),
        "roles": list(Role),
        "people": User.objects.all(),
        "is_draft": False,
        "is_common": False,
        "is_skipped": False,
        "traces": ["trace"],
        "content": "text",
        "run": MatchingRunFactory(school_year=school_year()),
        "mentees": schools,
        "leads": schools,
        "mentors": Person.objects.all(),
        "keys": [("name", "Название")],
        "mapping": open_results("f.csv", CSV)[0].guess.mapping,
        "subjects": [("math", "Математика")],
        "indicators": [("x", "X")],
    }


REQUIRED: dict[str, Callable[[], Any]] = {
    "agreement": agreement_draft,
    "check_items": lambda: [rules(), check_items_of(YEAR)][1],
    "guide": lambda: [rules(), questions_of(YEAR)][1],
    "models": lambda: NetworkModel.choices,
    "associations": SubjectAssociation.objects.all,
    "blocks": Block.objects.all,
    "competences": lambda: CompetenceFactory.create_batch(3),
    "criteria": lambda: [CriterionFactory.create()],
    "has_agreement": lambda: False,
    "indicator": IndicatorFactory.create,
    "is_section": lambda: True,
    "is_whole": lambda: True,
    "items": lambda: list(MentorCriterion.objects.all()[:3]),
    "kind": lambda: QuestionKind.SINGLE,
    "known": dict,
    "names_people": lambda: False,
    "need": TeacherNeedFactory.create,
    "pair": mentor_pair,
    "questionnaires": Questionnaire.objects.all,
    "questions": lambda: list(draft().definition.questions()),
    "role": lambda: StatusRole.NEEDS_HELP,
    "rule": RuleFactory.create,
    "school": SchoolFactory.create,
    "school_year": school_year,
    "schools": Organisation.objects.all,
    "municipalities": lambda: [MunicipalityFactory.create()],
    "teacher_run": lambda: MatchingRunFactory.create(
        school_year=school_year(), level=MatchingLevel.TEACHERS, settings=TeacherMatchingSettings().to_json()
    ),
    "theme": lambda: Theme.objects.create(campaign=campaign(), question="words", title="Тема"),
    "territories": Territory.objects.all,
    "users": User.objects.all,
    "without": list,
}
"""What constructors cannot do without, made once for a test and only where it is asked for."""


def required_of(kind: type[Any], given_: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments that the constructor of this form asks for and that are not known already."""
    return {
        name: REQUIRED[name]()
        for owner in kind.__mro__
        if owner.__module__.startswith("mayak.") and "__init__" in vars(owner)
        for name, parameter in inspect.signature(vars(owner)["__init__"]).parameters.items()
        if name not in given_
        and name in REQUIRED
        and parameter.kind == parameter.KEYWORD_ONLY
        and parameter.default is parameter.empty
    }


def made(kind: type[Any], data: QueryDict, files: Any, given_: dict[str, Any]) -> forms.BaseForm:
    """Bind the form; one that has an instance gets a new one."""
    asked = {
        name: value
        for owner in kind.__mro__
        if owner.__module__.startswith("mayak.") and "__init__" in vars(owner)
        for name in inspect.signature(vars(owner)["__init__"]).parameters
        for value in [given_.get(name)]
        if name in given_
    }
    if kind.__name__ == "SignInForm":
        return kind(asked.pop("request"), data=data)  # type: ignore[no-any-return]  # form classes are found at run time
    if kind.__name__ == "OwnPasswordForm":
        asked["user"] = given_["user"]
    if kind.__name__ == "MentorNominationForm":
        asked["subjects"] = Subject.objects.all()
    if files:
        asked["files"] = files
    return kind(data=data, **asked)  # type: ignore[no-any-return]  # form classes are found at run time


def fields_of(kind: type[Any], more: st.DataObject, known: list[str]) -> tuple[QueryDict, dict[str, Any]]:
    """Draw values for the fields of the form: nonsense, keys of real rows, choices, several at once."""
    data, files = QueryDict(mutable=True), {}
    for name, field in kind.base_fields.items():
        if isinstance(field, forms.FileField):
            content = more.draw(st.one_of(damaged(*TABLES[:4]), st.binary(max_size=50)))
            files[name] = SimpleUploadedFile(safe_name(more.draw(texts)), content)
            continue
        choices = (
            [str(key) for key, _label in getattr(field, "choices", ())][:5]
            if hasattr(field, "_choices")
            else []
        )
        one = st.one_of(texts, st.sampled_from([*known, *choices]))
        data.setlist(name, more.draw(st.lists(one, max_size=3)))
    return data, files


@pytest.mark.parametrize("kind", FORMS, ids=lambda kind: f"{kind.__module__.split('.')[1]}.{kind.__name__}")
def test_no_form_falls_over_what_is_sent(kind: type[Any]) -> None:
    school = SchoolFactory()
    known = [
        str(school.pk),
        str(PersonFactory().pk),
        str(school),
        str(school.territory_id),
        "1",
        "2024-09-01",
    ]
    given_ = arguments()
    given_ |= required_of(kind, given_)

    @given(st.data())
    @few
    def tried(more: st.DataObject) -> None:
        data, files = fields_of(kind, more, known)
        with transaction.atomic():
            try:
                form = made(kind, data, files, given_)
                assert form.is_valid() != bool(form.errors)
                str(form.errors)
                str(form)
            except TooManyAttempts:
                pass
            transaction.set_rollback(True)

    tried()


def test_all_forms_are_found() -> None:
    assert len(FORMS) >= 65
    assert {one.__name__ for one in FORMS} >= {
        "SignInForm",
        "OrganisationForm",
        "RuleSetForm",
        "RulesForm",
        "OrderForm",
    }

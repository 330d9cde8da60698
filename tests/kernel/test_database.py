"""What the two databases do differently is levelled."""

import pytest

from mayak.registry.models import Subject
from tests.factories.registry import SubjectFactory

pytestmark = pytest.mark.django_db


def test_a_number_that_no_column_holds_equals_nothing_in_a_list() -> None:
    subject = SubjectFactory()
    keys = [subject.pk, 2**63, -(2**70)]
    assert list(Subject.objects.filter(pk__in=keys)) == [subject]
    assert not Subject.objects.filter(pk__in=[2**63]).exists()
    assert Subject.objects.exclude(pk__in=[2**63]).count() == 1

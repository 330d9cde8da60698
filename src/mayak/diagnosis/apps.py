"""The diagnosis app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DiagnosisConfig(AppConfig):
    """See the docstring of the package."""

    name = "mayak.diagnosis"
    verbose_name = _("Diagnosis")

    def ready(self) -> None:
        """Register the step of the navigation."""
        from mayak.kernel.ui.navigation import Step, register_step

        register_step(Step(key="diagnosis", order=36, label=_("Diagnosis"), url_name="diagnosis:index"))
        _register_lessons()
        _register_deficits()
        _register_surveys()
        _register_schools()
        _register_measures()


def _register_deficits() -> None:
    """Tell the kernel of the work in the background and of the data on people."""
    from mayak.diagnosis.jobs import deficits  # noqa: F401  # registers itself
    from mayak.diagnosis.services import deficit_personal

    deficit_personal.register()


def _register_schools() -> None:
    """Risk profiles, passports, needs: sources of needs, checks, tasks of today, personal data."""
    from mayak.diagnosis.jobs import needs as need_jobs  # noqa: F401  # registers itself
    from mayak.diagnosis.selectors import need_evidence, needs, school_today  # noqa: F401  # sources register themselves
    from mayak.diagnosis.services import school_personal
    from mayak.kernel.ui.today import register_tasks

    school_personal.register()
    register_tasks(school_today.tasks)


def _register_surveys() -> None:
    """Audiences and breakdowns of the school world, what answers mean, the check of satisfaction."""
    from mayak.diagnosis import checks, receivers  # noqa: F401  # register themselves
    from mayak.diagnosis.jobs import survey_rounds  # noqa: F401  # registers itself
    from mayak.diagnosis.selectors import survey_audiences, survey_breakdowns

    survey_audiences.register()
    survey_breakdowns.register()


def _register_measures() -> None:
    """Contests, dynamics, recommendations, training: checks, sources of levels, tasks of today, personal data."""
    from mayak.diagnosis.checks import measures  # noqa: F401  # registers itself
    from mayak.diagnosis.selectors import measure_today, own_level_sources
    from mayak.diagnosis.services import measure_personal
    from mayak.kernel.ui.today import register_tasks

    own_level_sources.register()
    measure_personal.register()
    register_tasks(measure_today.tasks)


def _register_lessons() -> None:
    """What observed lessons hold on people, and the sheets that wait for their observer."""
    from mayak.diagnosis.selectors.lesson_today import lesson_tasks
    from mayak.diagnosis.services import lesson_personal
    from mayak.kernel.ui.today import register_tasks

    lesson_personal.register()
    register_tasks(lesson_tasks)

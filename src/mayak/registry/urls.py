"""Addresses of the registry."""

from django.urls import URLPattern, path

from mayak.registry.views import (
    acts,
    dictionaries,
    groups,
    linking,
    organisations,
    overview,
    people,
    programmes,
    staffing,
    tables,
    territories,
)
from mayak.registry.views.generic import noun_paths

app_name = "registry"

urlpatterns: list[URLPattern] = [
    path("", overview.OverviewPage.as_view(), name="overview"),
    path("options/<slug:kind>/", overview.OptionsView.as_view(), name="options"),
    path("locate/", overview.LocatePage.as_view(), name="locate"),
    path("acts/<int:pk>/scan/", acts.ScanDownload.as_view(), name="act-scan"),
    path("decisions/", linking.DecisionList.as_view(), name="decisions"),
    path("decisions/<int:pk>/", linking.DecisionPage.as_view(), name="decision"),
    path("files/", tables.TablesPage.as_view(), name="tables"),
    path("files/<slug:name>/", tables.TablePage.as_view(), name="table"),
    path("files/<slug:name>/download/", tables.TableDownload.as_view(), name="table-download"),
    path("files/<slug:name>/template/", tables.TemplateDownload.as_view(), name="table-template"),
    path("imports/<int:pk>/", tables.ImportPage.as_view(), name="import"),
    path("imports/<int:pk>/report/", tables.ImportReport.as_view(), name="import-report"),
    path("imports/<int:pk>/<slug:deed>/", tables.ImportDeed.as_view(), name="import-deed"),
    *noun_paths(territories.NOUN, territories.TerritoryList),
    *noun_paths(organisations.NOUN, organisations.OrganisationList),
    *noun_paths(people.NOUN, people.PersonList),
    *noun_paths(staffing.NOUN, staffing.StaffingList),
    *noun_paths(groups.ASSOCIATIONS, groups.AssociationList),
    *noun_paths(groups.GROUPS, groups.GroupList),
    *noun_paths(programmes.NOUN, programmes.ProgrammeList),
    *noun_paths(acts.NOUN, acts.ActList),
    *noun_paths(dictionaries.SUBJECTS, dictionaries.SubjectList),
    *noun_paths(dictionaries.SCHOOL_YEARS, dictionaries.SchoolYearList),
]

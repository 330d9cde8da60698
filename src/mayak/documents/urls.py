"""Addresses of documents."""

from django.urls import path

from mayak.documents.views import agreements, making, papers, templates

app_name = "documents"

urlpatterns = [
    path("", papers.DocumentList.as_view(), name="list"),
    path("<int:pk>/", papers.detail, name="detail"),
    path("<int:pk>/file/", papers.download, name="download"),
    path("<int:pk>/register/", papers.register, name="register"),
    path("agreements/<int:pk>/file/", agreements.agreement, name="agreement"),
    path("runs/<int:pk>/", making.run, name="run"),
    path("runs/<int:pk>/order/", making.order, name="order"),
    path("runs/<int:pk>/list/", making.partnership_list, name="partnership-list"),
    path("templates/", templates.TemplateList.as_view(), name="templates"),
    path("templates/fields/", templates.fields, name="template-fields"),
    path("templates/upload/", templates.upload, name="template-upload"),
    path("templates/supplied/", templates.supplied, name="template-supplied"),
    path("templates/<int:pk>/file/", templates.download, name="template-download"),
]

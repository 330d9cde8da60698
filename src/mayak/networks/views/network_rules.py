"""Pages of the rules of networks: cards of models, required documents, questions of the guide, the self-check."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from mayak.kernel.access.requests import request_actor, request_scope
from mayak.matching.enums import NetworkModel
from mayak.networks.forms.network_rules import CardForm, CheckItemForm, QuestionForm, RequirementForm
from mayak.networks.models import DocumentRequirement, GuideQuestion, NetworkCheckItem, NetworkModelCard
from mayak.networks.permissions.networks import can_edit_network_rules
from mayak.networks.services.network_rules import save_network_rule
from mayak.networks.views.network_common import crumbs, form_page, posted

NO_RIGHT = gettext_lazy("The rules of networks, which all districts share, are changed by the region.")
KEY_DIGITS = 18
"""A key has at most as many digits; a longer number is none."""
KINDS: dict[str, tuple[Any, type[ModelForm[Any]], Any]] = {
    "model": (NetworkModelCard, CardForm, gettext_lazy("Card of a model")),
    "document": (DocumentRequirement, RequirementForm, gettext_lazy("Required document")),
    "question": (GuideQuestion, QuestionForm, gettext_lazy("Question of the guide")),
    "item": (NetworkCheckItem, CheckItemForm, gettext_lazy("Item of the self-check")),
}


@require_GET
def rules(request: HttpRequest) -> HttpResponse:
    """Show all rules with their sources."""
    context = {
        "cards": NetworkModelCard.objects.order_by("position", "code", "-year_from"),
        "requirements": DocumentRequirement.objects.order_by("model", "position", "code", "-year_from"),
        "questions": [(row, _options(row)) for row in _all_questions()],
        "items": NetworkCheckItem.objects.order_by("kind", "level", "position", "code", "-year_from"),
        "can_edit": can_edit_network_rules(request_scope(request)),
        "breadcrumbs": [*crumbs(), (_("Rules of networks"), "")],
    }
    return render(request, "networks/network_rules.html", context)


def _all_questions() -> QuerySet[GuideQuestion]:
    return GuideQuestion.objects.order_by("position", "code", "-year_from")


def _options(row: GuideQuestion) -> list[tuple[str, list[tuple[Any, int]]]]:
    """Labels of the options with the points of each model by its name."""
    names = dict(NetworkModel.choices)
    return [
        (one["label"], [(names.get(model, model), points) for model, points in one.get("points", {}).items()])
        for one in row.options
    ]


def add_rule(request: HttpRequest, kind: str) -> HttpResponse:
    """Add a row; of «like» the values are taken over, for a row of a later year."""
    model, _form, _title = _kind(kind)
    asked = request.GET.get("like", "")
    is_key = asked.isascii() and asked.isdecimal() and len(asked) <= KEY_DIGITS
    like = get_object_or_404(model, pk=int(asked)) if is_key else None
    if like is not None:
        like.pk = None
        like._state.adding = True
    return _form_page(request, kind, like)


def edit_rule(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Change a row."""
    return _form_page(request, kind, get_object_or_404(_kind(kind)[0], pk=pk))


@require_http_methods(["GET", "POST"])
def _form_page(request: HttpRequest, kind: str, row: Any) -> HttpResponse:
    if not can_edit_network_rules(request_scope(request)):
        raise PermissionDenied(NO_RIGHT)
    _model, form_class, title = _kind(kind)
    form = form_class(posted(request), instance=row)
    back = reverse("networks:network-rules")
    is_old = row is not None and row.pk is not None
    return form_page(
        request,
        form,
        lambda _values: save_network_rule(form.instance, actor=request_actor(request)),
        title=title,
        lead=_("A row holds from its school year on: networks of earlier years keep theirs."),
        way=[*crumbs(), (_("Rules of networks"), back)],
        back=back,
        success=_("Saved."),
        context={
            "like_url": f"{reverse('networks:network-rule-add', args=[kind])}?like={row.pk}" if is_old else ""
        },
    )


def _kind(kind: str) -> tuple[Any, type[ModelForm[Any]], Any]:
    if kind not in KINDS:
        raise Http404
    return KINDS[kind]

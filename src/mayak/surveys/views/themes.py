"""Pages of free texts: read them, sort them into themes, name and merge the themes."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mayak.kernel.access.requests import request_actor, request_scope
from mayak.kernel.ui.charts import Chart, bar_chart
from mayak.kernel.ui.lists import page_size
from mayak.surveys.forms.themes import MergeForm, ThemeForm
from mayak.surveys.models import Campaign, Theme
from mayak.surveys.permissions.results import may_read_texts
from mayak.surveys.selectors.campaigns import audiences_of
from mayak.surveys.selectors.texts import (
    WITHOUT_THEME,
    question_rows,
    read_texts,
    shuffled_keys,
    text_questions,
    theme_key,
    themes_of,
)
from mayak.surveys.services.reading_form import clean_text
from mayak.surveys.services.summaries import refresh_when_due
from mayak.surveys.services.themes import (
    add_texts,
    create_theme,
    delete_theme,
    merge_themes,
    remove_texts,
    rename_theme,
)
from mayak.surveys.views.campaigns import crumbs

ADD, REMOVE, NEW = "add", "remove", "new"


def _campaign(request: HttpRequest, pk: int) -> Campaign:
    """Return a round for whoever reads its texts, with its sums up to date.

    Raises:
        PermissionDenied: the round is held by others.
    """
    rows = Campaign.objects.within(request_scope(request)).select_related("owner__territory", "school_year")
    campaign = get_object_or_404(rows, pk=pk)
    if not may_read_texts(request_scope(request), campaign):
        raise PermissionDenied(_("Free texts are read by those who hold the round."))
    for audience in audiences_of(campaign):
        if audience.is_anonymous:
            refresh_when_due(audience, actor=request_actor(request))
    return campaign


def _crumbs(campaign: Campaign, *rest: tuple[str, str]) -> list[tuple[Any, str]]:
    themes = reverse("surveys:themes", args=[campaign.pk]) if rest else ""
    return [*crumbs(campaign, "-")[:-1], (_("Free texts"), themes), *rest]


@require_GET
def themes(request: HttpRequest, pk: int) -> HttpResponse:
    """The questions of a round that were answered by a text."""
    campaign = _campaign(request, pk)
    context = {"campaign": campaign, "rows": question_rows(campaign), "breadcrumbs": _crumbs(campaign)}
    return render(request, "surveys/themes.html", context)


@require_GET
def texts(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """The texts of one question with their themes."""
    campaign = _campaign(request, pk)
    question = text_questions(campaign).get(code)
    if question is None:
        raise Http404
    theme, word = request.GET.get("theme", ""), clean_text(request.GET.get("q", ""))
    keys = shuffled_keys(campaign, code, theme=theme, word=word)
    page = Paginator(keys, page_size(request)).get_page(request.GET.get("page"))
    own = themes_of(campaign, code)
    text = question.text.of(get_language() or "ru")
    context = {
        "campaign": campaign,
        "code": code,
        "question": text,
        "themes": own,
        "chart": _chart(own),
        "page": page,
        "texts": read_texts(campaign, code, list(page.object_list)),
        "theme": theme,
        "without": WITHOUT_THEME,
        "word": word,
        "breadcrumbs": _crumbs(campaign, (text, "")),
    }
    return render(request, "surveys/texts.html", context)


def _chart(found: list[Any]) -> Chart | None:
    rows = sorted(((theme.title, theme.text_count) for theme in found), key=lambda row: (-row[1], row[0]))
    if not rows:
        return None
    summary = _("The most frequent theme: %(title)s.") % {"title": rows[0][0]}
    return bar_chart(_("Texts by theme"), summary, [_("theme"), _("texts")], rows, horizontal=True)


@require_POST
def sort_texts(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Put the chosen texts into a theme, an old or a new one, or take them out."""
    campaign = _campaign(request, pk)
    if code not in text_questions(campaign):
        raise Http404
    actor, keys = request_actor(request), request.POST.getlist("text")
    action = request.POST.get("do", ADD)
    try:
        if action == NEW:
            theme = create_theme(campaign, code, title=request.POST.get("title", ""), actor=actor)
        else:
            theme = _theme_of(campaign, code, request.POST.get("theme", ""))
        count = (remove_texts if action == REMOVE else add_texts)(theme, keys, actor=actor)
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    else:
        messages.success(request, _said(action, theme, count))
    return redirect(f"{reverse('surveys:theme-texts', args=[pk, code])}?{_view_of(request)}")


def _said(action: str, theme: Theme, count: int) -> str:
    if action == REMOVE:
        words = ngettext(
            "%(count)d text was taken out of “%(theme)s”.",
            "%(count)d texts were taken out of “%(theme)s”.",
            count,
        )
    else:
        words = ngettext(
            "%(count)d text was put into “%(theme)s”.", "%(count)d texts were put into “%(theme)s”.", count
        )
    return words % {"count": count, "theme": theme.title}


def _theme_of(campaign: Campaign, code: str, key: str) -> Theme:
    own = Theme.objects.filter(campaign=campaign, question=code)
    found = own.filter(pk=theme_key(key) or 0).first()
    if found is None:
        raise ValidationError(_("Choose a theme."))
    return found


def _view_of(request: HttpRequest) -> str:
    """Return the query of the list from which the texts were sent."""
    values = request.GET.copy()
    return values.urlencode()


def _theme(request: HttpRequest, pk: int) -> Theme:
    rows = Theme.objects.within(request_scope(request))
    theme: Theme = get_object_or_404(rows.select_related("campaign__owner__territory"), pk=pk)
    if not may_read_texts(request_scope(request), theme.campaign):
        raise PermissionDenied(_("Free texts are read by those who hold the round."))
    return theme


@require_http_methods(["GET", "HEAD", "POST"])
def theme_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename a theme."""
    theme = _theme(request, pk)
    form = ThemeForm(request.POST or None, initial={"title": theme.title})
    if form.is_valid():
        try:
            rename_theme(theme, title=form.cleaned_data["title"], actor=request_actor(request))
        except ValidationError as problem:
            form.add_error("title", problem.messages)
        else:
            messages.success(request, _("The theme is renamed."))
            return redirect("surveys:theme-texts", pk=theme.campaign_id, code=theme.question)
    return _theme_page(request, theme, rename=form, merge=MergeForm(theme=theme))


@require_POST
def theme_merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the texts of a theme into another one."""
    theme = _theme(request, pk)
    form = MergeForm(request.POST, theme=theme)
    if not form.is_valid():
        return _theme_page(request, theme, rename=ThemeForm(initial={"title": theme.title}), merge=form)
    merged = merge_themes(theme, into=form.cleaned_data["into"], actor=request_actor(request))
    messages.success(request, _("The texts are in the theme “%(theme)s” now.") % {"theme": merged.title})
    return redirect("surveys:theme-texts", pk=merged.campaign_id, code=merged.question)


@require_POST
def theme_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a theme."""
    theme = _theme(request, pk)
    campaign, code = theme.campaign_id, theme.question
    delete_theme(theme, actor=request_actor(request))
    messages.success(request, _("The theme is deleted; its texts stay."))
    return redirect("surveys:theme-texts", pk=campaign, code=code)


def _theme_page(request: HttpRequest, theme: Theme, *, rename: ThemeForm, merge: MergeForm) -> HttpResponse:
    question = text_questions(theme.campaign).get(theme.question)
    text = question.text.of(get_language() or "ru") if question else theme.question
    back = reverse("surveys:theme-texts", args=[theme.campaign_id, theme.question])
    context = {
        "theme": theme,
        "rename": rename,
        "merge": merge,
        "back": back,
        "breadcrumbs": _crumbs(theme.campaign, (text, back), (theme.title, "")),
    }
    status = 400 if rename.errors or merge.errors else 200
    return render(request, "surveys/theme.html", context, status=status)

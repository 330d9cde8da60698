"""The pages that all nouns share: detail, create, edit, deeds, parts."""

from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views import View

from mayak.kernel.access import Actor, Scope
from mayak.kernel.access.requests import request_actor, request_scope
from mayak.kernel.ui.fields import shown_rows
from mayak.kernel.ui.lists import Action, ListPage
from mayak.registry.selectors.sheets import SHEETS
from mayak.registry.views.nouns import Deed, Noun, Part


def overview_crumb() -> tuple[Any, str]:
    """Return the crumb of the first page of the registry."""
    return (_("Schools and people"), reverse("registry:overview"))


class NounView(View):
    """Base: the noun, who asks, and the object within the scope."""

    noun: ClassVar[Noun]

    @property
    def scope(self) -> Scope:
        """What the user may see."""
        return request_scope(self.request)

    @property
    def actor(self) -> Actor:
        """Who acts."""
        return request_actor(self.request)

    def get_object(self) -> Any:
        """Return the object; a foreign one is 404."""
        return get_object_or_404(self.noun.rows(self.scope), pk=self.kwargs["pk"])

    def get_editable(self) -> Any:
        """Return the object that the user may change; 403 with words where the right is missing."""
        row = self.get_object()
        if not self.noun.may_edit(self.scope, row):
            raise PermissionDenied(_("You may look at this, but not change it."))
        return row

    def crumbs(self, row: Any = None, last: Any = "") -> list[tuple[Any, str]]:
        """Return the crumbs of a page."""
        crumbs = [overview_crumb(), (self.noun.title, reverse(self.noun.url_name("list")))]
        if row is not None:
            crumbs.append((row, reverse(self.noun.url_name("detail"), args=[row.pk])))
        return [*crumbs, (last, "")] if last else [*crumbs[:-1], (crumbs[-1][0], "")]

    def to_detail(self, row: Any) -> HttpResponse:
        """Go to the page of the object."""
        return redirect(self.noun.url_name("detail"), pk=row.pk)

    def form_page(self, form: Any, *, title: Any, back: str, crumbs: Any, label: Any = "") -> HttpResponse:
        """Show a form; with errors the status is 400."""
        context = {
            "title": title,
            "form": form,
            "cancel_url": back,
            "breadcrumbs": crumbs,
            "is_multipart": form.is_multipart(),
            "submit_label": label or _("Save"),
        }
        return render(self.request, "registry/form.html", context, status=400 if form.is_bound else 200)


def add_errors(form: Any, error: ValidationError) -> None:
    """Put the refusal of a service at the fields of the form."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)


class DetailPage(NounView):
    """One object: its facts, its tables, its actions."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Show the page."""
        row = self.get_object()
        noun = self.noun
        can_edit = noun.may_edit(self.scope, row)
        deeds = [self._deed(deed, row) for deed in noun.deeds if can_edit and deed.is_possible(row)]
        actions = (
            [Action(_("Edit"), reverse(noun.url_name("edit"), args=[row.pk]), primary=True)]
            if can_edit
            else []
        )
        context = {
            "row": row,
            "title": str(row),
            "lead": noun.lead(row),
            "facts": shown_rows(noun.facts(row)),
            "sections": [part for part in noun.sections(request, row, can_edit) if part.is_shown],
            "actions": actions,
            "deeds": deeds,
            "breadcrumbs": self.crumbs(row),
            "can_edit": can_edit,
            **noun.more(request, row),
        }
        return render(request, noun.template, context)

    def _deed(self, deed: Deed, row: Any) -> dict[str, Any]:
        url = reverse(self.noun.url_name("deed"), args=[row.pk, deed.name])
        return {
            "url": url,
            "label": deed.label,
            "question": deed.question,
            "tone": deed.tone,
            "asks": deed.form is not None,
        }


class CreatePage(NounView):
    """A form for a new object; ``?field=value`` fills fields in."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Refuse whoever may not create."""
        if not self.noun.may_create(self.scope):
            raise PermissionDenied(_("You may look at this, but not change it."))
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the empty form."""
        return self._page(self._form(initial=request.GET.dict()))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Create the object."""
        form = self._form(data=request.POST, files=request.FILES)
        if form.is_valid():
            try:
                row = self.noun.create(form, self.actor)
            except ValidationError as error:
                add_errors(form, error)
            else:
                messages.success(request, _("“%(name)s” is saved.") % {"name": row})
                return self.to_detail(row)
        return self._page(form)

    def _form(self, **kwargs: Any) -> Any:
        return self.noun.form(scope=self.scope, **kwargs)

    def _page(self, form: Any) -> HttpResponse:
        back = reverse(self.noun.url_name("list"))
        return self.form_page(
            form, title=self.noun.new_title, back=back, crumbs=self.crumbs(last=self.noun.new_title)
        )


class EditPage(NounView):
    """The form of an object."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the form with the present values."""
        row = self.get_editable()
        return self._page(self._form(row), row)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Save the changes."""
        row = self.get_editable()
        form = self._form(row, data=request.POST, files=request.FILES)
        if form.is_valid():
            try:
                self.noun.update(row, form, self.actor)
            except ValidationError as error:
                add_errors(form, error)
            else:
                messages.success(request, _("“%(name)s” is saved.") % {"name": row})
                return self.to_detail(row)
        return self._page(form, self.get_object())

    def _form(self, row: Any, **kwargs: Any) -> Any:
        return (self.noun.edit_form or self.noun.form)(instance=row, scope=self.scope, **kwargs)

    def _page(self, form: Any, row: Any) -> HttpResponse:
        back = reverse(self.noun.url_name("detail"), args=[row.pk])
        return self.form_page(
            form, title=_("Edit: %(name)s") % {"name": row}, back=back, crumbs=self.crumbs(row, _("Edit"))
        )


class DeedPage(NounView):
    """One button of an object; a deed with a form has a page of its own."""

    def get(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        """Ask what the deed needs; a deed without a form is done by POST only."""
        row, deed = self._deed(name)
        if deed.form is None:
            return self.to_detail(row)
        return self._page(row, deed, deed.form(scope=self.scope))

    def post(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        """Do it."""
        row, deed = self._deed(name)
        form: Any = None
        if deed.form is not None:
            form = deed.form(data=request.POST, scope=self.scope)
            if not form.is_valid():
                return self._page(row, deed, form)
        try:
            deed.act(row, self.actor, form) if form is not None else deed.act(row, actor=self.actor)
        except ValidationError as error:
            if form is not None:
                add_errors(form, error)
                return self._page(row, deed, form)
            messages.error(request, " ".join(error.messages))
            return self.to_detail(row)
        messages.success(request, _("Done: %(what)s.") % {"what": deed.label})
        if deed.removes:
            return redirect(self.noun.url_name("list"))
        return self.to_detail(row)

    def _deed(self, name: str) -> tuple[Any, Deed]:
        row = self.get_editable()
        deed = next((deed for deed in self.noun.deeds if deed.name == name), None)
        if deed is None or not deed.is_possible(row):
            raise PermissionDenied(_("This is not possible now."))
        return row, deed

    def _page(self, row: Any, deed: Deed, form: Any) -> HttpResponse:
        back = reverse(self.noun.url_name("detail"), args=[row.pk])
        return self.form_page(
            form, title=deed.question, back=back, crumbs=self.crumbs(row, deed.label), label=deed.label
        )


class PartView(NounView):
    """Adding and removing the parts of an object."""

    part: ClassVar[Part]

    def get(self, request: HttpRequest, pk: int, part_pk: int | None = None) -> HttpResponse:
        """Show the form for a new part; removing one is done by POST only."""
        if part_pk is not None:
            return HttpResponseNotAllowed(["POST"])
        owner = self.get_editable()
        return self._page(owner, self._form(owner))

    def post(self, request: HttpRequest, pk: int, part_pk: int | None = None) -> HttpResponse:
        """Add a part, or remove the one that the address names."""
        owner = self.get_editable()
        if part_pk is not None:
            return self._remove(owner, part_pk)
        form = self._form(owner, data=request.POST)
        if form.is_valid():
            try:
                self.part.add(owner, form, self.actor)
            except ValidationError as error:
                add_errors(form, error)
            else:
                messages.success(request, _("Added."))
                return self.to_detail(owner)
        return self._page(owner, form)

    def _remove(self, owner: Any, part_pk: int) -> HttpResponse:
        row = get_object_or_404(self.part.rows(owner), pk=part_pk)
        if self.part.remove is None:
            raise PermissionDenied(_("This is not possible now."))
        try:
            self.part.remove(row, self.actor)
        except ValidationError as error:
            messages.error(self.request, " ".join(error.messages))
        else:
            messages.success(self.request, _("Removed."))
        return self.to_detail(owner)

    def _form(self, owner: Any, **kwargs: Any) -> Any:
        if self.part.instance is not None:
            kwargs["instance"] = self.part.instance(owner)
        return self.part.form(scope=self.scope, **kwargs)

    def _page(self, owner: Any, form: Any) -> HttpResponse:
        back = reverse(self.noun.url_name("detail"), args=[owner.pk])
        return self.form_page(
            form, title=self.part.title, back=back, crumbs=self.crumbs(owner, self.part.title), label=_("Add")
        )


class NounList(ListPage):
    """The list of a noun with its crumbs and its actions."""

    noun: ClassVar[Noun]

    def get_title(self) -> Any:
        """Return the plural of the noun."""
        return self.noun.title

    def get_queryset(self) -> Any:
        """Return the rows of the scope."""
        return self.noun.rows(request_scope(self.request))

    def get_breadcrumbs(self) -> list[tuple[Any, str]]:
        """Return the crumb of the registry."""
        return [overview_crumb()]

    def get_actions(self) -> list[Action]:
        """Return «add» and «load from a file» for whoever may change something."""
        if not self.noun.may_create(request_scope(self.request)):
            return []
        actions = [Action(self.noun.new_title, reverse(self.noun.url_name("create")), primary=True)]
        if self.noun.name in SHEETS:
            actions.append(Action(_("Load from a file"), reverse("registry:table", args=[self.noun.name])))
        return actions


def noun_paths(noun: Noun, list_page: type[NounList] | None) -> list[URLPattern]:
    """Return the addresses of a noun's pages."""

    def made(base: type[View], **attributes: Any) -> Any:
        return type(f"{noun.name}-{base.__name__}", (base,), {"noun": noun, **attributes}).as_view()  # type: ignore[attr-defined]  # a View

    name = noun.name
    addresses = [
        path(f"{name}/new/", made(CreatePage), name=f"{name}-create"),
        path(f"{name}/<int:pk>/", made(DetailPage), name=f"{name}-detail"),
        path(f"{name}/<int:pk>/edit/", made(EditPage), name=f"{name}-edit"),
        path(f"{name}/<int:pk>/do/<slug:name>/", made(DeedPage), name=f"{name}-deed"),
    ]
    if list_page is not None:
        addresses.insert(0, path(f"{name}/", made(list_page), name=f"{name}-list"))
    for part in noun.parts:
        view = made(PartView, part=part)
        base = f"{name}/<int:pk>/{part.name}"
        addresses.append(path(f"{base}/add/", view, name=f"{name}-{part.name}-add"))
        addresses.append(path(f"{base}/<int:part_pk>/remove/", view, name=f"{name}-{part.name}-remove"))
    return addresses

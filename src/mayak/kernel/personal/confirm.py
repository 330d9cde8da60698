"""Asking before something becomes public: what was found is shown, and the «yes» holds for exactly this content.

found = scan_text(practice.text)
form = PublishForm(request.POST or None, traces=found, content=practice.text)
if form.is_valid(): publish(...)          # the page includes personal/found.html with traces=found
"""

import hashlib
from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mayak.kernel.personal.scan import PersonalTrace


def content_mark(content: str | bytes) -> str:
    """Return what tells one content from another."""
    return hashlib.sha256(content.encode() if isinstance(content, str) else content).hexdigest()[:32]


class PublishForm(forms.Form):
    """«I have looked at what was found»: asked only where something was, and only for the content that was shown."""

    mark = forms.CharField(widget=forms.HiddenInput, required=False)
    looked = forms.BooleanField(
        label=_("I have looked at each place: everybody named has agreed to be named here"), required=False
    )

    def __init__(
        self, *args: Any, traces: Collection[PersonalTrace], content: str | bytes, **kwargs: Any
    ) -> None:
        self.content = content_mark(content)
        super().__init__(*args, **kwargs)
        self.initial["mark"] = self.content
        self.traces = traces
        if not traces:
            del self.fields["looked"]

    def clean(self) -> dict[str, Any]:
        """Refuse where something was found and nobody has looked at this very content."""
        values = super().clean() or {}
        if self.traces and values.get("mark") != self.content:
            raise forms.ValidationError(_("The content has changed since you looked. Look again."))
        if self.traces and not values.get("looked"):
            self.add_error("looked", _("Look at what was found, or take it out of the text."))
        return values

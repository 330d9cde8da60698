"""How forms look."""

from django.forms.renderers import TemplatesSetting


class MayakFormRenderer(TemplatesSetting):
    """Draws forms with the components of the interface."""

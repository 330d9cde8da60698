"""Blocks that later apps add to the page of an organisation, without the earlier app knowing them.

An app registers in ``AppConfig.ready()``; the page asks every provider and shows the blocks in their order.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.safestring import SafeString


@dataclass(frozen=True, slots=True)
class Panel:
    """A rendered block.

    Attributes:
        title: heading of the block; empty where the content has its own.
        content: markup from ``render_to_string``.
        url: where the heading leads, if anywhere.
        order: place among the blocks; that of the app in the flow (20 results, 30 and on for later apps).
    """

    title: Any
    content: SafeString
    url: str = ""
    order: int = 100


PanelProvider = Callable[[HttpRequest, Any], Panel | None]

_panels: list[PanelProvider] = []


def register_panel(provider: PanelProvider) -> PanelProvider:
    """Add a provider ``(request, organisation) -> Panel | None``; the same function is kept once."""
    if provider not in _panels:
        _panels.append(provider)
    return provider


def panels_for(request: HttpRequest, organisation: Any) -> list[Panel]:
    """Return the blocks of this organisation in their order; a provider that has nothing to say gives None."""
    found = [panel for provider in _panels if (panel := provider(request, organisation)) is not None]
    return sorted(found, key=lambda panel: panel.order)

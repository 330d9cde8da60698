"""Templates: the supplied one, those that a territory uploads, and which of them a paper is made from."""

import hashlib
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from mayak.documents.enums import TEMPLATE_KINDS, TemplateKind
from mayak.documents.models import DocumentTemplate
from mayak.documents.services.blank import SUPPLIED_ORDER, layout
from mayak.documents.services.checking import check_template
from mayak.kernel.access import Actor
from mayak.kernel.audit.services import record
from mayak.registry.models import Territory
from mayak.registry.models.territories import paths_above

SUPPLIED = {TemplateKind.PARTNERSHIP_ORDER: SUPPLIED_ORDER}
SUPPLIED_NAMES = {TemplateKind.PARTNERSHIP_ORDER: "Распоряжение о списке сетевого партнёрства"}


@transaction.atomic
def upload_template(
    file: Any,
    *,
    actor: Actor,
    territory: Territory,
    kind: str = TemplateKind.PARTNERSHIP_ORDER,
    name: str = "",
) -> DocumentTemplate:
    """Keep a checked template as the next version for a territory; older papers keep theirs.

    Raises:
        ValidationError: every fault of the file in words with its place.
    """
    if kind not in TEMPLATE_KINDS:
        raise ValidationError({"kind": _("Papers of this kind are not made from a template.")})
    content = file.read()
    check_template(content, str(file.name))
    held = Territory.objects.select_for_update().get(pk=territory.pk)
    versions = DocumentTemplate.objects.filter(kind=kind, territory=held)
    version = (versions.aggregate(last=Max("version"))["last"] or 0) + 1
    template = _saved(
        content,
        kind=kind,
        territory=held,
        version=version,
        name=name.strip() or str(file.name)[:200],
        owner_label=actor.label[:200],
    )
    record(
        template,
        actor=actor,
        action="upload",
        changes={"version": version, "sha256": template.sha256},
        territory_path=held.path or "",
    )
    return template


def template_for(kind: TemplateKind, territory: Territory) -> DocumentTemplate:
    """Return the newest template of the territory, else of the nearest one above it, else the supplied one."""
    path = territory.path or ""
    for place in [path, *reversed(paths_above(path))]:
        found = DocumentTemplate.objects.filter(kind=kind, territory__path=place).first()
        if found is not None:
            return found
    return supplied_template(kind)


@transaction.atomic
def supplied_template(kind: TemplateKind) -> DocumentTemplate:
    """Return the row of the supplied template; a new file of a new release becomes the next version."""
    content = SUPPLIED[kind].read_bytes()
    supplied = DocumentTemplate.objects.filter(kind=kind, territory__isnull=True)
    last = supplied.first()
    if last is not None and last.sha256 == hashlib.sha256(content).hexdigest():
        return last
    version = (last.version if last else 0) + 1
    name = f"{SUPPLIED_NAMES[kind]}, {layout()['standard']}"
    return _saved(content, kind=kind, territory=None, version=version, name=name[:200], is_supplied=True)


def _saved(content: bytes, *, kind: str, **values: Any) -> DocumentTemplate:
    template = DocumentTemplate(
        kind=kind, standard=layout()["standard"], sha256=hashlib.sha256(content).hexdigest(), **values
    )
    template.file.save(f"{kind}.docx", ContentFile(content), save=False)
    template.save()
    return template

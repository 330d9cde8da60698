"""Filling a Word template. It comes from outside, so it runs in a sandbox that knows fields and nothing else."""

import io
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any, Final

from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

_ALLOWED: Final = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.For, nodes.If),
    *(nodes.Not, nodes.And, nodes.Or, nodes.Compare, nodes.Operand, nodes.Const),
)
"""Field, part of a row, repetition, condition. No calls, filters, indexes or arithmetic: nothing runs away."""

_FIXED_TIME: Final = (2020, 1, 1, 0, 0, 0)
"""Time of every entry of the archive, so that the same fields give the same bytes."""


def environment() -> ImmutableSandboxedEnvironment:
    """Return the environment: escaping on, an unknown field is an error."""
    env = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    env.globals.clear()
    return env


def foreign_nodes(tree: nodes.Template) -> Iterator[nodes.Node]:
    """Yield what a template may not contain: everything but fields, conditions and repetitions that are not nested."""
    for node in tree.find_all(nodes.Node):
        hidden = isinstance(node, nodes.Getattr) and node.attr.startswith("_")
        unusual = isinstance(node, nodes.For) and _is_unusual(node)
        if hidden or unusual or not isinstance(node, _ALLOWED):
            yield node


def render_docx(template: bytes, context: Mapping[str, Any]) -> bytes:
    """Return the template filled with the context; the same input gives the same bytes.

    Raises:
        jinja2.TemplateError: the template is broken; uploads are checked, so this is a template changed by other means.
    """
    paper = DocxTemplate(io.BytesIO(template))
    paper.render(dict(context), jinja_env=environment(), autoescape=True)
    out = io.BytesIO()
    paper.save(out)
    return repacked(out.getvalue())


def repacked(content: bytes) -> bytes:
    """Return the same archive with fixed times and a fixed order of its entries."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        names = source.namelist()
        first = [name for name in ("[Content_Types].xml", "_rels/.rels") if name in names]
        for name in [*first, *sorted(set(names) - set(first))]:
            entry = zipfile.ZipInfo(name, _FIXED_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(name))
    return out.getvalue()


def _is_unusual(node: nodes.For) -> bool:
    """Whether a repetition runs over something else than a field, into several names, or inside another one."""
    is_simple = isinstance(node.iter, nodes.Name) and isinstance(node.target, nodes.Name)
    inside = [found for part in [*node.body, *node.else_] for found in [part, *part.find_all(nodes.For)]]
    is_nested = any(isinstance(found, nodes.For) for found in inside)
    return not is_simple or is_nested or node.recursive or node.test is not None

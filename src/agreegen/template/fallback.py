"""Fallback: docxtpl itself renders a template with pictures or sub-documents from data, strictly and reproducibly."""

from __future__ import annotations

import copy
import io
import zipfile
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from docxtpl import DocxTemplate
from lxml import etree
from markupsafe import Markup

from agreegen.template.printing import LINE, PRINTERS, environment, text

if TYPE_CHECKING:
    from agreegen.template.compiled import Template

EPOCH = (1980, 1, 1, 0, 0, 0)


class Strict(DocxTemplate):  # type: ignore[misc]
    """docxtpl that refuses XML which its own parser would mend by dropping text."""

    def render_xml_part(self, *args: Any, **kwargs: Any) -> str:
        """The part, well-formed."""
        xml: str = super().render_xml_part(*args, **kwargs)
        etree.fromstring(xml.encode())
        return xml

    def render_properties(self, context: Mapping[str, Any], jinja_env: Any = None) -> None:
        """The properties, escaped once."""
        plain = jinja_env.overlay(autoescape=False, finalize=lambda v: v)
        super().render_properties(context, plain)


def _finalized(value: Any) -> Any:
    """Printable values as they are, docxtpl's own objects too; everything else is refused."""
    if type(value).__module__.split(".")[0] == "docxtpl":
        return value
    return Markup(text(value).replace(LINE, "\n"))  # noqa: S704 - escaped by `text`


def _bound(value: Any, made: Strict) -> Any:
    """The value, its pictures and sub-documents bound to this document."""
    if isinstance(value, Mapping):
        return {k: _bound(v, made) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_bound(v, made) for v in value]
    if type(value).__name__ in ("InlineImage", "Subdoc") and hasattr(value, "tpl"):
        value = copy.copy(value)
        value.tpl = made
        if hasattr(value, "docx"):
            value.docx = made.docx
    return value


def rendered(template: Template, context: Mapping[str, Any]) -> bytes:
    """The document as docxtpl makes it, packed so that the same input gives the same bytes."""
    env = environment(template.filters)
    for name in PRINTERS:
        env.filters.pop(name)
    env.autoescape = True
    env.finalize = _finalized
    made = Strict(io.BytesIO(template.original))
    made.init_docx()
    made.render({k: _bound(v, made) for k, v in context.items()}, env)
    out = io.BytesIO()
    made.save(out)
    return _packed(out.getvalue())


def _packed(data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist(), key=lambda n: (n != "[Content_Types].xml", n != "_rels/.rels", n)):
            new.writestr(zipfile.ZipInfo(name, EPOCH), old.read(name), zipfile.ZIP_DEFLATED)
    return out.getvalue()

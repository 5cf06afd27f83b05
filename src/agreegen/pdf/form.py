"""The form of a PDF: its dictionary, empty appearances, text fields in a font that is embedded."""

from __future__ import annotations

from typing import Final

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from agreegen.pdf import typeface

FONT: Final = "AgreeSans"
SIZE: Final = 10


def opened(pdf: pikepdf.Pdf) -> pikepdf.Object:
    """The form of the PDF, made if there is none."""
    if "/AcroForm" not in pdf.Root:
        pdf.Root.AcroForm = pdf.make_indirect(Dictionary(Fields=Array([])))
    form = pdf.Root.AcroForm
    if "/Fields" not in form:
        form.Fields = Array([])
    return form


def empty(pdf: pikepdf.Pdf, widget: pikepdf.Object) -> pikepdf.Object:
    """An appearance of nothing, as large as the field."""
    left, bottom, right, top = (float(value) for value in widget.Rect)
    stream = pdf.make_stream(b"")
    stream.Type, stream.Subtype = Name.XObject, Name.Form
    stream.BBox = Array([0, 0, round(right - left, 2), round(top - bottom, 2)])
    stream.Resources = Dictionary()
    return stream


def text(pdf: pikepdf.Pdf, form: pikepdf.Object, widget: pikepdf.Object) -> None:
    """Makes a text field of a widget; who fills it in finds the font in the form, embedded."""
    if "/DR" not in form:
        form.DR = Dictionary()
    if "/Font" not in form.DR:
        form.DR.Font = Dictionary()
    if f"/{FONT}" not in form.DR.Font:
        form.DR.Font[f"/{FONT}"] = typeface.embedded(pdf)
    widget.FT = Name.Tx
    widget.DA = String(f"/{FONT} {SIZE} Tf 0 g")
    shown = empty(pdf, widget)
    shown.write(b"/Tx BMC EMC")
    shown.Resources = Dictionary(Font=Dictionary({f"/{FONT}": form.DR.Font[f"/{FONT}"]}))
    widget.AP = Dictionary(N=shown)
    widget.AS = Name.N  # without a state, pyHanko takes the unchanged appearance of a locked field for a change

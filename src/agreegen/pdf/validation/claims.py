"""The profiles that a PDF claims to conform to, from its own metadata; and whether it can be read at all."""

from __future__ import annotations

import io
import re
from typing import Final

import pikepdf

from agreegen.late import dataclass
from agreegen.pdf.validation.rules import STANDARDS

_NAMESPACES: Final = {
    b"http://www.aiim.org/pdfa/ns/id/": "a",
    b"http://www.aiim.org/pdfua/ns/id/": "ua",
}
DEFAULT: Final = ("ua1", "2b")
"""What a file that claims nothing is checked for: what agreegen writes."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The profiles of a file that can be checked, and what it claims besides; `problem` if it can't be read."""

    profiles: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    problem: str = ""


def claim_of(pdf: bytes) -> Claim:
    """What the file claims; its problem in words if it isn't a PDF, is empty, damaged or needs a password."""
    if not pdf:
        return Claim(problem="the file is empty")
    if b"%PDF-" not in pdf[:1024]:
        return Claim(problem="it isn't a PDF")
    try:
        with pikepdf.open(io.BytesIO(pdf), suppress_warnings=True) as opened:
            metadata = opened.Root.get("/Metadata")
            pages = len(opened.pages)
            xmp = metadata.read_bytes() if isinstance(metadata, pikepdf.Stream) else b""
    except pikepdf.PasswordError:
        return Claim(problem="it is encrypted and needs a password")
    except (pikepdf.PdfError, AttributeError, ValueError, TypeError, KeyError) as e:
        return Claim(problem=f"it is damaged ({re.sub(r'^stream <.*?>: ', '', ' '.join(str(e).split()))})")
    return _claimed(xmp) if pages else Claim(problem="it has no pages")


def _claimed(xmp: bytes) -> Claim:
    found = _identification(xmp)
    names = []
    if part := found.get(("a", "part")):
        names.append(f"{part}{found.get(('a', 'conformance'), '').lower()}")
    if part := found.get(("ua", "part")):
        names.insert(0, f"ua{part}")
    known = tuple(n for n in names if n in STANDARDS)
    return Claim(known, tuple(f"PDF/{'UA-' + n[2:] if n.startswith('ua') else 'A-' + n}" for n in names
                              if n not in STANDARDS))  # fmt: skip


def _identification(xmp: bytes) -> dict[tuple[str, str], str]:
    """(`a` or `ua`, key) to value, written as attribute or as element, under whatever prefix."""
    if xmp[:2] in (b"\xff\xfe", b"\xfe\xff"):
        xmp = xmp.decode("utf-16", "replace").encode()
    found = {}
    for space, name in _NAMESPACES.items():
        for prefix in re.findall(rb"xmlns:([\w.-]+)\s*=\s*[\"']" + re.escape(space) + rb"[\"']", xmp):
            pattern = rb"(?:<|\s)" + re.escape(prefix) + rb":(part|conformance)\s*(?:=\s*[\"']|>)\s*([A-Za-z0-9]+)"
            for key, value in re.findall(pattern, xmp):
                found[name, key.decode()] = value.decode()
    return found

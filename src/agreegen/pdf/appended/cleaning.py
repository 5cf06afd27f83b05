"""What doesn't go along with an attached PDF: scripts, actions that do things by themselves, media, files inside."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from pikepdf import Array, Dictionary, Name, Stream, String

from agreegen.pdf.appended.names import items, pairs, text

if TYPE_CHECKING:
    import pikepdf

    from agreegen.pdf.appended.names import Destinations

SCRIPTS: Final = "scripts"
ACTIONS: Final = "actions that start programs, open or send files, play or hide something"
MEDIA: Final = "sound, film or 3D pictures"
HIDDEN: Final = "a form in XFA"
_KEPT_ACTIONS: Final = frozenset(("/GoTo", "/GoToR", "/URI", "/Named"))
_NAMED: Final = frozenset(("/NextPage", "/PrevPage", "/FirstPage", "/LastPage"))
_SCRIPTED: Final = re.compile(r"\s*(javascript|vbscript|data)\s*:", re.IGNORECASE)
_MEDIA: Final = frozenset(("/Movie", "/Sound", "/Screen", "/RichMedia", "/3D"))
_DROPPED: Final = frozenset(("/TrapNet", "/PrinterMark"))
_PAGE: Final = frozenset(
    [
        "/Type",
        "/Parent",
        "/MediaBox",
        "/CropBox",
        "/BleedBox",
        "/TrimBox",
        "/ArtBox",
        "/Rotate",
        "/UserUnit",
        "/Resources",
        "/Contents",
        "/Group",
        "/Annots",
        "/StructParents",
        "/Tabs",
    ]
)
_LETTER: Final = (0, 0, 612, 792)


class Cleaning:
    """The cleaning of one PDF: `taken` says in words what was taken out, `files` which files were inside."""

    def __init__(self, pdf: pikepdf.Pdf, destinations: Destinations) -> None:
        """Nothing is taken out yet."""
        self.taken: dict[str, int] = {}
        self.files: list[str] = []
        self.gone: set[tuple[int, int]] = set()
        self._pdf = pdf
        self._destinations = destinations

    def document(self) -> None:
        """Cleans what belongs to no page, and then each page."""
        root: Any = self._pdf.Root
        names = root.get("/Names")
        if isinstance(names, Dictionary):
            self._take(SCRIPTS, sum(1 for _ in pairs(names.get("/JavaScript"))))
            self.files += [_file(spec) or text(key) for key, spec in pairs(names.get("/EmbeddedFiles"))]
        opening = root.get("/OpenAction")
        if isinstance(opening, Dictionary):
            self._action(opening)
        self.triggers(root)
        for page in self._pdf.pages:
            self._page(page.obj)

    def triggers(self, owner: Any) -> None:
        """Takes out what an object does when something happens to it."""
        found = owner.get("/AA")
        if found is None:
            return
        if isinstance(found, Dictionary):
            for action in found.values():
                script = isinstance(action, Dictionary) and "/JS" in action
                self._take(SCRIPTS if script else ACTIONS)
        del owner["/AA"]

    def actions(self, owner: Any) -> None:
        """Keeps the actions of an object that only lead somewhere, with their places written out."""
        self.triggers(owner)
        if "/Dest" in owner:
            self._lead(owner, "/Dest")
        if "/A" in owner and not self._action(owner["/A"]):
            del owner["/A"]

    def _action(self, action: Any) -> bool:
        """Whether the action may stay."""
        if not isinstance(action, Dictionary):
            return False
        kind = str(action.get("/S"))
        if "/Next" in action:
            self._take(SCRIPTS if "/JS" in repr(action["/Next"]) else ACTIONS)
            del action["/Next"]
        address = action.get("/URI")
        if kind == "/JavaScript" or "/JS" in action or (address is not None and _SCRIPTED.match(str(address))):
            self._take(SCRIPTS)
            return False
        if kind not in _KEPT_ACTIONS or (kind == "/Named" and str(action.get("/N")) not in _NAMED):
            self._take(ACTIONS)
            return False
        if kind == "/GoTo":
            return self._lead(action, "/D") or isinstance(action.get("/SD"), Array)
        return True

    def _lead(self, owner: Any, key: str) -> bool:
        """Writes out where a link leads; one that leads nowhere is left without a place."""
        place = self._destinations.resolved(owner.get(key))
        if place is not None:
            owner[key] = place
        elif key in owner:
            del owner[key]
        return place is not None

    def _page(self, page: Any) -> None:
        self.triggers(page)
        for key in [k for k in page.keys() if k not in _PAGE]:  # noqa: SIM118 (a PDF object isn't iterated by keys)
            del page[key]
        if "/MediaBox" not in page:
            page.MediaBox = Array(list(_LETTER))
        for key, value in (("/CropBox", page.MediaBox), ("/Rotate", 0), ("/Resources", Dictionary())):
            if key not in page:  # else it would be taken over from the pages that it is put behind
                page[key] = value
        kept = []
        for annotation in items(page.get("/Annots")):
            if not isinstance(annotation, Dictionary):
                continue
            own = annotation if annotation.is_indirect else self._pdf.make_indirect(annotation)
            if self._note(own, page):
                kept.append(own)
            else:
                self.gone.add(own.objgen)
        if kept:
            page.Annots = Array(kept)
        elif "/Annots" in page:
            del page["/Annots"]

    def _note(self, annotation: Any, page: Any) -> bool:
        """Whether an annotation may stay, cleaned."""
        kind = str(annotation.get("/Subtype"))
        if kind == "/FileAttachment":
            self.files.append(_file(annotation.get("/FS")) or text(annotation.get("/Contents")))
            return False
        if kind in _MEDIA:
            self._take(MEDIA)
            return False
        if kind in _DROPPED:
            return False
        self.actions(annotation)
        if "/PA" in annotation:
            del annotation["/PA"]
        annotation.P = page
        return True

    def _take(self, what: str, count: int = 1) -> None:
        if count:
            self.taken[what] = self.taken.get(what, 0) + count

    def form(self, form: Any) -> None:
        """Takes the XFA out of a form."""
        if "/XFA" in form:
            self._take(HIDDEN)
            del form["/XFA"]


def associated(pdf: pikepdf.Pdf) -> None:
    """Takes out the links of all objects to files inside: the files don't go along."""
    for obj in pdf.objects:
        for key in ("/AF", "/OPI", "/PieceInfo") if isinstance(obj, Dictionary | Stream) else ():
            if key in obj:
                del obj[key]


def _file(spec: Any) -> str:
    """The name of a file specification."""
    if isinstance(spec, String):
        return text(spec)
    return next((text(spec[k]) for k in ("/UF", "/F") if k in spec), "") if isinstance(spec, Dictionary) else ""


def is_widget(annotation: Any) -> bool:
    """Whether an annotation is a field."""
    return bool(annotation.get("/Subtype") == Name.Widget)

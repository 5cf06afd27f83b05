"""A stand-in for Gotenberg on the loopback, which takes what its documentation says and refuses everything else.

Sources: gotenberg.dev, "Convert to PDF" (8.x), "Upgrade from 8.x", "Errors", "Version"; not a real Gotenberg.
"""

from __future__ import annotations

import email.parser
import email.policy
import http.server
import threading
from dataclasses import dataclass, field
from typing import Any

from agreegen import pdf

HANGS = 600
"""Seconds that a program which hangs would take: far more than any limit here, however busy the machine is."""

SHARED = {"password", "landscape", "nativePageRanges", "updateIndexes", "exportFormFields", "allowDuplicateFieldNames",
          "exportNotes", "exportNotesInMargin", "exportPlaceholders", "skipEmptyPages", "losslessImageCompression",
          "maxImageResolution"}  # fmt: skip
EIGHT = {"pdfa", "pdfua", "nativePdfFormats", "exportBookmarks", "merge", "metadata", "flatten", "generateTaggedPdf",
         "quality"}  # fmt: skip
NINE = {"nativePdfa", "nativePdfua", "nativeBookmarks", "nativeTaggedPdf", "nativeQuality", "stages", "locale"}
RENAMED = {"pdfa": "nativePdfa", "pdfua": "nativePdfua", "exportBookmarks": "nativeBookmarks"}
TEXTS = {"password", "nativePageRanges", "pdfa", "nativePdfa", "metadata", "stages", "locale", "quality",
         "nativeQuality", "maxImageResolution"}  # fmt: skip
"""The fields that aren't booleans."""


@dataclass
class Said:
    """What was asked: the path, the fields in order, and the names and types of the files."""

    path: str
    fields: dict[str, str] = field(default_factory=dict)
    files: list[tuple[str, str, bytes]] = field(default_factory=list)
    authorization: str = ""


class StandIn:
    """One server; `behave` makes it misbehave: a status and a text, `slow`, `drip`, `cut`, `html`, `gone`."""

    def __init__(self, version: str = "9.9.0", behave: Any = None, unknown: frozenset[str] = frozenset()) -> None:
        self.version, self.behave, self.unknown = version, behave, unknown
        self.asked: list[Said] = []
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.server.daemon_threads = False  # so that each is waited for, and its connection closed
        self.done = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def __enter__(self) -> StandIn:
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.done.set()
        self.server.shutdown()
        self.server.server_close()

    def _handler(self) -> type[http.server.BaseHTTPRequestHandler]:
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path.endswith("/version"):
                    outer.asked.append(Said(self.path, authorization=self.headers.get("Authorization", "")))
                    if outer.behave == "gone":
                        self.answer(404, "Not Found")
                    elif outer.behave == "locked" and not self.headers.get("Authorization"):
                        self.answer(401, "Unauthorized")
                    else:
                        self.answer(200, outer.version)
                else:
                    self.answer(404, f"the route '{self.path}' doesn't exist")

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status, kind, data = outer.convert(self.path, self.headers, body)
                if outer.behave == "slow":
                    outer.done.wait(HANGS)
                self.answer(status, data, kind)

            def answer(self, status: int, data: str | bytes, kind: str = "text/plain; charset=UTF-8") -> None:
                content = data.encode() if isinstance(data, str) else data
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                if outer.behave == "cut" and status == 200 and kind == "application/pdf":
                    content = content[: len(content) // 2]
                if outer.behave == "drip" and kind == "application/pdf":
                    for i in range(len(content)):
                        if outer.done.is_set():
                            return
                        self.wfile.write(content[i : i + 1])
                        self.wfile.flush()
                        outer.done.wait(HANGS / len(content))
                self.wfile.write(content)

            def log_message(self, format: str, *args: object) -> None:
                pass

        return Handler

    def convert(self, path: str, headers: Any, body: bytes) -> tuple[int, str, str | bytes]:
        """(status, type, body) as documented."""
        plain = "text/plain; charset=UTF-8"
        if not path.endswith("/forms/libreoffice/convert"):
            return 404, plain, f"the route '{path}' doesn't exist"
        if not headers["Content-Type"].startswith("multipart/form-data; boundary="):
            return 415, plain, "Unsupported Media Type"
        said = form(path, headers, body)
        self.asked.append(said)
        if isinstance(self.behave, tuple):
            return self.behave[0], plain, self.behave[1]
        if self.behave == "html":
            return 200, "text/html", "<html>A proxy</html>"
        if wrong := self.wrong(said):
            return 400, plain, f"Invalid form data: {wrong}"
        return 200, "application/pdf", pdf.EMBEDDED.convert(said.files[0][2], 60)

    def wrong(self, said: Said) -> str:
        nine = int(self.version.split(".", 1)[0]) >= 9
        for name, value in said.fields.items():
            if nine and name in EIGHT:
                return f"form field '{name}' is unknown to this route; Gotenberg 9 renamed it '{RENAMED.get(name, '')}'"
            if name in self.unknown or (nine and name not in SHARED | NINE):
                return f"form field '{name}' is unknown to this route"
            if name not in TEXTS and value not in ("true", "false"):
                return f"form field '{name}' is invalid (got '{value}', want true or false)"
        names = [name for name, kind, data in said.files if name.endswith(".docx")]
        return "" if names else "no form file found for extensions: [.docx ...]"


def form(path: str, headers: Any, body: bytes) -> Said:
    """The parts of a form, read by the standard library; every part must be whole and named."""
    head = f"Content-Type: {headers['Content-Type']}\r\n\r\n".encode()
    message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + body)
    assert message.is_multipart()
    assert not message.defects
    said = Said(path, authorization=headers.get("Authorization", ""))
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        data = part.get_payload(decode=True)
        assert isinstance(name, str)
        assert isinstance(data, bytes)
        if part.get_filename():
            assert name == "files"
            said.files.append((str(part.get_filename()), part.get_content_type(), data))
        else:
            assert name not in said.fields
            said.fields[name] = data.decode()
    return said

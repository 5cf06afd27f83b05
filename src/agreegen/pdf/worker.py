"""Child processes that draw: started on first use, kept warm, ended at a time limit, never shared over a fork."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from agreegen.errors import EngineError
from agreegen.pdf import fonts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_SCRIPT: Final = Path(__file__).with_name("drawing.py")

DRAW, READ, READY = b"d", b"t", b"r"

_PIPE: Final = 1 << 20  # bytes, where pipes can be so large: a document is handed over in few pieces

_ROOM: Final = {"MALLOC_TRIM_THRESHOLD_": "268435456", "MALLOC_MMAP_THRESHOLD_": "268435456"}
"""The child keeps the memory of one document for the next, where glibc hands it out."""


def _widened(*pipes: IO[bytes]) -> None:
    """Pipes made as large as that where the system has them and grants it: a user's pipes share an allowance."""
    with contextlib.suppress(ImportError, AttributeError, OSError):  # Windows, macOS, the allowance is used up
        import fcntl  # noqa: PLC0415 (isn't everywhere)

        for pipe in pipes:
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE)


class Worker:
    """One child process; used by one thread at a time."""

    def __init__(self, folder: Path) -> None:
        """Starts it, with a font configuration in `folder`."""
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
        environment["FONTCONFIG_FILE"] = str(folder / "fonts.conf")
        environment |= _ROOM | {"RUST_BACKTRACE": "0"}
        self._process = subprocess.Popen(  # noqa: S603 (our own script, by our own interpreter)
            [sys.executable, "-P", str(_SCRIPT)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        )
        _widened(*self._pipes)
        self.used = 0
        self._answered = True

    @property
    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        return self._process.stdin, self._process.stdout

    def ask(self, data: bytes, kind: bytes = DRAW) -> tuple[bytes, bytes]:
        """ "+" and the PDF, or "-" and the reason why there is none; OSError or struct.error if the child ends.

        To READ, the data are a line of page numbers and a PDF, and the answer is its texts as JSON.
        """
        to, back = self._pipes
        self._answered = False
        to.write(struct.pack(">cQ", kind, len(data)))
        to.write(data)
        to.flush()
        sign, size = struct.unpack(">cQ", back.read(9))
        answer = back.read(size)
        if len(answer) < size:
            raise OSError
        self._answered = True
        self.used += 1
        return sign, answer

    def prepare(self) -> None:
        """Tells it that it will be asked to READ."""
        to, _ = self._pipes
        with contextlib.suppress(OSError):  # it is met again when something is asked
            to.write(struct.pack(">cQ", READY, 0))
            to.flush()

    def kill(self) -> None:
        """Ends the process at once, whatever it is doing."""
        self._process.kill()

    @property
    def exit_code(self) -> int:
        """How the process ended; waits for that."""
        return self._process.wait()

    def alive(self) -> bool:
        """Whether it can take another document: after an interruption an answer may still be on its way."""
        return self._answered and self._process.poll() is None

    def close(self) -> None:
        """Ends the process."""
        for pipe in self._pipes:
            with contextlib.suppress(OSError):
                pipe.close()
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()


class Drawing:
    """A document that a child is drawing, beside whatever else is done."""

    def __init__(self, worker: Worker, docx: bytes, give: Callable[[Worker], None]) -> None:
        """Asks the child, which is then given back."""
        self._worker, self._give = worker, give
        self._answer: tuple[bytes, bytes] | None = None
        self._began = self._ended = time.monotonic()
        self._thread = threading.Thread(target=self._run, args=(docx,), daemon=True)
        self._thread.start()

    def _run(self, docx: bytes) -> None:
        with contextlib.suppress(OSError, ValueError, struct.error):
            self._answer = self._worker.ask(docx)
        self._ended = time.monotonic()
        self._give(self._worker)

    @property
    def is_going_on(self) -> bool:
        """Whether there is something to wait for yet."""
        return self._thread.is_alive()

    def pdf(self, timeout: float) -> bytes:
        """The PDF; EngineError if there is none within `timeout` seconds from the beginning."""
        self._thread.join(max(self._began + timeout - time.monotonic(), 0))
        if self._thread.is_alive():
            self._worker.kill()
            self._thread.join()
        if self._ended - self._began > timeout:
            raise EngineError(f"the embedded engine was stopped: not done after {timeout:g} seconds", _OTHER_ENGINE)
        if self._answer is None:
            code = self._worker.exit_code
            raise EngineError(f"the embedded engine ended unexpectedly (exit code {code})", _OTHER_ENGINE)
        kind, answer = self._answer
        if kind == b"-":
            reason = answer.decode(errors="replace").partition("\n")[0]
            raise EngineError(f"the embedded engine could not draw the document: {reason}", _OTHER_ENGINE)
        return answer


_OTHER_ENGINE: Final = "try --pdf-engine libreoffice"
_KEPT: Final = 4  # idle children
_REPLACED_AFTER: Final = 500  # documents: what the engine may leak stays small


def _at_end(close: Callable[[], None]) -> None:
    """Has `close` called at the end of this process; atexit alone isn't, in a child of multiprocessing."""
    if "multiprocessing" in sys.modules:
        from multiprocessing.util import Finalize  # noqa: PLC0415 (only where it is loaded anyway)

        Finalize(None, close, exitpriority=0)
    else:
        atexit.register(close)


class Workers:
    """The idle children of this process."""

    def __init__(self) -> None:
        """No child yet."""
        self.forget()

    def forget(self) -> None:
        """Leaves the children to the process that started them (called in the child of a fork)."""
        self._lock = threading.Lock()
        self._abandoned = getattr(self, "_idle", [])  # kept: a dropped Popen complains
        self._idle: list[Worker] = []
        self._folder: Path | None = None

    def draw(self, docx: bytes, timeout: float, meanwhile: Callable[[], object] = lambda: None) -> bytes:
        """The PDF, drawn by an idle child or a new one; `meanwhile` is done while it draws."""
        drawing = self.start(docx)
        meanwhile()
        return drawing.pdf(timeout)

    def start(self, docx: bytes) -> Drawing:
        """The drawing of a document, begun by an idle child or a new one."""
        return Drawing(self._take(), docx, self._give)

    def texts(self, pdf: bytes, numbers: Sequence[int]) -> list[str]:
        """What PDFium reads on pages (from 0) of a PDF, in a child that draws; none where that fails."""
        try:
            worker = self._take()
        except EngineError:
            return []
        try:
            sign, answer = worker.ask(b"%s\n%s" % (" ".join(map(str, numbers)).encode(), pdf), READ)
        except (OSError, ValueError, struct.error):
            sign, answer = b"-", b""
        finally:
            self._give(worker)
        return [str(text) for text in json.loads(answer)] if sign == b"+" else []

    def warm(self, *, reads: bool = False) -> None:
        """Starts a child that is ready when it is first needed, to read too; a failure shows then."""
        with contextlib.suppress(EngineError):
            worker = self._take()
            if reads:
                worker.prepare()
            self._give(worker)

    def _take(self) -> Worker:
        with self._lock:
            while self._idle:
                worker = self._idle.pop()
                if worker.alive():
                    return worker
                worker.close()
            if self._folder is None:
                _at_end(self.close)
                self._folder = Path(tempfile.mkdtemp(prefix="agreegen-"))
                (self._folder / "fonts.conf").write_text(fonts.configuration(self._folder), encoding="utf-8")
            try:
                return Worker(self._folder)
            except OSError as e:
                raise EngineError(f"the embedded engine could not be started: {e}", _OTHER_ENGINE) from None

    def _give(self, worker: Worker) -> None:
        with self._lock:
            if worker.alive() and worker.used < _REPLACED_AFTER and len(self._idle) < _KEPT:
                self._idle.append(worker)
                return
        worker.close()

    def close(self) -> None:
        """Ends all children and removes their folder."""
        with self._lock:
            while self._idle:
                self._idle.pop().close()
            if self._folder is not None:
                shutil.rmtree(self._folder, ignore_errors=True)
                self._folder = None


WORKERS: Final = Workers()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=WORKERS.forget)

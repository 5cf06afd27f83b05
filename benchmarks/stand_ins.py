"""A batch whose agreements are small stand-ins: `stand_ins.py LIST …`, as `agreegen batch coverage.yaml --partners`.

What is left is what a batch does besides making agreements. The last line tells the seconds of processor that this
process took, which hands out the work, puts files in place and keeps the record; workers are others.
"""

from __future__ import annotations

import io
import os
import sys
import zipfile
from typing import TYPE_CHECKING

from agreegen.batch import work
from agreegen.batch.staging import staged

if TYPE_CHECKING:
    from collections.abc import Sequence


class Make(work.Make):
    """The work of making a lot: a Word file that says the key of its job."""

    def __call__(self, lot: Sequence[work.Job]) -> list[work.Made]:
        """Each stand-in, lying ready."""
        return [self._stand_in(job) for job in lot]

    def _stand_in(self, job: work.Job) -> work.Made:
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w") as archive:
            archive.writestr(zipfile.ZipInfo("word/document.xml"), job.key)
        assert self.setup.staging is not None
        files = {"docx": staged(self.setup.staging, held.getvalue())}
        return work.Made(files, variant="local-government", exhibits=("data-elements",), seconds=0.01)


def main() -> None:
    """Runs the batch."""
    from agreegen.cli import main  # noqa: PLC0415 (a worker doesn't need it)

    work.Make = Make
    try:
        main(["batch", "coverage.yaml", "--partners", *sys.argv[1:]])
    finally:
        spent = os.times()
        print(spent.user + spent.system)


if __name__ == "__main__":
    main()

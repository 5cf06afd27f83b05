"""How fast agreements of a series come from a plate: milliseconds of CPU a document, and how many are drawn.

    python benchmarks/plate.py [--partners 2000] [--whole 3]

The counties of California, then partners with made-up names of varied length, of proposals/county-coverage.yaml: the
data of its county are replaced in memory, since reading partners is not what is measured. `--whole` documents of the
made-up ones are also made the whole way, and compared part by part.
"""

from __future__ import annotations

import argparse
import collections
import gc
import random
import re
import resource
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "plate"))

from plate_samples import Series, series  # noqa: E402 (beside the tests)

from agreegen.generate import Opened  # noqa: E402, TC001 (as above)
from agreegen.law.tables import table  # noqa: E402 (as above)
from agreegen.plate import Press  # noqa: E402 (as above)
from agreegen.plate.plate import members  # noqa: E402 (as above)

SYLLABLES = re.findall(
    "[a-z]+",
    "al am an ba co da del el fre glen hum in kern la ma mo na or pla ri sac san sha so sut te tri tu ven yo",
)


def name(dice: random.Random) -> str:
    """A made-up name of one to four words."""
    return " ".join(
        "".join(dice.choice(SYLLABLES) for _ in range(dice.randint(1, 4))).title() for _ in range(dice.randint(1, 4))
    )


def pressed(press: Press, of: Series, names: list[str]) -> None:
    """Prints what a list of partners took."""
    times: list[float] = []
    kinds: collections.Counter[bool] = collections.Counter()
    drawn, whole = press.counted, press.whole
    sizes = []
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for one in names:
        opened, source = of.having({"Alameda": one, "alameda": re.sub("[^a-z]", "", one.lower())})
        before, start = press.counted, time.process_time()
        found = press.made(opened, source, partner=who(opened))
        if found.plate and press.counted == before:
            times.append((time.process_time() - start) * 1000)
        kinds[found.plate] += 1
        sizes.append(len(found.docx))
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory) / 1024
    print(
        f"{len(names)} partners: {statistics.median(times):.2f} ms median, {min(times):.2f} least, "
        f"{statistics.fmean(times):.2f} mean; {kinds[True] / len(names):.1%} from plates; "
        f"{press.whole - whole} whole, {press.counted - drawn} drawn for pages, {press.unfit} unfit; "
        f"{statistics.fmean(sizes):.0f} bytes; memory +{grown:.1f} MB"
    )


def who(opened: Opened) -> str:
    """The id of the partner."""
    assert opened.agreement is not None
    return opened.agreement.proposal.recipient[0].id or ""


def main() -> None:
    """Measures and prints."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--partners", type=int, default=2000)
    ask.add_argument("--whole", type=int, default=3)
    args = ask.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        of = series("county-coverage", Path(folder))
        of = replace(of, workspace=replace(of.workspace, compression="zlib:6"))
        press = Press(of.workspace)
        pressed(press, of, [row["county"] for row in table("lists")["counties"]])
        dice = random.Random(1)
        names = [name(dice) for _ in range(args.partners)]
        gc.collect()
        pressed(press, of, names)
        for one in dice.sample(names, args.whole):
            changed = {"Alameda": one, "alameda": re.sub("[^a-z]", "", one.lower())}
            opened, source = of.having(changed)
            same = members(press.made(opened, source, partner=who(opened)).docx) == of.whole(changed)
            print(f"{one}: {'the same' if same else 'NOT THE SAME'} as the whole way")


if __name__ == "__main__":
    main()

# ruff: noqa: PLC0415 - a contender's process imports nothing of the others
"""How fast agreements are rendered, next to others that render the same document; one run, interleaved rounds, ratios.

    python benchmarks/render.py                              a generated template of about 100 pages
    python benchmarks/render.py --proposal proposals/x.yaml  the composed template of a real proposal, ours and docxtpl
    options: --rounds 3, --rust PYTHON (of a venv with rust-docxtpl), --node FOLDER (with node_modules/carbone)

Each contender runs in a process of its own in every round, so that none warms up another. Times are medians of whole
documents in memory: template and data in, bytes out. The text of the first and last document is checked.
"""

from __future__ import annotations

import argparse
import importlib
import io
import json
import os
import random
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

try:  # the venv of rust-docxtpl has no python-docx, and needs none
    import docx
    from docx.oxml import parse_xml
except ImportError:
    docx = None

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).resolve()
OURS = ("zlib:6", "zlib:1", "libdeflate:4", "isal:1")
SLOW = ("docxtpl", "docxtpl on the composed file")
WORDS = [
    "agreement",
    "party",
    "data",
    "information",
    "disclosure",
    "provider",
    "recipient",
    "security",
    "safeguard",
    "technical",
    "breach",
    "notice",
    "written",
    "days",
    "termination",
    "renewal",
    "exhibit",
    "obligation",
    "liability",
    "indemnity",
    "counsel",
    "court",
    "statute",
    "regulation",
    "county",
    "agency",
    "department",
    "officer",
    "employee",
    "contractor",
    "record",
    "identifier",
    "element",
    "encryption",
    "transit",
    "rest",
    "access",
]
SENTENCES = (
    "The Data Recipient shall use the Data only for the purpose that the Proposal states, and for no other.",
    "Each Party shall keep administrative, technical, and physical safeguards as strict as the law requires.",
    "The Data Recipient shall report an incident to the Data Provider without unreasonable delay.",
    "Nothing in this Agreement gives a right to a person who is not a Party.",
    "At the end of the use the Data Recipient shall destroy the Data and every copy, and certify that it did.",
    "A waiver of one breach is not a waiver of another, and a failure to act on a right does not give it up.",
)
WHO, WHAT = ("provider", "recipient", "project"), ("name", "code", "city", "officer")
FIELDS = tuple(f"{who}_{what}" for who in WHO for what in WHAT)
FLAGS = ("hipaa", "ferpa", "research")

CARBONE = """
const carbone = require('carbone'), fs = require('fs');
const [template, data, count, out] = process.argv.slice(2);
const contexts = JSON.parse(fs.readFileSync(data)), times = [], rss = [];
const one = i => new Promise((yes, no) =>
  carbone.render(template, contexts[i % contexts.length], (e, r) => e ? no(e) : yes(r)));
(async () => {
  let first, last;
  for (let i = 0; i <= +count; i++) {
    const start = performance.now(); last = await one(i); const time = performance.now() - start;
    if (i === 0) fs.writeFileSync(out, last); else times.push(time);
    rss.push(process.memoryUsage().rss / 1048576);
  }
  console.log(JSON.stringify({times, rss: [rss[Math.floor(rss.length / 10)], rss.at(-1)], size: last.length}));
})();
"""


# ------------------------------------------------------------------------------------------------ the template
class Dialect:
    """How fields, conditions and rows are written for one engine."""

    def __init__(self, carbone: bool) -> None:
        self.carbone = carbone

    def field(self, name: str) -> str:
        return f"{{d.{name}}}" if self.carbone else f"{{{{ {name} }}}}"

    def condition(self, name: str) -> tuple[str, str]:
        if self.carbone:
            return f"{{d.{name}:ifEQ(true):showBegin}}", f"{{d.{name}:showEnd}}"
        return f"{{%p if {name} %}}", "{%p endif %}"

    def rows(self) -> list[list[str]]:
        if self.carbone:
            return [["{d.elements[i].name}", "{d.elements[i].text}"], ["{d.elements[i+1].name}", ""]]
        return [["{%tr for e in elements %}", ""], ["{{ e.name }}", "{{ e.text }}"], ["{%tr endfor %}", ""]]


def generate(file: Path, sections: int, carbone: bool) -> None:
    """A master-like template as Word writes it: runs with their own look and revision ids, tags split over runs."""
    chance, say = random.Random(7), Dialect(carbone)
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = f"Agreement {say.field('project_code')}"
    document.sections[0].footer.paragraphs[0].text = f"{say.field('provider_name')} and {say.field('recipient_name')}"
    for n in range(sections):
        document.add_heading(f"{n + 1}. {chance.choice(WORDS)} and {chance.choice(WORDS)}", 1)
        for _ in range(8):
            prose(document, chance, say)
        if n % 5 == 0:
            begin, end = say.condition(FLAGS[n // 5 % 3])
            document.add_paragraph(begin)
            document.add_paragraph(f"Special terms number {n} apply.")
            prose(document, chance, say)
            document.add_paragraph(end)
        if n % 25 == 0:
            rows = [["Name", "Definition"], *say.rows()]
            table = document.add_table(len(rows), 2)
            for i, row in enumerate(rows):
                for j, text in enumerate(row):
                    table.cell(i, j).text = text
    document.save(str(file))


def prose(document: Any, chance: random.Random, say: Dialect) -> None:
    """A paragraph of legal prose with fields, cut into runs as Word does it."""
    p, text = document.add_paragraph()._p, ""
    for _ in range(chance.randrange(2, 4)):
        words = [chance.choice(WORDS) for _ in range(chance.randrange(4, 14))]
        text += f"{chance.choice(SENTENCES)} {' '.join(words)} "
        if chance.random() < 0.35:
            _run(p, chance, text)
            text, field = "", say.field(chance.choice(FIELDS))
            cut = len(field) // 3 if chance.random() < 0.25 else 0
            for piece in filter(None, (field[:cut], field[cut:])):
                _run(p, chance, piece)
    if text:
        _run(p, chance, text)


def _run(p: Any, chance: random.Random, text: str) -> None:
    w = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    ids = f'w:rsidR="00{chance.randrange(1 << 12):06X}" w:rsidRPr="00{chance.randrange(1 << 12):06X}"'
    look = (
        '<w:rPr><w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:cs="Arial"/><w:sz w:val="22"/><w:szCs w:val="22"/></w:rPr>'
    )
    xml = f'<w:r xmlns:w="{w}" {ids}>{look}<w:t xml:space="preserve">{text}</w:t></w:r>'
    p.append(parse_xml(xml))


def described(file: Path) -> str:
    """How large the template is."""
    xml = zipfile.ZipFile(file).read("word/document.xml").decode()
    words = len(re.sub(r"<[^>]+>", " ", xml).split())
    return f"template: {words} words, {xml.count('{{') + xml.count('{%')} tags, {len(xml) >> 10} kB of document.xml\n"


def contexts(count: int = 20) -> list[dict[str, Any]]:
    """Data with ampersands, angle brackets, accents and apostrophes."""
    return [
        {name: f"{name.title()} {i} <R&D> Ñandú\u2019s" for name in FIELDS}
        | {flag: bool(i >> k & 1) for k, flag in enumerate(FLAGS)}
        | {"elements": [{"name": f"Element {i}-{r}", "text": "Of & for <matching>"} for r in range(12)]}
        for i in range(count)
    ]


def faults(data: bytes, context: dict[str, Any]) -> list[str]:
    """What is wrong with the text of a rendered document."""
    xml = zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml").decode()
    text = re.sub(r"<[^>]+>", "", xml).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    found = [f"no {name}" for name in FIELDS if context[name] not in text]
    found += [f"row {e['name']}" for e in context["elements"] if e["name"] not in text]
    found += [f"condition {f}" for k, f in enumerate(FLAGS) if (f"number {5 * k} apply" in text) != context[f]]
    return found + re.findall(r"\{\{.{,20}|\{%.{,20}|\{d\..{,20}", text)[:1]


# ------------------------------------------------------------------------------------------------ workers
def rss() -> float:
    """This process's memory now, in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1]) if Path("/proc/self/statm").exists() else 0
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20 or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(one: Callable[[int], bytes], count: int, out: Path) -> None:
    """Prints the times of `count` documents after a first one, memory at a tenth and at the end, and the size."""
    times, memory, data = [], [], b""
    start = time.perf_counter()
    out.write_bytes(one(0))
    first = (time.perf_counter() - start) * 1000
    for i in range(1, count + 1):
        start = time.perf_counter()
        data = one(i)
        times.append((time.perf_counter() - start) * 1000)
        if i in (max(count // 10, 1), count):
            memory.append(rss())
    print(json.dumps({"times": times, "rss": [memory[0], memory[-1]], "size": len(data), "first": first}))


def work(name: str, folder: Path, count: int) -> None:
    """One contender, in this process."""
    out = folder / f"out_{re.sub(r'[^a-z0-9]+', '_', name)}.docx"
    file, data = folder / "template.docx", json.loads((folder / "data.json").read_text())
    if name.startswith("agreegen"):
        from agreegen import template
        from agreegen.render import render

        spec, made = name.split()[1], template.compile(file)
        measure(lambda i: render(made, data[i % len(data)], compression=spec), count, out)
        return
    from docxtpl import DocxTemplate  # docxtpl's own, or rust-docxtpl, which has the same name
    from jinja2 import Environment

    env = () if name == "rust-docxtpl" else (Environment(autoescape=True),)

    def one(i: int) -> bytes:
        made = DocxTemplate(str(file))
        made.render(data[i % len(data)], *env, **({"autoescape": True} if not env else {}))
        made.save(str(out) + ".tmp")
        return Path(str(out) + ".tmp").read_bytes()

    measure(one, count, out)


def work_composed(name: str, proposal: Path, count: int, folder: Path) -> None:
    """One contender on the composed template of a proposal; docxtpl gets the file with its includes in place."""
    from agreegen import workspace
    from agreegen.generate import opened_proposal

    opened = opened_proposal(proposal, workspace.find(proposal.parent))
    assert opened.agreement is not None
    assert opened.template is not None
    context, made = opened.agreement.context, opened.template
    out = folder / f"out_{re.sub(r'[^a-z0-9]+', '_', name)}.docx"
    if name.startswith("agreegen"):
        from agreegen.render import render

        measure(lambda _: render(made, context, compression=name.split()[1]), count, out)
        return
    from docxtpl import DocxTemplate

    from agreegen.template.printing import PRINTERS, environment

    root = workspace.find(proposal.parent).templates
    flat, env = flattened(root / made.name, root), environment()
    for printer in PRINTERS:
        env.filters.pop(printer)
    env.autoescape = True
    env.globals["ref"] = lambda name: "1.1"

    def one(_: int) -> bytes:
        document = DocxTemplate(io.BytesIO(flat))
        document.render(dict(context), env)
        data = io.BytesIO()
        document.save(data)
        return data.getvalue()

    measure(one, count, out)


def installed(folder: Path) -> dict[str, str]:
    """The environment of a process whose modules are kept compiled (in `folder`), as after `pip install`."""
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPYCACHEPREFIX": str(folder / "bytecode")}


def flattened(master: Path, root: Path) -> bytes:
    """The composed master as a plain docxtpl template, without our marks."""
    from agreegen.template.compose import compose
    from agreegen.template.problem import Problems

    composed = compose(master, root, Problems())
    assert composed is not None
    out = io.BytesIO()
    section = "".join(composed.numbering.sections[:1])
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for name, data in composed.container.packed().items():
            text = re.sub("\ue010z\ue011", section, data.decode()) if name.endswith("document.xml") else ""
            z.writestr(name, re.sub("\ue010[^\ue011]*\ue011", "", text) if text else data)
    return out.getvalue()


# ------------------------------------------------------------------------------------------------ rounds
def contenders(args: argparse.Namespace, folder: Path) -> dict[str, list[str]]:
    """The command of each contender that is installed; says how to get the others."""
    me = [sys.executable, str(HERE)]
    if args.proposal:
        mode = ["--work-composed", str(args.proposal)]
        return {n: [*me, *mode, n] for n in (*(f"agreegen {s}" for s in OURS if _installed(s)), SLOW[1])}
    found = {n: [*me, "--work", n] for n in (*(f"agreegen {s}" for s in OURS if _installed(s)), SLOW[0])}
    if args.rust:
        found["rust-docxtpl"] = [str(args.rust), str(HERE), "--work", "rust-docxtpl"]
    else:
        print("rust-docxtpl: not asked for (python -m venv v; v/bin/pip install rust-docxtpl; --rust v/bin/python)")
    if args.node:
        (folder / "carbone.cjs").write_text(CARBONE)
        generate(folder / "carbone.docx", args.sections, carbone=True)
        found["carbone"] = ["node", str(folder / "carbone.cjs")]
    else:
        print("carbone: not asked for (npm i --prefix FOLDER carbone; --node FOLDER)")
    return found


def _installed(spec: str) -> bool:
    try:
        if spec.startswith("isal"):
            importlib.import_module("isal")
        elif spec.startswith("libdeflate"):
            importlib.import_module("deflate")
    except ImportError:
        print(f"{spec}: not installed (pip install 'agreegen[fast]')")
        return False
    return True


def run(name: str, command: list[str], args: argparse.Namespace, folder: Path) -> dict[str, Any] | None:
    """The measurement of one contender in one round."""
    count = args.slow if name in SLOW else args.count
    if name == "carbone":
        out = folder / "out_carbone.docx"
        command = [*command, str(folder / "carbone.docx"), str(folder / "data.json"), str(count), str(out)]
    else:
        command = [*command, "--folder", str(folder), "--count", str(count)]
    path = {"NODE_PATH": str(args.node / "node_modules")} if args.node else {}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | path)
    if done.returncode:
        print(f"{name} failed: {(done.stderr or done.stdout).strip().splitlines()[-1:]}")
        return None
    result: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return result


def main() -> None:
    """Measures and prints."""
    args = arguments()
    if args.work:
        work(args.work, args.folder, args.count)
        return
    if args.work_composed:
        work_composed(args.work_composed[1], Path(args.work_composed[0]), args.count, args.folder)
        return
    with tempfile.TemporaryDirectory() as name:
        compare(args, Path(name))


def compare(args: argparse.Namespace, folder: Path) -> None:
    """All rounds, and the table."""
    data = contexts()
    if not args.proposal:
        generate(folder / "template.docx", args.sections, carbone=False)
        (folder / "data.json").write_text(json.dumps(data))
        print(described(folder / "template.docx"))
    jobs = contenders(args, folder)
    results: dict[str, list[dict[str, Any]]] = {n: [] for n in jobs}
    for _ in range(args.rounds):
        for name, command in jobs.items():
            if found := run(name, command, args, folder):
                results[name].append(found)
    for name in list(results):
        if not results[name]:
            del results[name]
    table(results, folder, data if not args.proposal else None)


def table(results: dict[str, list[dict[str, Any]]], folder: Path, data: list[dict[str, Any]] | None) -> None:
    """Prints the medians, the ratios to docxtpl, memory, and whether the text is right."""
    median = {n: statistics.median(statistics.median(r["times"]) for r in rs) for n, rs in results.items()}
    slow = next((median[n] for n in SLOW if n in median), float("nan"))
    floor = min((min(r["times"]) for n in SLOW for r in results.get(n, ())), default=float("nan"))
    heads = ["contender", "median ms", "least ms", "docxtpl takes", "by least", "first ms"]
    heads += ["MB at 1/10", "MB at end", "bytes", "text"]
    print("| " + " | ".join(heads) + " |\n|" + "---|" * len(heads))
    for name, rs in sorted(results.items(), key=lambda x: median[x[0]]):
        least = min(min(r["times"]) for r in rs)
        start, end = (statistics.median(r["rss"][i] for r in rs) for i in (0, 1))
        out = folder / f"out_{re.sub(r'[^a-z0-9]+', '_', name)}.docx"
        wrong = faults(out.read_bytes(), data[0]) if data else []
        first = rs[-1].get("first", 0)
        print(
            f"| {name} | {median[name]:.2f} | {least:.2f} | {slow / median[name]:.1f}x | {floor / least:.1f}x "
            f"| {first:.0f} | {start:.0f} | {end:.0f} | {rs[-1]['size']} | {'ok' if not wrong else wrong[0]} |"
        )


def arguments() -> argparse.Namespace:
    """What was asked for."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--rounds", type=int, default=3)
    ask.add_argument("--sections", type=int, default=100, help="20 or more, so that every field is in")
    ask.add_argument("--count", type=int, default=60, help="documents a round")
    ask.add_argument("--slow", type=int, default=4, help="documents a round of docxtpl")
    ask.add_argument("--proposal", type=Path)
    ask.add_argument("--rust", type=Path)
    ask.add_argument("--node", type=Path)
    ask.add_argument("--work", help=argparse.SUPPRESS)
    ask.add_argument("--work-composed", nargs=2, help=argparse.SUPPRESS)
    ask.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    return ask.parse_args()


if __name__ == "__main__":
    main()

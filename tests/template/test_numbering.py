"""Labels: against LibreOffice, against a simple reference counter, and rule by rule."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreegen.errors import UsageError
from agreegen.template import base
from agreegen.template import numbering as numbers
from agreegen.template.draft import draft
from agreegen.template.lists import Definitions, W, parse
from agreegen.template.numbering import Counter, labels, paragraphs
from agreegen.template.numeral import (
    cardinal_word,
    chinese,
    chinese_digits,
    letter,
    numeral,
    ordinal,
    ordinal_word,
    roman,
)

if TYPE_CHECKING:
    from pathlib import Path

NUMBERING = base.unpack(base.build())["word/numbering.xml"]
NS = f'xmlns:w="{W[1:-1]}"'


def level(i: int, text: str, form: str = "decimal", start: int = 1, more: str = "") -> str:
    shown = f'<w:numFmt w:val="{form}"/>{more}<w:lvlText w:val="{text}"/>'
    return f'<w:lvl w:ilvl="{i}"><w:start w:val="{start}"/>{shown}</w:lvl>'


def numbering(levels: str, nums: str = '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>') -> bytes:
    return f'<w:numbering {NS}><w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum>{nums}</w:numbering>'.encode()


def counted(xml: bytes, *steps: tuple[int, int]) -> list[str]:
    counter = Counter(xml)
    out = []
    for num_id, ilvl in steps:
        counter.step(num_id, ilvl)
        out.append(counter.label())
    return out


def listed(xml: bytes, *steps: tuple[int, int]) -> bytes:
    """A Word file with one paragraph a step, its text "word <n>"."""
    body = "".join(
        f'<w:p><w:pPr><w:numPr><w:ilvl w:val="{ilvl}"/><w:numId w:val="{n}"/></w:numPr></w:pPr>'
        f"<w:r><w:t>word {i}</w:t></w:r></w:p>"
        for i, (n, ilvl) in enumerate(steps)
    )
    return base.pack(base.parts(body) | {"word/numbering.xml": xml})


# ---------------------------------------------------------------- LibreOffice
DEEP = "\n\n".join(
    f"{mark} word {i}"
    for i, mark in enumerate(
        ["#", "##", "(a)", "    (i)", "    (i)", "(a)", "    (i)", "##", "(a)", "-", "(a)", "#", "##", "##", "(a)"]
        + ["(a)"] * 28
        + ["@", "@@", "(a)", "    (i)", "(a)", "@@", "(a)", "@", "@@", "#", "##", "(a)", "<Table Bullet>", "@", "@@"]
    )
)
THREE = level(0, "Article %1", "upperRoman") + level(1, "%1.%2", "decimalZero") + level(2, "(%3)", "lowerLetter")
RESTARTS = (
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    '<w:num w:numId="2"><w:abstractNumId w:val="0"/>'
    '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride></w:num>'
    '<w:num w:numId="3"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="2">'
    f"{level(2, '%3)', 'upperLetter', 3)}</w:lvlOverride></w:num>"
)
MIXED = [
    (1, 0),
    (1, 1),
    (1, 1),
    (1, 2),
    (1, 2),
    (2, 0),
    (2, 1),
    (2, 2),
    (1, 0),
    (1, 1),
    (2, 0),
    (2, 1),
    (3, 0),
    (3, 1),
    (3, 2),
]


def overridden(first: dict[int, int], second: dict[int, int]) -> str:
    """Two lists that count together, and the numbers at which their levels begin again."""
    lists = []
    for n, starts in ((1, first), (2, second)):
        acts = "".join(
            f'<w:lvlOverride w:ilvl="{i}"><w:startOverride w:val="{start}"/></w:lvlOverride>'
            for i, start in starts.items()
        )
        lists.append(f'<w:num w:numId="{n}"><w:abstractNumId w:val="0"/>{acts}</w:num>')
    return "".join(lists)


TWO = level(0, "%1)") + level(1, "%1.%2")
EARLY = [(1, 1), (1, 0), (1, 0), (1, 1), (1, 1), (1, 0), (1, 1)]
OVERRIDES = {
    "early": (overridden({0: 3}, {}), EARLY),
    "early, one": (overridden({0: 1}, {}), EARLY),
    "early, both": (overridden({0: 1, 1: 1}, {}), EARLY),
    "second": (overridden({}, {0: 5}), [(1, 0), (1, 1), (2, 1), (2, 0), (2, 1)]),
    "second, both": (overridden({}, {0: 1, 1: 1}), [(1, 0), (1, 1), (1, 1), (2, 1), (2, 1), (2, 0), (2, 1)]),
    "second, in order": (overridden({}, {0: 1, 1: 1}), [(1, 0), (1, 1), (2, 0), (2, 1), (2, 1), (2, 0), (2, 1)]),
}
FORMS = [
    "decimal",
    "lowerLetter",
    "upperLetter",
    "lowerRoman",
    "upperRoman",
    "decimalZero",
    "ordinal",
    "cardinalText",
    "ordinalText",
]


def documents() -> dict[str, bytes]:
    found = {"deep": draft(DEEP + "\n"), "restarts": listed(numbering(THREE, RESTARTS), *MIXED)}
    for name, (nums, steps) in OVERRIDES.items():
        found[name] = listed(numbering(TWO, nums), *steps)
    for form in ("chineseCounting", "chineseCountingThousand"):  # from 100 on LibreOffice writes another zero
        found[form] = listed(numbering(level(0, "[%1]", form)), *[(1, 0)] * 99)
    found["stems"] = listed(numbering(level(0, "[%1]", "ideographTraditional")), *[(1, 0)] * 12)
    found["circles"] = listed(numbering(level(0, "[%1]", "decimalEnclosedCircle")), *[(1, 0)] * 20)
    for form in FORMS:
        found[form] = listed(numbering(level(0, "[%1]", form)), *[(1, 0)] * 30)
    return found


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """The label of each paragraph as LibreOffice prints it."""
    folder: Path = tmp_path_factory.mktemp("labels")
    files = []
    for name, data in documents().items():
        files.append(folder / f"{name}.docx")
        files[-1].write_bytes(data)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "txt:Text (encoded):UTF8", "--outdir", str(folder)]
    subprocess.run([*command, *map(str, files)], check=True, capture_output=True, timeout=120)
    return {f.stem: prefixes(f.with_suffix(".txt").read_text(encoding="utf-8-sig")) for f in files}


def prefixes(text: str) -> list[str]:
    found = re.findall(r"^ *(.*?)\s*word (\d+)$", text, re.MULTILINE)
    assert [int(n) for _, n in found] == list(range(len(found)))  # nothing is missing
    return [label for label, _ in found]


@pytest.mark.parametrize("name", list(documents()))
def test_labels_are_those_of_libreoffice(name: str, shown: dict[str, list[str]]) -> None:
    ours = [
        n.label for n in labels(documents()[name]) if n.level is not None or "".join(map(str, n.paragraph.itertext()))
    ]
    assert len(ours) >= 5
    assert ours == shown[name]


# ---------------------------------------------------------------- reference
class Plain:
    """Four counters and nothing else."""

    def __init__(self, first: str) -> None:
        self.numbers = [0, 0, 0, 0]
        self.first = first

    def step(self, at: int) -> tuple[str, str]:
        self.numbers[at] += 1
        self.numbers = [n if i <= at else 0 for i, n in enumerate(self.numbers)]
        for i in range(at):
            self.numbers[i] = self.numbers[i] or 1
        one, two, three, four = self.numbers
        head = str(one) if self.first == "body" else chr(64 + one) if one <= 26 else chr(64 + one - 26) * 2
        third, fourth = f"({letter(three)})", f"({roman(four)})"
        clause = f"{head}.{two}"
        if at == 0:
            return (f"{head}.", head) if self.first == "body" else (f"Exhibit {head}", f"Exhibit {head}")
        return [(clause, clause), (third, clause + third), (fourth, clause + third + fourth)][at - 1]


@given(st.lists(st.tuples(st.sampled_from(["1", "2"]), st.integers(0, 3)), max_size=80))
def test_the_counter_agrees_with_four_plain_numbers(steps: list[tuple[str, int]]) -> None:
    counter, plain = Counter(NUMBERING), {"1": Plain("body"), "2": Plain("exhibits")}
    for num_id, ilvl in steps:
        counter.step(num_id, ilvl)
        assert (counter.label(), counter.full()) == plain[num_id].step(ilvl)


@given(st.lists(st.integers(0, 3), max_size=30), st.lists(st.integers(0, 3), max_size=30))
def test_counting_goes_on_from_a_mark_as_if_nothing_had_come_between(before: list[int], between: list[int]) -> None:
    straight, detour = Counter(NUMBERING), Counter(NUMBERING)
    for ilvl in before:
        straight.step(1, ilvl)
        detour.step(1, ilvl)
    mark = detour.mark()
    for ilvl in between:
        detour.step(1, ilvl)
    detour.back(mark)
    for counter in (straight, detour):
        counter.step(1, 2)
    assert detour.full() == straight.full()


# ---------------------------------------------------------------- rules
def test_styles_that_were_read_with_other_lists_count_as_read_anew() -> None:
    files = [base.unpack(docx) for docx in documents().values()]
    trees = [[parse(f[f"word/{part}.xml"]) for part in ("document", "styles", "numbering")] for f in files]
    for document, styles, _ in trees:
        read = Definitions(styles, None)
        for _, _, lists in trees:
            assert numbers.counted(document, read.having(lists)) == numbers.number(document, styles, lists)


def test_what_a_reference_prints() -> None:
    text = "# A\n## B\n## B\n(a) c\n    (i) d\n@ E\n@@ F\n(a) g\n"
    found = [n.full for n in labels(draft(text))]
    assert found == ["1", "1.1", "1.2", "1.2(a)", "1.2(a)(i)", "Exhibit A", "A.1", "A.1(a)"]


def test_a_level_whose_parent_has_no_number_is_doubtful() -> None:
    doubts = [n.doubt for n in labels(draft("## clause\n# title\n## clause\n"))]
    assert doubts == ["a level above has no number yet", "", ""]


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("early", ["1.1", "3)", "4)", "4.1", "4.2", "5)", "5.1"]),
        ("early, both", ["1.1", "2)", "3)", "3.1", "3.2", "4)", "4.1"]),
        ("second, both", ["1)", "1.1", "1.2", "1.1", "1.2", "2)", "2.1"]),
    ],
)
def test_the_overrides_of_a_list_act_once(name: str, wanted: list[str]) -> None:
    nums, steps = OVERRIDES[name]
    assert counted(numbering(TWO, nums), *steps) == wanted


def test_a_level_that_the_list_lacks_shows_nothing_and_is_doubtful() -> None:
    counter = Counter(numbering(level(0, "%1.")))
    counter.step(1, 1)
    assert (counter.label(), counter.doubt()) == ("", "the list has no such level")
    counter.step(1, 0)
    assert counter.doubt() == ""


def test_an_unknown_number_format_is_doubtful() -> None:
    counter = Counter(numbering(level(0, "%1", "japaneseCounting")))
    counter.step(1, 0)
    assert counter.doubt() == "number format japaneseCounting"


def test_zero_padding_by_custom_format() -> None:
    mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    form = '<w:numFmt w:val="custom" w:format="001, 002"/>'
    custom = f'<mc:AlternateContent {mc}><mc:Choice Requires="w14">{form}</mc:Choice>'
    xml = numbering(level(0, "%1").replace('<w:numFmt w:val="decimal"/>', f"{custom}</mc:AlternateContent>"))
    assert counted(xml, (1, 0), (1, 0)) == ["001", "002"]


def test_legal_style_leaves_zero_padding() -> None:
    two = level(0, "%1", "upperRoman") + level(1, "%1.%2", "decimalZero", more="<w:isLgl/>")
    assert counted(numbering(two), (1, 0), (1, 1)) == ["I", "1.01"]


def test_restart_only_below_a_given_level() -> None:
    levels = level(0, "%1") + level(1, "%2") + level(2, "%3", more='<w:lvlRestart w:val="1"/>')
    steps = ((1, 0), (1, 1), (1, 2), (1, 1), (1, 2), (1, 0), (1, 2))
    assert counted(numbering(levels), *steps) == ["1", "1", "1", "2", "2", "2", "1"]


def test_a_level_that_never_restarts() -> None:
    levels = level(0, "%1.") + level(1, "(%2)", "lowerLetter", more='<w:lvlRestart w:val="0"/>')
    steps = ((1, 0), (1, 1), (1, 1), (1, 0), (1, 1))
    assert counted(numbering(levels), *steps) == ["1.", "(a)", "(b)", "2.", "(c)"]


def test_a_start_override_acts_once_and_again_below_a_new_parent() -> None:
    nums = (
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="1"><w:startOverride w:val="4"/>'
        "</w:lvlOverride></w:num>"
    )
    levels = level(0, "%1") + level(1, "%1.%2")
    assert counted(numbering(levels, nums), (1, 0), (1, 1), (1, 1), (1, 0), (1, 1)) == ["1", "1.4", "1.5", "2", "2.4"]


def test_a_list_that_is_not_there_is_refused() -> None:
    with pytest.raises(UsageError, match="no level 0 of a list 77"):
        Counter(NUMBERING).step(77, 0)


def test_directives_are_not_counted_even_in_a_numbered_style() -> None:
    found = labels(draft("# A\n<Heading 1> {%p if x %}\n# B\n{%p endif %}\n# C\n"))
    assert [n.label for n in found] == ["1.", "", "2.", "", "3."]


def test_branches_stand_beside_each_other() -> None:
    text = (
        "# T\n## S\n(a) x\n{%p if y %}\n(a) x\n(a) x\n{%p elif z %}\n(a) x\n{%p else %}\n(a) x\n{%p endif %}\n(a) x\n"
    )
    data = draft(text)
    assert [n.label for n in labels(data) if n.level == 2] == ["(a)", "(b)", "(c)", "(d)", "(e)", "(f)"]
    assert [n.label for n in labels(data, branches=True) if n.level == 2] == ["(a)", "(b)", "(c)", "(b)", "(b)", "(d)"]


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        ([letter(n) for n in (1, 26, 27, 28, 52, 53)], ["a", "z", "aa", "bb", "zz", "aaa"]),
        ([roman(n) for n in (4, 9, 14, 40, 99, 1994)], ["iv", "ix", "xiv", "xl", "xcix", "mcmxciv"]),
        (
            [ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 112)],
            ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "112th"],
        ),
        (
            [chinese(n) for n in (1, 10, 11, 20, 99, 100, 101)],
            ["一", "十", "十一", "二十", "九十九", "一百", "一百〇一"],
        ),
        (
            [chinese(n) for n in (110, 1001, 1010, 2000, 10_000)],
            ["一百一十", "一千〇一", "一千〇一十", "二千", "10000"],
        ),
        ([chinese_digits(n) for n in (0, 12, 99, 100, 2010)], ["0", "十二", "九十九", "一○○", "二○一○"]),
        ([numeral(n, "ideographTraditional") for n in (1, 10, 11)], ["甲", "癸", "11"]),
        ([numeral(n, "decimalEnclosedCircle") for n in (0, 1, 20, 21)], ["0", "①", "⑳", "21"]),
        ([numeral(n, "chineseCounting", legal=True) for n in (1, 12)], ["1", "12"]),
        ([cardinal_word(n) for n in (0, 13, 20, 42)], ["zero", "thirteen", "twenty", "forty-two"]),
        ([cardinal_word(n) for n in (100, 342, 1001)], ["one hundred", "three hundred forty-two", "one thousand one"]),
        (
            [ordinal_word(n) for n in (1, 5, 12, 20, 21, 30)],
            ["first", "fifth", "twelfth", "twentieth", "twenty-first", "thirtieth"],
        ),
    ],
)
def test_how_numbers_are_written(found: list[str], wanted: list[str]) -> None:
    assert found == wanted


# ---------------------------------------------------------------- which paragraphs are counted
def said(n: int, text: str = "") -> str:
    return f"<w:p><w:r><w:t>{text or n}</w:t></w:r></w:p>"


def row(inside: str) -> str:
    return f"<w:tbl><w:tr><w:tc>{inside}</w:tc></w:tr></w:tbl>"


@pytest.mark.parametrize(
    ("inside", "wanted"),
    [
        (said(1) + row(said(2)) + said(3), "123"),
        (f"<w:p><w:r><w:t>1</w:t></w:r><w:txbxContent>{said(8)}</w:txbxContent></w:p>{said(2)}", "12"),
        (said(1) + f"<w:del>{said(9)}</w:del>" + said(2), "12"),
        (f"<w:p><w:p><w:r><w:t>9</w:t></w:r></w:p></w:p>{said(2)}", "92"),
        (said(1) + f"<w:sdt><w:sdtContent>{said(2)}</w:sdtContent></w:sdt>", "12"),
        (said(1) + row(said(9, "{%tr for x in y %}")) + row(said(2)), "12"),
        (row(said(1, "{ no tag")) + said(2), "{ no tag2"),
    ],
)
def test_paragraphs_that_are_counted(inside: str, wanted: str) -> None:
    body = parse(f"<w:body {NS}>{inside}</w:body>".encode())
    found = list(paragraphs(body))
    assert "".join(str(t.text) for p in found for t in list(p.iter(f"{W}t"))[:1]) == wanted

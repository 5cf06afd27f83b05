"""The rows of the State's proposal form as data: what each is called, and which fields its answers belong to.

The form's own words aren't kept here: its printed prompts are known by their digests, all else by words that any such
row has.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Final

from agreegen.late import dataclass

if TYPE_CHECKING:
    from agreegen.forms.fields import Path


@dataclass(frozen=True, slots=True)
class Part:
    """One question within a row: words of its prompt, the field it belongs to, and how the answer is read."""

    words: str
    path: Path
    how: str = "text"
    """text, lines, entries, products, elements, yes-no, person, people, action, mode, dates, aside."""
    guess: str = ""
    """Why even an answer to this very question is a guess."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the form: words of its name, and its questions in order."""

    words: str
    parts: tuple[Part, ...]


def _contact(side: str, role: str) -> Path:
    return (side, 0, "contacts", role)


def _requirements(of: str, protocols: str) -> tuple[Part, ...]:
    """Requirements of privacy or security, by where they come from."""
    sources = ((r"federal", "federal"), (r"contract", "contractual"), (r"state", "state"), (protocols, "protocols"))
    return tuple(Part(words, (of, name)) for words, name in sources)


ROWS: Final = (
    Row(r"use case name|name of (?:the )?use case", (Part("", ("proposal",)),)),
    Row(r"contact", (
        Part(r"submit", _contact("recipient", "submitter"), "person"),
        Part(r"manager", _contact("recipient", "manager"), "person"),
        Part(r"receiv", _contact("provider", "submitter"), "person"),
        Part(r"manager", _contact("provider", "manager"), "person"),
    )),
    Row(r"description|purpose", (
        Part(r"scope", ("purpose", "scope")),
        Part(r"reason", ("purpose", "reason")),
        Part(r"wants|needs?\b|why|explanation", ("purpose", "need")),
        Part(r"benefit", ("purpose", "benefits", "recipient"),
             guess="the question asks for the benefits of several, and one field has the whole answer"),
    )),
    Row(r"types|categories", (Part("", ("data", "categories"), "lines"),)),
    Row(r"output", (
        Part(r"products?\b.*(?:public|final|intermediate)|^products", ("use", "products"), "products"),
        Part(r"approve|release", ("use", "products", 0, "release_approved_by", "recipient"),
             guess="the question asks both sides about all products, and one field has the whole answer"),
        Part(r"analysis|decision", ("use", "analysis")),
        Part(r"process", ("use", "processes")),
    )),
    Row(r"data elements", (Part("", ("data", "elements"), "elements"),)),
    Row(r"users", (
        Part(r"who|access", ("use", "users"), "entries"),
        Part(r"roles|responsib", ("use", "roles")),
        Part(r"contractor", ("use", "contractors"), "yes-no"),
    )),
    Row(r"transfer\W+(?:and )?(?:storage|manage)|data transfer", (
        Part(r"transfer|sent", ("transfer", "method")),
        Part(r"stor", ("transfer", "storage")),
        Part(r"manag", ("transfer", "management")),
    )),
    Row(r"destr|return", (
        Part(r"how|destroyed or returned at|data will", ("end_of_use", "action"), "action"),
        Part(r"products.*(?:destroyed|returned|kept)|^products", ("end_of_use", "products")),
        Part(r"limit", ("end_of_use", "limits")),
    )),
    Row(r"risks?", (
        Part(r"politic|environment|stakeholder", ("dispute", "environment")),
        Part(r"outside|advocates?", ("dispute", "outside_entities")),
        Part(r"consequence", ("dispute", "consequences")),
        Part(r"provider", ("dispute", "provider_risk")),
        Part(r"recipient", ("dispute", "recipient_risk")),
    )),
    Row(r"authority", (
        Part(r"recipient|access|use", ("authority", "recipient", "text")),
        Part(r"provider|disclose|share", ("authority", "provider", "text")),
    )),
    Row(r"funds", (Part("", ("funds",), "yes-no"),)),
    Row(r"alternative", (Part("", ("dispute", "alternatives")),)),
    Row(r"dates", (
        Part(r"deadline", ("dates", "deadlines"), "lines"),
        Part(r"duration|start|end", ("dates", "start"), "dates"),
        Part(r"on-?going|one.?time|frequency", ("dates", "mode"), "mode"),
        Part(r"approved|signed", ("dates", "draft_final"), "aside"),
    )),
    Row(r"disclosure", (Part("", ("redisclosure",), "yes-no"),)),
    Row(r"research", (Part("", ("research",), "yes-no"),)),
    Row(r"privacy", _requirements("privacy", r"protocol")),
    Row(r"security", _requirements("security", r"safeguard|protocol")),
    Row(r"approval", (
        Part(r"approver", _contact("recipient", "executive_sponsor"), "people"),
        Part(r"coordinator", _contact("recipient", "data_coordinator"), "people"),
        Part(r"acknowledg|disput", ("undisputed_because",), "aside"),
    )),
    Row(r"position", (
        Part(r"recipient|request", ("dispute", "recipient")),
        Part(r"provider|provid", ("dispute", "provider")),
        Part(r"summary|discussion|attempt", ("dispute", "discussion")),
    )),
)  # fmt: skip
"""In the order of the form: the first row that a name fits is taken."""

GENERAL: Final = {"security": ("security", "protocols"), "privacy": ("privacy", "protocols"),
                  "position": ("dispute", "discussion")}  # fmt: skip
"""Where an answer goes that names none of its row's questions, if not to the first of them."""


def row_of(name: str) -> Row | None:
    """The row that is called so."""
    said = " ".join(name.lower().split())
    if len(said) > 80 or said.startswith("field "):
        return None  # a sentence, or the exhibit of an agreement, which keeps the form's fields
    return next((r for r in ROWS if re.search(r.words, said)), None)


def digest(text: str) -> str:
    """What is kept of a printed prompt."""
    plain = "".join(re.findall(r"[a-z0-9]+", text.lower()))
    return hashlib.sha256(plain.encode()).hexdigest()[:12] if plain else ""


PROMPTS: Final = frozenset({
    "c5697396f2ce", "2ac6584836e2", "5e9c36d9604d", "0aa883db1918", "e4fd227a83c9", "2b6a8dfa739d", "3d07c19206ef",
    "e6a77ea3ad79", "d0a3630555bb", "9a8562a18012", "185310286c9f", "6798cdedc274", "f7360f940d40", "52145c6f6e7a",
    "6df170d08dcb", "eb8a17a7d4a6", "a54b3e944436", "ff430da0e9d3", "31108b3055e2", "0ea580d766fa", "9522e1fcfec8",
    "f2cd20eaf6cc", "c989334fe2c3", "e89f9b5f5f86", "9557b20f0e0d", "dc6f0b107f23", "508fc5947820", "5dbaae84467e",
    "50a383665ac9", "8f4a3ad0b72d", "c7fc0cb0b868", "c280be441419", "aca7566647f2", "bfbd4867d704", "7a53f55dbdb8",
    "a0b6335e5431", "a00f07d56ea6", "43e8b76bdf5f", "f5210cb54eb7", "5f3fedc18013", "c9ff75b0b81b", "b79ea0543acf",
    "03b5d03bab19", "9594d8f1af23", "5c88c6d1913e", "86743478a45d", "4bad7eccb929", "fd6af8d1424a", "556087080f45",
    "77f0196b8090", "372fe041a157", "daffe4ff79b6", "19c2ec0322c8", "3f77d5e79309", "2aff5963f421", "942d983a581b",
    "d889d437af1b", "57cf65201c51", "3126efcb3738", "d29bbc815067", "6062c9072b43", "91c52976b280", "33b5ae04ccef",
    "b93d770eb069", "fb9347f0d8d6", "d3a7247e9e8f", "5a6b7d58bb04", "e2e573315135", "a3f3f3ffdeb1", "8ca88add4d6b",
    "42bd698a25d9", "3ce58b4e4757", "196b6ae49125", "d583552512ab", "4481c86dedce", "22ebf9dcd45f", "83622432f7f8",
    "2c08288a9082", "b85725bb3a5a", "f083385e1eeb", "7be1731e347d", "17b89f6d023a", "dcbc86808a01", "275885059a3b",
    "f115d4985c3a", "2e8abaaf638e", "3cbf7c601c8e", "849e734d3316", "66e82f7ddc44", "276cee989c7c", "3149fddef919",
})  # fmt: skip
"""Digests of what the form of 08/30/18 prints: what equals one of them is no answer."""

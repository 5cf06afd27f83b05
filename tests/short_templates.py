"""A short agreement in the place of the one of ninety pages, where what is told of it isn't its text.

It has what batches meet: a cover, contents, fields of the proposal and of the parties, a loop, a condition, the table
of data elements, and several pages.
"""

from __future__ import annotations

import functools
import pathlib
import shutil

from agreegen.template.draft import draft

TEMPLATES = pathlib.Path(__file__).resolve().parents[1] / "templates"
TEXT = """%% titlepage
%% header: {{ document.title }}
%% footer: {{ proposal.proposal }}  ·  Page {PAGE} of {NUMPAGES}

<Title> Data Sharing Agreement

<Subtitle> {{ proposal.proposal }}

{%p for p in parties %}

<Cover Text> {{ p.full }}

{%p endfor %}

| caption: Reference data of this document | widths: 32,68 | headcol: 1 |
| Version | {{ document.version }} |
| Status | {{ document.status | label | upper_first }} |
| Template | {{ document.template }}, version {{ document.template_version }} |
| Digest | {{ document.template_digest[:16] }} |

%% page

%% contents

%% page

# Parties, purpose, and structure

## [parties] Parties

(a) The Parties are the bodies that the table below names.

| caption: Parties and their roles | widths: 46,14,20,20 | header: 1 |
| Party and capacity | Short name | Role | Unit bound |
|{%tr for p in parties %}|
| {{ p.full }} | {{ p.name }} | {{ p.role }} | {{ p.unit or "The Party as a whole" }} |
|{%tr endfor %}|

{%p if facts.two_way %}

(b) Data moves in both directions.

{%p endif %}

(c) {{ recipient.name }} receives the Data on the terms of Section {{ ref("scope") }}.

%% page

## [scope] Scope

(a) This Agreement concerns one Business Use Case, named {{ proposal.proposal }}.

(b) The Proposal describes its scope as follows: {{ proposal.purpose.scope }}

%% page

## [signatures] Signatures

(a) {{ recipient.name }} signs below.

(b) Section {{ ref("parties") }} names the Parties.
"""


@functools.cache
def master() -> bytes:
    """The Word file."""
    return draft(TEXT)


def short_templates(folder: pathlib.Path) -> pathlib.Path:
    """A folder of templates, beside the proposals of a folder, with the short agreement for local governments."""
    made = folder / "templates" / "masters" / "local-government"
    made.mkdir(parents=True)
    (made / "master.docx").write_bytes(master())
    shutil.copy(TEMPLATES / "masters" / made.name / "template.yaml", made)
    shutil.copy(TEMPLATES / "base.docx", folder / "templates")
    return made

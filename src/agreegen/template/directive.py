"""Directives of templates: the paragraphs and table rows that hold nothing but a tag and aren't printed."""

from __future__ import annotations

import re

DIRECTIVE = re.compile(r"\{%p\s(?:(?!%\}).)*%\}")
ROW_DIRECTIVE = re.compile(r"\{%tr\s(?:(?!%\}).)*%\}")

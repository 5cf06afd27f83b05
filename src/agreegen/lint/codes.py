"""Codes of findings about templates that no rule of one file makes."""

from __future__ import annotations

OTHERS = {
    "T290": "A suppression in a template.yaml isn't used by any finding.",
    "T291": "A suppression in a template.yaml has no reason, or can't be read.",
    "T295": "Found by docxtpl-lint, the checker of docxtpl templates, and by none of our own rules.",
}
"""Code → what it means."""

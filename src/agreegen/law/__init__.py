"""Tables of law: what depends on program, variant, dispute or statute, as data that a lawyer can read and correct.

The `.yaml` and `.csv` files are the source; `tables.json` is made from them by `python -m agreegen.law.build` and is
what the loaders read. Importing this package reads nothing.
"""

from __future__ import annotations

INTRA_AGENCY = "intra-agency"
STATE_AGENCY = "state-agency"
LOCAL_GOVERNMENT = "local-government"
UNIVERSITY = "university"

VARIANTS = (INTRA_AGENCY, STATE_AGENCY, LOCAL_GOVERNMENT, UNIVERSITY)
PROGRAMS = ("calhhs", "idea", "standalone")
PROGRAM_OF = {INTRA_AGENCY: "calhhs", STATE_AGENCY: "idea", LOCAL_GOVERNMENT: "standalone", UNIVERSITY: "standalone"}
GROUP_OF = {INTRA_AGENCY: "state", STATE_AGENCY: "state", LOCAL_GOVERNMENT: "standalone", UNIVERSITY: "standalone"}

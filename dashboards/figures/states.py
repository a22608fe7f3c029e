"""States without a value: the fill of each and its pattern, so that colour alone tells nothing."""

from __future__ import annotations

STATES = ("suppressed", "missing", "late", "not_permitted")
"""States without a value, in the order of the legend."""

FILLS = {"suppressed": "#dfe3e8", "missing": "#fafafa", "late": "#fff3c4", "not_permitted": "#c3c9d1"}
"""Fill below the pattern of each state; `theme.css` has the same."""

INKS = {"suppressed": "#6b7785", "missing": "#7b8794", "late": "#b7791f", "not_permitted": "#52606d"}
"""Pattern of each state; `theme.css` has the same."""

DARK_FILLS = {"suppressed": "#2b3340", "missing": "#12171e", "late": "#3d3213", "not_permitted": "#3a4451"}
DARK_INKS = {"suppressed": "#9aa7b5", "missing": "#8793a1", "late": "#f0c64a", "not_permitted": "#b3bfcc"}

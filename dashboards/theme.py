"""Theme of the components; colours and sizes stand in `assets/theme.css`, by names that change with light and dark."""

from __future__ import annotations

from typing import Any

FONTS = 'system-ui, -apple-system, "Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif'
"""Fonts of the pages, none of which is fetched: Latin and Chinese as the computer has them."""

_PRIMARY = [
    "#eef4fb", "#d9e6f4", "#b3cce8", "#86addb", "#5c8fce", "#3d77c2", "#1f61b0", "#0b5394", "#08427a", "#062f5c",
]  # fmt: skip


def theme() -> dict[str, Any]:
    """Settings of the component library: one colour, one roundness, the fonts of the computer."""
    return {
        "colors": {"kuai": _PRIMARY},
        "primaryColor": "kuai",
        "primaryShade": {"light": 7, "dark": 4},
        "fontFamily": FONTS,
        "headings": {"fontFamily": FONTS},
        "defaultRadius": "sm",
        "cursorType": "pointer",
        "respectReducedMotion": True,
    }


def provided(*children: Any) -> Any:  # noqa: ANN401 -- components
    """These components, drawn in the theme, light or dark as the reader has chosen or the computer says."""
    import dash_mantine_components as dmc

    return dmc.MantineProvider(list(children), theme=theme(), defaultColorScheme="auto", id="theme")

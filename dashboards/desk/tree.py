"""Trees of components as the browser builds them without Dash: kinds and properties, in plain mappings."""

from __future__ import annotations

from typing import Any

from dash.development.base_component import Component

_WILD = ("data-", "aria-")


def plain(tree: Any) -> Any:  # noqa: ANN401 -- components, texts, numbers, and lists of them
    """A tree of components as JSON has it: ``type`` and ``props`` of each; what is none stays as it is.

    Parameters
    ----------
    tree : component, text, number, mapping, or list of them
        What is shown.
    """
    if isinstance(tree, Component):
        names: list[str] = tree._prop_names  # noqa: SLF001 -- the only list of them, and Dash's own encoder asks each
        given = ((name, value) for name, value in vars(tree).items() if name in names or name.startswith(_WILD))
        return {"type": tree._type, "props": {name: plain(value) for name, value in given}}  # noqa: SLF001
    return [plain(one) for one in tree] if isinstance(tree, list | tuple) else tree

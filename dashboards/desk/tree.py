"""Trees of components as the browser builds them without Dash: kinds and properties, in plain mappings."""

from __future__ import annotations

from typing import Any

from dash.development.base_component import Component

_WILD = ("data-", "aria-")
Tag = dict[str, Any]


def tag(kind: str, children: Any = None, **props: Any) -> Tag:  # noqa: ANN401 -- what a component takes
    """An element as `plain` has it, made at a fiftieth of the time of a component: for what there are many of.

    Parameters
    ----------
    kind : str
        Class of `dash.html` in whose place it stands.
    children : tag, text, or list of them
        What is in it; left out if None.
    **props
        Its attributes, by the names that the component has for them.
    """
    return {"type": kind, "props": props if children is None else {"children": children, **props}}


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

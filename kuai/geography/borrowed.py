"""Arrays lent to compiled code as bare pointers: counting references to them costs more than the work on a point."""

from __future__ import annotations

from typing import Any, Protocol, TypeVar, cast

from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic

T = TypeVar("T")


class Lender(Protocol):
    """What `borrowed` is to a reader of types."""

    def __call__(self, arrays: T) -> T:
        """Same named tuple, lent."""


def _lend(_typing: object, arrays: Any) -> tuple[Any, Any]:  # noqa: ANN401 - numba's types have no stubs
    pointers = [types.CPointer(kind.dtype) for kind in arrays]  # type: ignore[no-untyped-call]
    lent: Any = types.NamedTuple(pointers, arrays.instance_class)  # type: ignore[no-untyped-call]

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:  # noqa: ANN401 - as above
        result = ir.Constant(context.get_value_type(signature.return_type), ir.Undefined)
        for place, kind in enumerate(signature.args[0]):
            member = context.make_array(kind)(context, builder, builder.extract_value(values[0], place))
            result = builder.insert_value(result, member.data, place)
        return result

    return lent(arrays), generate


borrowed = cast("Lender", intrinsic(_lend))
"""Same named tuple of contiguous arrays, a bare pointer for each; for use in compiled code only.

A pointer is indexed like the flat array, from 0, without a check of bounds. It is valid as long as the caller holds
the array.
"""

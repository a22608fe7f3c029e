"""Arrays lent to compiled code as bare pointers: counting references to them costs more than the work on a point."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic


@intrinsic  # type: ignore[untyped-decorator]
def borrowed(typing: Any, arrays: Any) -> Any:  # noqa: ARG001 - the signature numba asks for
    """Same named tuple with a pointer for each contiguous array, valid as long as the caller holds the arrays.

    A pointer is indexed like the flat array, from 0, without a check of bounds.
    """
    lent = types.NamedTuple([types.CPointer(kind.dtype) for kind in arrays], arrays.instance_class)

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        pointers = ir.Constant(context.get_value_type(signature.return_type), ir.Undefined)
        for place, kind in enumerate(signature.args[0]):
            member = context.make_array(kind)(context, builder, builder.extract_value(values[0], place))
            pointers = builder.insert_value(pointers, member.data, place)
        return pointers

    return lent(arrays), generate

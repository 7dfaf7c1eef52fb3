"""Whether a function call has as many arguments as the function takes."""

from partnerrules.language import syntax as s
from partnerrules.language.checking import Checking
from partnerrules.language.functions import FUNCTIONS


def has_count(checking: Checking, node: s.Call, least: int, most: int | None = None) -> bool:
    """Whether a call has as many arguments as the function takes; reports it if not."""
    if least <= len(node.arguments) <= (least if most is None else most):
        return True
    checking.wrong(
        "wrong-arguments",
        f"`{node.function}` takes {least} argument{'' if least == 1 else 's'}, not {len(node.arguments)}",
        node.span,
        help=f"write `{FUNCTIONS[node.function].usage}`",
    )
    return False

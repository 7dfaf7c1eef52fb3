"""Reads a YAML file into a tree of nodes with positions, whatever the file may contain.

What goes in is a file from outside; what comes out is a tree that is safe to walk, or else a diagnostic at its place.
The events come one by one from ruamel's parser, so that a hostile file is left as soon as it shows. Comes before the
schema of rulesets; imports diagnostics, `source_text` and the other `yaml_` modules.
"""

import re
import sys
from contextlib import closing

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError, YAMLStreamError

from partnerrules.diagnostics import PARSER_FAULTS, Report, Source, Span
from partnerrules.language.source_text import only_text, read_source
from partnerrules.language.yaml_limits import DEFAULT_LIMITS, Limits, RefusedError
from partnerrules.language.yaml_nodes import Node
from partnerrules.language.yaml_traps import explain
from partnerrules.language.yaml_tree import TreeBuilder

__all__ = ["DEFAULT_LIMITS", "Limits", "read_source", "read_yaml"]


def read_yaml(source: Source, report: Report, *, limits: Limits = DEFAULT_LIMITS) -> Node | None:
    """The tree of a YAML text; None after reporting what is wrong with it."""
    if len(source.text) > limits.characters:
        message = f"`{source.path}` has {len(source.text):,} characters, and at most {limits.characters:,} are read"
        report.error("too-large", message, Span(Source(source.path, ""), 0, 0), help="split it into several files")
        return None
    if not only_text(source, report):
        return None
    tree = TreeBuilder(source, report, limits)
    try:
        with closing(YAML(typ="safe", pure=True).parse(source.text)) as events:
            for event in events:
                tree.take(event)
    except RefusedError:
        return None
    except MarkedYAMLError as error:
        explain(error, source, report, tree.quoted)
        return None
    except (YAMLError, YAMLStreamError, *PARSER_FAULTS) as error:
        # What it says then is about its own inside.
        _unexpected(error, tree, report)
        return None
    return tree.finish()


def _unexpected(error: Exception, tree: TreeBuilder, report: Report) -> None:
    far = re.compile(r"\\U[0-9A-Fa-f]{8}").finditer(tree.source.text, tree.last)
    for match in far if isinstance(error, (ValueError, OverflowError)) else ():
        if int(match.group()[2:], base=16) > sys.maxunicode:
            message = f"`{match.group()}` lies beyond the last character there is"
            report.error("yaml-syntax", message, Span(tree.source, *match.span()))
            return
    directive = re.search(r"^%.*", tree.source.text, re.MULTILINE)
    if directive is not None:
        message = "a line that starts with `%` is a directive to YAML"
        report.error("yaml-syntax", message, Span(tree.source, *directive.span()), help="leave it out")
        return
    report.error("yaml-syntax", "this is not valid YAML from here on", Span(tree.source, tree.last, tree.last + 1))

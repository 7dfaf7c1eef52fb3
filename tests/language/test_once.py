"""Names that may stand once each."""

from partnerrules.diagnostics import Report, Source, Span
from partnerrules.language.once import Once


def test_c5_each_further_one_is_reported_with_the_first() -> None:
    report = Report()
    source = Source("a.yaml", "gold silver gold gold")
    first, silver, *again = (Span(source, start, end) for start, end in ((0, 4), (5, 11), (12, 16), (17, 21)))
    once = Once(report, help="take it out")
    assert once.claim("gold", first, "twice")
    assert once.claim("silver", silver, "twice")
    assert not any(once.claim("gold", span, "`gold` stands twice") for span in again)
    assert once.places == {"gold": first, "silver": silver}
    told = [(each.code, each.message, each.span, each.labels[1].span, each.help) for each in report.diagnostics]
    assert told == [("duplicate-id", "`gold` stands twice", span, first, "take it out") for span in again]


def test_c5_a_node_that_stands_twice_by_an_alias_is_twice() -> None:
    report = Report()
    span = Span(Source("a.yaml", "gold"), 0, 4)
    once = Once(report, help="take it out")
    assert once.claim("gold", span, "twice")
    assert not once.claim("gold", span, "twice")
    assert len(report.diagnostics) == 1

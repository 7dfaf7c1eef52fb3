"""A ruleset as it should read, with kinds that are not built yet: the reader of YAML takes all of it, trap-free."""

from partnerrules.diagnostics import Report, Source
from partnerrules.language.yaml_nodes import Mapping, Scalar, Sequence
from partnerrules.language.yaml_reader import read_yaml

SKETCH = """\
ruleset: southern-channel
version: "2026.2"
in_force: 2026-04-01 .. 2027-04-01
currency: CNY
timezone: Asia/Shanghai
calendar: {fiscal_year_starts: 04-01, holidays: CN}
title: {en: Southern channel programme, zh: 南方渠道政策, ru: Южная партнёрская программа}

parameters:                                   # every number that may change, once
  protection: {value: 90 days, title: {en: protection of a registration, zh: 报备保护期}, source: N-7}

definitions:
  sales_of_last_year:
    of: partner
    value: sum(partner.transactions[kind = "invoice" and date in last 12 months].net_amount)

tables:
  suitable-agent:                             # who may sell what to whom
    subject: deal
    hit: unique
    outputs: {role: {enum: [agent, account_manager, both]}}
    rows: |
      | product         | customer | size         | role            |
      |-----------------|----------|--------------|-----------------|
      | simple_standard | "A", "B" | >= 50000 CNY | account_manager |

tiering:
  grade:                                      # by rank in the cohort
    cohort: partners[exists(admitted_on) and today >= admitted_on + 6 months]
    percentile_of: partner.annual_score
    bands:
      - {grade: gold, top: 10 %}
      - {grade: watch, bottom: 10 %}
    review: {promote: quarterly, demote: yearly}

conflicts:
  same-customer:
    same: [customer]
    valid_when:
      - {id: approved, require: exists(claim.approved_at) and claim.approved_at <= as_of}
      - id: unsanctioned
        require: not(sanctioned(claim.partner, "stop_new_business", as_of))
    prefer:
      - id: customer-choice
        claim: claim.partner = claim.customer.chosen_partner
      - {id: registration, earliest: claim.submitted_at}
    otherwise: undecided                      # never silent

commission:
  sales:
    rate:
      ladder: marginal
      measure: {sum: transaction.net_amount, over: fiscal quarter to date, by: date, per: partner}
      bands:
        - {from: 0 CNY,      rate: 5 %}
        - {from: 100000 CNY, rate: 8 %}
    cap: {amount: 50000 CNY, per: customer and month}

sanctions:
  conduct:
    count: violations[confirmed]
    steps:                                    # the most severe that matches, alone
      - list: black
        when: level(1) >= 1 or level(2) >= 3
        effects: [stop_new_business, stop_settlement]

guarantees:                                   # proved, not tested
  - one-grade: exactly one grade for every partner of the cohort
  - bounded: sales.rate between 5 % and 10 %
"""


def test_the_sketch_reads_without_a_word() -> None:
    report = Report()
    node = read_yaml(Source("sketch.yaml", SKETCH), report)
    assert report.diagnostics == []
    assert isinstance(node, Mapping)
    assert node.keys()[-3:] == ("commission", "sanctions", "guarantees")


def test_expressions_of_the_sketch_stay_whole() -> None:
    node = read_yaml(Source("sketch.yaml", SKETCH), Report())
    assert isinstance(node, Mapping)
    commission = node.get("commission")
    assert isinstance(commission, Mapping)
    sales = commission.get("sales")
    assert isinstance(sales, Mapping)
    rate = sales.get("rate")
    assert isinstance(rate, Mapping)
    bands = rate.get("bands")
    assert isinstance(bands, Sequence)
    second = bands.items[1]
    assert isinstance(second, Mapping)
    share = second.get("rate")
    assert isinstance(share, Scalar)
    assert share.value == "8 %"
    line = SKETCH.splitlines()[share.span.line - 1]
    assert line[share.span.column - 1 :] == "8 %}"

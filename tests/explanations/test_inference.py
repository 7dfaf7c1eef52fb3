"""Derived facts told in three languages, whole: what follows, what is in doubt, and the chain behind another policy."""

from typing import Final

import pytest
from tests.support import decide

from partnerrules import Decision

RULES: Final = """\
parameters:
  gravest: {value: 1, status: assumed, note: the source names none}
inference:
  repeated:
    title: {en: the same breach again, zh: 同类违规再犯, ru: повторное нарушение}
    source: N-7
    when:
      - {fact: violation, as: one, where: one.level > gravest}
      - fact: violation
        as: two
        where:
          - id: alike
            title: {en: of the same kind, zh: 同一类型, ru: того же рода}
            require: two.kind = one.kind
          - two.partner = one.partner
          - one.occurred_on < two.occurred_on
      - {without: standing, as: pardon, where: pardon.partner = one.partner}
    then:
      derive: violation
      with: {partner: two.partner, kind: two.kind, level: one.level - 1, occurred_on: two.occurred_on}
    decreases: level
sanctions:
  conduct:
    title: {en: conduct, zh: 行为, ru: поведение}
    subject: partner
    count: partner.violations
    by: violation.occurred_on
    window: calendar year
    steps:
      - {list: yellow, when: level(2) >= 1, for: 90 days, effects: [notice]}
"""


def decided(kind: str | None = "price") -> Decision:
    breach = {"partner": "P-1", "level": 3, "occurred_on": "2026-02-01", "kind": "price"}
    second = {**breach, "occurred_on": "2026-02-10", "kind": kind}
    violations = {"V-1": breach, "V-2": {name: each for name, each in second.items() if each is not None}}
    return decide(RULES, {"partners": {"P-1": {}}, "violations": violations, "standings": {}, "sanctions": {}})


DERIVED: Final = {
    "en": """\
repeated(V-1+V-2) (violation) follows by "the same breach again" (repeated, trial 1 [N-7])
  it says: partner = P-1; kind = price; level = 2; occurred on = 10 Feb 2026
- it follows from V-1 (one), V-2 (two)
  - holds: one.level > gravest
    one.level = 3; gravest = 1
  - holds: of the same kind
    two.kind = price (condition: = one.kind); one.kind = price
  - holds: two.partner = one.partner
    two.partner = P-1; one.partner = P-1
  - holds: one.occurred_on < two.occurred_on
    one.occurred_on = 1 Feb 2026; two.occurred_on = 10 Feb 2026
  - holds: without pardon
    without standing as pardon where pardon.partner = one.partner
May rest on 1 parameter whose value is assumed: gravest""",
    "zh": """\
repeated(V-1+V-2)（违规）由“同类违规再犯”推出（repeated、trial 1 [N-7]）
  其内容：违规的合作伙伴 = P-1；违规类型 = price；违规级别 = 2；发生日期 = 2026年2月10日
- 依据：V-1（one）、V-2（two）
  - 满足：one.level > gravest
    违规级别 (one.level) = 3；gravest = 1
  - 满足：同一类型
    违规类型 (two.kind) = price（条件：= one.kind）；违规类型 (one.kind) = price
  - 满足：two.partner = one.partner
    违规的合作伙伴 (two.partner) = P-1；违规的合作伙伴 (one.partner) = P-1
  - 满足：one.occurred_on < two.occurred_on
    发生日期 (one.occurred_on) = 2026年2月1日；发生日期 (two.occurred_on) = 2026年2月10日
  - 满足：without pardon
    without standing as pardon where pardon.partner = one.partner
可能依据 1 项取值为假定的参数：gravest""",
    "ru": """\
repeated(V-1+V-2) (нарушение) следует из правила «повторное нарушение» (repeated, trial 1 [N-7])
  значения: партнёр-нарушитель = P-1; вид нарушения = price; уровень нарушения = 2; день нарушения = 10.02.2026
- на основании: V-1 (one), V-2 (two)
  - выполнено: one.level > gravest
    уровень нарушения (one.level) = 3; gravest = 1
  - выполнено: того же рода
    вид нарушения (two.kind) = price (условие: = one.kind); вид нарушения (one.kind) = price
  - выполнено: two.partner = one.partner
    партнёр-нарушитель (two.partner) = P-1; партнёр-нарушитель (one.partner) = P-1
  - выполнено: one.occurred_on < two.occurred_on
    день нарушения (one.occurred_on) = 01.02.2026; день нарушения (two.occurred_on) = 10.02.2026
  - выполнено: without pardon
    without standing as pardon where pardon.partner = one.partner
Может опираться на 1 параметр с условно принятым значением: gravest""",
}


@pytest.mark.parametrize("language", ["en", "zh", "ru"])
def test_e6_a_derived_fact_is_told_with_what_it_follows_from(language: str) -> None:
    assert decided().explain("repeated", "repeated(V-1+V-2)", language=language) == DERIVED[language]


IN_DOUBT: Final = {
    "en": """\
Whether repeated(V-1+V-2) (violation) follows by "the same breach again" cannot be determined (repeated, trial 1 [N-7])
  it says: partner = P-1; kind = not known; level = 2; occurred on = 10 Feb 2026
- it may follow from V-1 (one), V-2 (two)
  - holds: one.level > gravest
    one.level = 3; gravest = 1
  - not known: of the same kind
    two.kind = not known (condition: = one.kind); one.kind = price
    missing: kind of V-2 (violation)
  - holds: two.partner = one.partner
    two.partner = P-1; one.partner = P-1
  - holds: one.occurred_on < two.occurred_on
    one.occurred_on = 1 Feb 2026; two.occurred_on = 10 Feb 2026
  - holds: without pardon
    without standing as pardon where pardon.partner = one.partner
Not determined, because 1 fact is not known:
- kind of V-2 (violation)
May rest on 1 parameter whose value is assumed: gravest""",
    "zh": """\
repeated(V-1+V-2)（违规）是否由“同类违规再犯”推出，无法判定（repeated、trial 1 [N-7]）
  其内容：违规的合作伙伴 = P-1；违规类型 = 未知；违规级别 = 2；发生日期 = 2026年2月10日
- 可能的依据：V-1（one）、V-2（two）
  - 满足：one.level > gravest
    违规级别 (one.level) = 3；gravest = 1
  - 未知：同一类型
    违规类型 (two.kind) = 未知（条件：= one.kind）；违规类型 (one.kind) = price
    缺少：V-2（违规）的违规类型
  - 满足：two.partner = one.partner
    违规的合作伙伴 (two.partner) = P-1；违规的合作伙伴 (one.partner) = P-1
  - 满足：one.occurred_on < two.occurred_on
    发生日期 (one.occurred_on) = 2026年2月1日；发生日期 (two.occurred_on) = 2026年2月10日
  - 满足：without pardon
    without standing as pardon where pardon.partner = one.partner
无法判定，因为以下 1 项信息未知：
- V-2（违规）的违规类型
可能依据 1 项取值为假定的参数：gravest""",
    "ru": """\
Следует ли repeated(V-1+V-2) (нарушение) из правила «повторное нарушение», определить нельзя (repeated, trial 1 [N-7])
  значения: партнёр-нарушитель = P-1; вид нарушения = неизвестно; уровень нарушения = 2; день нарушения = 10.02.2026
- возможно, на основании: V-1 (one), V-2 (two)
  - выполнено: one.level > gravest
    уровень нарушения (one.level) = 3; gravest = 1
  - неизвестно: того же рода
    вид нарушения (two.kind) = неизвестно (условие: = one.kind); вид нарушения (one.kind) = price
    не хватает: вид нарушения у V-2 (нарушение)
  - выполнено: two.partner = one.partner
    партнёр-нарушитель (two.partner) = P-1; партнёр-нарушитель (one.partner) = P-1
  - выполнено: one.occurred_on < two.occurred_on
    день нарушения (one.occurred_on) = 01.02.2026; день нарушения (two.occurred_on) = 10.02.2026
  - выполнено: without pardon
    without standing as pardon where pardon.partner = one.partner
Не определено, потому что неизвестен 1 факт:
- вид нарушения у V-2 (нарушение)
Может опираться на 1 параметр с условно принятым значением: gravest""",
}


@pytest.mark.parametrize("language", ["en", "zh", "ru"])
def test_e6_a_fact_in_doubt_names_what_is_missing(language: str) -> None:
    assert decided(None).explain("repeated", "repeated(V-1+V-2)", language=language) == IN_DOUBT[language]


CHAIN: Final = {
    "en": """\
P-1 is on the list "yellow" by "conduct" (conduct, trial 1)
  in force: public notice until 11 May 2026 00:00+08:00
1. yellow: completed by "the same breach again" (V-1, V-2); from 10 Feb 2026 00:00+08:00 \
until 11 May 2026 00:00+08:00; running
   violations of level 2: 1 (at least 1 needed)
   effects: public notice
   not recorded yet
What would make it lighter:
- without "the same breach again" (V-1, V-2) no sanction would be running
- without a further offence it ends on 11 May 2026 00:00+08:00
May rest on 1 parameter whose value is assumed: gravest
Derived facts behind it:
- repeated(V-1+V-2) (violation) follows by "the same breach again" from V-1 (one), V-2 (two) [N-7]""",
    "zh": """\
P-1 依据“行为”列入“yellow”（conduct、trial 1）
  目前生效：通报（2026年5月11日 00:00+08:00 解除）
1. yellow：由“同类违规再犯”（V-1、V-2）触发；自 2026年2月10日 00:00+08:00 起，2026年5月11日 00:00+08:00 解除；生效中
   2 级违规次数：1（至少 1 次）
   后果：通报
   尚未登记
以下情形处罚会更轻：
- 若无“同类违规再犯”（V-1、V-2），则没有生效的处罚
- 如无新的违规，2026年5月11日 00:00+08:00 解除
可能依据 1 项取值为假定的参数：gravest
所依据的推出事实：
- repeated(V-1+V-2)（违规）由“同类违规再犯”依据 V-1（one）、V-2（two）推出 [N-7]""",
    "ru": """\
P-1 в списке «yellow» по правилу «поведение» (conduct, trial 1)
  сейчас действует: публичное предупреждение до 11.05.2026 00:00+08:00
1. yellow: из-за «повторное нарушение» (V-1, V-2); с 10.02.2026 00:00+08:00 до 11.05.2026 00:00+08:00; действует
   нарушений уровня 2: 1 (нужно не менее 1)
   последствия: публичное предупреждение
   ещё не зарегистрирована
Что смягчило бы санкцию:
- без «повторное нарушение» (V-1, V-2) действующих санкций не было бы
- без новых нарушений закончится 11.05.2026 00:00+08:00
Может опираться на 1 параметр с условно принятым значением: gravest
Выведенные факты, на которых это основано:
- repeated(V-1+V-2) (нарушение) следует из правила «повторное нарушение» на основании: V-1 (one), V-2 (two) [N-7]""",
}


@pytest.mark.parametrize("language", ["en", "zh", "ru"])
def test_e6_a_sanction_for_a_derived_violation_is_told_with_what_that_follows_from(language: str) -> None:
    assert decided().explain("conduct", "P-1", language=language) == CHAIN[language]

"""The sentences about what a commission is made of, in three languages. Imports the catalogue of keys only."""

from typing import Final

from partnerrules.explanations.catalogue import Key, Sentence

ENGLISH_COMMISSION: Final[dict[Key, Sentence]] = {
    "commission_marginal": "each band at its own rate:",
    "commission_interpolated": "each band adds its amount bit by bit:",
    "commission_band": "{band}, from {start}: {rate} of {amount} is {result}",
    "commission_band_each": "{band}, from {start}: {rate} for each of {amount} is {result}",
    "commission_band_part": "{band}, from {start}: {amount} lies in it, and all of it gives {rate}",
    "commission_climbed": "in the period from {period}: {before} before it, {after} with it",
    "commission_climbed_so_far": "so far: {before} before it, {after} with it",
    "commission_previous": "in the period before: {after}",
    "commission_measured": "measured: {after}",
    "commission_whole": "{rate} of the whole base, by band {band} from {start}",
    "commission_whole_each": "{rate} for each of {after}, by band {band} from {start}",
    "commission_whole_amount": "{rate} for all, by band {band} from {start}",
    "commission_whole_period": (
        "{rate} of all in the period, by band {band} from {start}; before it the rate was {rate_before}"
    ),
    "commission_whole_period_each": (
        "{rate} for each in the period, by band {band} from {start}; before it {rate_before} for each"
    ),
    "commission_whole_period_amount": (
        "{rate} for the whole period, by band {band} from {start}; before it {rate_before}"
    ),
    "commission_no_band": "no band of the ladder is reached",
    "commission_points": "{value} of the base more",
    "commission_times": "times {value}",
    "commission_perhaps_points": "perhaps {value} of the base more",
    "commission_perhaps_times": "perhaps times {value}",
    "commission_because": "{condition}",
    "commission_rate_at_most": "at most {rate} of the base in all",
    "commission_override": "{payee} ({role}): {amount}",
    "reason_override_circle": "somebody stands above themselves in the hierarchy of partners",
    "commission_override_of": "{payee} ({role}): {rate} of {base} is {amount}",
    "commission_modified": "by the rate {calculated}, with what changes it {amount}",
    "reason_negative_measure": "what it measures is less than nothing, and it corrects nothing",
    "statement_override": "{role} above {payee}: {rate} of {base}",
}

CHINESE_COMMISSION: Final[dict[Key, Sentence]] = {
    "commission_marginal": "分档计算：",
    "commission_interpolated": "各档金额按比例递增：",
    "commission_band": "{band}（自 {start} 起）：{amount} 的 {rate}，即 {result}",
    "commission_band_each": "{band}（自 {start} 起）：{amount}，每单位 {rate}，即 {result}",
    "commission_band_part": "{band}（自 {start} 起）：其中 {amount}，整档为 {rate}",
    "commission_climbed": "自 {period} 起的期间：此前累计 {before}，计入后 {after}",
    "commission_climbed_so_far": "迄今：此前累计 {before}，计入后 {after}",
    "commission_previous": "上一期间：{after}",
    "commission_measured": "计量值：{after}",
    "commission_whole": "整个基数按 {rate} 计，所达档 {band}（自 {start} 起）",
    "commission_whole_each": "共 {after}，每单位 {rate}，所达档 {band}（自 {start} 起）",
    "commission_whole_amount": "整体 {rate}，所达档 {band}（自 {start} 起）",
    "commission_whole_period": "期间全部基数按 {rate} 计，所达档 {band}（自 {start} 起）；此前的费率为 {rate_before}",
    "commission_whole_period_each": "期间内每单位 {rate}，所达档 {band}（自 {start} 起）；此前每单位 {rate_before}",
    "commission_whole_period_amount": "整个期间 {rate}，所达档 {band}（自 {start} 起）；此前为 {rate_before}",
    "commission_no_band": "未达到任何一档",
    "commission_points": "另加基数的 {value}",
    "commission_times": "乘以 {value}",
    "commission_perhaps_points": "可能另加基数的 {value}",
    "commission_perhaps_times": "可能乘以 {value}",
    "commission_because": "{condition}",
    "commission_rate_at_most": "合计不超过基数的 {rate}",
    "commission_override": "{payee}（{role}）：{amount}",
    "reason_override_circle": "伙伴层级中有人位于自己之上",
    "commission_override_of": "{payee}（{role}）：{base} 的 {rate}，即 {amount}",
    "commission_modified": "按费率 {calculated}，调整后 {amount}",
    "reason_negative_measure": "其计量值为负，且不更正任何单据",
    "statement_override": "{payee} 的上级 {role}：{base} 的 {rate}",
}

RUSSIAN_COMMISSION: Final[dict[Key, Sentence]] = {
    "commission_marginal": "каждая ступень по своей ставке:",
    "commission_interpolated": "каждая ступень добавляет свою сумму постепенно:",
    "commission_band": "{band}, от {start}: {rate} от {amount} = {result}",
    "commission_band_each": "{band}, от {start}: {rate} за единицу, всего единиц {amount} = {result}",
    "commission_band_part": "{band}, от {start}: в ней {amount}, вся ступень даёт {rate}",
    "commission_climbed": "за период с {period}: до него {before}, вместе с ним {after}",
    "commission_climbed_so_far": "за всё время: до него {before}, вместе с ним {after}",
    "commission_previous": "за предыдущий период: {after}",
    "commission_measured": "мера: {after}",
    "commission_whole": "{rate} от всей базы, ступень {band} от {start}",
    "commission_whole_each": "{rate} за единицу, всего единиц {after}, ступень {band} от {start}",
    "commission_whole_amount": "{rate} за всё, ступень {band} от {start}",
    "commission_whole_period": (
        "{rate} от всего за период, ступень {band} от {start}; до него ставка была {rate_before}"
    ),
    "commission_whole_period_each": (
        "{rate} за каждую единицу за период, ступень {band} от {start}; до него было {rate_before}"
    ),
    "commission_whole_period_amount": "{rate} за весь период, ступень {band} от {start}; до него было {rate_before}",
    "commission_no_band": "ни одна ступень шкалы не достигнута",
    "commission_points": "ещё {value} от базы",
    "commission_times": "умножено на {value}",
    "commission_perhaps_points": "возможно, ещё {value} от базы",
    "commission_perhaps_times": "возможно, умножается на {value}",
    "commission_because": "{condition}",
    "commission_rate_at_most": "всего не более {rate} от базы",
    "commission_override": "{payee} ({role}): {amount}",
    "reason_override_circle": "кто-то в иерархии партнёров стоит выше самого себя",
    "commission_override_of": "{payee} ({role}): {rate} от {base} = {amount}",
    "commission_modified": "по ставке {calculated}, с учётом надбавок {amount}",
    "reason_negative_measure": "его мера меньше нуля, и он ничего не исправляет",
    "statement_override": "{role} над {payee}: {rate} от {base}",
}

"""What people call the outcomes that policies have by themselves, where a ruleset calls them nothing else.

May import titles. English, Chinese, Russian; told where an outcome stands as a value, as where one policy asks another.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from partnerrules.schema.titles import Title

_TEXTS: Final[Mapping[str, tuple[str, str, str]]] = {
    "no_policy_in_force": ("no policy in force", "没有生效的规则", "правило не действует"),
    "not_applicable": ("not applicable", "不适用", "неприменимо"),
    "decided": ("decided", "已确定", "определено"),
    "no_rule": ("no row applies", "没有适用的行", "ни одна строка не подходит"),
    "several_rules": ("rows contradict each other", "多行相互矛盾", "строки противоречат друг другу"),
    "undetermined": ("undetermined", "无法判定", "не определено"),
    "eligible": ("eligible", "符合条件", "соответствует условиям"),
    "ineligible": ("not eligible", "不符合条件", "не соответствует условиям"),
    "no_place": ("no place left", "没有名额", "мест не осталось"),
    "no_grade": ("no grade", "未达到任何等级", "без уровня"),
    "no_score": ("no score", "没有得分", "нет баллов"),
    "cohort_too_small": ("too few to rank", "参加排名的过少", "слишком мало участников"),
    "scored": ("scored", "已评分", "оценено"),
    "refused": ("refused", "不予通过", "отказано"),
    "won": ("won", "胜出", "победа"),
    "lost": ("lost", "未胜出", "проигрыш"),
    "partial": ("won in part", "部分胜出", "частичная победа"),
    "undecided": ("undecided", "未分胜负", "не решено"),
    "discarded": ("out", "不参加比较", "вне рассмотрения"),
    "assigned": ("assigned", "已分派", "назначено"),
    "no_candidate": ("no candidate", "没有候选者", "нет кандидатов"),
    "no_room": ("no room left", "没有余量", "нет свободных мест"),
    "granted": ("granted", "已批给", "предоставлено"),
    "reduced": ("granted in part", "部分批给", "предоставлено частично"),
    "exhausted": ("used up", "额度已用完", "исчерпано"),
    "nothing": ("nothing", "无", "ничего"),
    "forfeited": ("lost", "已丧失", "утрачено"),
    "pending": ("pending", "待定", "ожидается"),
    "in_order": ("in order", "符合要求", "в порядке"),
    "warning": ("warning", "警示", "предупреждение"),
    "deficient": ("deficient", "有缺陷", "есть недостатки"),
    "derived": ("derived", "已推出", "выведено"),
    "no_stage": ("no stage", "没有阶段", "нет этапа"),
    "unknown_stage": ("unknown stage", "阶段无法识别", "неизвестный этап"),
    "clear": ("clear", "无", "ничего не выявлено"),
    "overlapping": ("overlapping", "重叠", "пересекается"),
    "exempt": ("exempt", "豁免", "исключение"),
    "complete": ("complete", "完整", "полностью"),
    "incomplete": ("incomplete", "不完整", "не полностью"),
    "chosen": ("chosen", "已选入", "выбрано"),
    "not_chosen": ("not chosen", "未选入", "не выбрано"),
    "met": ("met", "达到", "выполнено"),
    "breached": ("breached", "违反", "нарушено"),
    "running": ("running", "进行中", "идёт"),
    "stopped": ("stopped", "暂停", "остановлено"),
    "not_started": ("not started", "未开始", "не начато"),
    "unconfirmed": ("unconfirmed", "未确认", "не подтверждено"),
    "earned": ("earned", "已取得", "заработано"),
    "held": ("held back", "暂扣", "удержано"),
    "clawed_back": ("taken back", "已追回", "возвращено"),
    "excluded": ("earns nothing", "不计", "не начисляется"),
}

BUILT_IN_WORDS: Final[Mapping[str, Title]] = MappingProxyType(
    {word: Title(tuple(zip(("en", "zh", "ru"), texts, strict=True))) for word, texts in _TEXTS.items()}
)
"""By outcome."""

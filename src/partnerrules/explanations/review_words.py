"""What the reviews of a grade found, in words. Imports nothing but the kinds of sentences."""

from typing import Final

from partnerrules.explanations.catalogue import Key, Sentence

ENGLISH_REVIEWS: Final[dict[Key, Sentence]] = {
    "review_up_found": "the review for a promotion on {day} found {grade}",
    "review_down_found": "the review for a demotion on {day} found {grade}",
    "review_in_grace": "the grace goes on: this grade is given from {until} on, unless more is reached",
    "review_recovered": "it is not given: the recorded grade was reached again on {until}, when the grace was over",
    "review_held": "it is not given: the recorded grade cannot be lowered before {until}",
    "review_too_early": "it is not given: the recorded grade cannot be raised before {until}",
}

CHINESE_REVIEWS: Final[dict[Key, Sentence]] = {
    "review_up_found": "{day} 的升级评审结果：{grade}",
    "review_down_found": "{day} 的降级评审结果：{grade}",
    "review_in_grace": "宽限期未满：除非届时已达到更高等级，否则自 {until} 起生效",
    "review_recovered": "不生效：{until} 宽限期满时，已重新达到所记录的等级",
    "review_held": "不生效：{until} 之前不得下调已记录的等级",
    "review_too_early": "不生效：{until} 之前不得上调已记录的等级",
}

RUSSIAN_REVIEWS: Final[dict[Key, Sentence]] = {
    "review_up_found": "пересмотр для повышения {day} дал: {grade}",
    "review_down_found": "пересмотр для понижения {day} дал: {grade}",
    "review_in_grace": "отсрочка продолжается: действует с {until}, если не будет достигнут более высокий уровень",
    "review_recovered": "не применяется: к концу отсрочки, {until}, записанный уровень снова достигнут",
    "review_held": "не применяется: записанный уровень нельзя понизить раньше {until}",
    "review_too_early": "не применяется: записанный уровень нельзя повысить раньше {until}",
}

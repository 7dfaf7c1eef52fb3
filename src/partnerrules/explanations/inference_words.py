"""The sentences of derived facts, in each language. Imports the catalogue of keys only."""

from typing import Final

from partnerrules.explanations.catalogue import Key, Sentence

ENGLISH_INFERENCE: Final[dict[Key, Sentence]] = {
    "inference_derived": '{subject} ({relation}) follows by "{title}" ({details})',
    "inference_undetermined": 'Whether {subject} ({relation}) follows by "{title}" cannot be determined ({details})',
    "inference_fields": "it says: {fields}",
    "inference_way": "it follows from {premises}",
    "inference_way_in_doubt": "it may follow from {premises}",
    "inference_premise": "{record} ({name})",
    "inference_chain": "Derived facts behind it:",
    "inference_from": '{record} ({relation}) follows by "{rule}" from {premises}',
    "inference_from_in_doubt": '{record} ({relation}) may follow by "{rule}" from {premises}',
}

CHINESE_INFERENCE: Final[dict[Key, Sentence]] = {
    "inference_derived": "{subject}（{relation}）由“{title}”推出（{details}）",
    "inference_undetermined": "{subject}（{relation}）是否由“{title}”推出，无法判定（{details}）",
    "inference_fields": "其内容：{fields}",
    "inference_way": "依据：{premises}",
    "inference_way_in_doubt": "可能的依据：{premises}",
    "inference_premise": "{record}（{name}）",
    "inference_chain": "所依据的推出事实：",
    "inference_from": "{record}（{relation}）由“{rule}”依据 {premises}推出",
    "inference_from_in_doubt": "{record}（{relation}）可能由“{rule}”依据 {premises}推出",
}

RUSSIAN_INFERENCE: Final[dict[Key, Sentence]] = {
    "inference_derived": "{subject} ({relation}) следует из правила «{title}» ({details})",
    "inference_undetermined": "Следует ли {subject} ({relation}) из правила «{title}», определить нельзя ({details})",
    "inference_fields": "значения: {fields}",
    "inference_way": "на основании: {premises}",
    "inference_way_in_doubt": "возможно, на основании: {premises}",
    "inference_premise": "{record} ({name})",
    "inference_chain": "Выведенные факты, на которых это основано:",
    "inference_from": "{record} ({relation}) следует из правила «{rule}» на основании: {premises}",
    "inference_from_in_doubt": "{record} ({relation}), возможно, следует из правила «{rule}» на основании: {premises}",
}

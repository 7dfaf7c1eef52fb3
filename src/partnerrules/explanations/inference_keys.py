"""The keys of the sentences that derived facts are told in. Imports nothing of ours."""

from typing import Literal, TypeAlias

InferenceKey: TypeAlias = Literal[
    # the first line: {subject}, {relation}, {title}, {details}
    "inference_derived",
    "inference_undetermined",
    # what it says, and what it follows from: {fields}, {premises}, {name}, {record}, {relation}
    "inference_fields",
    "inference_way",
    "inference_way_in_doubt",
    "inference_premise",
    # the chain back to what is given: {record}, {relation}, {rule}, {premises}
    "inference_chain",
    "inference_from",
    "inference_from_in_doubt",
]

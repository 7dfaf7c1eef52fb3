"""The law of the unknown: what is certain while facts are missing stays when they are found out."""

from hypothesis import strategies as st

from partnerrules.language import terms
from partnerrules.laws.asking import resting_on
from partnerrules.laws.law import Law, broken, certain_parts, decided
from partnerrules.rulesets import Ruleset
from partnerrules.strategies import Situation, situations
from partnerrules.strategies.reads import reads_of

_MOST_HIDDEN = 6
_SEVERAL_RULES = "several_rules"


def _hidden(data: st.DataObject, rules: Ruleset, full: Situation) -> Situation:
    """The same facts with some of them not known: fields left open, and relations given in part."""
    schema = reads_of(rules).schema
    places = [
        (relation, id, field.name)
        for relation, rows in full.relations.items()
        for id, fields in rows.items()
        for field in schema.relations[relation].fields.values()
        if field.absence == "none" or (field.absence == "unknown" and field.name in fields)
    ]
    chosen = st.lists(st.sampled_from(places), max_size=_MOST_HIDDEN, unique=True) if places else st.just([])
    relations = {relation: {id: dict(row) for id, row in rows.items()} for relation, rows in full.relations.items()}
    for relation, id, name in data.draw(chosen):
        row = relations[relation][id]
        if schema.relations[relation].fields[name].absence == "none":
            row[name] = {"unknown": True}
        else:
            row.pop(name)
    partial = data.draw(st.lists(st.sampled_from(sorted(relations)), max_size=2, unique=True))
    for relation in partial:
        ids = sorted(relations[relation])
        for id in data.draw(st.sets(st.sampled_from(ids))) if ids else ():
            relations[relation].pop(id)
    return full.having(relations, frozenset(partial))


def _knowledge(data: st.DataObject, rules: Ruleset) -> None:
    full = data.draw(situations(rules))
    partly = _hidden(data, rules, full)
    before, after = decided(rules, partly), decided(rules, full)
    wilful = asks_what_is_known(rules)
    for policy, results in before.items():
        if policy in wilful:
            continue
        for subject, result in results.items():
            later = after.results[policy].get(subject)
            if later is None or later.outcome == _SEVERAL_RULES:
                continue  # rules in doubt may agree, and turn out to be two that should not both apply
            known, now = certain_parts(result), certain_parts(later)
            for part, value in known.items():
                if now.get(part) != value:
                    message = (
                        f"{part} is certainly `{value}` while facts are missing, and `{now.get(part, 'not known')}` "
                        "when they are found out"
                    )
                    raise broken(full, policy, subject, message, later)


def asks_what_is_known(rules: Ruleset) -> frozenset[str]:
    """The policies and definitions that turn the unknown into a value, with `known` or `if_unknown`, and may change."""
    return resting_on(rules, by_term=lambda term: isinstance(term, terms.Known | terms.IfUnknown))


KNOWLEDGE = Law("knowledge", "what is certain while facts are missing stays when they are found out", _knowledge)

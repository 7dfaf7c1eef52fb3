"""Results told in sentences, in English, Chinese and Russian. May import decisions, policies and below."""

from partnerrules.explanations.telling import explain, tell_statement

__all__ = ["explain", "tell_statement"]

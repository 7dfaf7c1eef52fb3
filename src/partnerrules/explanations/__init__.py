"""Results told in sentences, in English, Chinese and Russian. May import decisions, policies and below."""

from partnerrules.explanations.settlement_story import tell_settlement
from partnerrules.explanations.statement_pages import page_name, statement_page
from partnerrules.explanations.telling import explain, tell_statement

__all__ = ["explain", "page_name", "statement_page", "tell_settlement", "tell_statement"]

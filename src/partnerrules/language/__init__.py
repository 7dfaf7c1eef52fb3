"""The policy language: YAML with places, document forms, expressions, and the checker that gives names their meaning.

Text comes in, checked terms go out. May import schema and below; knows neither facts nor policies.
"""

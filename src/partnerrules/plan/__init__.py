"""The relational plan: what every policy kind is lowered to, and every back end runs.

A plan computes a table of rows, one for each record that a policy decides, column by column. May import language and
below; knows neither policy kinds nor back ends.
"""

"""What facts and expressions can be: types, the unknown value, and the entities with their fields.

`types` holds the types, `missing` the unknown value, `entities` the schema. May import domain, quantities and
diagnostics.
"""

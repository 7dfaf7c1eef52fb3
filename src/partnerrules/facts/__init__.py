"""Facts: relations of records in memory, how they are given, read, checked and looked up.

`collection` holds `Facts`, `records` the ways to give a record, `files` and `yaml_text` read files, `reading` reads
one value, `binding` all of them by a schema, `database` is what comes out. A record is read by `sound_records` if it is
sound, which is quick, and by `record_reading` if it is not, which says why. May import schema, domain, quantities and
diagnostics.
"""

from partnerrules.facts.collection import Facts
from partnerrules.facts.database import Database, Row
from partnerrules.facts.records import Record

__all__ = ["Database", "Facts", "Record", "Row"]

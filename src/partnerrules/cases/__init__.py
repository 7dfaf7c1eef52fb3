"""Cases: facts with the results that a ruleset must give for them, worked by hand, run, and counted.

`forms` says what stands in `cases.yaml`, `given` merges its facts, `reading` reads all of it, `comparing` holds what
was found against what was expected, `coverage` counts what was reached, `running` does it all. May import rulesets and
below.
"""

from partnerrules.cases.reading import Case
from partnerrules.cases.running import CasesReport, Failure, case_files, cases_in, run_case, run_cases

__all__ = ["Case", "CasesReport", "Failure", "case_files", "cases_in", "run_case", "run_cases"]

"""Other engines, each with the table in the form that is natural to it. None of them has to be installed."""

"""Benefits: rights, things and money that partners get, and up to which caps. `policy` puts the parts together."""

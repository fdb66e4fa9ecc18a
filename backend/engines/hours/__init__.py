"""Service hours: proposed by what was done, confirmed by whoever held it, certified on paper."""

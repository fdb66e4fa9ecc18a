"""Monthly passes, their terms, and what residents invite their visitors with."""

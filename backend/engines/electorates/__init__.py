"""Who may vote on what concerns a place: its dwellings, areas, owners and heads, frozen."""

"""Business engines shared by features, lowest first."""

ROOMS = (
    "duties",
    "clocks",
    "orders",
    "details",
    "boards",
    "streams",
    "handling",
    "dispatches",
    "demands",
    "ledgers",
    "payments",
    "refunds",
    "checkouts",
    "receipts",
)

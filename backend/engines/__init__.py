"""Business engines shared by features, lowest first."""

ROOMS = (
    "vehicles",
    "duties",
    "clocks",
    "orders",
    "cards",
    "details",
    "boards",
    "streams",
    "handling",
    "dispatches",
    "demands",
    "ledgers",
    "payments",
    "refunds",
    "quarantines",
    "checkouts",
    "receipts",
    "tariffs",
    "bills",
    "billings",
)

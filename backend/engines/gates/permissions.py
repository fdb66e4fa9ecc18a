"""Who may look at the gates, open them by hand, and set them up."""

from backend.core.actor import Permission, Role


class P(Permission):
    READ = ("gates.read", Role.PROPERTY_STAFF, Role.PROPERTY_MANAGER)
    OPEN = ("gates.open", Role.PROPERTY_STAFF, Role.PROPERTY_MANAGER)
    CORRECT = ("gates.correct", Role.PROPERTY_STAFF, Role.PROPERTY_MANAGER)
    MANAGE = ("gates.manage", Role.PROPERTY_MANAGER)
    QUOTE = "gates.quote"
    """Everyone who stands before the barrier."""

"""Who may do what with stalls."""

from backend.core.actor import Permission, Role


class P(Permission):
    READ = "stalls.read"
    OFFER = "stalls.offer"
    """Everybody may offer a stall; what is theirs is asked row by row."""
    VISIT = "stalls.visit"
    RUN = ("stalls.run", Role.SOCIAL_WORKER, Role.SECRETARY)

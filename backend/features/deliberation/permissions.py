"""Who does what with matters; see also engines.matters."""

from backend.core.actor import Permission, Role


class P(Permission):
    SEE = "deliberation.see"
    KEEP = ("deliberation.keep", Role.SOCIAL_WORKER, Role.SECRETARY, Role.STREET_DISPATCHER)

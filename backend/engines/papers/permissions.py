"""Who may enter papers, and who rules where two entries differ."""

from backend.core.actor import Permission, Role


class P(Permission):
    ENTER = (
        "papers.enter",
        Role.GRID_OFFICER,
        Role.SOCIAL_WORKER,
        Role.SECRETARY,
        Role.STREET_DISPATCHER,
    )
    RULE = ("papers.rule", Role.SECRETARY, Role.STREET_DISPATCHER)

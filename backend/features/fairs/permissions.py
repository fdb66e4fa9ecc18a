"""Who may do what with fairs: the engine's own, for the routes here."""

from backend.engines.fairs.queries import P as P

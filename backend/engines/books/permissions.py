"""Who reads and closes books: a firm's accountant their firm's, the county's people all."""

from backend.core.actor import Permission, Role


class P(Permission):
    READ = ("books.read", Role.ACCOUNTANT, Role.COUNTY_OFFICE)
    CLOSE = ("books.close", Role.ACCOUNTANT)
    EXPORT = ("books.export", Role.ACCOUNTANT, Role.COUNTY_OFFICE)

from tests.engines.checkouts.conftest import bank as bank
from tests.engines.checkouts.conftest import city as city
from tests.engines.checkouts.conftest import desk as desk
from tests.engines.checkouts.conftest import till as till

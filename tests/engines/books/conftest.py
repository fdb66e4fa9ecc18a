from tests.engines.settlements.conftest import city as city
from tests.engines.settlements.conftest import desk as desk
from tests.engines.settlements.conftest import till as till

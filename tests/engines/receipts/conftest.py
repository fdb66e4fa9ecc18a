from tests.engines.payments.conftest import city as city
from tests.engines.payments.conftest import till as till

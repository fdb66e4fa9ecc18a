"""The car park of the gates' tests."""

from tests.engines.gates.conftest import noon as noon
from tests.engines.gates.conftest import park as park
from tests.engines.vehicles.conftest import yard as yard
from tests.foundation.conftest import city as city

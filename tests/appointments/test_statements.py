"""How many statements a page costs, everything included: session, account, transaction, save. Never more with rows."""

import pytest

"""Loaded by pytest before Django's settings: a start that needs no server and touches nothing outside a test folder."""

import os
import tempfile

os.environ.setdefault("RUN_DIR", tempfile.mkdtemp(prefix="trappan-test-"))
os.environ.setdefault("SECRET_KEY", "only-for-tests")
os.environ.setdefault("ALLOWED_HOSTS", "testserver,localhost,127.0.0.1")
os.environ.setdefault("SITE_URL", "http://testserver")
os.environ["DEBUG"] = "1"
os.environ["DEMO"] = os.environ.get("TEST_DEMO", "1")
os.environ.setdefault("DATABASE_URL", f"sqlite:///{os.environ['RUN_DIR']}/test.sqlite3")

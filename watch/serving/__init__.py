"""`manage.py serve`: web, workers, beat, the embedded Valkey and the demo's postbox under one supervisor."""

"""Secrets that a try-out makes for itself and keeps."""

import os
import secrets
from pathlib import Path


def kept_secret(file: Path) -> str:
    """32 random bytes in base64url, made once and kept in `file` for its owner alone.

    Whoever comes first makes it; processes that start together end up with the same one.
    """
    if not file.exists():
        draft = file.with_name(f".{file.name}-{secrets.token_hex(8)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as made:
            made.write(secrets.token_urlsafe(32))
        try:
            os.link(draft, file)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return file.read_text(encoding="ascii").strip()

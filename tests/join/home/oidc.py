"""A small OpenID Connect provider on this machine: discovery, keys and tokens, signed with RS256."""

import base64
import hashlib
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, parse_qsl, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "trappan", "a-secret: between us"
PERSONNUMMER = "189001019802"


class Provider:
    """What the provider knows; `lies` changes the claims or the signature of the next token."""

    def __init__(self):
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.codes, self.lies, self.broken, self.asked = {}, {}, "", []
        self.origin = ""

    def configuration(self):
        return {
            "issuer": self.origin,
            "authorization_endpoint": f"{self.origin}/authorize",
            "token_endpoint": f"{self.origin}/token",
            "jwks_uri": f"{self.origin}/jwks",
            "userinfo_endpoint": f"{self.origin}/userinfo",
        }

    def jwks(self):
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [{**public, "kid": "one", "use": "sig", "alg": "RS256"}]}

    def authorize(self, url, subject):
        """The person shows who they are; the query to come back with."""
        asked = dict(parse_qsl(urlsplit(url).query))
        assert urlsplit(url).path == "/authorize"
        assert (asked["client_id"], asked["response_type"], asked["scope"]) == (CLIENT, "code", "openid")
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(8)
        self.codes[code] = (asked, subject)
        return {"code": code, "state": asked["state"]}

    def token(self, form, authorization):
        """The answer at the token endpoint, or None when the client is not the one that asked."""
        user, _, password = base64.b64decode(authorization.removeprefix("Basic ")).decode().partition(":")
        asked, subject = self.codes.pop(form["code"], ({}, ""))
        proof = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).decode().rstrip("=")
        if (user, password) != (CLIENT, SECRET) or asked.get("redirect_uri") != form["redirect_uri"]:
            return None
        if asked["code_challenge"] != proof:
            return None
        now = int(time.time())
        claims = {
            "iss": self.origin,
            "aud": CLIENT,
            "sub": subject,
            "nonce": asked["nonce"],
            "iat": now,
            "exp": now + 300,
            "name": "Verkligt Namn",
            "email": "verklig@example.org",
            "personal_identity_number": PERSONNUMMER,
        }
        lies = dict(self.lies)
        key, kid = lies.pop("key", self.key), lies.pop("kid", "one")
        algorithm = lies.pop("algorithm", "RS256")
        claims = {name: value for name, value in (claims | lies).items() if value is not None}
        signed = jwt.encode(claims, key, algorithm=algorithm, headers={"kid": kid})
        return {"access_token": "token-to-forget", "refresh_token": "more-to-forget", "token_type": "Bearer"} | {
            "id_token": signed
        }


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        pages = {"/.well-known/openid-configuration": "configuration", "/jwks": "jwks"}
        self.answer(getattr(self.server.provider, pages[self.path])() if self.path in pages else None)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        self.answer(self.server.provider.token(form, self.headers.get("Authorization", "")))

    def answer(self, what):
        provider = self.server.provider
        provider.asked.append(self.path)
        if provider.broken and provider.broken in self.path:
            body, status = b"<html>sorry", 503 if provider.broken != "/jwks" else 200
        else:
            body, status = json.dumps(what or {"error": "invalid_grant"}).encode(), 200 if what else 400
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


class Server:
    """Runs a provider while the test does."""

    def __enter__(self):
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.provider = provider = Provider()
        provider.origin = f"http://127.0.0.1:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return provider

    def __exit__(self, *args):
        self.http.shutdown()
        self.http.server_close()

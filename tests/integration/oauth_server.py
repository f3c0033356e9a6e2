"""An authorization server and a protected resource of python3-oauthlib: what it accepts, others accept.

Usage: oauth_server.py PORT. One client, "machine:1" with the secret in CLIENT_SECRET, and two scopes.
"""

import base64
import os
import sys
import time
import urllib.parse
from wsgiref.simple_server import WSGIRequestHandler, make_server

os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"  # loopback

from oauthlib.oauth2 import BackendApplicationServer, RequestValidator

SECRET = os.environ["CLIENT_SECRET"]
CLIENT = "machine:1"
SCOPES = {"read", "write"}


class Client:
    client_id = CLIENT


class Validator(RequestValidator):
    tokens = {}

    def authenticate_client(self, request, *args, **kwargs):
        method, _, value = request.headers.get("Authorization", "").partition(" ")
        if method.lower() == "basic":
            pair = base64.b64decode(value).decode("ascii").split(":")
            if len(pair) != 2:
                return False
            client, secret = (urllib.parse.unquote_plus(part) for part in pair)
        else:
            client, secret = request.client_id, request.client_secret
        request.client = Client()
        return (client, secret) == (CLIENT, SECRET)

    def client_authentication_required(self, request, *args, **kwargs):
        return True

    def validate_grant_type(self, client_id, grant_type, client, request, *args, **kwargs):
        return grant_type == "client_credentials"

    def get_default_scopes(self, client_id, request, *args, **kwargs):
        return ["read"]

    def validate_scopes(self, client_id, scopes, client, request, *args, **kwargs):
        return set(scopes) <= SCOPES

    def save_bearer_token(self, token, request, *args, **kwargs):
        self.tokens[token["access_token"]] = (time.time() + token["expires_in"], token["scope"].split())

    def validate_bearer_token(self, token, scopes, request):
        until, granted = self.tokens.get(token, (0, []))
        return until > time.time() and set(scopes) <= set(granted)


SERVER = BackendApplicationServer(Validator(), token_expires_in=900)


def application(environ, start_response):
    length = int(environ.get("CONTENT_LENGTH") or 0)
    body = environ["wsgi.input"].read(length).decode("utf-8")
    headers = {"Content-Type": environ.get("CONTENT_TYPE", "")}
    if "HTTP_AUTHORIZATION" in environ:
        headers["Authorization"] = environ["HTTP_AUTHORIZATION"]
    path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
    uri = "http://" + environ["HTTP_HOST"] + path
    if path == "/token":
        headers, text, status = SERVER.create_token_response(uri, method, body, headers)
    elif path in ("/read", "/write"):
        good, _ = SERVER.verify_request(uri, method, body, headers, [path[1:]])
        headers, text, status = {"Content-Type": "application/json"}, '{"ok": %s}' % str(good).lower(), 200 if good else 401
    elif path == "/forget":
        Validator.tokens.clear()
        headers, text, status = {}, "", 204
    else:
        headers, text, status = {}, "", 404
    start_response("%d -" % status, list(headers.items()))
    return [text.encode("utf-8")]


class Quiet(WSGIRequestHandler):
    def log_message(self, *args):
        pass


make_server("127.0.0.1", int(sys.argv[1]), application, handler_class=Quiet).serve_forever()

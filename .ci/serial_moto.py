"""moto's server on a free port of 127.0.0.1, one request after the other: threaded, it loses writes that it has acknowledged.
With the word `threaded` it is: SNS posts within a request, and whoever gets that asks moto for the certificate. Prints the port."""

import re
import sys

from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import make_server

app = DomainDispatcherApplication(create_backend_app)


def by_host(environ, start_response):
    """moto tells services apart by who signs, and nobody signs a request for a certificate: there the host tells."""
    host = re.fullmatch(r"([a-z]+)\.([a-z0-9-]+)\.amazonaws\.com", environ.get("HTTP_HOST", ""))
    if host and "HTTP_AUTHORIZATION" not in environ:
        scope = f"NOBODY/20260101/{host[2]}/{host[1]}/aws4_request"
        environ["HTTP_AUTHORIZATION"] = f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=00"
    return app(environ, start_response)


threaded = sys.argv[1:] == ["threaded"]
server = make_server("127.0.0.1", 0, by_host, threaded=threaded, request_handler=MotoRequestHandler)
print(server.port, flush=True)
server.serve_forever()

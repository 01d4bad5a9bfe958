"""moto's server on a free port of 127.0.0.1, one request after the other: threaded, it loses writes that it has acknowledged.
With the word `threaded` it is: SNS posts within a request, and whoever gets that asks moto for the certificate. Prints the port."""

import sys

from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import make_server

app = DomainDispatcherApplication(create_backend_app)
threaded = sys.argv[1:] == ["threaded"]
server = make_server("127.0.0.1", 0, app, threaded=threaded, request_handler=MotoRequestHandler)
print(server.port, flush=True)
server.serve_forever()

"""moto's server on a free port of 127.0.0.1, one request after the other: threaded, it loses writes that it has acknowledged.
Prints the port."""

from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import make_server

app = DomainDispatcherApplication(create_backend_app)
server = make_server("127.0.0.1", 0, app, threaded=False, request_handler=MotoRequestHandler)
print(server.port, flush=True)
server.serve_forever()

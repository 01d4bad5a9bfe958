"""Sends one signed alert to Alert Whisperer. Needs nothing but Python 3.

URL=http://127.0.0.1:8001/api/webhooks/alerts KEY=... SECRET=... python3 python.py
"""

import hashlib
import hmac
import json
import os
import time
import urllib.error
import urllib.request

alert = {
    "asset_name": "web-01",
    "signature": "high_cpu_usage",
    "severity": "high",
    "message": "CPU at 97%",
    "tool_source": "python",
}

body = json.dumps(alert).encode()
timestamp = str(int(time.time()))
secret = os.environ["SECRET"].encode()
signature = hmac.new(secret, timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()

request = urllib.request.Request(
    os.environ["URL"],
    data=body,  # the very bytes that were signed
    headers={
        "Content-Type": "application/json",
        "X-API-Key": os.environ["KEY"],
        "X-Timestamp": timestamp,
        "X-Signature": "sha256=" + signature,
    },
)
try:
    with urllib.request.urlopen(request, timeout=30) as answer:
        print(answer.status, answer.read().decode())
except urllib.error.HTTPError as refused:
    raise SystemExit(f"{refused.code} {refused.read().decode()}")

// Sends one signed alert to Alert Whisperer. Needs nothing but Node 18 or later.
//
// URL=http://127.0.0.1:8001/api/webhooks/alerts KEY=... SECRET=... node node.mjs

import { createHmac } from "node:crypto";

const { URL: url, KEY: key, SECRET: secret } = process.env;

const body = JSON.stringify({
  asset_name: "web-01",
  signature: "high_cpu_usage",
  severity: "high",
  message: "CPU at 97%",
  tool_source: "node",
});
const timestamp = String(Math.floor(Date.now() / 1000));
const signature = createHmac("sha256", secret).update(`${timestamp}.${body}`).digest("hex");

const answer = await fetch(url, {
  method: "POST",
  headers: {
    "Content-Type": "application/json",
    "X-API-Key": key,
    "X-Timestamp": timestamp,
    "X-Signature": `sha256=${signature}`,
  },
  body, // the very text that was signed
});
console.log(answer.status, await answer.text());
if (!answer.ok) process.exitCode = 1;

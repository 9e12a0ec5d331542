// Loaded into the provider's process before its own code: counts what it is asked, and what it asks of instances.
const { subscribe } = require("node:diagnostics_channel");

globalThis.counted = { rpcs: 0, calls: 0 };
subscribe("http2.server.stream.created", () => globalThis.counted.rpcs++);
subscribe("undici:request:create", () => globalThis.counted.calls++);

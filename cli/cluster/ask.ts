import type { Instance } from "./cluster.js";

const limit = 5_000;

/** One operation of one instance, by its administrator. */
export async function ask(instance: Instance, operation: Record<string, unknown>): Promise<unknown> {
  const credentials = Buffer.from(`${instance.username}:${instance.password}`).toString("base64");
  const response = await fetch(instance.endpoint, {
    method: "POST",
    headers: { authorization: `Basic ${credentials}`, "content-type": "application/json" },
    body: JSON.stringify(operation),
    signal: AbortSignal.timeout(limit),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${instance.name} answered ${response.status}: ${text}`);
  return JSON.parse(text);
}

import { Agent, fetch } from "undici";
import { type Instance, isSecure } from "./cluster.js";

const limit = 5_000;
/** Its certificate is its own; it is on this machine. */
const trusting = new Agent({ connect: { rejectUnauthorized: false } });

/** One operation of one instance, by its administrator. */
export async function ask(instance: Instance, operation: Record<string, unknown>): Promise<unknown> {
  const credentials = Buffer.from(`${instance.username}:${instance.password}`).toString("base64");
  const response = await fetch(instance.endpoint, {
    method: "POST",
    headers: { authorization: `Basic ${credentials}`, "content-type": "application/json" },
    body: JSON.stringify(operation),
    signal: AbortSignal.timeout(limit),
    ...(isSecure(instance) && { dispatcher: trusting }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${instance.name} answered ${response.status}: ${text}`);
  return JSON.parse(text);
}

import { z } from "zod";
import type { Instance } from "../instances";
import {
  addressOf,
  defaultReplicationPort,
  HarperError,
  replicationUrl,
  urlProblem,
  type WireRoute,
} from "../operations-api";
import { type CommonInputs, type CommonOutputs, defineResource } from "../resource";
import { hasUnknown } from "../unknown";
import { checkAddress, commonInputs, commonOutputs, identityOf } from "./common";
import { routeHazards } from "./hazards";
import { requireRouteOperations } from "./versions";

export interface RouteInputs extends CommonInputs {
  hostname?: string | undefined;
  port?: number | undefined;
  url?: string | undefined;
}
export type RouteState = RouteInputs & CommonOutputs & { address: string };

/** One address in an instance's list of routes. */
export const route = defineResource<RouteInputs, RouteState>({
  name: "Route",
  description:
    "One address in the list of routes that the target dials when it starts. Harper reads the list at a full restart; until then the change is pending. Routes that are there keep their order; new ones follow, in alphabetical order where the engine starts them together: `dependsOn` gives them one of your own.",
  inputs: z.strictObject({
    ...commonInputs,
    hostname: z
      .string()
      .min(1)
      .optional()
      .meta({ description: "Host to dial. Either this or `url`; it is kept as `url`." }),
    port: z
      .number()
      .int()
      .min(1)
      .max(65535)
      .optional()
      .meta({ description: `Port of \`hostname\`. Default ${defaultReplicationPort}.` }),
    url: z
      .string()
      .min(1)
      .optional()
      .meta({ description: "`wss://host:port` to dial. Either this or `hostname`.", replaceOnChanges: true }),
  }),
  outputs: z.strictObject({
    ...commonOutputs,
    address: z.string().meta({ description: "The address in one spelling: `wss://host:port`." }),
  }),

  rules({ hostname, port, url }, fail) {
    checkAddress({ hostname, url }, fail);
    if (url !== undefined && port !== undefined) fail("port", "belongs to hostname; write the port into url");
  },

  complete(inputs) {
    if (hasUnknown(inputs)) return;
    inputs.url = addressIn(inputs);
    inputs.hostname = undefined;
    inputs.port = undefined;
  },

  liveRules: (_inputs, { at }, fail) => requireRouteOperations(at, "target", fail),

  hazards: routeHazards,

  id: ({ instance, address }) => `${instance}/${address}`,
  expected: async (inputs) => ({ address: addressIn(inputs) }),
  idForms: { "wss://HOST:PORT": "that address in the instance's list" },
  fromId: (rest) => (urlProblem(rest) ? undefined : { url: rest }),

  assume: (wanted) => ({ address: addressIn(wanted) }),

  async observe(like, { at }) {
    const address = addressIn(like);
    const stored = await at.client.storedRoutes();
    if (!stored.some((other) => addressOf(other) === address)) return undefined;
    const { target, adopt } = like;
    return { target, adopt, url: address, address, ...(await identityOf(at)) };
  },

  async write(wanted, _before, { at }) {
    await at.burst(writeRoutes).submit({ address: addressIn(wanted), there: true });
  },

  async remove(state, { at }) {
    await at.burst(writeRoutes).submit({ address: addressIn(state), there: false });
    return true;
  },

  pending: (_state, { at }) => pendingRoutes(at),
});

/** What the next start of an instance would dial otherwise than its process does now, in a sentence. */
export async function pendingRoutes(at: Instance): Promise<string[]> {
  const [stored, memory] = await Promise.all([at.client.storedRoutes(), at.client.getRoutes()]);
  const dialled = new Set(memory.map(addressOf));
  const kept = new Set(stored.map(addressOf));
  const coming = [...kept].filter((address) => !dialled.has(address));
  const going = [...dialled].filter((address) => !kept.has(address));
  if (coming.length + going.length === 0) return [];
  const parts = [
    coming.length > 0 ? `will dial ${coming.join(", ")}` : "",
    going.length > 0 ? `will no longer dial ${going.join(", ")}` : "",
  ];
  return [
    `Pending on ${at.name}: it ${parts.filter(Boolean).join(" and ")} after a restart: run \`pulumi-harper restart ${at.name}\`.`,
  ];
}

function addressIn({ hostname, port, url, address }: Partial<RouteState>): string {
  const found =
    hostname !== undefined || url !== undefined ? addressOf(url ?? replicationUrl(hostname as string, port)) : address;
  return found ?? "";
}

/** How often a list is written that others write, too, and how long it has to stay as it is. */
const mostTries = 8;
const watchMs = 200;

interface RouteWrite {
  address: string;
  there: boolean;
}

/**
 * Writes a burst of routes. What stands in the file keeps its place and its spelling; new ones follow in their order.
 * Others may write the list at the same time, from what they read before: it is looked at again later, and mended.
 */
async function writeRoutes(at: Instance, writes: RouteWrite[]): Promise<unknown[]> {
  const wrong = async () => {
    at.client.forget();
    const now = new Set((await at.client.storedRoutes()).map(addressOf));
    return writes.filter(({ address, there }) => now.has(address) !== there);
  };
  let failed = writes;
  for (let tries = mostTries; tries > 0 && failed.length > 0; tries--) {
    const began = performance.now();
    const hasWritten = await syncRoutes(at, writes);
    const tookMs = performance.now() - began;
    if (hasWritten) await at.client.pause("set_configuration", Math.max(watchMs, 4 * tookMs) * (1 + Math.random()));
    failed = await wrong();
  }
  return writes.map((write) => (failed.includes(write) ? notApplied(at, write) : undefined));
}

/** Reads the list right before it is written, and once more where that took no effect; answers whether it was written. */
async function syncRoutes(at: Instance, writes: RouteWrite[], isSecond = false): Promise<boolean> {
  at.client.forget();
  const [stored, memory] = await Promise.all([at.client.storedRoutes(), at.client.getRoutes()]);
  const { kept, added, removed } = changed(stored, writes);
  if (added.length + removed.length === 0) return false;

  const isSafe = !isSecond && isTruthful(stored, memory);
  if (isSafe && removed.length === 0) await at.client.setRoutes(added);
  else if (isSafe && added.length === 0 && removed.every((one) => typeof one === "string"))
    await at.client.deleteRoutes(removed);
  else
    await at.client.rewriteRoutes((now) => {
      const last = changed(now, writes);
      return [...last.kept, ...last.added];
    });
  if (!isSecond && !isAsMeant(await at.client.storedRoutes(), kept, added)) await syncRoutes(at, writes, true);
  return true;
}

/** What stays of a list, what comes and what goes. */
function changed(stored: WireRoute[], writes: RouteWrite[]) {
  const gone = new Set(writes.filter(({ there }) => !there).map(({ address }) => address));
  const known = new Set(stored.map(addressOf));
  const wanted = writes.filter(({ there, address }) => there && !known.has(address)).map(({ address }) => address);
  const added = [...new Set(wanted)].sort();
  const kept = stored.filter((one) => !gone.has(addressOf(one) ?? ""));
  const removed = stored.filter((one) => gone.has(addressOf(one) ?? ""));
  return { kept, added, removed };
}

/** Harper's route operations start from what the process read when it started: safe only where the file says the same. */
const isTruthful = (stored: WireRoute[], memory: WireRoute[]) =>
  stored.length > 0 && JSON.stringify(stored) === JSON.stringify(memory);

function isAsMeant(now: WireRoute[], kept: WireRoute[], added: string[]): boolean {
  return JSON.stringify(now) === JSON.stringify([...kept, ...added]);
}

const notApplied = (at: Instance, { address, there }: RouteWrite) =>
  new HarperError("notApplied", {
    operation: there ? "cluster_set_routes" : "cluster_delete_routes",
    instance: at.name,
    problem: `${address} is ${there ? "not in" : "still in"} the configuration`,
  });

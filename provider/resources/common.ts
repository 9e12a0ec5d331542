import { z } from "zod";
import type { Instance } from "../instances";
import { connectionSchema, hostProblem, type NodeRow, urlProblem } from "../operations-api";
import type { CommonOutputs, Fail } from "../resource";

/** The properties every resource has. */
export const commonInputs = {
  target: z
    .union([z.string().min(1), connectionSchema])
    .optional()
    .meta({
      description:
        "The instance whose operations API is used: a name in `harper:instances`, or a connection. May be left out where only one is configured. Another name or connection of the same instance is an update that changes nothing there; another instance replaces, and is never written to on behalf of an object made elsewhere.",
      settingOnly: true,
    }),
  adopt: z.enum(["identical", "never", "always"]).optional().meta({
    description:
      "What to do where it is there already: take it over if it is `identical` to what is declared (default), `never`, or `always`, changing what differs.",
    settingOnly: true,
  }),
};

/** How edges are made, wherever they are declared. */
export const edgeSettings = {
  requireTables: z.boolean().optional().meta({
    description: "Fail in preview where the target lacks a table that is named. Default true.",
    settingOnly: true,
  }),
  activate: z.enum(["reconnect"]).optional().meta({
    description:
      "`reconnect`: where Harper would start the rows of a new edge only after a reconnect, remove the node and add it again at once. That interrupts every edge of the node for some seconds. Default: say what is pending.",
    settingOnly: true,
  }),
};

export const commonOutputs = {
  instance: z.string().meta({ description: "The name that the target instance reports of itself." }),
  authoritySerial: z.string().optional().meta({
    description:
      "Serial number of the certificate authority that the target made for itself: tells it from another one of its name.",
  }),
};

/** Of what is declared as a whole: others that are there, too. */
export const undeclaredOutput = (what: string) =>
  z
    .array(z.string())
    .optional()
    .meta({
      description: `${what} that are there and not declared. They are drift, which \`up\` mends by removing them.`,
      drift: (names) => (Array.isArray(names) && names.length > 0 ? "update" : undefined),
    });

/** Which instance an object is made on, as it is kept in the state. */
export async function identityOf({ client }: Instance): Promise<CommonOutputs> {
  return { instance: await client.nodeName(), authoritySerial: await client.authority() };
}

/** Where a peer is dialled: a hostname or a URL, one of the two. */
export function checkAddress({ hostname, url }: { hostname?: unknown; url?: unknown }, fail: Fail): void {
  if (hostname === undefined && url === undefined) fail("hostname", "is required, or url");
  if (hostname !== undefined && url !== undefined) fail("url", "give either url or hostname");
  const wrongUrl = typeof url === "string" && urlProblem(url);
  if (wrongUrl) fail("url", wrongUrl);
  const wrongHost = typeof hostname === "string" && hostProblem(hostname);
  if (wrongHost) fail("hostname", wrongHost);
}

/** A peer in the instance's own table, by what may be known of it: its name, hostname or URL. Never the instance itself. */
export async function findNode(at: Instance, isMeant: (row: NodeRow) => boolean): Promise<NodeRow | undefined> {
  const [rows, own] = await Promise.all([at.client.nodes(), at.client.nodeName()]);
  return rows.find((row) => row.name !== own && isMeant(row));
}

/** The same by the name that a state has of it; throws where a second look contradicts that it is gone. */
export async function findKnown(at: Instance, name: string): Promise<NodeRow | undefined> {
  const row = await findNode(at, (one) => one.name === name);
  if (!row) await at.client.confirmAbsent(name);
  return row;
}

import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout } from "node:timers/promises";
import { Agent, fetch } from "undici";
import { readCluster, restartInstance } from "../../cli/cluster";
import { differencesOf } from "./differences";
import type { World } from "./world";

type Name = "us" | "eu" | "ap";
interface Instance {
  endpoint: string;
  username: string;
  password: string;
}

/** Three real instances, from the file that `pulumi-harper cluster up` writes. */
export async function realWorld(file: string): Promise<World> {
  const { instances } = JSON.parse(readFileSync(file, "utf8")) as { instances: Record<string, Instance> };
  const [us, eu, ap] = Object.values(instances);
  if (!us || !eu || !ap) throw new Error(`${file} has fewer than three instances`);
  const found: Record<Name, Instance> = { us, eu, ap };
  const ask = (name: Name, body: Record<string, unknown>) => askInstance(found[name], body);
  const described = async (name: Name) => {
    const { endpoint, username, password } = found[name];
    const trusted = endpoint.startsWith("https:") && { insecureSkipTlsVerify: true };
    const status = (await ask(name, { operation: "cluster_status" })) as { node_name: string };
    return { connection: { endpoint, username, password, ...trusted }, reports: status.node_name };
  };
  for (const name of ["us", "eu", "ap"] as const)
    for (const [database, tables] of Object.entries({ shop: ["dog", "cat", "bird"], zoo: ["ape"] }))
      for (const table of tables) await ask(name, { operation: "create_table", database, table, primary_key: "id" });

  const { version } = (await ask("us", { operation: "registration_info" })) as { version: string };
  const differs = differencesOf(version);
  let next = Date.now();
  return {
    differs,
    instances: { us: await described("us"), eu: await described("eu"), ap: await described("ap") },
    ask,
    async flows(from, to, table) {
      const id = `row-${next++}`;
      await ask(from, { operation: "insert", database: "shop", table, records: [{ id }] });
      for (let tries = 0; tries < 8; tries++) {
        const rows = await ask(to, {
          operation: "search_by_id",
          database: "shop",
          table,
          ids: [id],
          get_attributes: ["id"],
        });
        if (Array.isArray(rows) && rows.length > 0) return true;
        await setTimeout(100);
      }
      return false;
    },
    async restart(name) {
      if (differs.restart) return restartInstance(instanceAt(file, found[name]));
      const before = await processOf(ask, name);
      await ask(name, { operation: "restart" });
      for (let tries = 0; tries < 240; tries++) {
        const now = await processOf(ask, name).catch(() => before);
        if (now !== before) return;
        await setTimeout(250);
      }
      throw new Error(`${name} did not restart within a minute`);
    },
  };
}

function instanceAt(file: string, { endpoint }: Instance) {
  const instances = Object.values(readCluster(dirname(file))?.instances ?? {});
  const found = instances.find((instance) => instance.endpoint === endpoint);
  if (!found) throw new Error(`${file} does not have ${endpoint}`);
  return found;
}

async function processOf(ask: World["ask"], name: Name): Promise<unknown> {
  const answer = await ask(name, { operation: "system_information", attributes: ["harperdb_processes"] });
  return (answer as { harperdb_processes: { core: { pid: number }[] } }).harperdb_processes.core[0]?.pid;
}

/** Older versions have TLS here, with certificates of their own making. */
const trusting = new Agent({ connect: { rejectUnauthorized: false } });

async function askInstance(
  { endpoint, username, password }: Instance,
  body: Record<string, unknown>,
): Promise<unknown> {
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
  const headers = { "content-type": "application/json", authorization };
  const answer = await fetch(endpoint, {
    method: "POST",
    headers,
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(20_000),
    dispatcher: trusting,
  });
  return answer.json();
}

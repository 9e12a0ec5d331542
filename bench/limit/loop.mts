// The same work as that of the contenders, with the fewest calls that do it. Exits 2 where an edge is not as it should be.
import { readFileSync } from "node:fs";
import { Pool } from "undici";
import type { Member } from "../cases.mts";
import { type StepName, theEdge } from "../contenders/contender.mts";
import type { Connection } from "../stand-in/process.mts";

interface Case {
  members: Member[];
  connections: Record<string, Connection>;
  changed: boolean;
}
interface Edge {
  table: string;
  subscribe: boolean;
  publish: boolean;
}
interface Status {
  connections: { name: string; subscriptions: Edge[] }[];
}

const [, , step = "", file = ""] = process.argv;
const { members, connections, changed } = JSON.parse(readFileSync(file, "utf8")) as Case;
const changing = theEdge(members);

const edgesOf = ({ name, tables }: Member) =>
  tables.map((table) => ({
    database: "shop",
    table,
    subscribe: true,
    publish: !(changed && name === changing.instance && table === changing.table),
  }));

function caller({ endpoint, username, password }: Connection) {
  const pool = new Pool(endpoint, { connections: 1 });
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
  return async (body: object): Promise<unknown> => {
    const headers = { authorization, "content-type": "application/json" };
    const response = await pool.request({ method: "POST", path: "/", headers, body: JSON.stringify(body) });
    const text = await response.body.text();
    if (response.statusCode !== 200) throw new Error(`${endpoint} answered ${response.statusCode}: ${text}`);
    return JSON.parse(text);
  };
}

/** An instance whole: written where the step writes, then read. */
async function perform(member: Member): Promise<boolean> {
  const connection = connections[member.name] as Connection;
  const call = caller(connection);
  const { username, password } = connection;
  const of = { hostname: member.hub };
  const subscriptions = edgesOf(member);
  if (step === "up") {
    const authorization = { username, password };
    await call({ operation: "add_node", ...of, verify_tls: false, authorization, subscriptions });
  } else if (step === "one-edge change") {
    if (member.name !== changing.instance) return true;
    const edges = subscriptions.filter(({ table }) => table === changing.table);
    await call({ operation: "update_node", ...of, subscriptions: edges });
  } else if (step === "destroy") await call({ operation: "remove_node", ...of });
  const status = (await call({ operation: "cluster_status" })) as Status;
  if (step === "destroy") return true;
  const there = status.connections.find(({ name }) => name === member.hub)?.subscriptions ?? [];
  return subscriptions.every(({ table, subscribe, publish }) =>
    there.some((one) => one.table === table && one.subscribe === subscribe && one.publish === publish),
  );
}

/** Joins write on both ends, so those of one hub take turns; all else is at once on all instances. */
async function performAll(step: StepName): Promise<boolean[]> {
  if (step !== "up" && step !== "destroy") return Promise.all(members.map(perform));
  const hubs = [...Map.groupBy(members, ({ hub }) => hub).values()];
  const done = hubs.map(async (ofHub) => {
    const all: boolean[] = [];
    for (const member of ofHub) all.push(await perform(member));
    return all;
  });
  return (await Promise.all(done)).flat();
}

const isAsItShouldBe = (await performAll(step as StepName)).every(Boolean);
// Without waiting for idle sockets.
process.exit(isAsItShouldBe ? 0 : 2);

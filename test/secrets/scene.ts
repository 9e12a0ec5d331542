import { inspect } from "node:util";
import { connectionSchema } from "../../provider/operations-api";
import { resources } from "../../provider/resources";
import { keysToMark } from "../../provider/secrets";
import { type FakeCluster, type Fault, startFakeCluster } from "../fake";
import { plainCanary, Search } from "./canaries";
import { type Baited, baitedConnections } from "./inputs";

type Fields = Record<string, unknown>;
type ResourceName = keyof typeof resources;

/** One resource, as a front end serves it. What it answers and throws is what leaves the process. */
export interface Hooks {
  check(inputs: Fields): Promise<unknown>;
  diff(id: string, state: Fields, inputs: Fields): Promise<unknown>;
  create(inputs: Fields): Promise<{ id: string; state: Fields }>;
  read(id: string, state: Fields): Promise<unknown>;
  update(id: string, state: Fields, inputs: Fields): Promise<unknown>;
  delete(id: string, state: Fields): Promise<unknown>;
}

/** One run of the provider, and all that it has said: messages, answers but for what is marked as secret in them, … */
export interface Run {
  of(name: ResourceName): Hooks;
  /** What is asked of an instance rather than of a resource. */
  others(peer?: string): Promise<unknown>[];
  cancel(): void;
  said: string[];
  close(): Promise<unknown>;
}

/** How a run is started on these settings. */
export type Start = (settings: { instances: Fields; unverified: "keep" | "fail"; auditLog?: string }) => Promise<Run>;

/** Three instances with passwords that are canaries; `us` is reached in one of several ways. */
export interface Scene {
  fake: FakeCluster;
  us: Baited<Fields>;
  instances: Fields;
  secrets: Record<string, string>;
}

export async function openScene(way = "password"): Promise<Scene> {
  const fake = await startFakeCluster({
    nodes: ["us-1", "eu-1", "ap-1"],
    tables: { shop: ["dog", "cat", "bird"] },
  });
  const at = (name: string) => fake.instances[name] ?? { endpoint: "" };
  const reached = async (name: string, by: string) =>
    (await baitedConnections(at(name).endpoint)).find(({ title }) => title === by);
  const [first, second, third] = [
    await reached("us-1", way),
    await reached("eu-1", "password"),
    await reached("ap-1", "password"),
  ];
  if (!first || !second || !third) throw new Error(`the schema has no secret ${way}`);
  for (const [name, { value }] of Object.entries({ "us-1": first, "eu-1": second, "ap-1": third })) {
    fake.addUser(name, { username: "admin", password: String(value.password), superUser: true });
    if (value.token) fake.addToken(name, String(value.token), "admin");
  }
  const named = Object.entries({ us: first, eu: second, ap: third });
  return {
    fake,
    us: first,
    instances: Object.fromEntries(named.map(([name, { value }]) => [name, value])),
    secrets: {
      userinfo: plainCanary(),
      ...Object.fromEntries(
        named.flatMap(([name, { secrets }]) =>
          Object.entries(secrets).map(([key, secret]) => [`${name}.${key}`, secret]),
        ),
      ),
    },
  };
}

/** The fields by which a connection can be reached, as the schema has them. */
export const ways = Object.entries(connectionSchema.shape)
  .filter(([, field]) => field.meta()?.secret)
  .map(([name]) => name);

const passwordOf = (scene: Scene, name: string) => (scene.instances[name] as { password: string }).password;
const joining = (scene: Scene, name: string) => ({
  verifyTls: false,
  authorization: { username: "admin", password: passwordOf(scene, name) },
});

/** An operation as it is, past the provider. */
export async function ask(scene: Scene, name: "us" | "eu" | "ap", body: Fields): Promise<unknown> {
  const { endpoint, username, password, token } = scene.instances[name] as Record<string, string>;
  const basic = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
  const headers = { "content-type": "application/json", authorization: token ? `Bearer ${token}` : basic };
  return (await fetch(endpoint ?? "", { method: "POST", headers, body: JSON.stringify(body) })).json();
}

/** What is there before anything goes wrong. */
export async function make(run: Run, scene: Scene, target: unknown = "us") {
  const node = { target, hostname: "eu-1", replicateByDefault: false, ...joining(scene, "eu") };
  const edge = { target, node: "eu-1", database: "shop", table: "dog" };
  const route = { target, hostname: "eu-1" };
  return {
    node: { inputs: node, made: await run.of("Node").create(node) },
    edge: { inputs: edge, made: await run.of("Subscription").create(edge) },
    route: { inputs: route, made: await run.of("Route").create(route) },
  };
}

/** Every hook of every resource, right and wrong, all at once; then the deletes. Resolves with what each came to. */
export async function tryAll(run: Run, scene: Scene, made: Awaited<ReturnType<typeof make>>, more: Fields = {}) {
  const [node, subscription, route] = [run.of("Node"), run.of("Subscription"), run.of("Route")];
  const [routes, configuration] = [run.of("Routes"), run.of("ClusterConfiguration")];
  // Explicit, as a mesh would keep what else is to be deleted.
  const subscriptions = [{ database: "shop", table: "dog" }];
  const all = { target: "ap", connections: [{ hostname: "eu-1", subscriptions, ...joining(scene, "eu") }] };
  const left = {
    instance: "ap-1",
    connections: [{ hostname: "eu-1" }],
    members: [{ name: "eu-1", address: "wss://eu-1:9933" }],
  };
  const { target } = made.node.inputs;
  const ap = { target, hostname: "ap-1", replicateByDefault: false, ...joining(scene, "ap"), ...more };
  const wrong = {
    ...ap,
    replicateByDefault: true,
    subscriptions: [{ database: "shop", tabel: 5 }],
    authorisation: "?",
  };
  const changed = { ...made.node.inputs, ...more, shard: 2, activate: "reconnect" };
  const first = await Promise.allSettled([
    ...run.others(),
    node.check(ap),
    node.check({ ...wrong, ...more }),
    node.check({ ...ap, url: `wss://admin:${scene.secrets.userinfo}@ap-1:9933`, hostname: undefined }),
    node.check({ ...ap, hostname: `admin:${scene.secrets.userinfo}@ap-1` }),
    node.diff(made.node.made.id, made.node.made.state, changed),
    node.create(ap),
    node.update(made.node.made.id, made.node.made.state, changed),
    node.read(made.node.made.id, made.node.made.state),
    subscription.check({ ...made.edge.inputs, table: "absent" }),
    subscription.create({ ...made.edge.inputs, table: "cat" }),
    subscription.diff(made.edge.made.id, made.edge.made.state, { ...made.edge.inputs, publish: false }),
    subscription.update(made.edge.made.id, made.edge.made.state, { ...made.edge.inputs, publish: false }),
    subscription.read(made.edge.made.id, made.edge.made.state),
    route.check({ target, url: `wss://admin:${scene.secrets.userinfo}@ap-1:9933` }),
    route.create({ target, hostname: "ap-1" }),
    route.read(made.route.made.id, made.route.made.state),
    routes.check({ target: "ap", routes: [`wss://admin:${scene.secrets.userinfo}@eu-1:9933`] }),
    routes.create({ target: "ap", routes: [{ hostname: "eu-1" }] }),
    configuration.check({ ...all, connections: [{ ...all.connections[0], authorisation: scene.secrets.userinfo }] }),
    configuration.create(all),
    configuration.update("ap-1/configuration", left, all),
    configuration.diff("ap-1/configuration", left, { ...all, connections: [...all.connections, ...all.connections] }),
    configuration.read("ap-1/configuration", left),
  ]);
  // By now there is an edge that waits for the reconnect.
  const again = await Promise.allSettled([node.update(made.node.made.id, made.node.made.state, changed)]);
  const then = await Promise.allSettled([
    subscription.delete(made.edge.made.id, made.edge.made.state),
    route.delete(made.route.made.id, made.route.made.state),
    node.delete(made.node.made.id, made.node.made.state),
  ]);
  return [...first, ...again, ...then];
}

/** What faulty servers, and what stands before them, make of a request. */
export const faults: Record<string, Fault> = {
  "login failed": { kind: "status", status: 401, error: "Login failed" },
  forbidden: { kind: "status", status: 403, error: "unauthorized_access" },
  "an error": { kind: "status", status: 500, error: "boom" },
  busy: { kind: "status", status: 503, error: "busy" },
  reset: { kind: "reset" },
  hang: { kind: "hang" },
  late: { kind: "late", ms: 400 },
  truncate: { kind: "truncate" },
  lose: { kind: "lose" },
  half: { kind: "half" },
  "junk of success": { kind: "lose", answer: { nodes: 5 } },
  "an echo that is no HTTP": { kind: "echo" },
  "an echo as 401": { kind: "echo", status: 401 },
  "an echo as 403": { kind: "echo", status: 403, page: (sent) => sent },
  "an echo as 400": { kind: "echo", status: 400, page: (sent) => ({ error: { message: sent, at: 5 } }) },
  "an echo as 500": { kind: "echo", status: 500 },
  "an echo as a page": {
    kind: "echo",
    status: 502,
    page: (sent) => `<pre>${sent.replace(/[&<>"']/g, (one) => `&#${one.charCodeAt(0)};`)}</pre>`,
  },
  "an echo as a page of success": { kind: "echo", status: 200, page: (sent) => `<html>${sent}</html>` },
  "an echo as half a success": {
    kind: "echo",
    status: 200,
    page: (sent) => ({ message: `Successfully added but there was an error updating target node: ${sent}` }),
  },
  "an echo as failed nodes": { kind: "echo", status: 200, page: (sent) => ({ connections: [], failed_nodes: [sent] }) },
  "an echo as names of answers": { kind: "echo", status: 200, page: (sent) => ({ [sent]: { [sent]: 5 } }) },
  "an echo as a log line": {
    kind: "echo",
    status: 500,
    page: (sent) => ({ error: JSON.stringify({ request: sent }) }),
  },
  "an echo as a query": { kind: "echo", status: 500, page: (sent) => ({ error: encodeURIComponent(sent) }) },
  "an echo as base64": { kind: "echo", status: 500, page: (sent) => ({ error: Buffer.from(sent).toString("base64") }) },
  "an echo of what is behind the header": {
    kind: "echo",
    status: 500,
    page: (sent) => ({ error: sent.slice(sent.indexOf("authorization") + 30) }),
  },
  "an echo of the last of it": { kind: "echo", status: 500, page: (sent) => ({ error: sent.slice(-120) }) },
  "the signing of a certificate with an echo": {
    kind: "echo",
    status: 500,
    page: (sent) => ({ error: `${sent} Unauthorized 1008 and connection was required to sign certificate` }),
  },
};

/** All of an error that anyone could print: what it shows, what it hides, what it stands on. */
export function everythingOf(thrown: unknown): string {
  const shown = inspect(thrown, { depth: 12, showHidden: true, maxStringLength: null, maxArrayLength: null });
  const chain: unknown[] = [];
  for (let error = thrown; error instanceof Error && chain.length < 10; error = error.cause)
    chain.push(error.message, error.stack, String(error), JSON.stringify(error));
  return [shown, ...chain].join("\n");
}

/** An answer without what is marked as secret in it. */
export const unmarked = (name: ResourceName, values: Fields): string => {
  const secret = new Set(keysToMark(resources[name].inputs, values));
  return JSON.stringify(Object.fromEntries(Object.entries(values).filter(([key]) => !secret.has(key))));
};

/** What the engine is told of a check: it prints the values of properties that a failure names. */
export const checkedAs = (name: ResourceName, raw: Fields, inputs: Fields, failures: { property: string }[]): string =>
  failures.length === 0
    ? unmarked(name, inputs)
    : JSON.stringify(failures.map((failure) => ({ ...failure, value: raw[failure.property] })));

/** The search over all that came out. */
export const found = (scene: Scene, run: Run, more: Record<string, string> = {}): string[] =>
  new Search({ ...scene.secrets, ...more }).in(run.said.join("\n"));

import { type FakeClusterOptions, startFakeCluster } from "../fake";
import type { World } from "./world";

/** The stand-in: fast, and able to misbehave on command. */
export async function fakeWorld(options: Partial<FakeClusterOptions> = {}) {
  const names = { us: "us-1", eu: "eu-1", ap: "ap-1" } as const;
  const fake = await startFakeCluster({
    nodes: Object.values(names),
    tables: { shop: ["dog", "cat", "bird"], zoo: ["ape"] },
    ...options,
  });
  let next = 0;
  const instance = (name: "us" | "eu" | "ap") => {
    const { endpoint, username, password } = fake.instances[names[name]] ?? fail(name);
    return { connection: { endpoint, username, password }, reports: names[name] };
  };
  const world: World = {
    instances: { us: instance("us"), eu: instance("eu"), ap: instance("ap") },
    differs: {},
    async ask(name, body) {
      const { endpoint, username, password } = instance(name).connection;
      const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
      const answer = await fetch(endpoint, {
        method: "POST",
        headers: { "content-type": "application/json", authorization },
        body: JSON.stringify(body),
      });
      return answer.json();
    },
    async flows(from, to, table) {
      const id = `row-${next++}`;
      fake.insertRow(names[from], "shop", table, id);
      await new Promise((done) => setTimeout(done, 30));
      return fake.hasRow(names[to], "shop", table, id);
    },
    async restart(name) {
      fake.stop(names[name]);
      fake.start(names[name]);
    },
  };
  return { world, fake, names };
}

function fail(name: string): never {
  throw new Error(`the fake has no instance ${name}`);
}

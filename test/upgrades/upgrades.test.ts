import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Instances } from "../../provider/instances";
import { Lifecycle } from "../../provider/lifecycle";
import type { Connection } from "../../provider/operations-api";
import { resources } from "../../provider/resources";
import { type FakeCluster, startFakeCluster } from "../fake";
import { Engine } from "../plugin/engine";
import { configure, resourceAt } from "../plugin/provider";
import {
  type Export,
  frontEnds,
  programs,
  type Recorded,
  reported,
  resourceOf,
  tables,
  withoutMachine,
} from "./shape.mjs";

type Name = keyof typeof resources;
const folder = join(__dirname, "recorded");
const versions = readdirSync(folder).sort();
const cases = versions.flatMap((version) =>
  frontEnds.flatMap((frontEnd) => programs.map((program) => [version, frontEnd, program] as const)),
);

/** What Pulumi keeps of a secret: its text is for nobody, and ours was a canary. */
const isSecret = (value: unknown) => typeof value === "object" && value !== null && "ciphertext" in value;
const plain = (values: Record<string, unknown>) => {
  const { __provider: _, __origin: __, ...own } = values;
  const known = Object.entries(own).map(([key, value]) => [key, isSecret(value) ? credentials : value]);
  return Object.fromEntries(known) as Record<string, unknown>;
};
const credentials = { username: "admin", password: "canary" };

/** Nodes before their edges. */
const order = ["Node", "Subscription", "Route"];
function recordedIn(version: string, frontEnd: string, program: string) {
  const { deployment } = JSON.parse(readFileSync(join(folder, version, frontEnd, `${program}.json`), "utf8")) as Export;
  const ours = deployment.resources.flatMap((resource: Recorded) => {
    const name = resourceOf(resource.type) as Name | undefined;
    if (!name) return [];
    return [{ name, id: resource.id ?? "", inputs: plain(resource.inputs), state: plain(resource.outputs) }];
  });
  return ours.toSorted((one, other) => order.indexOf(one.name) - order.indexOf(other.name));
}

let fake: FakeCluster;
let instances: Record<string, Connection>;
beforeEach(async () => {
  fake = await startFakeCluster({ nodes: Object.values(reported), tables, password: credentials.password });
  const named = Object.entries(reported).map(([name, host]) => {
    const { endpoint = "", username = "", password = "" } = fake.instances[host] ?? {};
    return [name, { endpoint, username, password }];
  });
  instances = Object.fromEntries(named);
});
afterEach(() => fake.close());

const lifecycle = (said: string[] = []) =>
  new Lifecycle({
    instances: new Instances({ instances, unverified: "fail" }, { quietMs: 5 }),
    unverified: "fail",
    tell: (severity, text) => said.push(`${severity}: ${text}`),
  });

/** The cluster as it was when the state was recorded. */
async function make(recorded: ReturnType<typeof recordedIn>) {
  const maker = lifecycle();
  for (const { name, inputs, id } of recorded) {
    const checked = await maker.check(resources[name], {}, inputs);
    expect(checked.failures).toEqual([]);
    expect((await maker.create(resources[name], checked.inputs)).id).toBe(id);
  }
  await maker.close();
}

describe("states of earlier versions preview without a change", () => {
  test("every version has a recording of every resource in every front end", () => {
    expect(versions).toContain("0.1.0");
    for (const version of versions)
      for (const frontEnd of frontEnds) {
        const names = programs.flatMap((program) => recordedIn(version, frontEnd, program).map(({ name }) => name));
        expect([...new Set(names)].sort()).toEqual([...order].sort());
      }
  });

  test("a recording has nothing of the machine, nor of the hour", () => {
    const known = { urn: "urn:x", type: "harper:index:Node", inputs: {}, outputs: {}, custom: true };
    const provider = { ...known, type: "pulumi:providers:harper", inputs: { instances: "[secret]" } };
    const resources = [
      { ...known, created: "2026-11-27T17:00:00Z", sourcePosition: "project:///index.ts#3,1" },
      provider,
    ];
    const exported = { version: 3, deployment: { manifest: { time: "2026-11-27T17:00:00Z" }, resources } };
    expect(withoutMachine(exported as never)).toEqual({
      version: 3,
      deployment: { resources: [known, { ...provider, inputs: {} }] },
    });
  });

  test.each(cases)("%s, %s, %s: as it is, and after a refresh", { timeout: 60_000 }, async (...recording) => {
    const recorded = recordedIn(...recording);
    await make(recorded);
    const said: string[] = [];
    const next = lifecycle(said);
    for (const { name, id, inputs, state } of recorded) {
      const resource = resources[name];
      const checked = await next.check(resource, inputs, inputs);
      expect(checked.failures).toEqual([]);
      const none = { changes: false, changed: [], replaces: [] };
      expect(await next.diff(resource, state as never, checked.inputs), `${name} ${id}`).toMatchObject(none);
      const read = await next.read(resource, id, state as never);
      expect(read, `${name} ${id} after a refresh`).toMatchObject({ id, state: withoutUndefined(state) });
      expect(await next.diff(resource, read?.state as never, checked.inputs)).toMatchObject(none);
    }
    // Nothing is said of what stays as it is, but what is pending in the processes that made it.
    expect(said.filter((text) => !/^warning: (Perhaps p|P)ending/.test(text))).toEqual([]);
    await next.close();
  });

  test.each(cases)("%s, %s, %s: through the plugin, whichever made them", { timeout: 60_000 }, async (...recording) => {
    const recorded = recordedIn(...recording);
    await make(recorded);
    const engine = await Engine.start();
    const client = await engine.host();
    await configure(client, { instances: JSON.stringify(instances) });
    for (const { name, id, inputs, state } of recorded) {
      const found = await resourceAt(client, name).diff(state, inputs);
      expect(found, `${name} ${id}`).toMatchObject({ changes: false, changed: [], replaces: [], detailed: {} });
    }
    await engine.close();
  });
});

const withoutUndefined = (state: object) => JSON.parse(JSON.stringify(state)) as object;

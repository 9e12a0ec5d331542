import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkInputs } from "../../provider/check";
import { checkSettings, settingNames, settingsFrom } from "../../provider/config";
import { detailedDiff } from "../../provider/detailed-diff";
import { diffFields } from "../../provider/diff";
import { functions } from "../../provider/functions";
import { Instances } from "../../provider/instances";
import { Lifecycle } from "../../provider/lifecycle";
import { addressOf, HarperError, hostOf, type WireRoute } from "../../provider/operations-api";
import type { Resource } from "../../provider/resource";
import { resources } from "../../provider/resources";
import { withoutValues } from "../../provider/secrets";
import { fakeWorld } from "../lifecycle/fake-world";
import { connectionsOf } from "../lifecycle/world";
import { almost, canary, connection, junk, propertiesOf, right } from "./junk";
import { holds } from "./runs";

const timeout = Number(process.env.FC_RUNS ?? 1) * 120_000;
const named = Object.values(resources) as Resource[];
const byName = (name: string) => named.find((one) => one.name === name) as Resource;

/** Every failure says which property and why, and tells no secret. */
function tellsWell(failures: readonly { property: string; reason: string }[]): void {
  for (const { property, reason } of failures) {
    // What may hold a secret is named in the reason.
    if (!(property || reason.includes(" "))) throw new Error(`no property in ${JSON.stringify(reason)}`);
    if (reason.trim() === "") throw new Error(`no reason for ${property}`);
  }
  if (JSON.stringify(failures).includes(canary)) throw new Error(`a secret in ${JSON.stringify(failures)}`);
}

const isClean = () => {
  expect(({} as { polluted?: unknown; endpoint?: unknown; database?: unknown }).polluted).toBeUndefined();
  expect(Object.keys(Object.prototype)).toEqual([]);
};

/** Of a resource: half of them nearly right. Their `target` is no connection, unless it is given, as nobody is to be dialled. */
function inputsOf({ name, inputs }: Resource, target: fc.Arbitrary<unknown> = fc.constantFrom("us", "nobody")) {
  const names = Object.keys(inputs.shape);
  return fc.oneof(
    almost(
      fc.tuple(right[name] as fc.Arbitrary<object>).map(([fields]) => ({ target: "us", ...fields })),
      names,
    ),
    propertiesOf(names, { target }),
  ) as fc.Arbitrary<Record<string, unknown>>;
}

describe.each(named)("$name", { timeout }, (resource) => {
  const inputs = inputsOf(resource, fc.oneof(fc.constant("us"), connection));

  test("inputs are refused by property, or accepted and then the same for ever", async () => {
    let accepted = 0;
    await holds(
      `fuzz of ${resource.name}'s inputs`,
      { runs: 3500, seconds: 20 },
      fc.asyncProperty(inputs, async (raw) => {
        const first = checkInputs(resource, raw);
        tellsWell(withoutValues(first.failures, resource.inputs, raw));
        isClean();
        if (first.failures.length > 0) return;
        accepted++;
        const second = checkInputs(resource, first.inputs);
        expect(second).toEqual({ inputs: first.inputs, failures: [] });
        const address = addressIn(first.inputs);
        isAsDeclared(first.inputs, address);
        const members = membersIn(first.inputs);
        const state = { ...first.inputs, instance: "us-1", name: hostOf(address) ?? "eu-1", address, members };
        expect(diffFields(resource.inputs, state, first.inputs)).toEqual({ changed: [], replaces: [] });
      }),
    );
    expect(accepted).toBeGreaterThan(100);
  });

  test("whatever is compared, the difference has its paths", () =>
    holds(
      `fuzz of ${resource.name}'s difference`,
      { runs: 500, seconds: 20 },
      fc.asyncProperty(inputs, inputs, async (one, other) => {
        const [before, after] = [checkInputs(resource, one), checkInputs(resource, other)];
        if (before.failures.length + after.failures.length > 0) return;
        const state = { ...before.inputs, instance: "us-1", name: "eu-1", address: addressIn(before.inputs) };
        const fields = diffFields(resource.inputs, state, after.inputs);
        const detailed = detailedDiff(resource.inputs, state, after.inputs, fields);
        expect(new Set([...detailed.keys()].map((path) => path.split(/[.[]/)[0]))).toEqual(new Set(fields.changed));
        expect(JSON.stringify([...detailed])).not.toContain(canary);
      }),
    ));
});

/** What is there after a list of connections was made. */
const membersIn = ({ connections = [] }: { connections?: Record<string, unknown>[] }) =>
  connections.map((one) => ({ name: one.hostname ?? hostOf(addressIn(one)), address: addressIn(one) }));

/** Nothing in a host or URL is taken for something else than it is. */
function isAsDeclared({ hostname, url }: Record<string, unknown>, address: string): void {
  expect(Number(new URL(address).port || 443)).toBeGreaterThan(0);
  if (typeof hostname === "string") expect(address).toMatch(/:9933$/);
  if (typeof url === "string") expect(url).toMatch(/^wss?:\/\/[^\s/?#@\\]+\/?$/i);
}

const addressIn = ({ hostname, url }: Record<string, unknown>) =>
  addressOf((url ? String(url) : { hostname }) as WireRoute) ?? "wss://eu-1:9933";

test("settings are refused by property, or connect", { timeout }, () =>
  holds(
    "fuzz of settings",
    { runs: 2000, seconds: 20 },
    fc.asyncProperty(
      propertiesOf(settingNames, {
        instances: fc.oneof(
          fc
            .array(fc.tuple(fc.constantFrom("us", "eu", "default", "__proto__", "toString", ""), connection), {
              maxLength: 3,
            })
            .map(Object.fromEntries),
          junk,
        ),
      }),
      fc.boolean(),
      async (raw, asText) => {
        const texts = (name: string) => {
          const value = Object.hasOwn(raw, name) ? raw[name] : undefined;
          return asText && value !== undefined && typeof value !== "string" ? JSON.stringify(value) : value;
        };
        const settings = settingsFrom(texts, {});
        const checked = checkSettings(settings);
        tellsWell(checked.failures);
        isClean();
        if (checked.failures.length > 0) return;
        const instances = new Instances(checked.settings);
        for (const name of instances.names) expect(instances.problemWith(name)).toBeUndefined();
      },
    ),
  ),
);

test("routes that others wrote are addresses, or are none", { timeout }, () =>
  holds(
    "fuzz of routes",
    { runs: 1500, seconds: 20 },
    fc.asyncProperty(fc.oneof(junk, propertiesOf(["hostname", "host", "url", "port", "name"])), async (route) => {
      const address = addressOf(route as WireRoute);
      if (address !== undefined) expect(addressOf(address)).toBe(address);
    }),
  ),
);

describe("asked of the stand-in", { timeout }, () => {
  let fake: Awaited<ReturnType<typeof fakeWorld>>["fake"];
  let lifecycle: Lifecycle;
  beforeAll(async () => {
    const faked = await fakeWorld();
    fake = faked.fake;
    // The clock stands still, so that each read is asked once.
    const instances = new Instances({ instances: connectionsOf(faked.world), unverified: "fail" }, { now: () => 0 });
    lifecycle = new Lifecycle({ instances, unverified: "fail", tell: () => {} });
  });
  afterAll(async () => {
    await lifecycle.close();
    await fake.close();
  });

  test("inputs that are checked against the instance", () =>
    holds(
      "fuzz of live checks",
      { runs: 2000, seconds: 30 },
      fc.asyncProperty(
        fc.oneof(...named.map((one) => fc.tuple(fc.constant(one.name), inputsOf(one)))),
        async ([name, raw]) => {
          const resource = byName(name);
          const { inputs, failures } = await lifecycle.check(resource, {}, raw);
          tellsWell(failures);
          if (failures.length > 0) return;
          expect(await lifecycle.check(resource, {}, inputs)).toEqual({ inputs, failures: [] });
        },
      ),
    ));

  const id = fc.oneof(
    fc.string(),
    fc
      .array(
        fc.constantFrom("us-1", "us", "eu-1", "", "..", "shop", "dog", "explicit", "wss:", "🐕", "__proto__", "x:1"),
        { maxLength: 6 },
      )
      .map((parts) => parts.join("/")),
  );
  test("ids of imports", () =>
    holds(
      "fuzz of ids",
      { runs: 1000, seconds: 20 },
      fc.asyncProperty(fc.constantFrom(...named.map(({ name }) => name)), id, async (name, text) => {
        const resource = byName(name);
        const found = await lifecycle.find(resource, text).catch((error: unknown) => {
          if (!(error instanceof HarperError && error.code === "invalid")) throw error;
        });
        expect(found).toBeUndefined();
      }),
    ));

  test("arguments of functions", () =>
    holds(
      "fuzz of functions' arguments",
      { runs: 500, seconds: 20 },
      fc.asyncProperty(
        fc.constantFrom(...Object.values(functions)),
        propertiesOf(["target"]),
        async (definition, raw) => {
          const { failures, answer } = await lifecycle.invoke(definition, raw);
          tellsWell(failures);
          if (failures.length === 0) expect(isDeepStrictEqual(answer, {})).toBe(false);
        },
      ),
    ));
});

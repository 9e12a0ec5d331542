import { describe, expect, test } from "vitest";
import { driftOf, readRefresh } from "../../topology/drift";
import type { Live } from "../../topology/live/snapshot";
import type { RawResource } from "../../topology/program/resource";
import { program, resource } from "./programs";

type Peer = Live["instances"][number]["peers"][number];
const peer = (name: string, ...tables: string[]): Peer => ({
  name: `${name}.example`,
  url: null,
  full: tables.length === 0,
  subscriptions: tables.map((table) => ({ database: "shop", table, subscribe: true, publish: true })),
  shard: null,
  revokedCertificates: [],
});
const socket = (name: string, connected: boolean) => ({
  peer: `${name}.example`,
  database: "shop",
  connected,
  latencyMs: null,
  behindMs: null,
  backPressurePercent: null,
  isCopying: false,
});
function instance(name: string, more: Partial<Live["instances"][number]>): Live["instances"][number] {
  const none = { peers: [], sockets: [], routes: { stored: [], dialled: [] }, tables: {} };
  return { name, reports: `${name}.example`, version: "4.7.29", ...none, ...more };
}

/** What `pulumi refresh --preview-only --json` prints of a stack, of which some are otherwise or gone. */
function refreshed(stack: RawResource[], now: Record<string, object | undefined> = {}): string {
  const steps = stack.map((oldState) => {
    const name = oldState.urn.split("::").at(-1) ?? "";
    if (!(name in now)) return { op: "refresh", urn: oldState.urn, oldState, newState: oldState };
    const outputs = now[name] && { ...oldState.outputs, ...now[name] };
    return outputs
      ? { op: "refresh", urn: oldState.urn, oldState, newState: { ...oldState, outputs } }
      : { op: "delete", urn: oldState.urn, oldState };
  });
  return JSON.stringify({ steps });
}

const drift = (text: string, ...instances: Live["instances"]) =>
  driftOf(readRefresh(text), { instances, silent: [] }, []);

describe("drift is told apart", () => {
  test("what is declared and otherwise, or gone", () => {
    const text = refreshed(program("us>eu", "us>eu orders"), {
      "us>eu": { mirror: "one-way" },
      "us>eu/orders": undefined,
    });
    expect(drift(text).drift).toEqual([
      'Node "us>eu": mirror is "one-way", and was nothing',
      'Subscription "us>eu/orders" is gone',
    ]);
  });

  test("what nobody declares: a node, an edge, a route, at the end that has it", () => {
    const text = refreshed(program("us>eu", "us>eu orders", "eu>us route"));
    const found = drift(
      text,
      instance("us", { peers: [peer("eu", "orders", "stock"), peer("ap")] }),
      instance("eu", {
        peers: [peer("us", "orders")],
        routes: { stored: ["wss://us.example:9933", "wss://x:9933"], dialled: [] },
      }),
    );
    expect(found).toMatchObject({
      drift: [],
      unmanaged: [
        "us has an edge with eu for shop.stock",
        "us knows ap.example, and replicates everything with it",
        "eu has the route wss://x:9933",
      ],
    });
  });

  test("the members of a ClusterConfiguration are declared, also where its connections are secret", () => {
    const whole = resource("ClusterConfiguration", "all", { target: "us", connections: "[secret]" });
    const members = [{ name: "eu.example" }];
    const text = refreshed([{ ...whole, outputs: { ...whole.outputs, members } }]);
    expect(drift(text, instance("us", { peers: [peer("eu"), peer("ap")] })).unmanaged).toEqual([
      "us knows ap.example, and replicates everything with it",
    ]);
  });

  test("what a mesh told its members is an echo, and its own members are no surprise", () => {
    const text = refreshed(program("us>eu full", "us>ap full", "us>sa", "us>sa orders"));
    const found = drift(
      text,
      instance("us", { peers: [peer("eu"), peer("ap"), peer("sa", "orders")] }),
      instance("eu", { peers: [peer("us"), peer("ap"), peer("sa", "orders")] }),
    );
    expect(found).toMatchObject({ unmanaged: [], echo: ["eu knows sa, as its mesh was told of it by us"] });
  });

  test("a closed socket is health, but not one over which nothing is to come", () => {
    const text = refreshed(program("us>eu full", "us>ap", "us>ap orders"));
    const out = {
      ...peer("ap", "orders"),
      subscriptions: [{ database: "shop", table: "orders", subscribe: false, publish: true }],
    };
    const found = drift(
      text,
      instance("us", { peers: [peer("eu"), out], sockets: [socket("eu", false), socket("ap", false)] }),
    );
    expect(found).toMatchObject({ drift: [], unmanaged: [], health: ["us is not connected to eu for shop"] });
  });

  test("versions that differ, the most common first", () => {
    const text = refreshed(program("us>eu full"));
    const found = drift(text, instance("us", {}), instance("eu", { version: "4.6.0" }), instance("ap", {}));
    expect(found.versions).toEqual(["us, ap run 4.7.29", "eu runs 4.6.0"]);
  });

  test("a refresh that failed is no drift", () => {
    const text = JSON.stringify({ diagnostics: [{ severity: "error", message: "no stack" }] });
    expect(() => readRefresh(text)).toThrow("no stack");
  });
});

import { describe, expect, test } from "vitest";
import type { NodeRow } from "../../../provider/operations-api";
import type { NodeEvent } from "../../../provider/operations-api/bindings";
import { Life } from "../../../provider/operations-api/life";

const on = (table: string) => ({ database: "shop", table, subscribe: true, publish: true });
const off = (table: string) => ({ ...on(table), subscribe: false, publish: false });
const event = (at: number, edges: ReturnType<typeof on>[], rest: Partial<NodeEvent> = {}): NodeEvent => ({
  name: "eu",
  at,
  edges,
  ...rest,
});
const row = (edges: ReturnType<typeof on>[], full = false): NodeRow => ({
  name: "eu",
  url: undefined,
  full,
  subscriptions: edges,
  shard: undefined,
  revokedCertificates: [],
  signedBy: undefined,
  updatedAt: 0,
});
const start = 10_000;
const lifeOf = (events: NodeEvent[], complete: boolean) => {
  const life = new Life(start, complete);
  life.follow(events);
  return life;
};
const pending = (events: NodeEvent[], now: NodeRow, complete = true) => {
  const [found] = lifeOf(events, complete).pending([now]);
  return {
    waiting: found?.notFlowing.map(({ table }) => table) ?? [],
    lingering: found?.stillFlowing.map(({ table }) => table) ?? [],
    ...(found?.unsure.length ? { unsure: found.unsure.map(({ table }) => table) } : {}),
  };
};

/** Each of these was seen on real instances by counting rows: see the notes in docs/harper-defects.md. */
describe("what flows follows from the history of the record and the start of the process", () => {
  test("what the process started with flows", () => {
    expect(pending([event(1, [on("dog"), on("cat")])], row([on("dog"), on("cat")]))).toEqual({
      waiting: [],
      lingering: [],
    });
  });
  test("the first edge flows at once, one added to its database does not", () => {
    const events = [event(20_000, [on("dog")]), event(30_000, [on("dog"), on("cat")])];
    expect(pending(events, row([on("dog"), on("cat")]))).toEqual({ waiting: ["cat"], lingering: [] });
  });
  test("a reconnect makes it flow", () => {
    const events = [
      event(20_000, [on("dog")]),
      event(30_000, [on("dog"), on("cat")]),
      event(40_000, [on("dog"), on("cat")], { rebinds: true }),
    ];
    expect(pending(events, row([on("dog"), on("cat")]))).toEqual({ waiting: [], lingering: [] });
  });
  test("what is turned off beside others goes on; all off stops at once", () => {
    const events = [event(1, [on("dog"), on("cat")]), event(20_000, [off("dog"), on("cat")])];
    expect(pending(events, row([off("dog"), on("cat")]))).toEqual({ waiting: [], lingering: ["dog"] });
    expect(pending(events, row([off("dog"), off("cat")]))).toEqual({ waiting: [], lingering: [] });
  });
  test("off and on again with another table: the old set flows", () => {
    const events = [event(1, [on("dog")]), event(20_000, [off("dog")]), event(30_000, [off("dog"), on("cat")])];
    expect(pending(events, row([off("dog"), on("cat")]))).toEqual({ waiting: ["cat"], lingering: ["dog"] });
  });
  test("made full in place, only what was bound flows", () => {
    const events = [event(1, [on("dog")]), event(20_000, [])];
    expect(pending(events, row([], true))).toEqual({ waiting: ["*"], lingering: [] });
  });
  test("where the log is cut by a removal, what it first names may wait, what is added then does", () => {
    const events = [event(20_000, [on("dog"), off("bird")]), event(30_000, [on("dog"), off("bird"), on("cat")])];
    expect(pending(events, row([on("dog"), off("bird"), on("cat")]), false)).toEqual({
      waiting: ["cat"],
      lingering: ["bird"],
      unsure: ["dog"],
    });
  });
  test("a record that was removed and added again in a cut log is known again", () => {
    const events = [
      event(20_000, [], { edges: undefined }),
      event(30_000, [], { edges: "removed" }),
      event(40_000, [on("dog"), on("cat")]),
    ];
    expect(pending(events, row([on("dog"), on("cat")]), false)).toEqual({ waiting: [], lingering: [] });
  });
  test("another one's removal leaves unsure what was changed before", () => {
    const events = [event(20_000, [], { edges: undefined }), event(30_000, [on("dog"), on("cat")])];
    expect(pending(events, row([on("dog"), on("cat")]), false)).toEqual({
      waiting: [],
      lingering: [],
      unsure: ["dog", "cat"],
    });
  });
  test("what was not written since the process started is certain, however little the log tells", () => {
    expect(pending([event(1, [on("dog")], { isFirstKnown: true })], row([on("dog")]), false)).toEqual({
      waiting: [],
      lingering: [],
    });
  });
});

describe("a closed socket stays closed where all of a database was off and is on again", () => {
  const silenced = (events: NodeEvent[], now: NodeRow, complete = true) => lifeOf(events, complete).mayBeSilenced(now);
  const events = [event(20_000, [on("dog")]), event(30_000, [off("dog")]), event(40_000, [on("dog")])];

  test("until a reconnect, a restart, or for as long as it is off", () => {
    expect(silenced(events, row([on("dog")]))).toBe(true);
    expect(silenced(events.slice(0, 2), row([off("dog")]))).toBe(false);
    expect(silenced([...events, event(50_000, [on("dog")], { rebinds: true })], row([on("dog")]))).toBe(false);
    expect(silenced([event(1, [off("dog")]), event(2, [on("dog")])], row([on("dog")]))).toBe(false);
  });
  test("not where another table of it was on meanwhile, nor of what was never off, nor in full replication", () => {
    const beside = events.map((one) => ({ ...one, edges: [...(one.edges as ReturnType<typeof on>[]), on("cat")] }));
    expect(silenced(beside, row([on("dog"), on("cat")]))).toBe(false);
    expect(silenced(events.slice(0, 1), row([on("dog")]))).toBe(false);
    expect(silenced(events, row([on("dog")], true))).toBe(false);
  });
  test("made anew with another database, the former one is what was off", () => {
    const zoo = { ...on("ape"), database: "zoo" };
    const anew = [event(20_000, [on("dog")]), event(30_000, [], { edges: "removed" }), event(40_000, [zoo])];
    expect(silenced([...anew, event(50_000, [zoo, on("dog")])], row([zoo, on("dog")]))).toBe(true);
    expect(silenced(anew, row([zoo]))).toBe(false);
  });
  test("where the log cannot tell, it may be", () => {
    expect(silenced(events.slice(2), row([on("dog")]), false)).toBe(true);
  });
});

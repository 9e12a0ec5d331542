import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { account } from "../../topology/audit/accounted";
import { attentionIn, auditOf } from "../../topology/audit/audit";
import { recordsIn } from "../../topology/audit/records";
import { auditReport } from "../../topology/audit/report";

const of = { v: 1, who: "alice@build-7", by: "plugin" };
const step = (number: number, more: object = {}) => ({
  step: number,
  kind: "create",
  resource: "Node",
  stack: "shop/dev",
  ...more,
});
const minute = (at: number) => `2026-01-01T00:${String(at).padStart(2, "0")}:00.000Z`;
const asked = (time: string, number: number, run = "one", more: object = {}) => ({
  ...{ ...of, event: "asked", time, run, target: "us", inputs: {} },
  ...step(number, more),
});
const call = (time: string, number: number, steps: object[], run = "one") => ({
  ...{ ...of, event: "call", time, run, call: number, steps, instance: "us", operation: "add_node", request: {} },
});
const answer = (time: string, number: number, outcome = "done", run = "one") => ({
  ...{ v: 1, event: "answer", time, run, call: number, outcome, text: "Successfully added" },
});
const ended = (time: string, number: number, run = "one") => ({
  ...{ v: 1, event: "ended", time, run, step: number, outcome: "done", id: "us-1/eu-1", readBack: [] },
});
const logOf = (...lines: (object | string)[]) =>
  lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line))).join("\n");
const update = (number: number, from: string, to: string) => ({
  number,
  kind: "update",
  result: "succeeded",
  at: to,
  config: {},
  headline: "adds 1 edge",
  changed: true,
  origin: { startedAt: from, endedAt: to },
});

describe("a log", () => {
  test("is read as steps and calls, each of its own process", () => {
    const { steps, calls } = recordsIn(
      logOf(
        asked(minute(1), 1),
        asked(minute(1), 1, "two"),
        call(minute(1), 1, [step(1)]),
        call(minute(1), 1, [step(1)], "two"),
        answer(minute(2), 1, "failed", "two"),
        answer(minute(3), 1),
        ended(minute(4), 1),
      ),
    );
    expect(steps).toMatchObject([
      { run: "one", outcome: "done", id: "us-1/eu-1", askedAt: minute(1), endedAt: minute(4) },
      { run: "two", outcome: "unfinished", readBack: [] },
    ]);
    expect(calls).toMatchObject([
      { run: "one", outcome: "done", text: "Successfully added", answeredAt: minute(3) },
      { run: "two", outcome: "failed" },
    ]);
  });

  test("of a process that died has a call without an answer, and perhaps half a line", () => {
    const text = logOf(asked(minute(1), 1), call(minute(1), 1, [step(1)]), '{"v":1,"event":"ans', { v: 2 }, "", "null");
    const { steps, calls, unreadable } = recordsIn(text);
    expect(steps).toMatchObject([{ outcome: "unfinished" }]);
    expect(calls).toMatchObject([{ outcome: "no answer" }]);
    expect(unreadable).toEqual([3, 4, 6]);
  });
});

describe("a call belongs to an update", () => {
  const windows = [
    { number: 1, startedAt: minute(1), endedAt: minute(2) },
    { number: 2, startedAt: minute(4), endedAt: minute(6) },
    { number: 3, startedAt: minute(8) },
  ];
  const accounted = (at: string, steps: object[]) => {
    const result = account(recordsIn(logOf(call(at, 1, steps))), "shop/dev", windows);
    const [number] = [...result.of].find(([, { calls }]) => calls.length > 0) ?? [];
    return number ?? (result.unaccounted.calls.length > 0 ? "none" : `${result.others} of others`);
  };

  test.each([
    ["in its time", minute(5), 2],
    ["a little before, as clocks differ", "2026-01-01T00:03:57.000Z", 2],
    ["a little after", "2026-01-01T00:02:03.000Z", 1],
    ["while it goes on", minute(30), 3],
    ["between two", minute(3), "none"],
    ["before all", minute(0), "none"],
  ])("%s", (_what, at, expected) => {
    expect(accounted(at, [step(1)])).toBe(expected);
  });

  test("of two that come one after the other, by whole seconds: as all of its process", () => {
    const at = (second: number) => new Date(Date.parse(minute(5)) + second * 1000).toISOString();
    const close = [
      { number: 1, startedAt: at(35), endedAt: at(38) },
      { number: 2, startedAt: at(38), endedAt: at(41) },
      { number: 3, startedAt: at(42), endedAt: at(43) },
    ];
    const log = logOf(
      ...[36, 38.7].map((second, number) => call(at(second), number, [step(number)], "one")),
      ...[38.9, 41.8].map((second, number) => call(at(second), number, [step(number)], "two")),
      call(at(42.1), 1, [step(1)], "three"),
    );
    const { of } = account(recordsIn(log), "shop/dev", close);
    expect([...of].map(([number, { calls }]) => [number, calls.map(({ run }) => run)])).toEqual([
      [1, ["one", "one"]],
      [2, ["two", "two"]],
      [3, ["three"]],
    ]);
  });

  test("only of its own stack; where no stack is known, by its time; and a command's to none", () => {
    expect(accounted(minute(5), [step(1, { stack: "shop/prod" })])).toBe("1 of others");
    expect(accounted(minute(5), [step(1, { stack: undefined })])).toBe(2);
    expect(accounted(minute(5), [step(1, { stack: "shop/prod" }), step(2)])).toBe(2);
    expect(accounted(minute(5), [])).toBe("none");
  });
});

test("what wants attention is counted, and the report is as it is declared", () => {
  const text = logOf(
    asked(minute(5), 1),
    call(minute(5), 1, [step(1)]),
    call(minute(5), 2, []),
    answer(minute(5), 2),
    "half a li",
  );
  const applied = [update(1, minute(1), minute(2)), update(2, minute(4), minute(6))];
  const report = auditOf({ stack: "shop/dev", applied, updates: applied, log: { file: "/a", text }, live: undefined });
  expect(auditReport.parse(report)).toEqual(report);
  expect(report.updates.map(({ number, calls }) => [number, calls.length])).toEqual([
    [2, 1],
    [1, 0],
  ]);
  expect(attentionIn(report)).toEqual([
    "1 call without an answer",
    "1 step begun and not ended",
    "1 call in no update of the stack",
    "1 line that cannot be read",
  ]);
});

test("every key of the report is in its page", () => {
  const page = readFileSync(join(__dirname, "../../docs/audit.md"), "utf8");
  const keys = new Set<string>();
  z.toJSONSchema(auditReport, {
    override: ({ jsonSchema }) => {
      for (const key of Object.keys(jsonSchema.properties ?? {})) keys.add(key);
    },
  });
  expect(keys.size).toBeGreaterThan(40);
  expect([...keys].filter((key) => !page.includes(`\`${key}\``))).toEqual([]);
});

test("without a log there is what the history alone says, and nothing to find", () => {
  const applied = [update(1, minute(1), minute(2))];
  const report = auditOf({ stack: "shop/dev", applied, updates: applied, log: undefined, live: undefined });
  expect(report).toMatchObject({ log: null, live: null, updates: [{ number: 1, steps: [], calls: [] }] });
  expect(attentionIn(report)).toEqual([]);
});

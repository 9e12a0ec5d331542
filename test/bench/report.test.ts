import { expect, test } from "vitest";
import { figures } from "../../bench/report/figures.mts";
import { performancePage } from "../../bench/report/index.mts";
import { table } from "../../bench/report/markdown.mts";
import { ratiosOf } from "../../bench/report/ratios.mts";
import { burstCase, evaluate, largeCase, parallelCase, type Target } from "../../bench/report/targets.mts";
import { medianOf, merged, type Result } from "../../bench/results.mts";
import { calls, measured, provider, result } from "./results";

const target = (results: Result[], words: RegExp): Target => {
  const found = evaluate(results).find(({ name }) => words.test(name));
  if (!found) throw new Error(`no target ${words}`);
  return found;
};

test("a ratio is ours by the other's; a step that one of them lacks has none", () => {
  const results = [
    result("10 edges, 1 instance", "plugin", { up: measured(2), preview: measured(1), refresh: measured(1) }),
    result("10 edges, 1 instance", "terraform", { up: measured(8), preview: { reason: "was not over" } }),
  ];
  expect(ratiosOf(results, "10 edges, 1 instance")).toEqual([{ of: "plugin", to: "terraform", steps: { up: 0.25 } }]);
  expect(ratiosOf(results, "100 edges, 1 instance")).toEqual([]);
});

test("a quarter of Terraform's time is met, more is not, and nothing is said where one is missing", () => {
  const at = (seconds: number) => [
    result(burstCase, "plugin", { up: measured(seconds) }),
    result(burstCase, "terraform", { up: measured(40) }),
  ];
  expect(target(at(10), /^plugin: up of 300/)).toMatchObject({ met: true, figures: "10 s to 40 s: 0.25" });
  expect(target(at(10.1), /^plugin: up of 300/).met).toBe(false);
  expect(target(at(10).slice(0, 1), /^plugin: up of 300/)).toMatchObject({ met: undefined, figures: "not measured" });
  expect(target(at(10), /^dynamic: up of 300/).met).toBeUndefined();
});

test("calls are counted for each burst, and with all edges in flight for each instance that is asked", () => {
  const up = (name: string, total: number) => {
    const counted = { ...calls(total), byOperation: { update_node: 10 } };
    return [result(name, "plugin", { up: measured(1, { calls: counted }) })];
  };
  expect(target(up(burstCase, 20), /^plugin: .* each burst/)).toMatchObject({ met: true });
  expect(target(up(burstCase, 21), /^plugin: .* each burst/)).toMatchObject({
    met: false,
    figures: "21 calls in 10 bursts: 2.1 each",
  });
  expect(target(up(parallelCase, 8), /^plugin: .* each instance/)).toMatchObject({ met: true });
  expect(target(up(parallelCase, 9), /^plugin: .* each instance/)).toMatchObject({
    met: false,
    figures: "9 calls to 2 instances: 4.5 each",
  });
});

test("the provider's share is of its processor time, and of what goes beyond the engine alone", () => {
  const change = (cpu: number, alone: number) => [
    result(largeCase, "plugin", { "one-edge change": measured(100, { usage: provider(cpu) }) }),
    result(largeCase, "engine alone", { "one-edge change": measured(alone) }),
  ];
  expect(target(change(4, 97), /^plugin: the provider's share/).met).toBe(true);
  expect(target(change(6, 97), /^plugin: the provider's share/).met).toBe(false);
  expect(target(change(4, 90), /^plugin: the provider's share/)).toMatchObject({ met: false });
  expect(target(change(4, 90), /^plugin: the provider's share/).figures).toContain("4.0 %; 10.0 %");
});

test("memory is that of the largest process in any step", () => {
  const of = (bytes: number) => [
    result(largeCase, "plugin", {
      up: measured(1, { usage: provider(1, 90e6) }),
      destroy: measured(1, { usage: provider(1, bytes) }),
    }),
  ];
  expect(target(of(199e6), /^plugin: the provider's memory/).met).toBe(true);
  expect(target(of(201e6), /^plugin: the provider's memory/).met).toBe(false);
});

test("growth is of the cases on one instance, not of variants of them", () => {
  const at = (name: string, total: number) => result(name, "plugin", { up: measured(1, { calls: calls(total) }) });
  const line = [at("10 edges, 1 instance", 10), at("1,000 edges, 1 instance", 1_000)];
  const words = /^plugin: calls of up/;
  expect(target([...line, at("300 edges, 1 instance, inline in the Node", 9)], words).met).toBe(true);
  expect(target([...line, at("1,000 edges, 10 instances", 1_000_000)], words).met).toBe(true);
  expect(target([at("10 edges, 1 instance", 10), at("1,000 edges, 1 instance", 1_200)], words).met).toBe(false);
});

test("a result takes the place of that of the same case and contender", () => {
  const [one, other] = [result("a", "plugin", { up: measured(1) }), result("a", "dynamic", { up: measured(2) })];
  const anew = result("a", "plugin", { up: measured(3) });
  expect(merged([one, other], anew)).toEqual([anew, other]);
  expect(merged([one], other)).toEqual([one, other]);
});

test("of a repeated life each step is the one in the middle, and a failed one counts for nothing", () => {
  const life = (up: number, destroy: number) => result("a", "plugin", { up: measured(up), destroy: measured(destroy) });
  const broken = result("a", "plugin", { up: measured(9), destroy: { reason: "failed" } });
  const { steps } = medianOf([life(3, 1), life(1, 2), life(2, 3)]);
  expect(steps).toEqual({ up: measured(2), destroy: measured(2) });
  expect(medianOf([broken, life(1, 5), life(2, 7)]).steps).toEqual({ up: measured(2), destroy: measured(5) });
});

test("a table's columns are as wide as what is in them", () => {
  expect(table(["", "up"], [["plugin", "10 s"]])).toBe("|        |   up |\n|--------|-----:|\n| plugin | 10 s |");
});

test("the report has ratios before figures, who is left out and why, and what a step could not do", () => {
  const text = performancePage(
    "# Performance\n\nBy hand.\n\n<!-- measured: generated -->\nold\n<!-- /measured -->\n",
    {
      machine: { cores: 2, processor: "a processor", system: "linux" },
      latencyMs: 20,
      startup: { "empty grpc-js server": 50, "the same with Pulumi's stubs": 60, "the plugin": 55 },
      contenders: {
        plugin: { about: "this project" },
        terraform: { about: "another", missing: "there is no terraform" },
      },
      results: [
        result("10 edges, 1 instance", "plugin", {
          up: measured(2),
          "drift preview": measured(1, { sawDrift: true }),
          destroy: { reason: "was not over" },
        }),
        result("10 edges, 1 instance", "limit", { up: measured(1), "drift preview": measured(1, { sawDrift: false }) }),
      ],
    },
    ["up-seconds.svg"],
  );
  expect(text.indexOf("plugin / limit")).toBeGreaterThan(0);
  expect(text.indexOf("## Figures")).toBeGreaterThan(text.indexOf("plugin / limit"));
  expect(text.indexOf("![up, seconds](performance/up-seconds.svg)")).toBeGreaterThan(text.indexOf("plugin / limit"));
  expect(text).toContain("- **terraform**: another. Left out: there is no terraform.");
  expect(text).toContain("1.0 s, 10 (2), seen");
  expect(text).toContain("1.0 s, 10 (2), not seen");
  expect(text).toContain("- plugin, destroy: was not over.");
  expect(text).toContain("the plugin: 1.10 times as long");
  expect(text).toMatch(/^# Performance\n\nBy hand\.[\s\S]*<!-- \/measured -->\n$/);
  expect(text).not.toContain("old");
});

test("what was measured at which commit is said under each case", () => {
  const [plugin, limit] = ["plugin", "limit"].map((who) => result("10 edges, 1 instance", who, { up: measured(2) }));
  expect(figures([plugin as Result, limit as Result])).toContain("\nMeasured at abc.");
  const later = { ...(plugin as Result), commit: "def" };
  expect(figures([later, limit as Result])).toContain("\nMeasured at def (plugin), abc (limit).");
});

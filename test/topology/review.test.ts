import { describe, expect, test } from "vitest";
import type { Live } from "../../topology/live/snapshot";
import { declaredBy } from "../../topology/program/declared";
import { readPlan } from "../../topology/program/plan";
import { htmlOf } from "../../topology/review/html";
import { markdownOf } from "../../topology/review/markdown";
import { reviewOf } from "../../topology/review/review";
import { runRules } from "../../topology/rules";
import { preview, program, resource } from "./programs";

function reviewed(before: string[], after: string[], { live, said = [] }: { live?: Live; said?: string[] } = {}) {
  const diagnostics = said.map((message) => ({ severity: "warning", message: `warning: ${message}\n` }));
  const plan = readPlan(preview(program(...before), program(...after), diagnostics));
  const found = (resources: typeof plan.before) => runRules({ declared: declaredBy(resources) }).findings;
  return reviewOf({ plan, live, findings: { before: found(plan.before), after: found(plan.after) } });
}

const shown = (lines: { sign: string; what?: string; text: string }[]) =>
  lines.map(({ sign, what, text }) => [sign, what, text].filter(Boolean).join(" "));

describe("what a plan does, in words", () => {
  test("an edge that goes and one that turns: who gets whose rows no more", () => {
    const review = reviewed(
      ["us>eu", "us>eu orders", "us>eu prices", "us>ap", "us>ap orders"],
      ["us>eu", "us>eu prices <-", "us>ap", "us>ap orders"],
    );
    expect(review.headline).toBe(
      "removes 1 edge, changes 1 edge; shop.orders of eu no longer reaches us; shop.orders of us no longer reaches eu; shop.prices of us no longer reaches eu",
    );
    expect(shown(review.changes)).toEqual(["- edge eu <-> us: shop.orders", "~ edge eu -> us: shop.prices (was <->)"]);
    expect(shown(review.paths)).toEqual([
      "- rows of shop.orders written on eu no longer reach us",
      "- rows of shop.orders written on us no longer reach eu",
      "- rows of shop.prices written on us no longer reach eu",
    ]);
    expect(review.arrivals).toEqual([]);
  });

  test("an instance that joins a mesh: said once, not a table each, and what is copied from where", () => {
    const review = reviewed(
      ["us>eu full", "us>ap", "us>ap orders"],
      ["us>eu full", "us>ap", "us>ap orders", "us>sa full"],
    );
    expect(review.headline).toBe("adds 1 instance and 1 member of a mesh");
    expect(shown(review.changes)).toEqual(["+ instance sa", "+ member sa joins eu, us: everything, all with all"]);
    expect(shown(review.paths)).toEqual([
      "+ rows of every table written on eu reach sa",
      "+ rows of every table written on sa reach eu, us",
      "+ rows of every table written on us reach sa",
    ]);
    expect(review.arrivals).toEqual([
      {
        edge: "sa in eu, sa, us",
        text: expect.stringMatching(/^sa copies everything from one of eu, us, which copies everything from it\./),
      },
    ]);
  });

  test("a member that is declared at another end is no change", () => {
    const review = reviewed(["us>eu full", "us>ap full"], ["us>eu full", "eu>ap full"]);
    expect(review).toMatchObject({ headline: "nothing changes in the topology", changes: [], paths: [] });
    expect(markdownOf(review)).toBe(
      "<!-- pulumi-harper review -->\n\n## Harper topology: nothing changes in the topology\n",
    );
  });

  test("a mesh that falls apart", () => {
    const review = reviewed(["us>eu full", "us>ap full"], ["us>eu full"]);
    expect(review.headline).toBe(
      "removes 1 instance and 1 member of a mesh; everything of ap no longer reaches eu, us; everything of eu, us no longer reaches ap",
    );
  });

  test("a route waits for a restart", () => {
    const review = reviewed(["us>eu full"], ["us>eu full", "eu>us route"]);
    expect(shown(review.changes)).toEqual(["+ route eu dials wss://us.example:9933"]);
    expect(review.restarts).toEqual(["eu reads its list of routes at its next start: pulumi-harper restart eu"]);
  });

  test("a list of routes is compared route by route, and connections are nodes", () => {
    const inputs = { target: "us", routes: ["wss://eu.example:9933", { hostname: "ap.example" }] };
    const list = (routes: unknown[]) => resource("Routes", "list", { ...inputs, routes });
    const whole = (...hosts: string[]) =>
      resource("ClusterConfiguration", "whole", { target: "us", connections: hosts.map((hostname) => ({ hostname })) });
    const text = preview([list(inputs.routes), whole("eu")], [list(inputs.routes.slice(0, 1)), whole("eu", "ap")]);
    const review = reviewOf({ plan: readPlan(text), findings: { before: [], after: [] } });
    expect(shown(review.changes)).toEqual([
      "+ instance ap",
      "+ member ap joins eu, us: everything, all with all",
      "- route us dials wss://ap.example:9933",
    ]);
  });

  test("an edge that is new carries nothing that is there, by the figures of who sends", () => {
    const live = {
      instances: [instance("us", { "shop.orders": 7 }), instance("eu", { "shop.orders": 1 })],
      silent: [],
    };
    const review = reviewed(["us>eu"], ["us>eu", "us>eu orders"], { live });
    expect(review.arrivals).toEqual([
      {
        edge: "eu <-> us: shop.orders",
        text: "no row that is there already arrives, of eu (1 row) and us (7 rows): an edge carries what is written from then on",
      },
    ]);
    expect(review.hash).toMatch(/^[0-9a-f]{16}$/);
  });

  test("findings that were there before are not the change's", () => {
    const hub = ["us>eu", "us>eu orders", "us>ap", "us>ap orders"];
    expect(reviewed(hub, [...hub, "us>sa", "us>sa orders"]).findings).toEqual([]);
    expect(reviewed(["us>eu", "us>eu orders"], hub).findings).toMatchObject([{ rule: "cut-node", at: "us" }]);
  });
});

describe("what instances are called", () => {
  const node = (name: string, inputs: Record<string, unknown>, reports?: string) => ({
    ...resource("Node", name, inputs),
    ...(reports && { outputs: { ...inputs, instance: "us.example", name: reports } }),
  });
  const planOf = (before: Parameters<typeof preview>[0], after: Parameters<typeof preview>[1], live?: Live) =>
    reviewOf({ plan: readPlan(preview(before, after)), live, findings: { before: [], after: [] } });

  test("half of a mesh that leaves is no mesh that ends", () => {
    const review = reviewed(["a>b full", "a>c full", "a>d full"], ["a>b full"]);
    expect(shown(review.changes)).toEqual([
      "- instance c",
      "- instance d",
      "- member c leaves a, b",
      "- member d leaves a, b",
    ]);
  });

  test("without a target it is the only instance there is, by what is there or by the configuration", () => {
    const there = node("eu", { hostname: "eu.example" }, "eu.example");
    const added = node("ap", { hostname: "ap.example" });
    expect(shown(planOf([there], [there, added]).changes)).toEqual([
      "+ instance ap.example",
      "+ member ap.example joins eu.example, us.example: everything, all with all",
    ]);
    const live = { instances: [instance("us", {})], silent: [] };
    expect(shown(planOf([], [added], live).changes)).toContain("+ instance us");
  });

  test("a target that is secret is one of its own for each resource", () => {
    const hidden = (name: string) => node(name, { target: "[secret]", hostname: `${name}.example` });
    const { members } = planOf([], [hidden("a"), hidden("b")]).after;
    expect(Object.keys(members).sort()).toEqual(["a.example", "b.example", "target of a", "target of b"]);
  });

  test("a peer whose address is not its name stays itself when it is made anew", () => {
    const before = node("eu", { target: "us", hostname: "10.0.0.5" }, "eu.example");
    const after = node("eu", { target: "us", hostname: "10.0.0.5", replicateByDefault: false });
    expect(planOf([before], [{ ...after, id: undefined } as never]).changes.map(({ text }) => text)).not.toContain(
      "10.0.0.5",
    );
  });

  test("what is narrowed to a table does not lose that table", () => {
    const review = reviewed(["a>b full"], ["a>b", "a>b orders"]);
    expect(review.headline).toBe(
      "adds 1 edge, removes 1 mesh; everything but shop.orders of a no longer reaches b; everything but shop.orders of b no longer reaches a",
    );
  });

  test("a configuration that is secret as a whole is said not to be shown", () => {
    const whole = resource("ClusterConfiguration", "all", { target: "us", connections: "[secret]" });
    expect(planOf([], [whole]).said).toEqual([
      expect.stringMatching(/^What ClusterConfiguration "all" connects is not in this review/),
    ]);
  });

  test("what Pulumi only forgets is no change", () => {
    const [kept] = program("a>b full");
    const review = planOf([{ ...kept, retainOnDelete: true } as never], []);
    expect(review).toMatchObject({ headline: "nothing changes in the topology", changes: [] });
  });
});

function instance(name: string, tables: Record<string, number>): Live["instances"][number] {
  const none = { peers: [], sockets: [], routes: { stored: [], dialled: [] } };
  return { name, reports: `${name}.example`, version: "4.7.29", ...none, tables };
}

describe("what is written", () => {
  const example = () =>
    reviewed(["us>eu", "us>eu orders", "us>ap", "us>ap orders"], ["us>eu", "us>eu orders ->", "us>sa full"], {
      live: { instances: [instance("us", {})], silent: [] },
      said: ["Node sa.example: joining merges <b>both</b> & @everyone"],
    });

  test("Markdown, as a comment", () => {
    const text = markdownOf(example());
    expect(text.split("\n")[0]).toBe("<!-- pulumi-harper review -->");
    for (const line of [
      "- instance ap",
      "+ instance sa",
      "! edge eu <- us: shop.orders (was <->)",
      "- rows of shop.orders written on us no longer reach ap",
      '  n0["ap"]',
      "  linkStyle 0 stroke:#cf222e,stroke-width:3px,stroke-dasharray:6 4",
      "  style n1 stroke:#1a7f37,stroke-width:3px",
      "- Node sa.example: joining merges \\<b\\>both\\</b\\> & @\u200beveryone",
    ])
      expect(text.split("\n")).toContain(line);
    expect(text).toMatch(/`pulumi up` writes nothing once it has moved\.\n$/);
  });

  test("a page that loads nothing, with both pictures", () => {
    const page = htmlOf(example());
    expect(page.match(/<svg /g)).toHaveLength(2);
    expect(page).toContain("joining merges &lt;b&gt;both&lt;/b&gt; &amp; @everyone");
    expect(page).not.toMatch(/<script|src=|href=|url\((?!#)/);
  });

  test("byte for byte the same, in whatever order the steps come", () => {
    const [before, after] = [
      ["us>eu", "us>eu orders"],
      ["us>ap full", "us>eu", "us>eu orders ->"],
    ];
    const turned = (lines: string[]) => reviewed(lines.toReversed(), after.toReversed());
    const [one, other] = [reviewed(before, after), turned(before)];
    expect(markdownOf(other)).toBe(markdownOf(one));
    expect(htmlOf(other)).toBe(htmlOf(one));
    expect(JSON.stringify(other)).toBe(JSON.stringify(one));
  });
});

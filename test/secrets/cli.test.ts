import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { clusteringOperations } from "../../provider/operations-api";
import { command } from "../cli/harness";
import { preview, program } from "../topology/programs";
import { canary, Search } from "./canaries";
import { runCore } from "./core";
import { faults, make, openScene } from "./scene";

test.each(["an echo as 500", "an echo as half a success"])(
  "no command of pulumi-harper prints a secret: %s",
  { timeout: 30_000 },
  async (title) => {
    const scene = await openScene();
    onTestFinished(() => scene.fake.close());
    const folder = mkdtempSync(join(tmpdir(), "secrets-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, "instances.json");
    writeFileSync(file, JSON.stringify(scene.instances));
    const run = await runCore({ instances: scene.instances, unverified: "keep" });
    await make(run, scene);
    await run.close();
    const password = canary();
    const node = { hostname: "eu-1", authorization: { username: "admin", password }, subscriptions: [] };
    const outcomes = [];
    for (const fault of [undefined, faults[title]]) {
      if (fault) scene.fake.fail("us-1", { fault });
      for (const name of Object.keys(clusteringOperations)) {
        const request = { add_node: node, update_node: node, configure_cluster: { connections: [node] } }[name] ?? {};
        const args = ["op", name, JSON.stringify(request), "--instance", "us", "--instances", file];
        outcomes.push(await command(...args));
        outcomes.push(await command(...args.with(2, `{"authorization": "${password}`)));
      }
      const plan = join(folder, "plan.json");
      writeFileSync(plan, preview([], program("us>eu full", "us>ap", "us>ap dog")));
      for (const line of [
        ["pending"],
        ["topology"],
        ["topology", "--json"],
        ["topology", "--snapshot"],
        ["topology", "--mermaid"],
      ])
        outcomes.push(await command(...line, "--instances", file));
      for (const line of [
        ["check", "--json"],
        ["review"],
        ["review", "--format", "html"],
        ["review", "--format", "json"],
      ])
        outcomes.push(await command(...line, "--preview", plan, "--instances", file));
    }
    writeFileSync(file, JSON.stringify({ us: { ...(scene.instances.us as object), pasword: password } }));
    outcomes.push(await command("pending", "--instances", file));
    writeFileSync(file, `{"us": {"password": "${password}`);
    outcomes.push(await command("pending", "--instances", file));
    expect(outcomes.filter(({ code }) => code !== 0).length).toBeGreaterThan(10);
    const said = outcomes.map(({ stdout, stderr }) => stdout + stderr).join("\n");
    expect(new Search({ ...scene.secrets, password }).in(said)).toEqual([]);
  },
);

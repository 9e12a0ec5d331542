import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTables, empty, names } from "../../scripts/demo/harper.mts";
import { type Export, type Recorded, reported, resourceOf } from "../upgrades/shape.mts";
import { frontEnds, harper, openStack, project, type TestStack } from "./stack";

const recordings = join(project, "test", "upgrades", "recorded");

/** The quickstart on real instances, with the state that an earlier version would have made of it. */
describe.each(frontEnds)("a stack that was made before 0.1.0 goes on: $name", ({ name, example }) => {
  let stack: TestStack;
  beforeAll(async () => {
    await empty(harper());
    await createTables(harper(), ["orders", "prices", "stock"]);
    stack = await openStack(`upgrade-${example}`, example);
    expect(await stack.up()).toMatchObject({ code: 0 });
  });
  afterAll(() => empty(harper()));

  test("its state previews without a change, before and after a refresh", async () => {
    const frontEnd = name === "plugin" ? "plugin" : "dynamic";
    const recorded = recordedObjects(
      readFileSync(join(recordings, "before-0.1.0", frontEnd, "quickstart.json"), "utf8"),
    );
    const now = JSON.parse((await stack.must("stack", "export")).stdout) as Export;
    let replaced = 0;
    for (const resource of now.deployment.resources) {
      const before = recorded.get(keyOf(resource));
      if (!before) continue;
      Object.assign(resource, { id: before.id, inputs: before.inputs, outputs: before.outputs });
      replaced++;
    }
    expect(replaced).toBe(5);
    const file = join(stack.folder, "recorded.json");
    writeFileSync(file, JSON.stringify(now));
    await stack.must("stack", "import", "--file", file);
    expect(JSON.stringify(await stack.state())).not.toContain("authoritySerial");

    expect(await stack.preview()).toEqual([]);
    expect(await stack.up("--expect-no-changes")).toMatchObject({ code: 0 });
    expect(await stack.pulumi("refresh", "--yes")).toMatchObject({ code: 0 });
    expect(await stack.preview()).toEqual([]);
  });
});

const keyOf = ({ type, urn }: Recorded): string => `${resourceOf(type)} ${urn.split("::").at(-1)}`;

/** With the names of these instances in place of those that the recording has. */
function recordedObjects(text: string): Map<string, Recorded> {
  let here = text;
  for (const name of names) here = here.replaceAll(reported[name], harper()[name].address);
  const { deployment } = JSON.parse(here) as Export;
  return new Map(deployment.resources.flatMap((one) => (resourceOf(one.type) ? [[keyOf(one), one] as const] : [])));
}

import { describe, expect, test } from "vitest";
import { allocated } from "./allocated";
import { EdgeStack } from "./stack";

const [few, many] = [300, 1200];
const steps = ["check", "create", "read", "diff", "delete"] as const;

/** Bytes allocated for each edge of a stack with so many on one instance, by step. */
async function bytesOf(count: number): Promise<Record<(typeof steps)[number], number>> {
  const stack = await EdgeStack.start(count);
  await stack.createNode();
  const each = async (work: () => Promise<void>) => Math.round((await allocated(work)) / count);
  const [check, create] = [await each(stack.check), await each(stack.create)];
  await stack.nextRun();
  const [read, diff] = [await each(stack.read), await each(stack.diff)];
  await stack.nextRun();
  const bytes = { check, create, read, diff, delete: await each(stack.delete) };
  await stack.close();
  return bytes;
}

describe("what the provider allocates for an edge does not grow with the number of edges", async () => {
  const [small, large] = [await bytesOf(few), await bytesOf(many)];
  test.each(steps)("%s", (step) => {
    console.log(`${step}: ${small[step]} bytes for each of ${few} edges, ${large[step]} for each of ${many}`);
    expect(large[step]).toBeLessThan(1.5 * small[step]);
  });
});

import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { scope, Turns } from "../../../provider/operations-api";

test("work that waited for its turn is still the work of whoever began it", async () => {
  const turns = new Turns();
  const seen: unknown[] = [];
  const work = async () => {
    await setTimeout(1);
    seen.push(scope.getStore()?.patienceMs);
  };
  await Promise.all([1, 2, 3].map((patienceMs) => scope.run({ patienceMs }, () => turns.take(work))));
  expect(seen).toEqual([1, 2, 3]);
});

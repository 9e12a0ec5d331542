import { expect, test } from "vitest";
import { nodeProblem } from "../../provider/node-version";

test.each(["22.19.0", "22.20.1", "24.0.0", "100.1.0"])("Node %s will do", (here) => {
  expect(nodeProblem(">=22.19", here)).toBeUndefined();
});

test.each(["22.18.9", "20.20.0", "8.0.0"])("Node %s will not, and says so", (here) => {
  expect(nodeProblem(">=22.19", here)).toBe(`Node >=22.19 is needed, and this is ${here}`);
});

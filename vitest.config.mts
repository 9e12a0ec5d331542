import { defineConfig } from "vitest/config";
import { FixedOrder } from "./test/e2e/order.mts";

export default defineConfig({
  test: {
    sequence: { sequencer: FixedOrder },
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/e2e/**", "test/faults/**", "test/outside/**"],
          // They wait for stand-ins more than they compute.
          maxWorkers: 4,
          testTimeout: 30_000,
          expect: { poll: { timeout: 10_000 } },
        },
      },
      {
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts", "test/faults/**/*.test.ts"],
          globalSetup: ["test/e2e/setup.ts"],
          setupFiles: ["test/e2e/cluster.mts"],
          // Each file has a cluster of its own; more than two at once would be too many for a small machine.
          maxWorkers: 2,
          testTimeout: 180_000,
          hookTimeout: 300_000,
        },
      },
      {
        test: {
          name: "outside",
          include: ["test/outside/*.test.ts"],
          testTimeout: 1_200_000,
          // From nothing, some hundred Go modules are fetched and compiled.
          hookTimeout: 1_200_000,
        },
      },
    ],
  },
});

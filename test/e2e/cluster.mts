// Before each file: what one leaves in Harper's logs can make a later full mesh deaf (docs/harper-defects.md).
import { basename } from "node:path";
import { expect } from "vitest";
import { startCluster } from "./clusters.mts";

/** They bring an instance of their own, or are skipped. */
const without = ["tls", ...(process.env.PULUMI_HARPER_NODEJS_HOST ? [] : ["policy"])];
/** Files that are not about the project's own Harper. */
const versions: Record<string, string> = { older: "4.4.18" };
/** Three suffice for all others. */
const sizes: Record<string, number> = { shapes: 4 };
const file = basename(expect.getState().testPath ?? "file", ".test.ts");
if (!without.includes(file))
  process.env.PULUMI_HARPER_TEST_CLUSTER ||= await startCluster(file, {
    ...(process.env.PULUMI_HARPER_TEST_PASSWORD && { password: process.env.PULUMI_HARPER_TEST_PASSWORD }),
    nodes: sizes[file] ?? 3,
    ...(versions[file] && { harper: versions[file] }),
  });

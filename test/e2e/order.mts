import { basename } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** What a user does first comes first. */
const order = [
  "cycle",
  "plugin",
  "import",
  "adopt",
  "routes",
  "cluster-configuration",
  "move",
  "upgrades",
  "release",
  "ready",
  "shapes",
  "topology",
  "rollback",
  "restarting",
  "restarted",
  "leaving",
  "audit",
  "policy",
  "replacement",
  "others",
  "examples",
  "failures",
  "tls",
  "secrets",
  "flow",
  "hazards",
  "lifecycle",
  "older",
  "model",
  "faults",
];

/** Always the same order: by what ran longest, a second run would have another one than the first. */
export class FixedOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => order.indexOf(basename(moduleId, ".test.ts"));
    return files.toSorted((one, other) => place(one) - place(other) || one.moduleId.localeCompare(other.moduleId));
  }
}

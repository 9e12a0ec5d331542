import type { Instance, Instances } from "../instances";
import { readEndpoint } from "../operations-api";
import type { Fail } from "../resource";

/** What a program declares of one instance either as a whole, or piece by piece. */
const forms = {
  Routes: ["Route"],
  ClusterConfiguration: ["Node", "Subscription"],
} as const satisfies Record<string, readonly string[]>;
type Whole = keyof typeof forms;
type Part = (typeof forms)[Whole][number];

/** The kinds of resources that this run declares on each instance. */
const declared = new WeakMap<Instances, Map<string, Set<Whole | Part>>>();

/** Notes that this run declares one on the instance; fails its target where it declares the same otherwise, too. */
export function declares(
  name: Whole | Part,
  { at, instances }: { at: Instance; instances: Instances },
  fail: Fail,
): void {
  const all = declared.get(instances) ?? new Map<string, Set<Whole | Part>>();
  declared.set(instances, all);
  const { key } = readEndpoint(at.connection.endpoint);
  const kinds = all.get(key) ?? new Set<Whole | Part>();
  all.set(key, kinds.add(name));
  for (const [whole, parts] of Object.entries(forms)) {
    if (whole !== name && !parts.some((part) => part === name)) continue;
    const others = whole === name ? parts.filter((part) => kinds.has(part)) : kinds.has(whole as Whole) ? [whole] : [];
    if (others.length > 0)
      fail(
        "target",
        `${at.name} has ${others.join(" and ")} resources, too: each would undo the other. Declare either one ${whole}, or ${parts.join(" and ")} resources`,
      );
  }
}

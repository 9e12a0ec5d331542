import type { Adoption } from ".";
import { clusterName } from "./cluster";

/** What `pulumi import --file` takes. */
export interface ImportFile {
  resources: { type: string; name: string; id?: string; component?: true; parent?: string; version?: string }[];
}

/**
 * A Cluster comes before what is in it. The version is what the program's resources have: with another one the first
 * `up` would have two processes of the plugin, of which neither knows what the other has seen declared.
 */
export function importFile({ cluster, resources }: Adoption, version: string): ImportFile {
  const inside = new Set(cluster?.inside);
  return {
    resources: [
      ...(cluster ? [{ type: "harper:index:Cluster", name: clusterName, component: true as const }] : []),
      ...resources.map((one) => ({
        type: `harper:index:${one.type}`,
        name: one.name,
        id: one.id,
        version,
        ...(inside.has(one) && { parent: clusterName }),
      })),
    ],
  };
}

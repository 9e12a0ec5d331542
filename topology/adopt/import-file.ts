import type { Adoption } from ".";
import { clusterName } from "./cluster";

/** What `pulumi import --file` takes. */
export interface ImportFile {
  resources: { type: string; name: string; id?: string; component?: true; parent?: string }[];
}

/** A Cluster comes before what is in it. */
export function importFile({ cluster, resources }: Adoption): ImportFile {
  const inside = new Set(cluster?.inside);
  return {
    resources: [
      ...(cluster ? [{ type: "harper:index:Cluster", name: clusterName, component: true as const }] : []),
      ...resources.map((one) => ({
        type: `harper:index:${one.type}`,
        name: one.name,
        id: one.id,
        ...(inside.has(one) && { parent: clusterName }),
      })),
    ],
  };
}

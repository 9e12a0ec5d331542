/** Names in harper:instances, and the names that the instances of a recording report. */
export const reported = {
  "us-1": "us.example",
  "eu-1": "eu.example",
  "ap-1": "ap.example",
  "sa-1": "sa.example",
  "af-1": "af.example",
} as const;

export const tables = { shop: ["orders", "prices", "stock"] };

export const frontEnds = ["dynamic", "plugin"] as const;
export const programs = ["quickstart", "mesh", "hub-and-spoke", "everything"] as const;

/** A stack as `pulumi stack export` has it, as far as it is looked at. */
export interface Export {
  deployment: { resources: Recorded[] } & Record<string, unknown>;
}
export interface Recorded {
  urn: string;
  type: string;
  id?: string;
  inputs: Record<string, unknown>;
  outputs: Record<string, unknown>;
}

/** Node, Subscription or Route, by the type of a resource of either front end; undefined for any other. */
export const resourceOf = (type: string): string | undefined =>
  /^(?:pulumi-nodejs:dynamic\/)?harper:\S*?(Node|Subscription|Route)$/.exec(type)?.[1];

const passing = ["created", "modified", "sourcePosition", "stackTrace"];

/** Without what is of this machine and of this hour: the manifest, times, places in files, the endpoints of the stand-in. */
export function withoutMachine({ deployment, ...rest }: Export): object {
  const { manifest: _, ...kept } = deployment;
  const resources = deployment.resources.map((resource) => {
    const all = Object.fromEntries(Object.entries(resource).filter(([key]) => !passing.includes(key)));
    return resource.type.startsWith("pulumi:providers:") ? { ...all, inputs: {}, outputs: {} } : all;
  });
  return { ...rest, deployment: { ...kept, resources } };
}

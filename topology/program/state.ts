import { type ProgramResource, type RawResource, resourceOf } from "./resource";

/** A resource in a state, ours or not. */
export interface StateResource extends RawResource {
  custom: boolean;
  parent?: string;
  provider?: string;
  dependencies?: string[];
  /** It was only read. */
  external?: boolean;
  /** It is to be deleted yet. */
  delete?: boolean;
  protect?: boolean;
  retainOnDelete?: boolean;
  /** In seconds. */
  customTimeouts?: Record<string, number>;
  additionalSecretOutputs?: string[];
}

/** A state, as `pulumi stack export` writes it below `deployment`. */
export interface Deployment {
  resources?: StateResource[];
}

/** All that are there. */
export const presentIn = ({ resources = [] }: Deployment): StateResource[] => resources.filter((raw) => !raw.delete);

/** Those that are ours. */
export const resourcesOf = (deployment: Deployment): ProgramResource[] =>
  presentIn(deployment).flatMap((raw) => resourceOf(raw) ?? []);

/** A URN that is the same for both front ends. */
export const samePlace = (urn: string): string => urn.replaceAll("pulumi-nodejs:dynamic/harper:", "harper:index:");
